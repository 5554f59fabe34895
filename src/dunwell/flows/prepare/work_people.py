"""Who works at a lender on a day: role, hours, skills, and what keeps somebody from working.

Called by the supervisor's board, the page of hours and the forms that move a case. In order
of the shown name. Who holds no appointment that works does not stand here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from dunwell.flows.prepare.work_facts import WORKING
from dunwell.store.people.models import Appointment, Lender, Staff
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Standing
from dunwell.store.work.models import Capacity
from dunwell.store.work.standing import capacities_on, minutes_on


@dataclass(frozen=True, slots=True)
class Working:
    """One person: roles and hours of the day. `why_not`: a code where they get no work."""

    staff: Staff
    roles: tuple[str, ...]
    capacity: Capacity | None
    minutes: int
    why_not: str


def working_people(
    *, lender: Lender, day: date, at: datetime, teams: Collection[int] | None = None
) -> list[Working]:
    """Everybody who works for the lender (or in some of its teams, or for all of them)."""
    held = Appointment.objects.filter(
        Q(until_on=None) | Q(until_on__gt=day),
        lender=lender, role__in=WORKING, from_on__lte=day, staff__is_active=True,
    )  # fmt: skip
    if teams is not None:
        held = held.filter(Q(team=None) | Q(team__in=teams))
    people: dict[int, tuple[Staff, list[str]]] = {}
    for row in held.select_related("staff").order_by("pk"):
        people.setdefault(row.staff_id, (row.staff, []))[1].append(row.role)
    capacities = capacities_on(lender=lender.pk, day=day)
    certified, suspended = (_standing(kind, at) for kind in ("certified", "suspended"))
    found = []
    for number, (staff, roles) in people.items():
        capacity = capacities.get(number)
        minutes = minutes_on(capacity, day) if capacity else 0
        why_not = ""
        if capacity is None:
            why_not = "no_capacity"
        elif number in suspended:
            why_not = "suspended"
        elif number not in certified:
            why_not = "not_certified"
        elif not minutes:
            why_not = "away"
        found.append(Working(staff, tuple(dict.fromkeys(roles)), capacity, minutes, why_not))
    return sorted(found, key=lambda each: (each.staff.display_name, each.staff.username))


def hours_of_people(*, actor: Actor, lender: Lender, day: date, at: datetime) -> list[Working]:
    """Everybody with the hours that count on the day. Refuses NotPermitted."""
    require(actor, "case.assign", day=day, lender=lender.pk)
    return working_people(lender=lender, day=day, at=at)


def stretches_of(*, actor: Actor, lender: Lender, staff: int, day: date) -> list[Capacity]:
    """What was said of a person's hours, the newest first. Refuses NotPermitted."""
    require(actor, "case.assign", day=day, lender=lender.pk)
    return list(Capacity.objects.filter(lender=lender, staff=staff).order_by("-pk")[:20])


def _standing(kind: str, at: datetime) -> frozenset[int]:
    rows = Standing.objects.filter(
        Q(until_at=None) | Q(until_at__gt=at),
        what=Standing.What.STAFF, kind=kind, from_at__lte=at, replaced=None,
    )  # fmt: skip
    return frozenset(staff for staff in rows.values_list("staff_id", flat=True) if staff)
