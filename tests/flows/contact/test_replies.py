"""Replies that come in parts are one reply; an opt-out counts wherever it stands."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest

from dunwell.flows.contact.message_list import waiting_replies
from dunwell.flows.contact.ports import Heard, Joined
from dunwell.flows.contact.replies import handle_reply, take_replies
from dunwell.flows.contact.reply_rows import JOINS_WITHIN, WAIT, text_of_reply
from dunwell.store.book.models import Contact
from dunwell.store.outreach.models import Reply, ReplyPart
from dunwell.store.people.permissions import system_actor
from dunwell.store.permits.models import Reach, Standing
from dunwell.store.vault import blind_index
from tests.flows.contact.people import Office

pytestmark = pytest.mark.django_db
WORKER = system_actor("worker")
PHONE = "13800138000"
PIECES = ("我这个月的工资要到下月十号才发，", "到时候一定还上，请宽限几天，", "谢谢。")


@pytest.fixture
def known(office: Office) -> Office:
    """The borrower's own number is one that was reached before."""
    assert Contact.objects.filter(phone_index=blind_index(PHONE, kind="phone")).exists()
    Reach.objects.get_or_create(phone_index=blind_index(PHONE, kind="phone"))
    return office


def came(
    office: Office, text: str, place: int = 1, of: int = 3, *, reference: int = 7, by: str = PHONE
) -> list[Reply]:
    part = Joined(reference, place, of) if of > 1 else None
    heard = Heard("main", "", by, text, office.now, part)
    return take_replies(actor=WORKER, now=office.now, heard=[heard])


def shown(office: Office) -> list[str]:
    found = waiting_replies(actor=office.supervisor, now=office.now)
    return [each.text for each in found.replies]


@pytest.mark.parametrize("order", list(permutations((1, 2, 3))))
def test_parts_in_any_order_are_one_reply(known: Office, order: tuple[int, ...]) -> None:
    for count, place in enumerate(order, 1):
        assert shown(known) == [] and len(came(known, PIECES[place - 1], place)) == 1
        assert ReplyPart.objects.count() == count
    assert shown(known) == ["".join(PIECES)]
    assert Reply.objects.get().case_id == known.case.pk


def test_a_part_that_comes_twice_counts_once_before_and_after_the_reply_is_whole(
    known: Office,
) -> None:
    for place in (1, 1, 2, 3, 2):
        came(known, PIECES[place - 1], place)
    known.later(hours=5)
    assert came(known, PIECES[0], 1) == []
    assert shown(known) == ["".join(PIECES)]


def test_what_came_is_shown_when_a_part_does_not_come(known: Office) -> None:
    came(known, PIECES[0], 1)
    came(known, PIECES[2], 3)
    known.later(minutes=9)
    assert shown(known) == []
    known.now += WAIT
    assert shown(known) == [f"{PIECES[0]}……{PIECES[2]}"]


def test_a_part_that_comes_late_is_joined_and_brings_the_reply_back(known: Office) -> None:
    came(known, PIECES[0], 1, 2)
    known.later(minutes=20)
    handle_reply(actor=known.supervisor, now=known.now, reply=Reply.objects.get().pk)
    assert shown(known) == []
    came(known, PIECES[1], 2, 2)
    assert shown(known) == [PIECES[0] + PIECES[1]]


def test_a_number_used_again_is_another_reply(known: Office) -> None:
    came(known, "先说一句，", 1, 2)
    came(known, "再说一句。", 2, 2)
    came(known, "又问一次，", 1, 2)
    came(known, "可以吗？", 2, 2)
    assert shown(known) == ["先说一句，再说一句。", "又问一次，可以吗？"]
    came(known, "没有下文", 1, 2)
    known.now += JOINS_WITHIN + timedelta(seconds=1)
    came(known, "另一条的后半", 2, 2)
    known.now += WAIT
    assert shown(known)[2:] == ["没有下文……", "……另一条的后半"]


def test_numbers_of_different_phones_gateways_and_lengths_are_not_mixed(known: Office) -> None:
    came(known, "甲", 1, 2)
    came(known, "乙", 2, 2, by="13900000001")
    came(known, "丙", 2, 3)
    came(known, "丁", 2, 2, reference=8)
    known.now += WAIT
    assert sorted(shown(known)) == sorted(["甲……", "……乙", "……丙……", "……丁"])


@pytest.mark.parametrize(
    ("first", "second"), [("退", "订"), ("我会还的，不要再发短信了，退", "订"), ("以后再说\n", "T")]
)
def test_an_opt_out_in_a_joined_text_counts(known: Office, first: str, second: str) -> None:
    came(known, second, 2, 2)
    assert not Standing.objects.filter(what="opt_out").exists()
    came(known, first, 1, 2)
    assert Standing.objects.get(what="opt_out").party_id == known.case.party_id
    row = Reply.objects.get()
    assert row.kind == "opt_out" and text_of_reply(row) == first + second
    assert (row.handled_at is None) == (first + second != "退订"), "the rest is read by a person"


def test_an_opt_out_in_one_part_counts_before_the_others_come(known: Office) -> None:
    came(known, "请退订，", 1, 2)
    came(known, "我自己会去柜台还。", 2, 2)
    assert Standing.objects.filter(what="opt_out").count() == 1
    assert shown(known) == ["请退订，我自己会去柜台还。"]


def test_parts_lie_sealed(known: Office) -> None:
    came(known, PIECES[0], 1)
    assert "工资".encode() not in bytes(ReplyPart.objects.get().text_sealed or b"")
    assert "工资".encode() not in bytes(Reply.objects.get().text_sealed or b"")
