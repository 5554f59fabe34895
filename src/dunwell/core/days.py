"""Days: reading dates as lenders write them, and counting days in half-open periods.

The law counts days, so a period is [start, end) of dates; an empty end is open.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta

from dunwell.core.refusal import Refusal

EXCEL_EPOCH = date(1899, 12, 30)
"""Day 0 of Excel's 1900 system, its wrong 29 February 1900 included."""

FIRST_DAY = date(1950, 1, 1)
LAST_DAY = date(2100, 12, 31)
"""Dates outside [FIRST_DAY, LAST_DAY] are wrong columns, not days of a loan."""

_WRITTEN = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日?"),
)
_TIME_TAIL = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?$")


class UnreadableDay(Refusal):
    """A text that is not a date. Figures: value."""

    code = "DAYS-UNREADABLE"


def parse_day(text: str) -> date:
    """Read 2026-03-02, 2026/3/2, 2026.3.2, 20260302, 2026年3月2日 or an Excel serial (46083).

    A time after the date is dropped (20260302235959 too). Refuses (UnreadableDay) anything else and
    days outside [FIRST_DAY, LAST_DAY].

    >>> [parse_day(t).isoformat() for t in ("2026/3/2", "20260302", "2026年3月2日", "46083")]
    ['2026-03-02', '2026-03-02', '2026-03-02', '2026-03-02']
    """
    cleaned = _TIME_TAIL.sub("", unicodedata.normalize("NFKC", text).strip())
    for pattern in _WRITTEN:
        match = pattern.fullmatch(cleaned)
        if match is None:
            continue
        try:
            day = date(*(int(part) for part in match.groups()))
        except ValueError:
            break
        return _within(day, text)
    if re.fullmatch(r"\d{5}(\.\d+)?", cleaned):
        return _within(EXCEL_EPOCH + timedelta(days=int(cleaned.split(".")[0])), text)
    raise UnreadableDay(value=text)


def _within(day: date, text: str) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise UnreadableDay(value=text)
    return day


def covered_days(periods: Iterable[tuple[date, date | None]], *, start: date, until: date) -> int:
    """Count the distinct days of all `periods` that lie in [start, until).

    Overlaps count once; an end of None is open; an empty or reversed period covers nothing.

    >>> d = date
    >>> covered_days([(d(2026, 1, 1), d(2026, 1, 4)), (d(2026, 1, 3), None)],
    ...              start=d(2026, 1, 2), until=d(2026, 1, 6))
    4
    """
    covered = 0
    reached = start
    clipped = sorted((max(a, start), until if b is None else min(b, until)) for a, b in periods)
    for first, end in clipped:
        first = max(first, reached)
        if end > first:
            covered += (end - first).days
            reached = end
    return covered
