"""Give a permit back that is not needed: what it held is free for a colleague at once.

Called by faces. A permit that is neither used nor given back lapses by itself; no job
is needed for that.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.refusals import NoSuchPermit, NotYours, PermitOver
from dunwell.store.people.permissions import Actor, may, require
from dunwell.store.permits import reading
from dunwell.store.permits.counts import state_of
from dunwell.store.permits.models import Step


def release_permit(*, actor: Actor, permit: int, now: datetime) -> None:
    """Give the permit back.

    Refuses NoSuchPermit, NotPermitted, NotYours unless the actor may approve contacts of
    the case, and PermitOver where there is nothing to give back.
    """
    with transaction.atomic():
        row = reading.given([permit]).get(permit)
        day = now.astimezone(BEIJING).date()
        if row is None:
            require(actor, "permit.ask", day=day)
            raise NoSuchPermit(permit=permit)
        subject = reading.subjects_of([permit])[permit]
        scope = {"lender": subject.lender, "team": subject.team, "holder": subject.holder}
        approves = may(actor, "permit.approve", day=day, **scope)
        if not approves:
            require(actor, "permit.ask", day=day, **scope)
        if not approves and actor.machine is None and row.staff != actor.staff:
            raise NotYours(permit=permit)
        reading.lock(parties=[row.party], reaches=[])
        step = reading.steps_of([permit]).get(permit)
        state = state_of(reserved_until=row.reserved_until, step=step, now=now)
        if state != "reserved":
            raise PermitOver(permit=permit, state=state)
        Step.objects.create(
            permit_id=permit,
            kind=Step.Kind.RELEASED,
            at=now,
            actor_id=actor.staff,
            actor_label=actor.label,
        )
