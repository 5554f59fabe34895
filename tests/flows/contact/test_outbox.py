"""The outbox: rendered from the ledger, permitted, sent once, and never blindly again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest

from dunwell.channels.sms.sandbox import sandbox
from dunwell.core.message import MissingField
from dunwell.flows.contact.ask_permit import ask_permit
from dunwell.flows.contact.hours import Hours
from dunwell.flows.contact.message_fate import send_again, settle_by_hand, take_receipts
from dunwell.flows.contact.message_refusals import LetterheadWrong, NoLetterhead, NotUnknown
from dunwell.flows.contact.outbox import (
    cancel_message,
    letterhead_of,
    preview_message,
    queue_message,
    set_letterhead,
    text_of_message,
)
from dunwell.flows.contact.ports import Handed, Heard, UsedPermit, Word
from dunwell.flows.contact.replies import only_asks_to_stop, take_replies
from dunwell.flows.contact.sending import note_lost, send_due
from dunwell.flows.contact.standings import Said, set_staff_state, stand
from dunwell.flows.follow_up.promises import Wanted, take_promise
from dunwell.store.journal.models import Entry
from dunwell.store.outreach.models import Message, MessageEvent, Reply
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import NotPermitted, system_actor
from dunwell.store.permits.models import Standing, Step
from tests.flows.contact.people import Office
from tests.flows.follow_up.debtor import Debtor

pytestmark = pytest.mark.django_db
WORKER = system_actor("worker")


@pytest.fixture
def desk(debtor: Debtor) -> Office:
    """The office with a registered signature."""
    office = debtor.office
    set_letterhead(
        actor=office.person("compliance"), now=office.now, lender=office.lender,
        signature="善信小贷", call_back="0731-80000000",
    )  # fmt: skip
    return office


def queued(
    office: Office, template: str = "missed-call", key: str = "k1", **more: object
) -> Message:
    asked = {"actor": office.collector, "now": office.now, "gateway": "sandbox", **more}
    return queue_message(
        case=office.case.pk, contact=office.contacts["self"].pk, template=template, key=key, **asked
    ).message


def sent(office: Office, line=sandbox) -> dict[str, int]:
    return send_due(actor=WORKER, gateway="sandbox", line=line, now=office.now).states


def test_a_message_says_who_writes_and_goes_out_once(desk: Office) -> None:
    message = queued(desk)
    text = text_of_message(message)
    assert text.startswith("【善信小贷】王先生/女士，我是") and "0731-80000000" in text
    assert text.encode() not in bytes(message.text_sealed)
    assert sent(desk) == {"accepted": 1} and sent(desk) == {}
    message.refresh_from_db()
    assert (message.state, message.reach_id is not None) == ("accepted", True)
    assert Step.objects.get(permit=message.permit_id).kind == "used"
    states = MessageEvent.objects.filter(message=message).order_by("pk")
    assert list(states.values_list("state", flat=True)) == ["queued", "handed", "accepted"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("signature", "善"),
        ("signature", "【善信】"),
        ("signature", "善信 小贷"),
        ("signature", "善" * 13),
        ("call_back", ""),
        ("call_back", "电话"),
        ("pay_link", "javascript:alert(1)"),
        ("pay_link", "https://a b"),
    ],
)
def test_a_letterhead_that_no_message_could_carry_is_refused(
    desk: Office, field: str, wrong: str
) -> None:
    said = {"signature": "善信小贷", "call_back": "95533", "pay_link": "https://pay.example/1"}
    compliance = desk.person("compliance")
    with pytest.raises(LetterheadWrong) as refused:
        set_letterhead(actor=compliance, now=desk.now, lender=desk.lender, **{**said, field: wrong})
    assert refused.value.figures["field"] == field
    kept = set_letterhead(actor=compliance, now=desk.now, lender=desk.lender, **said)
    assert letterhead_of(desk.lender.pk) == kept


def test_the_same_key_is_the_same_message(desk: Office) -> None:
    assert queued(desk) == queued(desk)
    assert Message.objects.count() == 1


def test_a_preview_is_what_would_go_out_and_keeps_nothing(desk: Office) -> None:
    found = preview_message(
        actor=desk.collector, now=desk.now, case=desk.case.pk,
        contact=desk.contacts["self"].pk, template="due-reminder",
    )  # fmt: skip
    assert "1,000.00元" in found.text and found.parts == 2 and not Message.objects.exists()


def test_a_template_without_its_fact_is_refused(desk: Office) -> None:
    with pytest.raises(MissingField):
        queued(desk, "promise-reminder")


def test_a_promise_is_reminded_and_nothing_else_is_sent(desk: Office) -> None:
    day = desk.now.date() + timedelta(days=4)
    take_promise(
        actor=desk.collector, now=desk.now, case=desk.case.pk,
        wanted=Wanted(amount_fen=50_000, due_on=day),
    )  # fmt: skip
    assert "3月6日还款500.00元" in text_of_message(queued(desk, "promise-reminder"))


def test_at_night_it_waits_for_the_morning(desk: Office) -> None:
    desk.now = desk.now.replace(hour=23)
    message = queued(desk)
    assert (message.state, message.permit_id) == ("queued", None) and "CN-" in message.code
    assert sent(desk) == {}
    desk.now = message.not_before
    assert sent(desk) == {"accepted": 1}


def test_a_freeze_between_queueing_and_sending_stops_it(desk: Office) -> None:
    message = queued(desk)
    stand(
        actor=desk.supervisor, now=desk.now, case=desk.case.pk,
        said=Said(what="freeze", kind="dispute", why="借款人提出异议"),
    )  # fmt: skip
    assert sent(desk) == {"refused": 1}
    message.refresh_from_db()
    assert message.state == "refused" and message.settled_at is not None


def test_a_permit_that_lapsed_is_asked_for_anew(desk: Office) -> None:
    message = queued(desk)
    first = message.permit_id
    desk.later(hours=2)
    assert sent(desk) == {"accepted": 1}
    message.refresh_from_db()
    assert message.permit_id not in (None, first)


def test_what_waited_for_the_morning_is_not_sent_for_who_was_suspended_since(
    desk: Office,
) -> None:
    desk.now = desk.now.replace(hour=23)
    message = queued(desk)
    collector = Staff.objects.get(pk=desk.collector.staff)
    set_staff_state(
        actor=desk.person("trainer"), now=desk.now, staff=collector, kind="suspended",
        holds=True, why="违规调查中",
    )  # fmt: skip
    desk.now = message.not_before
    assert sent(desk) == {"refused": 1}
    message.refresh_from_db()
    assert message.code == "HOUSE-A-suspended"


def test_waiting_for_the_morning_makes_nobody_s_own_approval_count(desk: Office) -> None:
    """The machine asks anew for the colleague who queued it, not for itself."""
    spouse = desk.contact("spouse", role="spouse_obligor", phone="13700137000")
    told = {"actor": desk.supervisor, "now": desk.now, "case": desk.case.pk}
    stand(**told, said=Said(what="evidence", kind="joint_debt", why="共同借款合同"))
    until = desk.now + timedelta(days=3)
    approval = Said(what="approval", kind="spouse_obligor", until_at=until, why="共同债务属实")
    stand(**told, said=approval)
    desk.now = desk.now.replace(hour=23)
    asked = {"channel": "sms", "now": desk.now.replace(hour=9) + timedelta(days=1)}
    of_worker = {"actor": WORKER, "case": desk.case.pk, "contact": spouse.pk, "purpose": "notify"}
    text = "【善信小贷】您好，请与我们联系，客服 0731-80000000。"
    for behalf, codes in ((desk.supervisor.staff, ("CN-W05",)), (desk.collector.staff, ())):
        answer = ask_permit(**of_worker, **asked, text=text, behalf=behalf)
        assert answer.decision.codes == codes


class _Torn:
    """A gateway whose line tears at the first message."""

    def send(self, *, permit: UsedPermit, number: str, text: str, reference: str) -> None:
        raise ConnectionResetError

    def answers(self) -> Iterable[Handed]:
        return ()


class _Silent:
    """A gateway that takes a message and does not answer."""

    def send(self, *, permit: UsedPermit, number: str, text: str, reference: str) -> None:
        """Take it."""

    def answers(self) -> Iterable[Handed]:
        return ()


@contextmanager
def silent() -> Iterator[_Silent]:
    yield _Silent()


@contextmanager
def torn() -> Iterator[_Torn]:
    yield _Torn()


@contextmanager
def closed() -> Iterator[_Silent]:
    raise ConnectionRefusedError
    yield _Silent()


def test_a_gateway_that_cannot_be_reached_costs_no_permit(desk: Office) -> None:
    message = queued(desk)
    done = send_due(actor=WORKER, gateway="sandbox", line=closed, now=desk.now)
    assert (done.opened, done.taken, done.states) == (False, 0, {})
    assert sent(desk) == {"accepted": 1}
    assert Message.objects.get(pk=message.pk).permit_id == message.permit_id


@pytest.mark.parametrize("line", [silent, torn])
def test_no_answer_means_unknown_and_never_a_second_try(desk: Office, line) -> None:
    message = queued(desk)
    assert sent(desk, line) == {"unknown": 1}
    desk.later(days=1)
    assert sent(desk) == {}
    message.refresh_from_db()
    assert message.state == "unknown"


def test_a_sender_that_died_leaves_it_unknown_once_its_lease_is_over(desk: Office) -> None:
    message = queued(desk)
    sent(desk, silent)
    Message.objects.update(state="handed", leased_until=desk.now + timedelta(minutes=2))
    assert note_lost(actor=WORKER, now=desk.now) == 0
    desk.later(minutes=3)
    assert note_lost(actor=WORKER, now=desk.now) == 1
    message.refresh_from_db()
    assert (message.state, message.code) == ("unknown", "SENDER-GONE")


def test_the_gateways_word_settles_it_by_id_or_by_our_reference(desk: Office) -> None:
    message = queued(desk)
    sent(desk, silent)
    word = Word("sandbox", "delivered", "G1", reference=str(message.pk))
    assert take_receipts(actor=WORKER, now=desk.now, words=[word]) == 1
    assert take_receipts(actor=WORKER, now=desk.now, words=[word]) == 0
    message.refresh_from_db()
    assert (message.state, message.gateway_id) == ("delivered", "G1")


def test_a_person_settles_it_and_may_send_it_again_once(desk: Office) -> None:
    message = queued(desk)
    sent(desk, silent)
    desk.later(days=1)
    again = send_again(
        actor=desk.collector, now=desk.now, message=message.pk, told_by="borrower",
        why="客户称未收到短信",
    ).message  # fmt: skip
    assert again.sends_again_id == message.pk and sent(desk) == {"accepted": 1}
    with pytest.raises(NotUnknown):
        settle_by_hand(
            actor=desk.collector, now=desk.now, message=message.pk, arrived=True,
            told_by="gateway", why="已确认收到",
        )  # fmt: skip


def replies(
    office: Office, text: str, *, number: str = "r1", phone: str = "13800138000"
) -> list[Reply]:
    heard = Heard("sandbox", number, phone, text, office.now)
    return take_replies(actor=WORKER, now=office.now, heard=[heard])


def test_td_stops_messages_at_once(desk: Office) -> None:
    queued(desk)
    sent(desk)
    [reply] = replies(desk, "ＴＤ")
    assert (reply.kind, reply.case_id) == ("opt_out", desk.case.pk)
    assert Standing.objects.get(what="opt_out").party_id == desk.case.party_id
    desk.later(days=1)
    assert queued(desk, key="k2").state == "refused"
    assert replies(desk, "TD") == [], "the same reply comes once"


def test_other_replies_wait_for_a_person_and_lie_sealed(desk: Office) -> None:
    queued(desk)
    sent(desk)
    [reply] = replies(desk, "我下周发工资就还")
    assert reply.kind == "reply" and reply.handled_at is None
    assert "下周".encode() not in bytes(reply.text_sealed or b"")
    assert "下周" not in str(list(Entry.objects.values()))
    [stranger] = replies(desk, "你是谁", number="r2", phone="13900000001")
    assert (stranger.kind, stranger.case_id) == ("unknown", None)


@pytest.mark.parametrize("text", ["退订", "td", "T", "n", "R", " 退订！"])
def test_what_counts_as_an_opt_out(text: str) -> None:
    assert only_asks_to_stop(text)


def test_a_waiting_message_can_be_taken_back(desk: Office) -> None:
    message = queued(desk)
    assert (
        cancel_message(actor=desk.collector, now=desk.now, message=message.pk).state == "cancelled"
    )
    assert sent(desk) == {}


def test_without_letterhead_nothing_is_queued(office: Office) -> None:
    with pytest.raises(NoLetterhead):
        queued(office)


def test_who_may_queue_and_who_may_send(desk: Office) -> None:
    for nobody in (desk.person("analyst"), desk.person("auditor"), desk.person("admin")):
        with pytest.raises(NotPermitted):
            queued(desk, actor=nobody)
    with pytest.raises(NotPermitted):
        send_due(actor=desk.supervisor, gateway="sandbox", line=sandbox, now=desk.now)


def test_moments_are_kept(desk: Office) -> None:
    later: datetime = desk.now + timedelta(hours=1)
    message = queued(desk, hours=Hours(later))
    assert sent(desk) == {} and message.permit_id is None
    desk.later(hours=1)
    assert sent(desk) == {"accepted": 1}
