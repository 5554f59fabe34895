"""What the desk's form is filled with, and how what it sends is read."""

from __future__ import annotations

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from dunwell.core.permit import BEIJING
from dunwell.faces.web.desk.form import promise_day
from dunwell.faces.web.desk.wish import read_said


def desk(day: date, payday: int | None) -> Any:
    return SimpleNamespace(day=day, terms=SimpleNamespace(payday=payday) if payday else None)


@pytest.mark.parametrize(
    ("day", "payday", "offered"),
    [
        (date(2026, 3, 2), None, date(2026, 3, 5)),
        (date(2026, 3, 2), 10, date(2026, 3, 11)),
        (date(2026, 3, 28), 5, date(2026, 4, 6)),
        (date(2026, 2, 20), 31, date(2026, 3, 1)),
        (date(2026, 3, 2), 25, date(2026, 3, 5)),
    ],
)
def test_a_promise_is_offered_for_the_day_after_a_near_payday(
    day: date, payday: int | None, offered: date
) -> None:
    assert promise_day(desk(day, payday)) == offered


def test_a_moment_without_zone_is_beijings_and_odd_values_are_left_out() -> None:
    said = read_said(
        {
            "channel": "call", "next_at": "2026-03-03T10:00", "next_on": "soon", "reason": 5,
            "promise": {"amount_fen": "1", "due_on": "2026-03-05"}, "identity_checked": "yes",
            "closing": {"identity_stated": True, "other": True},
        }
    )  # fmt: skip
    assert said.next_at is not None
    assert said.next_at.utcoffset() == timedelta(hours=8) and said.next_at.tzinfo is BEIJING
    assert (said.next_on, said.reason, said.promise, said.identity_checked) == (
        None,
        "",
        None,
        False,
    )
    assert said.closing == {"identity_stated": True}
