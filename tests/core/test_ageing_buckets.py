"""Ranges of days: the default ones, a lender's own, and what is refused."""

from __future__ import annotations

import pytest

from dunwell.core.ageing import (
    DEFAULT_BUCKETS,
    OverlappingBuckets,
    UnreadableBuckets,
    parse_buckets,
    sub_stage,
)


def test_default_buckets_are_months_of_thirty_days_up_to_six() -> None:
    edges = {0: "current", 1: "M1", 30: "M1", 31: "M2", 60: "M2", 61: "M3", 90: "M3", 120: "M4"}
    edges |= {150: "M5", 151: "M6", 180: "M6", 181: "M6+", 9_999: "M6+"}
    assert {days: DEFAULT_BUCKETS.name_of(days) for days in edges} == edges


def test_sub_stages_divide_the_first_month() -> None:
    edges = {0: None, 1: "S1", 7: "S1", 8: "S2", 15: "S2", 16: "S3", 30: "S3", 31: None}
    assert {days: sub_stage(days) for days in edges} == edges


def test_own_buckets_are_named_by_their_text() -> None:
    buckets = parse_buckets("1-3,4-30,31-60,61+")
    assert [buckets.name_of(days) for days in (0, 1, 3, 4, 60, 61)] == [
        "current",
        "1-3",
        "1-3",
        "4-30",
        "31-60",
        "61+",
    ]


def test_a_day_that_no_range_holds_is_current() -> None:
    buckets = parse_buckets("11-20")
    assert {buckets.name_of(days) for days in (1, 10, 21, 500)} == {"current"}


@pytest.mark.parametrize("text", ["1-30,30-60", "1+,31-60", "5-9,1-5", "10+,20+", "3-3,3-3"])
def test_ranges_that_share_a_day_are_refused(text: str) -> None:
    with pytest.raises(OverlappingBuckets):
        parse_buckets(text)


@pytest.mark.parametrize(
    "text", ["", "0-3", "4-3", "a-b", "1-", "-3", "1-3,,4-9", "1-3;4+", "1.5-3"]
)
def test_what_is_not_a_range_is_refused_with_its_text(text: str) -> None:
    with pytest.raises(UnreadableBuckets) as refused:
        parse_buckets(text)
    assert refused.value.figures["buckets"] == text
