"""The gain of acting: the difference acting makes, in fen, from judged data."""

from __future__ import annotations

import numpy as np
import pytest

from dunwell.core.assign.gain import ACTIONS, PPM, gain_told, gains_fen
from dunwell.core.assign.gain_file import parse_gains
from dunwell.core.params import WrongKeys, WrongValue
from tests.core.assign.a_day import shipped, shipped_text


def gain(action: str, overdue_fen: int, *, days: int = 20, grade: str = "C", reach: int = 1) -> int:
    table = shipped()
    places = np.array([table.grades.index(grade) if grade else -1])
    answer = gains_fen(
        table=table,
        action=action,
        overdue_fen=np.array([overdue_fen]),
        delinquent_days=np.array([days]),
        grade=places,
        reachability=np.array([reach]),
    )
    return int(answer[0])


def test_a_call_brings_its_points_of_the_amount_less_its_cost():
    # 3,000 yuan, grade C, first month: 4.5 points more than left alone, 4 yuan a call.
    assert gain("phone", 300_000) == 300_000 * 45_000 // 1_000_000 - 400 == 13_100


def test_those_who_pay_anyway_and_those_who_cannot_gain_less_than_those_between():
    assert gain("phone", 300_000, grade="A") < gain("phone", 300_000, grade="C")
    assert gain("phone", 300_000, grade="E") < gain("phone", 300_000, grade="C")


def test_a_visit_to_a_small_debt_costs_more_than_it_brings():
    assert gain("visit", 50_000, days=40) < 0 < gain("visit", 500_000, days=40)


def test_who_cannot_be_reached_by_telephone_gains_more_from_a_visit():
    lost = {"days": 60, "reach": 3}
    assert gain("phone", 2_000_000, **lost) < gain("visit", 2_000_000, **lost)


@pytest.mark.parametrize("action", ACTIONS[1:])
@pytest.mark.parametrize("days", [0, 1, 30, 31, 90, 91, 400])
def test_a_gain_is_told_with_the_parts_it_is_made_of(action, days):
    table = shipped()
    for grade in (*table.grades, ""):
        for place, reach in enumerate((*table.reachability, "")):
            told = gain_told(
                table=table, action=action, overdue_fen=234_567, delinquent_days=days,
                grade=grade, reachability=reach,
            )  # fmt: skip
            share = (told.with_ppm - told.without_ppm) * told.reach_ppm // PPM
            assert told.gain_fen == told.overdue_fen * share // PPM - told.cost_fen
            found = place if reach else -1
            assert told.gain_fen == gain(action, 234_567, days=days, grade=grade, reach=found)


def test_an_unknown_grade_counts_as_the_one_with_least_to_gain():
    assert gain("phone", 300_000, grade="") == gain("phone", 300_000, grade="E")


def test_the_largest_amounts_do_not_overflow():
    assert gain("legal", 10**11, days=120) > 0


def test_the_shipped_table_says_that_it_is_judged():
    assert shipped().judged


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("actions", "phone", "skill"), "singing"),
        (("actions", "phone", "paid_ppm", "early"), [1, 2]),
        (("actions", "phone", "paid_ppm", "early"), [1, 2, 3, 4, 2_000_000]),
        (("actions", "phone", "minutes"), -8),
        (("bands", "middle"), 1),
        (("grades",), []),
    ],
)
def test_numbers_and_names_that_are_not_allowed_are_refused(path, value):
    content = shipped_text()
    at = content
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    with pytest.raises(WrongValue):
        parse_gains(content, file="gains.yaml")


def test_a_key_that_is_not_known_is_refused():
    with pytest.raises(WrongKeys):
        parse_gains({**shipped_text(), "luck": 7}, file="gains.yaml")
