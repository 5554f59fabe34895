"""Windows: the days a feature looks back over, in calendar months or in days.

Every window here is (from_on, as_of]: the day it begins is outside, the day asked for
inside. Six months back from 31 August begin after 28 (or 29) February: a day that the
month does not have is its last.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Window:
    """The days after `from_on`, up to and with `as_of`."""

    from_on: date
    as_of: date

    def holds(self, day: date) -> bool:
        return self.from_on < day <= self.as_of


def months_back(as_of: date, months: int) -> Window:
    """The last `months` calendar months.

    >>> months_back(date(2026, 8, 31), 6).from_on.isoformat()
    '2026-02-28'
    """
    year, month = divmod(as_of.year * 12 + as_of.month - 1 - months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return Window(date(year, month + 1, min(as_of.day, last)), as_of)


def days_back(as_of: date, days: int) -> Window:
    """The last `days` days, `as_of` among them.

    >>> days_back(date(2026, 3, 2), 30).from_on.isoformat()
    '2026-01-31'
    """
    return Window(as_of - timedelta(days=days), as_of)
