"""The messages a day's work asks for: reminders, and the SMS where the phone failed, by strategy.

Called once the day is run and shared (and by the worker): every item of the worklist that is a
message and in nobody's hands is queued through the outbox, where the gate answers as for any
other; outside the hours of messages it waits for them, and is asked about when it is sent. An
item is queued once; what cannot be (no number of the borrower's own, no letterhead, refused by
the gate, now or when it is sent) stays open and is told by code, for a person to see to.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from dunwell.core.permit import BEIJING
from dunwell.core.refusal import Refusal
from dunwell.flows.contact.hours import Hours, hours_of
from dunwell.flows.contact.outbox import queue_message
from dunwell.flows.contact.reaching import own_numbers
from dunwell.flows.contact.reopened import WORK
from dunwell.store.outreach.models import Message
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Desk
from dunwell.store.work.models import WorkItem

MESSAGES = ("remind", "sms")
"""Actions of a worklist that a message carries out."""
AFTER_FAILED_CALLS = "missed-call"
OTHERWISE = "due-reminder"


@dataclass(slots=True)
class WorkSent:
    """How many items were queued now, how many stood there already, and why others were not."""

    queued: int = 0
    stood: int = 0
    left: Counter[str] = field(default_factory=Counter)
    """Items by the code that stood against them."""


def queue_work_messages(
    *, actor: Actor, day: date, now: datetime, gateway_of: Callable[[str], str]
) -> WorkSent:
    """Queue the messages of `day`'s open items. A second call queues nothing twice.

    Only for the day that it is in Beijing: yesterday's work is not sent today. Refuses
    NotPermitted.
    """
    require(actor, "promise.remind", day=day)
    done = WorkSent()
    if now.astimezone(BEIJING).date() != day:
        return done
    items = WorkItem.objects.filter(
        day=day, staff=None, action__in=MESSAGES, state=WorkItem.State.OPEN
    ).select_related("case", "lender")
    listed = list(items.order_by("-gain_fen", "pk"))
    keys = {WORK.format(item=item.pk): item for item in listed}
    stand = set(Message.objects.filter(key__in=list(keys)).values_list("key", flat=True))
    done.stood = len(stand)
    failed = dict(
        Desk.objects.filter(party__in={item.case.party_id for item in listed}).values_list(
            "party_id", "failed_in_row"
        )
    )
    hours = hours_of(channel="sms", now=now)
    numbers = own_numbers({item.case.party_id for item in listed})
    for key, item in keys.items():
        if key not in stand:
            code = _queue(actor, item, key, now, hours, gateway_of, failed, numbers)
            if code:
                done.left[code] += 1
            else:
                done.queued += 1
    return done


def _queue(
    actor: Actor,
    item: WorkItem,
    key: str,
    now: datetime,
    hours: Hours,
    gateway_of: Callable[[str], str],
    failed: Mapping[int, int],
    numbers: Mapping[int, int],
) -> str:
    """Queue one; answers the code that stood against it, empty where nothing did."""
    contact = numbers.get(item.case.party_id)
    if contact is None:
        return "PROMISE-NO-OWN-NUMBER"
    missed = item.action == "sms" and failed.get(item.case.party_id, 0) > 0
    try:
        with transaction.atomic():
            message = queue_message(
                actor=actor, now=now, case=item.case_id, contact=contact,
                template=AFTER_FAILED_CALLS if missed else OTHERWISE, key=key,
                gateway=gateway_of(item.lender.code), officer=item.case.holder_id,
                hours=hours,
            ).message  # fmt: skip
            if message.state == Message.State.REFUSED:
                return message.code
            WorkItem.objects.filter(pk=item.pk).update(state=WorkItem.State.DONE)
    except Refusal as refusal:
        return refusal.code
    return ""
