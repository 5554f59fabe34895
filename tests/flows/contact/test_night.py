"""Queued at night: nothing is asked before the hours open; each is asked about when it is sent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from dunwell.channels.sms.sandbox import sandbox
from dunwell.flows.contact.hours import Hours, hours_of
from dunwell.flows.contact.message_list import messages_page
from dunwell.flows.contact.sending import next_due_at, send_due
from dunwell.flows.contact.standings import Said, stand
from dunwell.flows.follow_up.promises import Wanted as Promised
from dunwell.flows.follow_up.promises import take_promise
from dunwell.flows.follow_up.reminders import remind_due
from dunwell.store.outreach.models import Message
from dunwell.store.people.permissions import system_actor
from dunwell.store.permits.models import Permit, Step
from dunwell.store.promises.models import PromiseEvent, PromiseState
from dunwell.store.work.models import WorkItem
from tests.flows.conduct.test_publish_pack import WANTED, publish
from tests.flows.contact.people import TEXT, Office
from tests.flows.contact.test_outbox import desk, queued  # noqa: F401  # the office with a letterhead
from tests.flows.contact.test_work_messages import asked
from tests.flows.contact.test_work_messages import queued as work_queued

pytestmark = pytest.mark.django_db
WORKER = system_actor("worker")


@pytest.fixture
def night(desk: Office) -> Office:  # noqa: F811
    """One in the morning: the day run's hour."""
    desk.now = desk.now.replace(hour=1)
    return desk


def opened(office: Office) -> datetime:
    """The clock goes on to when the messages may go."""
    office.now = hours_of(channel="sms", now=office.now).open_at
    return office.now


def sent(office: Office) -> dict[str, int]:
    return send_due(actor=WORKER, gateway="sandbox", line=sandbox, now=office.now).states


def freeze(office: Office) -> None:
    stand(
        actor=office.supervisor, now=office.now, case=office.case.pk,
        said=Said(what="freeze", kind="dispute", why="借款人提出异议"),
    )  # fmt: skip


@pytest.mark.parametrize("channel", ["sms", "call"])
def test_the_hours_are_those_the_gate_itself_names(desk: Office, channel: str) -> None:  # noqa: F811
    shut = 0
    for minutes in range(0, 24 * 60, 30):
        now = desk.now.replace(hour=0) + timedelta(minutes=minutes)
        found = hours_of(channel=channel, now=now)
        if found == Hours(now):
            continue
        shut += 1
        text = TEXT if channel == "sms" else None
        answer = desk.ask(channel=channel, now=now, text=text).decision
        assert (answer.next_allowed_at, answer.codes) == (found.open_at, found.codes)
        assert hours_of(channel=channel, now=found.open_at) == Hours(found.open_at)
    assert shut >= 20
    assert not Permit.objects.exclude(verdict="refuse").exists()


def test_an_hour_published_anew_is_the_hour_waited_for(night: Office) -> None:
    told = replace(
        WANTED, parameter="sms.open_from", value=10 * 60, from_on=date(2026, 3, 3)
    )  # fmt: skip
    assert hours_of(channel="sms", now=night.now).open_at == night.now.replace(hour=8)
    night.now = night.now.replace(hour=12)
    publish(night, told)
    night.now = night.now.replace(hour=1) + timedelta(days=1)
    assert hours_of(channel="sms", now=night.now).open_at == night.now.replace(hour=10)


def test_the_days_messages_wait_unasked_and_are_asked_one_by_one(night: Office) -> None:
    asked(night)
    assert work_queued(night).queued == 1
    message = Message.objects.get()
    at = hours_of(channel="sms", now=night.now)
    assert (message.state, message.not_before, message.code) == (
        "queued",
        at.open_at,
        " ".join(at.codes),
    )
    assert "CN-T01" in at.codes
    assert not Permit.objects.exists() and message.permit_id is None
    assert sent(night) == {} and next_due_at(gateway="sandbox") == at.open_at
    waiting = messages_page(actor=night.supervisor, day=night.now.date(), states=["queued"])
    assert [row.pk for row in waiting.rows] == [message.pk]
    opened(night)
    assert sent(night) == {"accepted": 1}
    message.refresh_from_db()
    assert Step.objects.get(permit=message.permit_id).kind == "used" and message.code == ""
    assert not Permit.objects.filter(codes__contains="CN-T01").exists()


def test_what_is_frozen_at_night_is_refused_when_sent_and_its_work_is_open_again(
    night: Office,
) -> None:
    item = asked(night)
    freeze(night)
    assert work_queued(night).queued == 1
    opened(night)
    assert sent(night) == {"refused": 1}
    message = Message.objects.get()
    item.refresh_from_db()
    assert (message.state, message.code, item.state) == ("refused", "HOUSE-F-dispute", "open")
    assert not Step.objects.exists()
    assert (work_queued(night).stood, Message.objects.count()) == (1, 1)


def test_a_promise_reminded_at_night_waits_and_counts_as_reminded(night: Office) -> None:
    promise = promised(night)
    assert reminded(night) == (promise,)
    assert not Permit.objects.exists() and reminded(night) == ()
    opened(night)
    assert sent(night) == {"accepted": 1}
    assert PromiseState.objects.get().reminded_on == night.now.date()


def test_a_reminder_refused_when_sent_leaves_the_promise_to_be_reminded(night: Office) -> None:
    promised(night)
    reminded(night)
    freeze(night)
    opened(night)
    assert sent(night) == {"refused": 1}
    assert PromiseState.objects.get().reminded_on is None
    kinds = PromiseEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["open", "reminded", "unreminded"]


def test_somebody_who_writes_at_night_still_hears_the_gate(night: Office) -> None:
    message = queued(night)
    assert Permit.objects.get().verdict == "refuse" and message.state == "queued"


def test_work_that_a_person_holds_is_not_opened_for_them(night: Office) -> None:
    item = asked(night)
    work_queued(night)
    WorkItem.objects.update(staff=night.collector.staff)
    freeze(night)
    opened(night)
    assert sent(night) == {"refused": 1}
    item.refresh_from_db()
    assert item.state == "done"


def promised(office: Office) -> int:
    """A promise for tomorrow, made yesterday."""
    return take_promise(
        actor=office.collector, now=office.now - timedelta(hours=12), case=office.case.pk,
        wanted=Promised(amount_fen=50_000, due_on=office.now.date() + timedelta(days=1)),
    ).pk  # fmt: skip


def reminded(office: Office) -> tuple[int, ...]:
    return remind_due(actor=WORKER, now=office.now, gateway_of=lambda lender: "sandbox").queued
