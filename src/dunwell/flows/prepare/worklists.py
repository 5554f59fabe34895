"""Worklists as they stand: a person's items of a day, and how the day was shared.

Called by `dunwell work today`, the collector's list and the supervisor's board. Who does
not give out work sees only the own list. Nothing personal is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dunwell.store.people.models import Lender, Staff
from dunwell.store.people.permissions import Actor, may, require
from dunwell.store.work.models import WorkDay, WorkItem
from dunwell.store.work.standing import items_of


@dataclass(frozen=True, slots=True)
class Worklist:
    """The items of a day, the greatest gain first, and the day's prices if it was shared."""

    items: list[WorkItem]
    shared: WorkDay | None


def worklist(*, actor: Actor, lender: Lender, day: date, staff: Staff | None = None) -> Worklist:
    """The worklist of one person, or of everybody the actor may give work to (None).

    Refuses NotPermitted.
    """
    require(actor, "case.see", day=day, lender=lender.pk, team=_any_team(actor, lender, day))
    gives_out = may(actor, "case.assign", day=day, lender=lender.pk)
    wanted = None if staff is None else [staff.pk]
    if not gives_out:
        own = [] if actor.staff is None else [actor.staff]
        wanted = own if wanted is None else [each for each in wanted if each in own]
    return Worklist(
        items=list(items_of(lender=lender.pk, day=day, staff=wanted)),
        shared=WorkDay.objects.filter(lender=lender, day=day).first(),
    )


def _any_team(actor: Actor, lender: Lender, day: date) -> int | None:
    """A team of the actor at the lender: the own list is seen whatever team one is in."""
    teams = [h.team for h in actor.appointments if h.lender == lender.pk and h.covers(day)]
    return None if None in teams else next(iter(teams), None)
