"""The reminders of a day: every promise due tomorrow, one message each, in its officer's name.

Called once the day is run and written, as often as the day is run: a promise is reminded once.
What cannot be reminded (no number of the borrower's own, no letterhead, refused by the gate) is
told, for a person to see to; it stops no other. At night they wait for the morning unasked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from dunwell.core.promise import UNSETTLED
from dunwell.core.refusal import Refusal
from dunwell.flows.contact.hours import Hours, hours_of
from dunwell.flows.follow_up.promise_standing import day_of
from dunwell.flows.follow_up.remind import remind_promise
from dunwell.store.outreach.models import Message
from dunwell.store.people.permissions import Actor, require
from dunwell.store.promises.models import PromiseState

GatewayOf = Callable[[str], str]
"""The gateway through which a lender (by code) sends."""


@dataclass(frozen=True, slots=True)
class NotReminded:
    """A promise that was not reminded, and the code that says why."""

    promise: int
    case: int
    code: str


@dataclass(frozen=True, slots=True)
class Reminded:
    """How many promises fall due on `due_on`, whose reminders were queued, and who is left."""

    due_on: date
    due: int
    queued: tuple[int, ...]
    left: tuple[NotReminded, ...]


def remind_due(*, actor: Actor, now: datetime, gateway_of: GatewayOf) -> Reminded:
    """Queue the reminder of every promise due tomorrow that has none yet. Refuses NotPermitted.

    A promise made today for tomorrow needs none.
    """
    day = day_of(now)
    require(actor, "promise.remind", day=day)
    tomorrow = day + timedelta(days=1)
    rows = PromiseState.objects.filter(due_on=tomorrow, state__in=UNSETTLED)
    found = list(rows.select_related("promise__case__lender").order_by("pk"))
    wanted = [row for row in found if row.reminded_on is None and row.promise.made_on < day]
    hours = hours_of(channel="sms", now=now)
    queued: list[int] = []
    left: list[NotReminded] = []
    for row in wanted:
        code = _remind(actor, row, now, gateway_of, hours)
        if code:
            left.append(NotReminded(row.pk, row.promise.case_id, code))
        else:
            queued.append(row.pk)
    return Reminded(tomorrow, len(found), tuple(queued), tuple(left))


def _remind(
    actor: Actor, row: PromiseState, now: datetime, gateway_of: GatewayOf, hours: Hours
) -> str:
    """Queue one; answers the code that stood against it, empty where nothing did."""
    try:
        gateway = gateway_of(row.promise.case.lender.code)
        message = remind_promise(
            actor=actor, now=now, promise=row.pk, gateway=gateway, officer=row.promise.by_id,
            hours=hours,
        ).message  # fmt: skip
    except Refusal as refusal:
        return refusal.code
    return message.code if message.state == Message.State.REFUSED else ""
