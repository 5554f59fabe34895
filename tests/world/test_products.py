"""Schedules are exact to the fen, and no product costs more than the cap."""

from __future__ import annotations

import numpy as np

from dunwell.core.money import interest_fen
from dunwell.world.products import ALL_IN_CAP_PPM, PRODUCTS, plans, schedule

EQUAL = next(item for item in PRODUCTS if item.repay_method == "equal_installment")
INTEREST_FIRST = next(item for item in PRODUCTS if item.repay_method == "interest_first")
BULLET = next(item for item in PRODUCTS if item.repay_method == "bullet")


def test_equal_installments_ask_the_same_sum_each_month_but_the_last() -> None:
    lines = schedule(item=EQUAL, months=12, principal_fen=1_200_000, rate_ppm=120_000)
    asked = [principal + interest for principal, interest, _ in lines]
    assert asked[:-1] == [106_619] * 11
    assert abs(asked[-1] - 106_619) <= 12
    assert lines[0][1] == 12_000
    assert sum(principal for principal, _, _ in lines) == 1_200_000


def test_interest_first_asks_the_principal_at_the_end() -> None:
    lines = schedule(item=INTEREST_FIRST, months=6, principal_fen=5_000_000, rate_ppm=144_000)
    assert lines == [(0, 60_000, 0)] * 5 + [(5_000_000, 60_000, 0)]


def test_a_bullet_is_one_installment_with_all_its_interest() -> None:
    assert schedule(item=BULLET, months=3, principal_fen=1_000_000, rate_ppm=120_000) == [
        (1_000_000, 30_000, 0)
    ]


def test_interest_of_every_plan_is_the_core_s_interest_on_what_is_left() -> None:
    table = plans()
    for plan in range(0, len(table.texts), 7):
        left = int(table.principal_fen[plan])
        days = 30 * int(table.step_months[plan])
        for nth in range(int(table.installments[plan])):
            expected = interest_fen(
                base_fen=left, rate_ppm=int(table.rate_ppm[plan]), days=days, basis_days=360
            )
            assert table.interests[plan, nth] == expected
            left -= int(table.principals[plan, nth])
        assert left == 0


def test_all_in_cost_of_every_plan_is_below_the_cap() -> None:
    """At the cap's monthly rate the payments are worth no more than the loan."""
    table = plans()
    monthly = ALL_IN_CAP_PPM / 12_000_000
    asked = table.principals + table.interests + table.fees
    step = table.step_months[:, None] * np.arange(1, asked.shape[1] + 1)[None, :]
    worth = np.sum(asked / (1 + monthly) ** step, axis=1)
    assert np.all(worth < table.principal_fen)
    assert np.all(table.penalty_ppm <= ALL_IN_CAP_PPM)
