"""Pricing and filling: limits hold, the bound bounds, small cases meet brute force."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.assign.pricing import Filled, Need, WrongShape, price_then_fill

SMS, MINUTES = 0, 1


def filled(
    values: list[list[int]], needs: list[Need], limits: list[int], keys: list[int] | None = None
) -> Filled:
    actions = len(values[0]) if values else 3
    return price_then_fill(
        values_fen=np.array(values, dtype=np.int64).reshape(-1, actions),
        needs=needs,
        limits=np.array(limits, dtype=np.int64),
        keys=None if keys is None else np.array(keys),
    )


def used(choice: np.ndarray, needs: list[Need], limits: int) -> list[int]:
    total = np.zeros(limits, dtype=np.int64)
    rows = len(choice)
    for need in needs:
        takes = (choice == need.action) & (np.broadcast_to(need.limit, rows) >= 0)
        np.add.at(
            total,
            np.broadcast_to(need.limit, rows)[takes],
            np.broadcast_to(need.amount, rows)[takes],
        )
    return total.tolist()


def test_the_gains_of_acting_decide_not_the_largest_debt():
    answer = filled([[0, 50, 60], [0, 0, 90], [0, 10, 70]], [Need(1, 0), Need(2, 1)], [3, 1])
    assert answer.choice.tolist() == [1, 2, 1]
    assert answer.value_fen == 150


def test_a_price_is_the_worth_of_one_more_unit():
    answer = filled([[0, 900], [0, 700], [0, 400]], [Need(1, 0)], [2])
    assert answer.prices_fen.tolist() == [400]
    more = filled([[0, 900], [0, 700], [0, 400]], [Need(1, 0)], [3])
    assert more.value_fen - answer.value_fen == 400


def test_a_limit_with_room_costs_nothing():
    answer = filled([[0, 900], [0, 700]], [Need(1, 0)], [5])
    assert answer.prices_fen.tolist() == [0]
    assert answer.used.tolist() == [2]


def test_what_gains_nothing_is_left_alone():
    assert filled([[0, -5], [0, 0]], [Need(1, 0)], [9]).choice.tolist() == [0, 0]


def test_a_limit_of_zero_lets_nobody_through():
    answer = filled([[0, 9, 4], [0, 8, 5]], [Need(1, 0), Need(2, 1)], [0, 1])
    assert answer.choice.tolist() == [0, 2]
    assert answer.value_fen == 5


def test_an_empty_book_is_filled_with_nothing():
    answer = filled([], [Need(1, 0)], [4])
    assert (answer.value_fen, answer.bound_fen, answer.choice.tolist()) == (0, 0, [])


def test_without_limits_everybody_gets_what_is_best():
    assert filled([[0, 5, 7], [0, 9, -1]], [], []).choice.tolist() == [2, 1]


def test_an_action_may_take_of_two_limits():
    needs = [Need(1, 0), Need(1, 1, 30), Need(2, 1, 10)]
    answer = filled([[0, 90, 40], [0, 80, 50]], needs, [1, 40])
    assert answer.choice.tolist() == [1, 2]
    assert answer.used.tolist() == [1, 40]


def test_equal_rows_are_served_in_order_of_their_key():
    answer = filled([[0, 5]] * 4, [Need(1, 0)], [2], keys=[30, 10, 40, 20])
    assert answer.choice.tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(
    ("values", "needs", "limits"),
    [
        ([[1, 5]], [], []),
        ([[0, 5]], [Need(2, 0)], [1]),
        ([[0, 5]], [Need(1, 3)], [1]),
        ([[0, 5]], [Need(1, 0, -1)], [1]),
        ([[0, 5]], [Need(1, 0)], [-1]),
        ([[0, 1 << 50]], [Need(1, 0)], [1]),
    ],
)
def test_arrays_that_do_not_fit_are_refused(values, needs, limits):
    with pytest.raises(WrongShape):
        filled(values, needs, limits)


@st.composite
def problems(draw: st.DrawFn, rows: int = 7) -> tuple[list[list[int]], list[Need], list[int]]:
    """A few rows, two actions beside nothing, three limits, one of them shared by both."""
    count = draw(st.integers(0, rows))
    gain = st.integers(-3, 40)
    values = [[0, draw(gain), draw(gain)] for _ in range(count)]
    amounts = np.array([draw(st.integers(0, 4)) for _ in range(count)], dtype=np.int64)
    place = np.array([draw(st.integers(-1, 2)) for _ in range(count)], dtype=np.int64)
    needs = [Need(1, 0), Need(2, 0, amounts), Need(2, place, 1)]
    return values, needs, [draw(st.integers(0, 9)) for _ in range(3)]


@given(problems())
def test_limits_hold_and_the_bound_is_never_passed(problem):
    values, needs, limits = problem
    answer = filled(values, needs, limits)
    spent = used(answer.choice, needs, len(limits))
    assert spent == answer.used.tolist()
    assert all(each <= limit for each, limit in zip(spent, limits, strict=True))
    total = sum(values[row][action] for row, action in enumerate(answer.choice))
    assert total == answer.value_fen <= answer.bound_fen


@given(problems(rows=5))
def test_nothing_beats_the_bound_and_no_single_change_beats_the_answer(problem):
    values, needs, limits = problem
    answer = filled(values, needs, limits)
    best = 0
    for choice in product(range(3), repeat=len(values)):
        spent = used(np.array(choice, dtype=np.int64), needs, len(limits))
        if all(each <= limit for each, limit in zip(spent, limits, strict=True)):
            total = sum(values[row][action] for row, action in enumerate(choice))
            best = max(best, total)
            if sum(a != b for a, b in zip(choice, answer.choice, strict=True)) <= 1:
                assert total <= answer.value_fen
    assert answer.value_fen <= best <= answer.bound_fen


@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nobodys_action(problem, random):
    values, needs, limits = problem
    keys = list(range(len(values)))
    mixed = keys.copy()
    random.shuffle(mixed)
    answer = filled(values, needs, limits, keys)
    moved = [
        Need(need.action, *(x[mixed] if isinstance(x, np.ndarray) else x for x in need_of(need)))
        for need in needs
    ]
    again = filled([values[row] for row in mixed], moved, limits, mixed)
    assert dict(zip(mixed, again.choice.tolist(), strict=True)) == dict(
        zip(keys, answer.choice.tolist(), strict=True)
    )
    assert again.prices_fen.tolist() == answer.prices_fen.tolist()


def need_of(need: Need) -> tuple[object, object]:
    return need.limit, need.amount


@pytest.mark.parametrize("seed", range(4))
def test_a_book_of_thousands_comes_within_a_thousandth_of_the_bound(seed):
    draw = np.random.default_rng(seed)
    rows = 3_000
    values = np.column_stack([np.zeros(rows), draw.lognormal(8, 1, (rows, 3))]).astype(np.int64)
    region = draw.integers(0, 4, rows)
    needs = [Need(1, 0), Need(2, 1, draw.integers(4, 12, rows)), Need(3, 2 + region)]
    limits = np.array([900, 3_000, 30, 20, 60, 5])
    answer = price_then_fill(values_fen=values, needs=needs, limits=limits)
    assert (answer.used <= limits).all()
    assert answer.value_fen > 0.999 * answer.bound_fen
