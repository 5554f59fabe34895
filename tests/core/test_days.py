"""Days as lenders write them, and distinct days of overlapping periods."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.days import (
    EXCEL_EPOCH,
    FIRST_DAY,
    LAST_DAY,
    UnreadableDay,
    covered_days,
    parse_day,
)

DAY = date(2026, 3, 2)
DAYS = st.dates(date(2026, 1, 1), date(2026, 3, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02", "2026-3-2", "2026/3/2", "2026/03/02", "2026.3.2", "20260302", "2026年3月2日",
        "2026年03月02", "46083", "46083.0", "46083.75", "２０２６－０３－０２", " 2026-03-02 ",
        "2026-03-02 10:15:00", "2026-03-02T10:15:00+08:00", "2026/3/2 0:00", "20260302235959",
    ],
)  # fmt: skip
def test_every_way_of_writing_a_day_is_that_day(text: str) -> None:
    assert parse_day(text) == DAY


@pytest.mark.parametrize(
    "text",
    [
        "", "2026", "2026-03", "2026年3月", "3/2/2026", "02-03-26", "2026-02-30", "2026-13-01",
        "20261301", "1949-12-31", "2101-01-01", "0000-00-00", "9999-12-31", "4608", "460830",
        "today",
    ],
)  # fmt: skip
def test_what_is_no_day_or_out_of_reach_is_refused(text: str) -> None:
    with pytest.raises(UnreadableDay) as refused:
        parse_day(text)
    assert refused.value.figures == {"value": text}


@given(st.dates(FIRST_DAY, LAST_DAY))
def test_every_day_in_reach_is_read_back_from_text_and_from_its_serial(day: date) -> None:
    assert parse_day(day.isoformat()) == day
    assert parse_day(str((day - EXCEL_EPOCH).days)) == day


@given(
    periods=st.lists(st.tuples(DAYS, st.one_of(st.none(), DAYS)), max_size=6),
    start=DAYS,
    until=DAYS,
)
def test_covered_days_are_the_days_in_any_period(
    periods: list[tuple[date, date | None]], start: date, until: date
) -> None:
    inside = [start + timedelta(days=n) for n in range((until - start).days)]
    expected = sum(
        any(first <= day and (end is None or day < end) for first, end in periods) for day in inside
    )
    assert covered_days(periods, start=start, until=until) == expected
