"""Parameters: dated values with their source, and every mistake named with file and path."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime
from typing import Any

import pytest

from dunwell.core.params import (
    NoValueOn,
    WrongDates,
    WrongKeys,
    WrongValue,
    parse_parameter,
)

LAW = {"value": 3, "source": "GB/T 45251-2025, 5.3", "force": "recommended", "read": "secondary"}
CONTENT: dict[str, Any] = {
    "id": "CN-T02",
    "title": "每日有效通话上限",
    "unit": "days",
    "stricter": "lower",
    "least": 0,
    "checked_on": date(2026, 11, 23),
    "recheck_by": date(2027, 5, 23),
    "values": {date(2025, 2, 28): LAW, date(2026, 7, 1): {**LAW, "value": 2}},
}


def changed(path: str, value: Any) -> dict[str, Any]:
    """The content with one place changed; `path` walks keys, a day counts as one."""
    content = deepcopy(CONTENT)
    place: Any = content
    *way, last = path.split("/")
    for key in way:
        place = place[date.fromisoformat(key) if key[0].isdigit() else key]
    place[last] = value
    return content


def test_the_value_of_a_day_is_the_newest_that_has_begun() -> None:
    parameter = parse_parameter(CONTENT, file="t.yaml")
    days = (date(2025, 2, 28), date(2026, 6, 30), date(2026, 7, 1), date(2030, 1, 1))
    assert [parameter.value_on(day) for day in days] == [3, 3, 2, 2]
    assert parameter.dated_on(days[0]).source == "GB/T 45251-2025, 5.3"


def test_a_day_before_the_first_value_is_refused() -> None:
    with pytest.raises(NoValueOn) as refused:
        parse_parameter(CONTENT, file="t.yaml").value_on(date(2025, 2, 27))
    assert refused.value.figures == {
        "parameter": "CN-T02",
        "day": "2025-02-27",
        "first_on": "2025-02-28",
    }


def test_a_period_that_ended_has_no_value_after_it() -> None:
    content = changed("values/2025-02-28/until", date(2026, 1, 1))
    parameter = parse_parameter(content, file="t.yaml")
    assert parameter.value_on(date(2025, 12, 31)) == 3
    with pytest.raises(NoValueOn):
        parameter.value_on(date(2026, 1, 1))


def test_past_its_recheck_day_a_parameter_says_so_and_still_counts() -> None:
    parameter = parse_parameter(CONTENT, file="t.yaml")
    assert not parameter.overdue_for_check(date(2027, 5, 23))
    assert parameter.overdue_for_check(date(2027, 5, 24))


def test_unknown_and_missing_keys_are_named_with_what_is_allowed() -> None:
    content = {**CONTENT, "titel": "x"}
    del content["title"]
    with pytest.raises(WrongKeys) as refused:
        parse_parameter(content, file="house/t.yaml")
    figures = refused.value.figures
    assert (figures["file"], figures["path"]) == ("house/t.yaml", "file")
    assert (figures["unknown"], figures["missing"]) == (["titel"], ["title"])


def test_a_value_without_its_source_is_refused_where_it_stands() -> None:
    content = deepcopy(CONTENT)
    del content["values"][date(2026, 7, 1)]["source"]
    with pytest.raises(WrongKeys) as refused:
        parse_parameter(content, file="t.yaml")
    assert refused.value.figures["path"] == "values.2026-07-01"
    assert refused.value.figures["missing"] == ["source"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("unit", "day"),
        ("stricter", "smaller"),
        ("title", " "),
        ("checked_on", "2026-11-23"),
        ("recheck_by", datetime(2027, 1, 1, tzinfo=UTC)),
        ("values", {}),
        ("values", {"2026": LAW}),
        ("choices", ["a", "b"]),
        ("least", "0"),
        ("values/2025-02-28/value", 3.0),
        ("values/2025-02-28/value", True),
        ("values/2025-02-28/value", -1),
        ("values/2025-02-28/force", "law"),
        ("values/2025-02-28/read", "maybe"),
        ("values/2025-02-28/until", "2026-01-01"),
    ],
)
def test_a_field_that_does_not_hold_what_it_must_is_refused(path: str, value: Any) -> None:
    with pytest.raises(WrongValue) as refused:
        parse_parameter(changed(path, value), file="t.yaml")
    assert refused.value.figures["file"] == "t.yaml"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("values/2025-02-28/until", date(2026, 7, 2)),
        ("values/2025-02-28/until", date(2025, 2, 28)),
        ("recheck_by", date(2026, 11, 23)),
    ],
)
def test_periods_that_overlap_or_run_backwards_are_refused(path: str, value: Any) -> None:
    with pytest.raises(WrongDates):
        parse_parameter(changed(path, value), file="t.yaml")


def test_a_choice_is_a_number_with_a_name() -> None:
    content = {**CONTENT, "unit": "choice", "choices": ["exclusive", "inclusive"]}
    del content["least"]
    content["values"] = {date(2025, 1, 1): {**LAW, "value": 1}}
    parameter = parse_parameter(content, file="t.yaml")
    assert parameter.name_of(parameter.value_on(date(2026, 1, 1))) == "inclusive"
    content["values"] = {date(2025, 1, 1): {**LAW, "value": 2}}
    with pytest.raises(WrongValue) as refused:
        parse_parameter(content, file="t.yaml")
    assert refused.value.figures["allowed"] == "0 (exclusive), 1 (inclusive)"
