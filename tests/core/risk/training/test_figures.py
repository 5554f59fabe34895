"""Figures of a model against what can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.risk.training.figures import (
    auc_of,
    brier_of,
    calibration_slope_of,
    ece_floor_of,
    ece_of,
    ks_of,
    psi_of,
    top_capture_of,
)

CHANCES = np.array([0.9, 0.8, 0.8, 0.3, 0.2])
BAD = np.array([True, True, False, False, False])


def drawn(rows: int, seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Chances and outcomes that are drawn from them: calibrated by construction."""
    draw = np.random.default_rng(seed)
    chances = draw.beta(2, 6, rows)
    return chances, draw.random(rows) < chances


def test_auc_counts_pairs_and_a_tie_for_half() -> None:
    # Six pairs of a bad and a good one: five in order, one tied.
    assert auc_of(CHANCES, BAD) == pytest.approx(5.5 / 6)


@given(st.integers(0, 1_000))
def test_auc_is_the_share_of_pairs_in_order(seed: int) -> None:
    draw = np.random.default_rng(seed)
    chances, bad = draw.integers(0, 6, 30) / 6, draw.random(30) < 0.4
    bad[:2] = [True, False]
    pairs = np.sign(chances[bad][:, None] - chances[~bad][None, :])
    assert auc_of(chances, bad) == pytest.approx(float((pairs + 1).mean() / 2))


def test_ks_is_the_largest_distance_and_ties_fall_together() -> None:
    assert ks_of(CHANCES, BAD) == pytest.approx(1 - 1 / 3)


def test_brier_is_the_mean_squared_distance() -> None:
    assert brier_of(CHANCES, BAD) == pytest.approx((0.01 + 0.04 + 0.64 + 0.09 + 0.04) / 5)


def test_the_riskiest_tenth_takes_its_part_of_a_tie() -> None:
    chances = np.array([0.9] * 4 + [0.1] * 16)
    bad = np.array([True, True, False, False] + [True, True] + [False] * 14)
    # Two places for four tied rows with two bad ones: one of four bad in expectation.
    assert top_capture_of(chances, bad) == pytest.approx(1 / 4)


def test_calibrated_chances_have_slope_one_and_an_ece_near_its_floor() -> None:
    chances, bad = drawn(40_000)
    assert calibration_slope_of(chances, bad) == pytest.approx(1, abs=0.05)
    floor = ece_floor_of(chances, seed=1)
    assert floor == pytest.approx(0.006, abs=0.002)
    assert ece_of(chances, bad) < floor + 0.004


def test_chances_that_are_too_sure_have_a_slope_below_one() -> None:
    chances, bad = drawn(20_000)
    odds = chances / (1 - chances)
    assert calibration_slope_of(odds**2 / (1 + odds**2), bad) == pytest.approx(0.5, abs=0.05)


def test_the_floor_falls_with_the_rows_and_is_the_same_for_a_seed() -> None:
    small, large = drawn(1_000)[0], drawn(16_000)[0]
    assert ece_floor_of(small, seed=1) > 3 * ece_floor_of(large, seed=1)
    assert ece_floor_of(small, seed=1) == ece_floor_of(small, seed=1)


def test_psi_is_nothing_for_the_same_sample_and_large_for_a_moved_one() -> None:
    chances = drawn(5_000)[0]
    assert psi_of(chances, chances) == 0
    assert psi_of(chances, np.minimum(chances + 0.3, 1)) > 0.25
