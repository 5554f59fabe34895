"""The SMPP line against an independent SMSC (Debian's Net::SMPP)."""

from __future__ import annotations

import select
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from smpplib import smpp

from dunwell.channels.sms.smpp import SmppLine
from dunwell.channels.sms.smpp_link import LinkBroken, Smpp
from dunwell.channels.sms.smpp_pdu import submit_sm
from dunwell.channels.sms.smpp_text import encode, from_gsm, to_gsm
from dunwell.channels.sms.smpp_words import word_in
from dunwell.core.message import split
from dunwell.flows.contact.ports import Handed, Heard, Incoming, Joined, Word
from tests.channels.sms.smsc import Smsc, smsc

pytestmark = pytest.mark.peer
NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
SHORT = "【善信小贷】您好，请回电0731-80000000。"
LONG = "【善信小贷】" + "您的还款日已过，请与我们联系。" * 9
NUMBER = "13800138000"


@dataclass
class Clock:
    """Stands until it is moved."""

    seconds: float = 1000.0

    def __call__(self) -> float:
        return self.seconds


@dataclass
class Bench:
    """A line to a running SMSC."""

    peer: Smsc
    line: SmppLine
    words: list[Word] = field(default_factory=list)
    heard: list[Heard] = field(default_factory=list)

    def send(self, *texts: str, first: int = 1) -> dict[str, Handed]:
        """One batch, each text to a number of its own."""
        with self.line() as batch:
            for reference, text in enumerate(texts, first):
                batch.send(
                    permit=None,  # type: ignore[arg-type]  # the channel only passes it on
                    number=str(int(NUMBER) + reference),
                    text=text,
                    reference=str(reference),
                )
            return {each.reference: each for each in batch.answers()}

    def take(self, *, words: int = 0, heard: int = 0, keep: bool = True) -> Incoming:
        """What comes in until so many words and messages did."""
        while True:
            came = self.line.incoming(now=NOW)
            self.words += came.words
            self.heard += came.heard
            if keep:
                self.line.kept(came)
            if len(self.words) >= words and len(self.heard) >= heard:
                break
            assert self.line.link is not None
            assert select.select([self.line.link.fileno()], [], [], 60)[0], "nothing comes"
        return came

    def in_a_hurry(self) -> None:
        """From now on an answer is waited for only shortly; connecting had all its time."""
        self.line.incoming(now=NOW)
        self.line._how = replace(self.line._how, answer_seconds=0.2)

    def until_it_speaks(self) -> None:
        """Until the SMSC has answered our question whether it is there."""
        assert self.line.link is not None
        while not self.line.link.in_order:
            assert select.select([self.line.link.fileno()], [], [], 60)[0]
            self.line.incoming(now=NOW)


@contextmanager
def bench(folder: Path, *, clock: Any = None, **how: Any) -> Iterator[Bench]:
    """A peer with habits (peer_…) and a line with settings."""
    habits = {name[5:]: how.pop(name) for name in list(how) if name.startswith("peer_")}
    with smsc(folder, **habits) as peer:
        settings = Smpp(
            "main", "127.0.0.1", peer.port, "dunwell", how.pop("password", "secret"),
            **{
                "throttle_seconds": 0.01, "answer_seconds": 60.0, "patience_seconds": 60.0,
                "source": "10690000", **how,
            },
        )  # fmt: skip
        line = SmppLine(settings, **({"clock": clock} if clock else {}))
        try:
            yield Bench(peer, line)
        finally:
            line.close()


