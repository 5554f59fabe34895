"""Whether the moment itself can be believed: before any rule, the gate looks at its clock.

Called by ask_permit and use_permit. A clock that went back, a year without calendar and
a moment without time zone refuse (GATE-CLOCK, GATE-CALENDAR, GATE-ZONE).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from dunwell.core.params import NoValueOn
from dunwell.core.permit import BEIJING, Decision, Reason
from dunwell.store.permits.reading import Seen
from dunwell.store.policy.house import parameter
from dunwell.store.policy.seeds import seed


def house_number(name: str, *, lender: int, day: date, seen: Seen) -> int:
    """What counts for the lender on the day; the shipped value where nobody ever set any."""
    if seen.newest_value is None:
        return seed(name).value_on(day)
    return parameter(name, lender=lender, day=day)


def as_moment(now: datetime) -> datetime:
    """`now` with a zone, so that a refused moment can be written down too."""
    return now if now.utcoffset() is not None else now.replace(tzinfo=UTC)


def clock_trouble(*, now: datetime, lender: int, seen: Seen, pack_hash: str) -> Decision | None:
    """The refusal of a moment that cannot be believed, None where it can."""
    reasons = []
    if now.utcoffset() is None:
        reasons.append(_reason("GATE-ZONE"))
    at = as_moment(now)
    day = at.astimezone(BEIJING).date()
    if not _calendar_known(day, lender, seen):
        reasons.append(_reason("GATE-CALENDAR", year=day.year))
    elif seen.last_at is not None and at < seen.last_at:
        skew = house_number("permit.clock_skew_seconds", lender=lender, day=day, seen=seen)
        behind = seen.last_at - at
        if behind > timedelta(seconds=skew):
            seconds = int(behind.total_seconds())
            reasons.append(_reason("GATE-CLOCK", seconds=seconds, limit=skew))
    if not reasons:
        return None
    return Decision("refuse", tuple(reasons), (), None, pack_hash)


def _calendar_known(day: date, lender: int, seen: Seen) -> bool:
    try:
        return house_number("permit.calendar_year", lender=lender, day=day, seen=seen) == day.year
    except NoValueOn:
        return False


def _reason(code: str, **figures: int) -> Reason:
    return Reason(code, "refuse", code, figures, "", None)
