#!/usr/bin/perl
# An SMSC for the tests, on Debian's Net::SMPP: not a line of it is ours or of smpplib.
#
#   peer.pl LOG [name=value ...]
#
# Prints the port it listens on. Every submit_sm is one line of LOG, written before it is answered:
#   destination, hex of the short message, data_coding, esm_class, registered_delivery,
#   user_message_reference, id, what it answered (ok, throttled, refused, dropped).
# Receipts that were not acknowledged come again over the next connection. Commands on stdin, one
# a line: `say FROM HEX CODING [ESM_CLASS [REFERENCE,PARTS,PLACE]]` a message from a phone, or a part
# of one by its user data header or by SAR; `ping` enquire_link; `bye` unbind;
# `hang` answer nothing from now on; `raw HEX` these bytes. Ends when stdin does.
#
# Habits (each counts submit_sm): throttle=N every Nth, refuse=N every Nth, drop=N close the
# connection instead of answering every Nth, late=N answer every Nth together with the next,
# receipts=0 none, tag=0 receipts without our reference, tlv=1 receipts by TLV only,
# fail=N every Nth is not delivered, password=WORD.
use strict;
use warnings;
use IO::Select;
use Net::SMPP;

my $log = shift @ARGV or die "peer.pl LOG [name=value ...]\n";
my %habit = (receipts => 1, tag => 1, tlv => 0, password => 'secret', window => 50,
    map { split /=/, $_, 2 } @ARGV);
$SIG{PIPE} = 'IGNORE';
local $SIG{__WARN__} = sub { };    # the module warns of every client that is killed
open my $out, '>>', $log or die "$log: $!";
$out->autoflush(1);

my $door = Net::SMPP->new_listen('127.0.0.1', port => 0) or die "cannot listen: $!";
$| = 1;
print $door->sockport, "\n";

my $watch = IO::Select->new($door, \*STDIN);
my ($seen, $given, $hang, @receipts, %bound, %waiting, @late) = (0, 0, 0);
my $typed = '';

while (1) {
    for my $ready ($watch->can_read) {
        if ($ready == $door) {
            my $client = $door->accept or next;
            $watch->add($client);
        } elsif (fileno $ready == fileno STDIN) {
            exit 0 unless sysread STDIN, $typed, 65536, length $typed;
            command($1) while $typed =~ s/^(.*)\n//;
        } else {
            my $pdu = $ready->read_pdu;
            $pdu ? hear($ready, $pdu) : gone($ready);
        }
    }
    deliver();
}

sub gone {
    my ($client) = @_;
    $watch->remove($client);
    delete $bound{$client};
    my $unsure = delete $waiting{$client} || {};
    unshift @receipts, map { $unsure->{$_} } sort { $a <=> $b } keys %$unsure;
    @late = grep { $_->[0] != $client } @late;
    $client->close;
}

sub hear {
    my ($client, $pdu) = @_;
    my %said = (seq => $pdu->{seq});
    return if $hang;
    if ($pdu->{cmd} == 0x09) {
        my $right = $pdu->{password} eq $habit{password};
        $client->bind_transceiver_resp(system_id => 'peer', %said, status => $right ? 0 : 0x0E);
        $right ? ($bound{$client} = $client) : gone($client);
    } elsif ($pdu->{cmd} == 0x04) {
        submitted($client, $pdu);
    } elsif ($pdu->{cmd} == 0x15) {
        $client->enquire_link_resp(%said);
    } elsif ($pdu->{cmd} == 0x06) {
        $client->unbind_resp(%said);
        gone($client);
    } elsif ($pdu->{cmd} == 0x80000005) {
        delete $waiting{$client}{$pdu->{seq}};
    }
}

sub every { my ($name) = @_; return $habit{$name} && $seen % $habit{$name} == 0 }

sub submitted {
    my ($client, $pdu) = @_;
    $seen++;
    my $fate = every('throttle') ? 'throttled' : every('refuse') ? 'refused'
        : every('drop') ? 'dropped' : 'ok';
    my $id = $fate eq 'ok' || $fate eq 'dropped' ? sprintf '%08x', ++$given : '';
    my $tag = $pdu->{user_message_reference};
    print $out join("\t", $pdu->{destination_addr}, unpack('H*', $pdu->{short_message}),
        $pdu->{data_coding}, $pdu->{esm_class}, $pdu->{registered_delivery},
        defined $tag ? unpack('n', $tag) : '', $id, $fate), "\n";
    push @receipts, receipt($pdu, $id, $tag) if $id && $habit{receipts};
    if ($fate eq 'dropped') { gone($client); return }
    my $status = $fate eq 'throttled' ? 0x58 : $fate eq 'refused' ? 0x0B : 0;
    my @answer = ($client, message_id => $id, seq => $pdu->{seq}, status => $status);
    if (every('late')) { push @late, \@answer; return }
    answer(@answer);
    answer(@$_) for splice @late;
}

sub answer { my ($client, @how) = @_; $client->submit_sm_resp(@how) }

sub receipt {
    my ($pdu, $id, $tag) = @_;
    my $failed = every('fail');
    my $stat = $failed ? 'UNDELIV' : 'DELIVRD';
    my $text = sprintf 'id:%s sub:001 dlvrd:%03d submit date:2611231200 done date:2611231200 '
        . 'stat:%s err:%03d text:', $id, !$failed, $stat, $failed ? 27 : 0;
    return {
        source_addr => $pdu->{destination_addr},
        destination_addr => $pdu->{source_addr},
        esm_class => 0x04,
        short_message => $habit{tlv} ? '' : $text,
        $habit{tag} && defined $tag ? (user_message_reference => $tag) : (),
        $habit{tlv}
            ? (receipted_message_id => "$id\0", message_state => pack('C', $failed ? 5 : 2)) : (),
    };
}

sub deliver {
    return if $hang;
    my ($client) = values %bound or return;
    while (@receipts && keys %{ $waiting{$client} || {} } < $habit{window}) {
        my $receipt = shift @receipts;
        my $seq = $client->deliver_sm(%$receipt, async => 1);
        $waiting{$client}{$seq} = $receipt;
    }
}

sub command {
    my ($name, $from, $hex, $coding, $esm_class, $sar) = split / /, $_[0];
    my ($client) = values %bound;
    if ($name eq 'say') {
        my ($reference, $parts, $place) = split /,/, $sar // '';
        push @receipts, { source_addr => $from, destination_addr => '1069',
            esm_class => $esm_class // 0, data_coding => $coding, short_message => pack('H*', $hex),
            $sar ? (sar_msg_ref_num => pack('n', $reference), sar_total_segments => pack('C', $parts),
                sar_segment_seqnum => pack('C', $place)) : () };
    } elsif ($name eq 'hang') {
        $hang = 1;
    } elsif ($name eq 'raw' && $client) {
        syswrite $client, pack 'H*', $from;
    } elsif ($client) {
        $name eq 'ping' ? $client->enquire_link(async => 1) : $client->unbind(async => 1);
    }
}