def test_chinese_goes_as_ucs2_and_the_receipt_brings_id_and_reference(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        told = b.send(SHORT)
        assert told["1"] == Handed("1", "accepted", "00000001", parts=("00000001",))
        [row] = b.peer.seen()
        assert (row.number, row.text, row.data_coding) == ("8613800138001", SHORT, 8)
        assert (row.registered_delivery, row.tag) == (1, 1)
        b.take(words=1)
    [word] = b.words
    assert (word.state, word.gateway_id, word.tag) == ("delivered", "00000001", 1)
    assert (word.phone, word.of_part) == ("8613800138001", True)


def test_a_long_message_goes_in_parts_that_a_phone_joins(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        told = b.send(LONG)["1"]
        rows = b.peer.seen()
    assert [row.text for row in rows] == list(split(LONG)) and len(rows) == 3
    assert [row.data[:6].hex() for row in rows] == [f"0500030103{n:02x}" for n in (1, 2, 3)]
    assert {row.esm_class for row in rows} == {0x40}
    assert (told.answer, told.gateway_id, len(told.parts)) == ("accepted", "00000001", 3)


def test_a_latin_text_goes_in_the_default_alphabet(tmp_path: Path) -> None:
    text = "Please call back 0731-80000000 [9-18h], 10€"
    with bench(tmp_path) as b:
        b.send(text, "a" * 161)
        first, second, third = b.peer.seen()
    assert (first.data_coding, first.text) == (0, text)
    assert (len(second.data), len(third.data)) == (159, 14)


def test_septets_and_back() -> None:
    every = "".join(map(from_gsm, (bytes([n]) for n in range(128) if n != 0x1B)))
    assert from_gsm(to_gsm(every + "^{}\\[~]|€")) == every + "^{}\\[~]|€"
    assert [part.data_coding for part in encode("§" * 161, joined_as=7)] == [0, 0]


@pytest.mark.parametrize("text", [SHORT, LONG, "a" * 161])
def test_our_submit_sm_is_byte_for_byte_smpplibs(text: str) -> None:
    for part in encode(text, joined_as=9):
        ours = submit_sm(
            7, service_type="CMT", source=(5, 0, "10690000"), dest=(1, 1, "8613800138000"),
            esm_class=part.esm_class, data_coding=part.data_coding, reference=65535,
            short_message=part.data,
        )  # fmt: skip
        theirs = smpp.make_pdu(
            "submit_sm", sequence=7, service_type="CMT", source_addr_ton=5, source_addr_npi=0,
            source_addr="10690000", dest_addr_ton=1, dest_addr_npi=1,
            destination_addr="8613800138000", esm_class=part.esm_class, registered_delivery=1,
            data_coding=part.data_coding, user_message_reference=65535, short_message=part.data,
        )  # fmt: skip
        theirs.sequence = 7
        assert ours == theirs.generate()


@pytest.mark.parametrize("window", [1, 10])
def test_a_thousand_are_all_answered_and_all_receipts_come(tmp_path: Path, window: int) -> None:
    with bench(tmp_path, window=window) as b:
        told = b.send(*[SHORT] * 1000)
        assert {each.answer for each in told.values()} == {"accepted"}
        b.take(words=1000)
        assert {word.gateway_id for word in b.words} == {h.gateway_id for h in told.values()}
        assert set(b.peer.took().values()) == {1}


def test_what_is_throttled_is_tried_again_in_patience(tmp_path: Path) -> None:
    with bench(tmp_path, peer_throttle=3) as b:
        told = b.send(*[SHORT] * 20)
        assert {each.answer for each in told.values()} == {"accepted"}
        fates = [row.fate for row in b.peer.seen()]
        assert fates.count("ok") == 20 and fates.count("throttled") >= 9


def test_without_patience_it_goes_back_as_throttled(tmp_path: Path) -> None:
    with bench(tmp_path, peer_throttle=1, patience_seconds=0.0) as b:
        told = b.send(SHORT)
    assert (told["1"].answer, told["1"].code) == ("throttled", "ESME 0x58")


def test_a_message_with_one_refused_part_is_unknown_and_a_person_decides(tmp_path: Path) -> None:
    with bench(tmp_path, peer_refuse=2) as b:
        told = b.send(LONG)["1"]
    assert (told.answer, told.code) == ("unknown", "PARTS 2/3")
    assert told.parts == ("00000001", "00000002")


def test_a_refused_message_is_refused(tmp_path: Path) -> None:
    with bench(tmp_path, peer_refuse=1) as b:
        assert b.send(SHORT)["1"] == Handed("1", "refused", code="ESME 0x0B")


def test_a_dropped_connection_is_opened_again_for_what_was_never_written(tmp_path: Path) -> None:
    with bench(tmp_path, peer_drop=5, window=2) as b:
        told = b.send(*[SHORT] * 8)
        answers = [each.answer for each in told.values()]
        took = b.peer.took()
    assert answers.count("unknown") in (1, 2) and set(answers) <= {"accepted", "unknown"}
    assert set(took.values()) == {1}, "nothing was written twice"


def test_words_wait_for_their_acknowledgement_and_come_again_without(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.send(SHORT)
        b.take(words=1, keep=False)
        b.line.broken()
        b.take(words=2)
        assert b.words[0] == b.words[1]


def test_receipts_by_tlv_alone_and_failures(tmp_path: Path) -> None:
    with bench(tmp_path, peer_tlv=1, peer_fail=2) as b:
        b.send(SHORT, SHORT)
        b.take(words=2)
    first, second = sorted(b.words, key=lambda word: word.gateway_id)
    assert (first.state, second.state) == ("delivered", "failed")
    assert (second.gateway_id, second.code) == ("00000002", "UNDELIV")


def test_an_smsc_that_answers_ids_in_hexadecimal(tmp_path: Path) -> None:
    with bench(tmp_path, ids="hex_answer") as b:
        assert b.send(*[SHORT] * 10)["10"].gateway_id == "10"


@pytest.mark.parametrize(
    ("data", "coding", "text"),
    [("退订".encode("utf-16-be"), 8, "退订"), (b"TD", 0, "TD"), (b"T\xe9", 3, "Té")],
)
def test_people_write_back(tmp_path: Path, data: bytes, coding: int, text: str) -> None:
    with bench(tmp_path) as b:
        b.line.incoming(now=NOW)
        b.peer.tell(f"say 8613800138000 {data.hex()} {coding}")
        b.take(heard=1)
    assert b.heard == [Heard("main", "", "8613800138000", text, NOW)]


@pytest.mark.parametrize(
    ("header", "sar", "joined"),
    [
        ("050003070201", "", Joined(7, 1, 2)),
        ("06080401070302", "", Joined(0x0107, 2, 3)),
        ("0b0504000000000003070202", "", Joined(7, 2, 2)),
        ("", "263,3,2", Joined(263, 2, 3)),
        ("050003070203", "", None),
        ("050003070101", "", None),
    ],
)
def test_a_part_of_a_longer_message_says_so(
    tmp_path: Path, header: str, sar: str, joined: Joined | None
) -> None:
    text = "我下周发工资就还"
    with bench(tmp_path) as b:
        b.line.incoming(now=NOW)
        data = header + text.encode("utf-16-be").hex()
        b.peer.tell(f"say 8613800138000 {data} 8 {0x40 if header else 0} {sar}")
        b.take(heard=1)
    assert b.heard == [Heard("main", "", "8613800138000", text, NOW, joined)]


def test_an_answer_that_comes_late_is_a_word(tmp_path: Path) -> None:
    clock = Clock()
    with bench(tmp_path, clock=clock, peer_late=2, peer_receipts=0) as b:
        b.in_a_hurry()
        b.send(SHORT, first=6)  # the second is answered together with the third
        with b.line() as batch:
            batch.send(permit=None, number=NUMBER, text=SHORT, reference="7")  # type: ignore[arg-type]
            clock.seconds += 1
            [told] = batch.answers()
        assert told.answer == "unknown"
        clock.seconds += 1
        b.until_it_speaks()
        b.send(SHORT, first=8)
        b.take(words=1)
        assert b.words[0] == Word("main", "accepted", "00000002", "7")


def test_a_silent_smsc_leaves_what_it_has_unknown_and_gets_no_more(tmp_path: Path) -> None:
    with bench(tmp_path, window=3) as b:
        b.in_a_hurry()
        b.peer.tell("hang")
        told = b.send(*[SHORT] * 10)
    answers = [each.answer for each in told.values()]
    assert answers.count("unknown") == 3 and answers.count("unsent") == 7


def test_a_silent_smsc_is_handed_nothing_more_until_it_speaks(tmp_path: Path) -> None:
    clock = Clock()
    with bench(tmp_path, clock=clock, window=3, peer_late=1, peer_receipts=0) as b:
        b.in_a_hurry()
        with b.line() as batch:
            batch.send(permit=None, number=NUMBER, text=SHORT, reference="1")  # type: ignore[arg-type]
            clock.seconds += 1
            assert [each.answer for each in batch.answers()] == ["unknown"]
        for pause in (0.5, 10):  # it is left alone for a second, and then until it answers
            clock.seconds += pause
            with pytest.raises(LinkBroken, match="silent"):
                b.send(SHORT, first=2)
        b.until_it_speaks()
        with b.line():
            pass
    assert len(b.peer.seen()) == 1


def test_a_pdu_that_cannot_be_read_is_said_to_be_so_and_the_others_go_on(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.line.incoming(now=NOW)
        link = b.line.link
        unknown = struct.pack(">LLLLL", 20, 0x0FFF, 0, 77, 0)
        cut = struct.pack(">LLLL", 18, 0x00000005, 0, 78) + b"CM"
        b.peer.tell(f"raw {(unknown + cut).hex()}")
        b.peer.tell(f"say {NUMBER} {'退订'.encode('utf-16-be').hex()} 8")
        b.take(heard=1)
        assert b.line.link is link and b.send(SHORT)["1"].answer == "accepted"


def test_ids_and_codes_are_kept_as_a_state_can_keep_them(tmp_path: Path) -> None:
    receipt = smpp.make_pdu(
        "deliver_sm", client=None, sequence=1, source_addr=NUMBER, esm_class=4,
        short_message=b"id:" + b"7" * 200 + b"\0 stat:UNDELIV err:" + b"\0" + b"9" * 100,
    )  # fmt: skip
    word = word_in(receipt, gateway="main", ids="same")
    assert word is not None and word.gateway_id == "7" * 80
    assert len(word.code) == 40 and word.code.isprintable()


def test_after_a_failed_connection_the_line_waits_twice_as_long_each_time(tmp_path: Path) -> None:
    clock = Clock()
    with bench(tmp_path, clock=clock, password="wrong") as b:
        for pause in (1, 2, 4):
            with pytest.raises(LinkBroken, match="0x0E"):
                b.send(SHORT)
            clock.seconds += pause - 0.1
            with pytest.raises(LinkBroken, match="waiting"):
                b.send(SHORT)
            clock.seconds += 0.1


def test_the_smsc_may_ask_after_us_and_say_good_bye(tmp_path: Path) -> None:
    with bench(tmp_path) as b:
        b.send(SHORT)
        b.take(words=1)
        b.peer.tell("ping")
        b.peer.tell("bye")
        while b.line.link is not None:
            assert select.select([b.line.link.fileno()], [], [], 60)[0]
            b.line.incoming(now=NOW)
        assert b.send(SHORT, first=2)["2"].answer == "accepted"


def test_we_ask_after_an_smsc_that_is_still_and_leave_one_that_is_silent(tmp_path: Path) -> None:
    clock = Clock()
    with bench(tmp_path, clock=clock, enquire_seconds=30.0) as b:
        b.line.incoming(now=NOW)
        clock.seconds += 31
        b.line.incoming(now=NOW)
        assert b.line.link is not None
        b.until_it_speaks()
        b.peer.tell("hang")
        for _ in range(2):
            clock.seconds += 31
            b.line.incoming(now=NOW)
        assert b.line.link is None
