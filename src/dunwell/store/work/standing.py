"""What stands on a day: capacities, retentions, items already on worklists.

Read by the flows that share, move and show work; each question is one query.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from dunwell.store.work.models import Capacity, Retention, WorkItem


@dataclass(frozen=True, slots=True)
class OpenItem:
    """An item that sharing the day anew may change, by its case."""

    number: int
    staff: int | None
    action: str
    place: str
    minutes: int
    gain_fen: int
    why: str


def capacities_on(*, lender: int, day: date) -> dict[int, Capacity]:
    """What counts for each person on the day, by staff id."""
    rows = Capacity.objects.filter(
        Q(until_on=None) | Q(until_on__gt=day), lender=lender, from_on__lte=day
    )
    return {row.staff_id: row for row in rows.order_by("pk")}


def minutes_on(capacity: Capacity, day: date) -> int:
    """The minutes of that weekday."""
    return int(capacity.minutes[day.weekday()])


def standing_retentions(*, day: date) -> QuerySet[Retention]:
    """Retentions that count on the day."""
    return Retention.objects.filter(ends=None, end=None, from_on__lte=day, until_on__gt=day)


def open_items(*, lender: int, day: date) -> dict[int, OpenItem]:
    """The items that nobody has touched, by case."""
    rows = WorkItem.objects.filter(lender=lender, day=day, state=WorkItem.State.OPEN, kept=False)
    told = rows.values_list(
        "case_id", "pk", "staff_id", "action", "place", "minutes", "gain_fen", "why"
    )
    return {
        case: OpenItem(number, staff, action, place, minutes, gain_fen, why)
        for case, number, staff, action, place, minutes, gain_fen, why in told
    }


def staying_items(*, lender: int, day: date) -> QuerySet[WorkItem]:
    """The items that stay whatever is shared anew: placed by a person, in work, done."""
    return WorkItem.objects.filter(
        Q(kept=True) | ~Q(state=WorkItem.State.OPEN), lender=lender, day=day
    ).exclude(state=WorkItem.State.RECALLED)


def taken_on(*, lender: int, day: date) -> dict[int | None, dict[str, list[int]]]:
    """Minutes and count by staff and action of the items that stay."""
    found: dict[int | None, dict[str, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0]))
    rows = staying_items(lender=lender, day=day).values_list("staff_id", "action", "minutes")
    for staff, action, minutes in rows:
        found[staff][action][0] += minutes
        found[staff][action][1] += 1
    return found


def items_of(*, lender: int, day: date, staff: Collection[int] | None) -> QuerySet[WorkItem]:
    """The worklists of a day, the greatest gain first; of these people, or of all (None)."""
    rows = WorkItem.objects.filter(lender=lender, day=day).exclude(state=WorkItem.State.RECALLED)
    if staff is not None:
        rows = rows.filter(staff__in=staff)
    return rows.select_related("staff").order_by("-gain_fen", "pk")
