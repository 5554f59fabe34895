"""The messages of a day's work: queued once, by strategy, and only today's."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from dunwell.flows.contact.outbox import text_of_message
from dunwell.flows.contact.standings import Said, stand
from dunwell.flows.contact.work_messages import WorkSent, queue_work_messages
from dunwell.store.outreach.models import Letterhead, Message
from dunwell.store.people.permissions import NotPermitted, system_actor
from dunwell.store.permits.models import Desk
from dunwell.store.work.models import WorkItem
from tests.flows.contact.people import Office
from tests.flows.contact.test_outbox import desk  # noqa: F401  # the office with a letterhead

pytestmark = pytest.mark.django_db
MACHINE = system_actor("command-line")


def asked(office: Office, action: str = "sms", **more: Any) -> WorkItem:
    return WorkItem.objects.create(
        day=office.now.date(), lender=office.lender, case=office.case, action=action, minutes=0,
        gain_fen=100, why="step", **more,
    )  # fmt: skip


def queued(office: Office, day_later: int = 0) -> WorkSent:
    return queue_work_messages(
        actor=MACHINE, day=office.now.date() + timedelta(days=day_later), now=office.now,
        gateway_of=lambda lender: "sandbox",
    )  # fmt: skip


def test_a_message_of_the_day_is_queued_once_and_its_item_is_done(desk: Office) -> None:  # noqa: F811
    item = asked(desk, "remind")
    assert (queued(desk).queued, queued(desk).queued) == (1, 0)
    item.refresh_from_db()
    message = Message.objects.get()
    assert (item.state, message.template, message.key) == (
        "done",
        "due-reminder",
        f"work:{item.pk}",
    )


def test_after_failed_calls_the_message_says_who_called(desk: Office) -> None:  # noqa: F811
    desk.call(answered=False)
    assert Desk.objects.get().failed_in_row == 1
    asked(desk)
    queued(desk)
    assert "刚才来电未能联系上您" in text_of_message(Message.objects.get())


def test_what_is_in_somebodys_hands_or_no_message_is_left_to_them(desk: Office) -> None:  # noqa: F811
    asked(desk, "phone")
    assert queued(desk).queued == 0
    WorkItem.objects.update(action="sms", staff=desk.collector.staff)
    assert queued(desk).queued == 0


def test_what_the_gate_refuses_stays_open_and_is_told(desk: Office) -> None:  # noqa: F811
    stand(
        actor=desk.supervisor, now=desk.now, case=desk.case.pk,
        said=Said(what="freeze", kind="dispute", why="借款人提出异议"),
    )  # fmt: skip
    item = asked(desk, "remind")
    found = queued(desk)
    item.refresh_from_db()
    assert found.queued == 0 and found.left == {"HOUSE-F-dispute": 1} and item.state == "open"
    assert queued(desk).stood == 1


def test_without_letterhead_or_number_it_is_told(desk: Office) -> None:  # noqa: F811
    asked(desk)
    desk.contacts["self"].__class__.objects.filter(pk=desk.contacts["self"].pk).update(
        phone_sealed=None
    )
    assert queued(desk).left == {"PROMISE-NO-OWN-NUMBER": 1}
    assert Letterhead.objects.exists()


def test_another_days_work_is_not_sent_today(desk: Office) -> None:  # noqa: F811
    asked(desk)
    assert queued(desk, day_later=1).queued == 0 and queued(desk, day_later=-1).queued == 0
    assert not Message.objects.exists()


def test_a_collector_does_not_send_the_days_work(desk: Office) -> None:  # noqa: F811
    with pytest.raises(NotPermitted):
        queue_work_messages(
            actor=desk.collector, day=desk.now.date(), now=desk.now, gateway_of=lambda lender: "x"
        )
