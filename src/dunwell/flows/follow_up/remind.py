"""The reminder of a promise: one message to the borrower's own number, before its day is over.

Called by the follow-up board. It is the one contact an open promise allows; the text comes
from the house's template and the gate answers as for any message. Once is enough: the same
promise reminded again answers the message that stands there.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dunwell.core.promise import UNSETTLED
from dunwell.core.refusal import Refusal
from dunwell.flows.contact.hours import Hours
from dunwell.flows.contact.outbox import Queued, queue_message
from dunwell.flows.contact.reaching import own_numbers
from dunwell.flows.contact.reopened import REMINDER
from dunwell.flows.follow_up.promise_standing import day_of
from dunwell.flows.follow_up.promises import NoSuchPromise
from dunwell.store.outreach.models import Message
from dunwell.store.people.permissions import Actor, require
from dunwell.store.promises.models import PromiseEvent, PromiseState

TEMPLATE = "promise-reminder"


class NotToRemind(Refusal):
    """Not open, past its day, or not the next one of its case. Figures: promise, state, due_on."""

    code = "PROMISE-NOT-TO-REMIND"


class NoOwnNumber(Refusal):
    """No number of the borrower's own is on the book. Figures: case."""

    code = "PROMISE-NO-OWN-NUMBER"


def remind_promise(
    *,
    actor: Actor,
    now: datetime,
    promise: int,
    gateway: str,
    officer: int | None = None,
    hours: Hours | None = None,
) -> Queued:
    """Queue the reminder of a promise; one that the gate refuses for good does not count.

    `officer` is whose name it carries where a machine reminds, which tells the `hours` too.
    Refuses NoSuchPromise, NotPermitted, NotToRemind, NoOwnNumber, and what the outbox refuses.
    """
    day = day_of(now)
    with transaction.atomic():
        row = (
            PromiseState.objects.select_for_update(of=("self",))
            .filter(pk=promise)
            .select_related("promise__case")
            .first()
        )
        if row is None:
            require(actor, "promise.take", day=day)
            raise NoSuchPromise(promise=promise)
        case = row.promise.case
        require(
            actor, "promise.take", day=day, lender=case.lender_id, team=case.team_id,
            holder=case.holder_id,
        )  # fmt: skip
        # The message speaks of the promise due next: an earlier one must not be told in its stead.
        following = PromiseState.objects.filter(
            promise__case=case, state__in=UNSETTLED, due_on__gte=day
        ).order_by("due_on", "pk")
        if row.pk != following.values_list("pk", flat=True).first():
            raise NotToRemind(promise=promise, state=row.state, due_on=row.due_on.isoformat())
        queued = queue_message(
            actor=actor, now=now, case=case.pk, contact=_own_number(case.party_id, case.pk),
            template=TEMPLATE, key=REMINDER.format(promise=promise), gateway=gateway,
            officer=officer, hours=hours,
        )  # fmt: skip
        if not queued.stood and queued.message.state != Message.State.REFUSED:
            row.reminded_on = day
            row.save(update_fields=["reminded_on"])
            PromiseEvent.objects.create(
                promise_id=promise, day=day, kind="reminded",
                figures={"message": queued.message.pk},
            )  # fmt: skip
    return queued


def _own_number(party: int, case: int) -> int:
    found = own_numbers({party}).get(party)
    if found is None:
        raise NoOwnNumber(case=case)
    return found
