"""Which message a gateway speaks of: parts, tags, numbers; and who sees what of the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from dunwell.flows.contact.ask_permit import ask_permit
from dunwell.flows.contact.message_fate import take_receipts
from dunwell.flows.contact.message_list import (
    count_by_state,
    message_seen,
    messages_page,
    waiting_replies,
)
from dunwell.flows.contact.message_refusals import NoSuchMessage
from dunwell.flows.contact.outbox import queue_message, set_letterhead, text_of_message
from dunwell.flows.contact.ports import Handed, Heard, UsedPermit, Word
from dunwell.flows.contact.replies import take_replies
from dunwell.flows.contact.sending import next_due_at, send_due
from dunwell.store.outreach.models import Message, MessageEvent, MessagePart
from dunwell.store.people.models import Lender, Team
from dunwell.store.people.permissions import NotPermitted, system_actor
from dunwell.store.permits.models import Receipt, Unsent
from tests.flows.contact.people import Office

pytestmark = pytest.mark.django_db
WORKER = system_actor("worker")
PHONE = "8613800138000"


class Gateway:
    """Answers every message as it is told."""

    def __init__(self, **answer: object) -> None:
        self.answer = answer
        self.taken: list[str] = []

    def send(self, *, permit: UsedPermit, number: str, text: str, reference: str) -> None:
        self.taken.append(reference)

    def answers(self) -> Iterable[Handed]:
        taken, self.taken = self.taken, []
        return [Handed(each, **self.answer) for each in taken]  # type: ignore[arg-type]

    @contextmanager
    def __call__(self) -> Iterator[Gateway]:
        yield self


@pytest.fixture
def message(office: Office) -> Message:
    """A message of two parts that waits."""
    set_letterhead(
        actor=office.person("compliance"), now=office.now, lender=office.lender,
        signature="善信小贷", call_back="0731-80000000",
    )  # fmt: skip
    row = queue_message(
        actor=office.collector, now=office.now, case=office.case.pk,
        contact=office.contacts["self"].pk, template="missed-call", key="k", gateway="main",
    ).message  # fmt: skip
    assert row.parts == 2
    return row


def sent(office: Office, **answer: object) -> dict[str, int]:
    return send_due(actor=WORKER, gateway="main", line=Gateway(**answer), now=office.now).states


def told(office: Office, *words: Word) -> int:
    return take_receipts(actor=WORKER, now=office.now, words=words)


def part(state: str, number: str = "", *, tag: int | None = None, phone: str = PHONE) -> Word:
    return Word("main", state, number, phone=phone, tag=tag, of_part=True)  # type: ignore[arg-type]


def state(message: Message) -> str:
    message.refresh_from_db()
    return message.state


def test_a_message_is_delivered_when_its_last_part_is(office: Office, message: Message) -> None:
    assert sent(office, answer="accepted", gateway_id="a", parts=("a", "b")) == {"accepted": 1}
    assert told(office, part("delivered", "b")) == 0 and state(message) == "accepted"
    assert told(office, part("delivered", "a")) == 1 and state(message) == "delivered"
    assert told(office, part("delivered", "a")) == 0


def test_one_failed_part_fails_the_message(office: Office, message: Message) -> None:
    sent(office, answer="accepted", gateway_id="a", parts=("a", "b"))
    told(office, part("delivered", "a"), part("failed", "b"))
    assert state(message) == "failed"


def test_receipts_faster_than_the_answer_are_not_lost(office: Office, message: Message) -> None:
    class Hasty(Gateway):
        def answers(self) -> Iterable[Handed]:
            tag = message.pk % 65536
            told(office, part("delivered", "a", tag=tag), part("delivered", "b", tag=tag))
            return super().answers()

    line = Hasty(answer="accepted", gateway_id="a", parts=("a", "b"))
    send_due(actor=WORKER, gateway="main", line=line, now=office.now)
    assert state(message) == "delivered" and MessagePart.objects.count() == 2


def test_an_unknown_message_is_found_by_number_and_tag(office: Office, message: Message) -> None:
    sent(office, answer="unknown")
    tag = message.pk % 65536
    assert told(office, part("delivered", "a", tag=tag + 1)) == 0
    assert told(office, part("delivered", "a", tag=tag, phone="8613900000000")) == 0
    told(office, part("delivered", "a", tag=tag))
    assert state(message) == "unknown", "the other part may not have gone"
    assert told(office, part("delivered", "b", tag=tag)) == 1 and state(message) == "delivered"


def test_without_a_tag_the_only_message_to_the_number_is_meant(
    office: Office, message: Message
) -> None:
    sent(office, answer="unknown")
    told(office, part("delivered", "a"), part("delivered", "b"))
    assert state(message) == "delivered"


def test_a_gateway_that_numbers_twice_is_not_believed_twice(
    office: Office, message: Message
) -> None:
    sent(office, answer="accepted", gateway_id="a")
    Message.objects.update(gateway_id="b", key="other")
    first = Message.objects.get()
    again = queue_message(
        actor=office.collector, now=office.now, case=office.case.pk,
        contact=office.contacts["self"].pk, template="missed-call", key="k", gateway="main",
    ).message  # fmt: skip
    Message.objects.filter(pk=again.pk).update(state="queued", not_before=office.now)
    office.later(days=1)
    assert sent(office, answer="accepted", gateway_id="b") == {"accepted": 1}
    again.refresh_from_db()
    assert (again.gateway_id, first.gateway_id) == ("", "b")


@pytest.mark.parametrize(("answer", "waits"), [("throttled", 30), ("unsent", 0)])
def test_what_the_gateway_did_not_take_waits_again(
    office: Office, message: Message, answer: str, waits: int
) -> None:
    assert sent(office, answer=answer, code="X") == {"queued": 1}
    message.refresh_from_db()
    assert message.not_before == office.now + timedelta(seconds=waits)
    assert (message.permit_id, message.code, message.attempts) == (None, "X", 1)
    assert next_due_at(gateway="main") == message.not_before


@pytest.mark.parametrize("answer", ["throttled", "unsent", "refused"])
def test_what_was_surely_not_sent_counts_as_no_contact_and_its_receipt_stays(
    office: Office, message: Message, answer: str
) -> None:
    first = message.permit_id
    sent(office, answer=answer, code="ESME 0x58")
    assert Unsent.objects.get().permit_id == first and Receipt.objects.filter(pk=first).exists()
    event = MessageEvent.objects.filter(message=message).latest("pk")
    assert event.figures == {"unsent_permit": first}
    asked = ask_permit(
        actor=office.collector, case=office.case.pk, contact=office.contacts["self"].pk,
        channel="sms", now=office.now, purpose="collect", text=text_of_message(message),
    )  # fmt: skip
    assert asked.granted, "no message of today counts yet"


@pytest.mark.parametrize("answer", ["accepted", "unknown"])
def test_what_may_have_been_sent_counts(office: Office, message: Message, answer: str) -> None:
    sent(office, answer=answer, gateway_id="a")
    assert not Unsent.objects.exists()
    asked = ask_permit(
        actor=office.collector, case=office.case.pk, contact=office.contacts["self"].pk,
        channel="sms", now=office.now, purpose="collect", text=text_of_message(message),
    )  # fmt: skip
    assert not asked.granted


def test_a_throttled_message_goes_out_the_same_day(office: Office, message: Message) -> None:
    sent(office, answer="throttled", code="X")
    office.later(seconds=30)
    assert sent(office, answer="accepted", gateway_id="a") == {"accepted": 1}
    message.refresh_from_db()
    assert message.permit_id is not None and Receipt.objects.count() == 2


def test_the_same_words_within_minutes_are_one_reply(office: Office) -> None:
    heard = Heard("main", "", PHONE, "我明天还", office.now)
    assert len(take_replies(actor=WORKER, now=office.now, heard=[heard, heard])) == 1
    later = Heard("main", "", PHONE, "我明天还", office.now + timedelta(minutes=30))
    assert len(take_replies(actor=WORKER, now=office.now, heard=[later])) == 1


def test_who_sees_which_messages_and_nothing_personal_in_them(
    office: Office, message: Message
) -> None:
    day = office.now.date()
    for who in (office.collector, office.supervisor, office.person("auditor"), WORKER):
        if who is WORKER:
            who = system_actor("command-line")
        page = messages_page(actor=who, day=day)
        assert [row.pk for row in page.rows] == [message.pk]
        assert count_by_state(actor=who, day=day) == {"queued": 1}
    elsewhere = Team.objects.create(lender=office.lender, code="z", name="Z")
    other = Lender.objects.create(code="other", name="O")
    for who in (
        office.person("collector", team=elsewhere),
        office.person("supervisor", lender=other),
    ):
        assert messages_page(actor=who, day=day).rows == []
        with pytest.raises(NoSuchMessage):
            message_seen(actor=who, now=office.now, message=message.pk)
    for role in ("admin", "analyst", "trainer"):
        with pytest.raises(NotPermitted):
            messages_page(actor=office.person(role), day=day)
    seen = message_seen(actor=office.collector, now=office.now, message=message.pk)
    assert seen.phone == "138****8000" and "王" not in seen.text and "善信小贷" in seen.text


def test_pages_go_back_in_time(office: Office, message: Message) -> None:
    page = messages_page(actor=office.supervisor, day=office.now.date(), size=1)
    assert page.next_before is None
    assert messages_page(
        actor=office.supervisor, day=office.now.date(), before=message.pk
    ).rows == []  # fmt: skip
    assert messages_page(
        actor=office.supervisor, day=office.now.date(), states=("unknown",)
    ).rows == []  # fmt: skip


def test_replies_that_wait_go_to_whoever_sees_the_case(office: Office, message: Message) -> None:
    sent(office, answer="accepted", gateway_id="a")
    at = office.now
    heard = [Heard("main", "1", PHONE, "晚点联系", at), Heard("main", "2", "13900000001", "?", at)]
    take_replies(actor=WORKER, now=at, heard=heard)
    own = waiting_replies(actor=office.collector, now=at).replies
    assert [each.text for each in own] == ["晚点联系"]
    both = waiting_replies(actor=office.supervisor, now=at, size=1)
    rest = waiting_replies(actor=office.supervisor, now=at, after=both.next_after)
    assert [each.phone for each in both.replies] == ["138****8000"]
    assert ([each.phone for each in rest.replies], rest.next_after) == (["139****0001"], None)
