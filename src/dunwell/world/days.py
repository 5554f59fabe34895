"""Days in arrays: whole days since 1970-01-01, and months without floating point.

Used by every room of the world that works on a chunk at once; text is ISO.
"""

from __future__ import annotations

from datetime import date

import numpy as np

from dunwell.world.draws import Ints

EPOCH = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Days from 1970-01-01 to `day`.

    >>> day_number(date(1970, 1, 31))
    30
    """
    return (day - EPOCH).days


def month_numbers(days: Ints) -> Ints:
    """Months from January 1970 to the month each day lies in."""
    return days.astype("M8[D]").astype("M8[M]").astype(np.int64)


def month_starts(months: Ints) -> Ints:
    """The first day of each month."""
    return months.astype("M8[M]").astype("M8[D]").astype(np.int64)


def days_of_month(days: Ints) -> Ints:
    """1 to 31 for each day."""
    return days - month_starts(month_numbers(days)) + 1


def years(days: Ints) -> Ints:
    """The calendar year of each day."""
    return month_numbers(days) // 12 + 1970


def same_day_in_later_months(days: Ints, months_later: Ints) -> Ints:
    """The same day of the month some months on; where there is none, the last of the month.

    >>> start = np.array([day_number(date(2026, 1, 31))])
    >>> same_day_in_later_months(start, np.array([1])).astype("M8[D]").astype(str)
    array(['2026-02-28'], dtype='<U28')
    """
    target = month_numbers(days) + months_later
    first = month_starts(target)
    length = month_starts(target + 1) - first
    later: Ints = first + np.minimum(days_of_month(days), length) - 1
    return later


class DayTexts:
    """ISO text of days, looked up in a list because the same days recur a million times."""

    def __init__(self, *, first: int, last: int) -> None:
        self._first = first
        span = np.arange(first, last + 1).astype("M8[D]").astype(str)
        self._texts: list[str] = span.tolist()

    def __getitem__(self, day: int) -> str:
        return self._texts[day - self._first]

    def of(self, days: Ints) -> list[str]:
        """Texts of a flat array of days."""
        texts, first = self._texts, self._first
        return [texts[day - first] for day in days.tolist()]
