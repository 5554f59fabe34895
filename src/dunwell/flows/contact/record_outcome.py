"""How a contact went: answered or not, and whether it was an effective conversation.

Called when a note closes, and by the dialler for calls nobody answered. From then on
the contact counts as what it was; until then it counts as the strictest it can be.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.refusals import NoSuchPermit, NotYours, WrongOutcome
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits import reading
from dunwell.store.permits.models import Desk, Outcome

ATTEMPTS = frozenset({"call", "ai_voice", "visit"})
"""Channels on which a failed attempt to reach the borrower shows."""


def record_outcome(
    *, actor: Actor, permit: int, now: datetime, answered: bool, conversation: bool
) -> None:
    """Write down how the contact of a used permit went, once.

    Refuses NoSuchPermit, NotPermitted, NotYours, and WrongOutcome for a permit that was
    not used, has its outcome, or for a conversation nobody answered.
    """
    with transaction.atomic():
        row = reading.given([permit]).get(permit)
        day = now.astimezone(BEIJING).date()
        if row is None:
            require(actor, "permit.ask", day=day)
            raise NoSuchPermit(permit=permit)
        subject = reading.subjects_of([permit])[permit]
        require(
            actor, "permit.ask", day=day, lender=subject.lender, team=subject.team,
            holder=subject.holder,
        )  # fmt: skip
        if actor.machine is None and row.staff != actor.staff:
            raise NotYours(permit=permit)
        desk = reading.lock(parties=[row.party], reaches=[]).desks[row.party]
        step = reading.steps_of([permit]).get(permit)
        if step != "used" or (conversation and not answered):
            raise WrongOutcome(permit=permit, state=step or "reserved")
        if Outcome.objects.filter(pk=permit).exists():
            raise WrongOutcome(permit=permit, state="told")
        Outcome.objects.create(
            permit_id=permit, answered=answered, conversation=conversation, at=now,
            actor_id=actor.staff, actor_label=actor.label,
        )  # fmt: skip
        _keep(row, desk, now, answered, conversation)


def _keep(
    row: reading.GivenRow,
    desk: reading.DeskRow,
    now: datetime,
    answered: bool,
    conversation: bool,
) -> None:
    failed, last_at = desk.failed_in_row, desk.last_conversation_at
    if row.role == "borrower" and row.channel in ATTEMPTS:
        failed = 0 if answered else failed + (row.direction == "outbound")
    if conversation and row.direction == "outbound":
        last_at = now if last_at is None else max(now, last_at)
    Desk.objects.filter(pk=row.party).update(failed_in_row=failed, last_conversation_at=last_at)
