"""A year's holidays as a CSV file: `date,kind`, one row a day that is not what its weekday says.

Called by `dunwell policy calendar`. `holiday` is a day off, `workday` a Saturday or Sunday
that is worked. A row that is wrong is refused with file, row, column and what would be right.
"""

from __future__ import annotations

import csv
from datetime import date
from io import StringIO
from typing import Literal, NamedTuple, get_args

from dunwell.core.refusal import Refusal

Kind = Literal["holiday", "workday"]
HEADER = ["date", "kind"]
SATURDAY = 5


class BadCalendar(Refusal):
    """A calendar file that is not as it must be. Figures: file, row, column, value, allowed."""

    code = "CALENDAR-FILE"


class Calendar(NamedTuple):
    """One year's days off and working weekends, in order."""

    year: int
    days: dict[str, str]


def read_calendar(text: str, *, file: str) -> Calendar:
    """Read a year.

    Refuses (BadCalendar) another header, a day that is none, of another year or twice, an
    unknown kind, a workday that is no weekend, and a year that does not begin with a holiday.
    """
    rows = list(csv.reader(StringIO(text.lstrip("\ufeff"))))
    if not rows or [cell.strip() for cell in rows[0]] != HEADER:
        raise _bad(file, 1, "date,kind", ",".join(rows[0]) if rows else "", "date,kind")
    found: dict[str, str] = {}
    year = 0
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        day, kind = _row(cells, file, number)
        year = year or day.year
        if day.year != year:
            raise _bad(file, number, "date", day.isoformat(), f"{year}-MM-DD")
        if day.isoformat() in found:
            raise _bad(file, number, "date", day.isoformat(), "1 ×")
        found[day.isoformat()] = kind
    if found.get(f"{year:04d}-01-01") != "holiday":
        raise _bad(file, 2, "date", "", f"{year or 'YYYY'}-01-01,holiday")
    return Calendar(year, dict(sorted(found.items())))


def _row(cells: list[str], file: str, number: int) -> tuple[date, str]:
    text, kind = (*(cell.strip() for cell in cells), "", "")[:2]
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise _bad(file, number, "date", text, "YYYY-MM-DD") from None
    if kind not in get_args(Kind):
        raise _bad(file, number, "kind", kind, " | ".join(get_args(Kind)))
    if kind == "workday" and day.weekday() < SATURDAY:
        raise _bad(file, number, "kind", f"{text},{kind}", "Sat | Sun")
    return day, kind


def _bad(file: str, row: int, column: str, value: str, allowed: str) -> BadCalendar:
    return BadCalendar(file=file, row=row, column=column, value=value, allowed=allowed)
