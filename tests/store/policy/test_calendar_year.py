"""How far the calendar is known: year by year without a gap, and when that is said loudly."""

from __future__ import annotations

from datetime import date

import pytest

from dunwell.core.params import NoValueOn
from dunwell.store.policy.calendar_year import calendar_until, read_ends, shipped_calendar


def _known(*years: int):
    def year_on(day: date) -> int:
        if day.year not in years:
            raise NoValueOn(parameter="p", day=str(day), first_on="")
        return day.year

    return year_on


@pytest.mark.parametrize(
    ("day", "years", "until", "left"),
    [
        (date(2026, 11, 23), (2026,), date(2026, 12, 31), 38),
        (date(2026, 11, 23), (2026, 2027), date(2027, 12, 31), 403),
        (date(2026, 11, 23), (2026, 2028), date(2026, 12, 31), 38),
        (date(2027, 1, 1), (2026,), date(2026, 12, 31), -1),
    ],
)
def test_the_calendar_is_known_until_the_end_of_the_last_year_without_a_gap(
    day, years, until, left
) -> None:
    assert calendar_until(day=day, year_on=_known(*years)) == (until, left)


def test_a_year_whose_value_begins_late_is_not_known() -> None:
    def year_on(day: date) -> int:
        return 2027 if day >= date(2027, 2, 1) else 2026

    assert calendar_until(day=date(2026, 6, 1), year_on=year_on).known_until == date(2026, 12, 31)


def test_the_end_is_near_from_sixty_days_before() -> None:
    assert not shipped_calendar(date(2026, 10, 31)).near
    near = shipped_calendar(date(2026, 11, 1))
    assert near.near and near.days_left == 60 and near.code == "CALENDAR-ENDS"
    assert shipped_calendar(date(2027, 1, 1)).code == "CALENDAR-ENDED"
    assert near.figures["refuses_from"] == "2027-01-01"


def test_the_report_of_a_day_run_keeps_it_and_an_older_one_says_nothing() -> None:
    ends = shipped_calendar(date(2026, 11, 1))
    assert read_ends({"calendar": ends.report}) == ends
    assert read_ends({}) is None
