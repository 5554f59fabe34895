"""Voice channels: a used permit rings a number by link, by Asterisk or by FreeSWITCH."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from dunwell.channels.voice.ami import Asterisk
from dunwell.channels.voice.esl import FreeSwitch
from dunwell.channels.voice.lines import dialable
from dunwell.channels.voice.tel import TelLink
from dunwell.flows.contact.minting import mint
from dunwell.flows.contact.ports import UsedPermit, VoiceRefused
from tests.channels.voice.peers import AsteriskPeer, FreeSwitchPeer, Switch, running

NUMBER = "138 0013 8000"


def token() -> UsedPermit:
    at = datetime(2026, 3, 2, tzinfo=UTC)
    return mint(permit=7, channel="call", reach=1, content_hash="", used_at=at)


def asterisk(peer: Switch, secret: str = "s3cret") -> Asterisk:
    return Asterisk("127.0.0.1", peer.port, "dunwell", secret, caller_id="0731-80000000")


def free_switch(peer: Switch, password: str = "ClueCon") -> FreeSwitch:
    return FreeSwitch("127.0.0.1", peer.port, password)


def test_a_link_carries_the_number_and_nothing_else() -> None:
    assert TelLink().dial(permit=token(), number=NUMBER, line="").reference == "tel:13800138000"
    abroad = TelLink().dial(permit=token(), number="+86 138-0013-8000", line="")
    assert abroad.reference == "tel:+8613800138000"


def test_asterisk_rings_the_officer_then_the_number() -> None:
    with running(AsteriskPeer()) as peer:
        found = asterisk(peer).dial(permit=token(), number=NUMBER, line="801")
    assert (found.how, found.reference) == ("ringing", "dunwell-7")
    order = peer.orders[1]
    assert isinstance(order, dict)
    assert (order["Channel"], order["Exten"]) == ("PJSIP/801", "13800138000")
    assert (order["Context"], order["Async"]) == ("from-internal", "true")


def test_free_switch_rings_the_officer_then_the_number() -> None:
    with running(FreeSwitchPeer()) as peer:
        found = free_switch(peer).dial(permit=token(), number=NUMBER, line="801")
    assert found.reference == "4d1c3f6e-0000-4000-8000-000000000001"
    assert peer.orders[1] == (
        "bgapi originate {origination_caller_id_name=dunwell-7}user/801"
        " &bridge(sofia/gateway/default/13800138000)"
    )


def test_a_switch_that_says_no_is_a_refusal_without_the_number() -> None:
    with running(AsteriskPeer(refuse=True)) as peer, pytest.raises(VoiceRefused) as caught:
        asterisk(peer).dial(permit=token(), number=NUMBER, line="801")
    assert "138" not in str(caught.value)
    with running(FreeSwitchPeer(refuse=True)) as peer, pytest.raises(VoiceRefused):
        free_switch(peer).dial(permit=token(), number=NUMBER, line="801")


def test_a_wrong_password_rings_nobody() -> None:
    with running(AsteriskPeer()) as peer, pytest.raises(VoiceRefused):
        asterisk(peer, "wrong").dial(permit=token(), number=NUMBER, line="801")
    assert len(peer.orders) == 1
    with running(FreeSwitchPeer()) as peer, pytest.raises(VoiceRefused):
        free_switch(peer, "wrong").dial(permit=token(), number=NUMBER, line="801")


def test_a_switch_that_hangs_up_or_is_not_there_is_a_broken_line() -> None:
    with running(AsteriskPeer(hang_up=True)) as peer, pytest.raises(ConnectionError):
        asterisk(peer).dial(permit=token(), number=NUMBER, line="801")
    with running(FreeSwitchPeer(hang_up=True)) as peer, pytest.raises(ConnectionError):
        free_switch(peer).dial(permit=token(), number=NUMBER, line="801")
    with running(AsteriskPeer()) as peer:
        gone = asterisk(peer)
    with pytest.raises(OSError):
        gone.dial(permit=token(), number=NUMBER, line="801")


@pytest.mark.parametrize("number", ["", "138;rm", "138\r\nAction: Logoff", "1+38", "一三八"])
def test_nothing_but_a_number_reaches_a_switch(number: str) -> None:
    with pytest.raises(ValueError):
        dialable(number)


def test_secrets_are_not_shown() -> None:
    shown = repr(Asterisk("h", 1, "u", "s3cret")) + repr(FreeSwitch("h", 1, "ClueCon"))
    assert "s3cret" not in shown and "ClueCon" not in shown
