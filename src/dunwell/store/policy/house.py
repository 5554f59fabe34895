"""House parameters as they count for one lender on one day.

The nearest decision wins: the lender's own value, else the deployment's, else
the shipped seed; of several, the newest that has begun. `known_at` asks what was
decided by a past moment, so that a past day can be recomputed as it was then.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import QuerySet

from dunwell.core.ageing import BUCKET_ON, DAY_COUNTS, AgeingTerms
from dunwell.core.cases import EntryTerms
from dunwell.core.params import Parameter
from dunwell.store.policy.calendar_year import CALENDAR_YEAR, CalendarEnds, calendar_until
from dunwell.store.policy.models import HouseValue
from dunwell.store.policy.seeds import seed

Origin = Literal["lender", "house", "seed"]


@dataclass(frozen=True, slots=True)
class InForce:
    """The value that counts, since when, who says so (lender, house or seed) and why."""

    parameter: Parameter
    value: int
    from_on: date
    origin: Origin
    why: str
    why_en: str = ""
    """The same in English, where the software brings it."""


def in_force(
    *, name: str, lender: int | None, day: date, known_at: datetime | None = None
) -> InForce:
    """What counts for `lender` (None: the deployment) on `day`, with where it comes from.

    Refuses a name no seed has (NoSuchParameter) and a day before the first value (NoValueOn).
    """
    parameter = seed(name)
    begun = _set_values(name, known_at).filter(from_on__lte=day).order_by("-from_on", "-pk")
    own = begun.filter(lender=lender).first() if lender is not None else None
    found = own or begun.filter(lender=None).first()
    if found is not None:
        origin: Origin = "lender" if own else "house"
        return InForce(parameter, found.value, found.from_on, origin, found.why)
    dated = parameter.dated_on(day)
    return InForce(parameter, dated.value, dated.from_on, "seed", dated.source, dated.source_en)


def parameter(name: str, *, lender: int | None, day: date, known_at: datetime | None = None) -> int:
    """The number that counts for `lender` on `day`. Refuses like `in_force`."""
    return in_force(name=name, lender=lender, day=day, known_at=known_at).value


def ageing_terms(*, lender: int | None, day: date, known_at: datetime | None = None) -> AgeingTerms:
    """How this lender counts late days on `day`."""
    values = {
        name: parameter(f"ageing.{name}", lender=lender, day=day, known_at=known_at)
        for name in ("day_count", "grace_days", "bucket_on")
    }
    return AgeingTerms(
        day_count=DAY_COUNTS[values["day_count"]],
        grace_days=values["grace_days"],
        bucket_on=BUCKET_ON[values["bucket_on"]],
    )


def entry_terms(*, lender: int | None, day: date, known_at: datetime | None = None) -> EntryTerms:
    """From how many days and which amount a borrower of this lender becomes a case."""
    return EntryTerms(
        least_days=parameter("case.entry_least_days", lender=lender, day=day, known_at=known_at),
        least_overdue_fen=parameter(
            "case.entry_least_overdue_fen", lender=lender, day=day, known_at=known_at
        ),
    )


def calendar_ends(
    *, day: date, lender: int | None = None, known_at: datetime | None = None
) -> CalendarEnds:
    """How far the calendar is known from `day` on, in the deployment or for one lender."""
    return calendar_until(
        day=day,
        year_on=lambda on: parameter(CALENDAR_YEAR, lender=lender, day=on, known_at=known_at),
    )


def newest_value(*, known_at: datetime | None = None) -> int:
    """The newest decision on any parameter, 0 when there is none: tells whether policy changed."""
    newest = _set_values(None, known_at).order_by("-pk").values_list("pk", flat=True)
    return newest.first() or 0


def _set_values(name: str | None, known_at: datetime | None) -> QuerySet[HouseValue]:
    values = HouseValue.objects.all()
    if name is not None:
        values = values.filter(parameter=name)
    return values if known_at is None else values.filter(set_at__lte=known_at)
