"""What people can take on: set from a day on, or for a stretch of days; never changed.

Called by `dunwell work capacity` and the supervisor's board. A leave is a stretch without
minutes. Hours are minutes of each weekday, Monday first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dunwell.core.assign.gain import SKILLS
from dunwell.core.refusal import Refusal
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.models import Lender, Staff
from dunwell.store.people.permissions import Actor, require
from dunwell.store.work.models import Capacity
from dunwell.store.work.standing import capacities_on

MOST_MINUTES = 24 * 60


class WrongCapacity(Refusal):
    """A field of a capacity that is not allowed. Figures: field, value, allowed."""

    code = "WORK-CAPACITY"


@dataclass(frozen=True, slots=True)
class TakesOn:
    """What a person can take on: minutes a weekday, skills, further languages, cities, limits."""

    minutes: Sequence[int]
    skills: Sequence[str]
    languages: Sequence[str] = ()
    regions: Sequence[str] = ()
    most: Mapping[str, int] | None = None


def set_capacity(
    *,
    actor: Actor,
    day: date,
    now: datetime,
    lender: Lender,
    staff: Staff,
    from_on: date,
    until_on: date | None,
    takes: TakesOn,
    why: str = "",
) -> Capacity:
    """Let this count for the person over [from_on, until_on).

    Refuses NotPermitted, and WrongCapacity for days before `day` or backwards, seven
    numbers that are none, and skills or limits there are not.
    """
    require(actor, "case.assign", day=day, lender=lender.pk)
    _check(takes, day=day, from_on=from_on, until_on=until_on)
    with transaction.atomic():
        made = Capacity.objects.create(
            staff=staff,
            lender=lender,
            from_on=from_on,
            until_on=until_on,
            minutes=list(takes.minutes),
            skills=" ".join(takes.skills),
            languages=" ".join(takes.languages),
            regions=" ".join(takes.regions),
            most=dict(takes.most or {}),
            at=now,
            by_id=actor.staff,
            by_label=actor.label,
            why=why.strip(),
        )
        append(
            stream=stream_of(lender.pk),
            verb="work.capacity",
            subject=f"staff:{staff.pk}",
            actor=actor,
            at=now,
            lender=lender.pk,
            day=from_on,
            why=why.strip(),
            figures={
                "capacity": made.pk,
                "minutes": list(takes.minutes),
                "skills": made.skills,
                "until_on": until_on.isoformat() if until_on else None,
            },
        )
    return made


def capacities_shown(*, actor: Actor, lender: Lender, day: date) -> list[Capacity]:
    """What counts on the day, by work name. Refuses NotPermitted."""
    require(actor, "case.see", day=day, lender=lender.pk)
    found = capacities_on(lender=lender.pk, day=day)
    names = dict(Staff.objects.filter(pk__in=found).values_list("pk", "username"))
    return sorted(found.values(), key=lambda row: names[row.staff_id])


def _check(takes: TakesOn, *, day: date, from_on: date, until_on: date | None) -> None:
    minutes = list(takes.minutes)
    if len(minutes) != 7 or not all(0 <= each <= MOST_MINUTES for each in minutes):
        allowed = f"7 x 0..{MOST_MINUTES}"
        raise WrongCapacity(field="minutes", value=str(minutes), allowed=allowed)
    for skill in (*takes.skills, *(takes.most or {})):
        if skill not in SKILLS:
            raise WrongCapacity(field="skills", value=skill, allowed=", ".join(SKILLS))
    for limit in (takes.most or {}).values():
        if limit < 0:
            raise WrongCapacity(field="most", value=limit, allowed="0..")
    for name in (*takes.languages, *takes.regions):
        if not name or " " in name:
            raise WrongCapacity(field="names", value=name, allowed="one word each")
    if from_on < day:
        raise WrongCapacity(field="from_on", value=from_on.isoformat(), allowed=f">= {day}")
    if until_on is not None and until_on <= from_on:
        raise WrongCapacity(field="until_on", value=until_on.isoformat(), allowed=f"> {from_on}")
