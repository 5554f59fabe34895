"""Until when the calendar is known: past that day the gate refuses every contact.

Called by pack check, the day run and the front pages, which warn from WARN_DAYS before. No
Django here: `shipped_calendar` answers without state from the seed; what counts in a house
is `store.policy.house.calendar_ends`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from dunwell.core.params import NoValueOn
from dunwell.store.policy.seeds import seed

CALENDAR_YEAR = "permit.calendar_year"
WARN_DAYS = 60
"""The State Council tells the holidays of a year in the November before it."""
FIRST_DAY, LAST_DAY = (1, 1), (12, 31)


class CalendarEnds(NamedTuple):
    """The last day whose calendar is known, and how many days there are to it from a day on."""

    known_until: date
    days_left: int

    @property
    def near(self) -> bool:
        """Whether it is time to say so loudly."""
        return self.days_left <= WARN_DAYS

    @property
    def figures(self) -> dict[str, object]:
        """For the sentence `self.code`."""
        return {
            "known_until": self.known_until.isoformat(),
            "refuses_from": (self.known_until + timedelta(days=1)).isoformat(),
            "days_left": self.days_left,
            "year": self.known_until.year + 1,
        }

    @property
    def report(self) -> dict[str, object]:
        """As the report of a day run keeps it; `read_ends` reads it again."""
        return {"known_until": self.known_until.isoformat(), "days_left": self.days_left}

    @property
    def code(self) -> str:
        """Which sentence says it: the end is near, or over."""
        return "CALENDAR-ENDS" if self.days_left >= 0 else "CALENDAR-ENDED"


def read_ends(report: Mapping[str, Any]) -> CalendarEnds | None:
    """What a day run's report says of the calendar; None where it is older than that."""
    kept = report.get("calendar")
    return kept and CalendarEnds(date.fromisoformat(kept["known_until"]), kept["days_left"])


def calendar_until(*, day: date, year_on: Callable[[date], int]) -> CalendarEnds:
    """How far the calendar is known from `day` on, without a gap.

    `year_on` answers which year is known on a day, and refuses (NoValueOn) where none is.
    """
    first, year = day, day.year
    while _known(first, year_on) and _known(date(year, *LAST_DAY), year_on):
        year += 1
        first = date(year, *FIRST_DAY)
    known_until = date(year - 1, *LAST_DAY)
    return CalendarEnds(known_until, (known_until - day).days)


def shipped_calendar(day: date) -> CalendarEnds:
    """How far the calendar that came with the software is known."""
    return calendar_until(day=day, year_on=seed(CALENDAR_YEAR).value_on)


def _known(day: date, year_on: Callable[[date], int]) -> bool:
    try:
        return year_on(day) == day.year
    except NoValueOn:
        return False
