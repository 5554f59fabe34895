"""Experiments: stable arms, what can be seen, honest early looks, harm beside money."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.experiment import (
    HOLD_OUT,
    Arm,
    ArmCounts,
    UnsoundExperiment,
    arm_of,
    compare,
    draw_ppm,
    early_bounds,
    needed_per_arm,
    parse_experiment,
    smallest_effect,
)
from dunwell.core.params import WrongDates, WrongKeys, WrongValue

ARMS = (
    Arm("champion", 700_000, "default"),
    Arm("early", 250_000, "early"),
    Arm(HOLD_OUT, 50_000, None),
)

WRITTEN: dict[str, Any] = {
    "id": "early-call",
    "title": "提前电话",
    "title_en": "call earlier",
    "from": date(2026, 11, 24),
    "until": date(2026, 12, 24),
    "seed": "early-call-1",
    "hold_out_ppm": 50_000,
    "arms": [
        {"arm": "champion", "share_ppm": 700_000, "strategy": "default"},
        {"arm": "early", "share_ppm": 250_000, "strategy": "early"},
    ],
    "measure": {"outcome": "cured", "within_days": 14, "expected_ppm": 300_000, "looks": 28},
}


def read(**changes: Any) -> Any:
    return parse_experiment(
        {**deepcopy(WRITTEN), **changes}, file="early.yaml", least_hold_out_ppm=10_000
    )


def test_a_borrower_keeps_one_arm_for_ever() -> None:
    first = [arm_of(arms=ARMS, seed="s", key=f"{n}:1").arm.name for n in range(50)]
    again = [arm_of(arms=ARMS, seed="s", key=f"{n}:1").arm.name for n in range(50)]
    assert first == again
    # The hash is a public promise: another seed or another version of Python changes nothing here.
    assert [draw_ppm(seed="s", key=f"{n}:1") for n in range(3)] == [542_319, 994_322, 153_012]


def test_arms_get_their_shares_and_say_the_chance() -> None:
    drawn = [arm_of(arms=ARMS, seed="s", key=str(n)) for n in range(40_000)]
    shares = Counter(each.arm.name for each in drawn)
    for arm in ARMS:
        assert abs(shares[arm.name] / 40_000 - arm.share_ppm / 1e6) < 0.01
    assert all(each.probability_ppm == each.arm.share_ppm for each in drawn)


@given(st.text(max_size=30), st.text(max_size=30))
def test_a_draw_lies_within_a_million(seed: str, key: str) -> None:
    assert 0 <= draw_ppm(seed=seed, key=key) < 1_000_000


def test_another_experiment_mixes_the_same_borrowers_anew() -> None:
    one = [draw_ppm(seed="one", key=str(n)) for n in range(2_000)]
    two = [draw_ppm(seed="two", key=str(n)) for n in range(2_000)]
    assert abs(float(np.corrcoef(one, two)[0, 1])) < 0.06


@pytest.mark.parametrize(
    ("base", "effect", "per_arm"),
    [
        (0.10, 0.01, 14_749), (0.10, 0.02, 3_839), (0.10, 0.03, 1_772), (0.10, 0.05, 683),
        (0.30, 0.01, 33_272), (0.30, 0.02, 8_391), (0.30, 0.03, 3_760), (0.30, 0.05, 1_374),
        (0.50, 0.01, 39_237), (0.50, 0.02, 9_804), (0.50, 0.03, 4_353), (0.50, 0.05, 1_562),
    ],
)  # fmt: skip
def test_borrowers_needed_as_the_house_measured_them(
    base: float, effect: float, per_arm: int
) -> None:
    assert needed_per_arm(base_rate=base, effect=effect) == per_arm
    seen = smallest_effect(base_rate=base, champion=per_arm, challenger=per_arm)
    assert seen == pytest.approx(effect, rel=1e-3)


def test_a_small_lender_cannot_see_one_point() -> None:
    seen = smallest_effect(base_rate=0.30, champion=400, challenger=100)
    assert seen is not None and seen > 0.10
    assert smallest_effect(base_rate=0.30, champion=400, challenger=0) is None
    assert smallest_effect(base_rate=0.99, champion=2, challenger=2) is None


def test_bounds_match_the_published_ones() -> None:
    # Five equal looks, two-sided 5 %, O'Brien-Fleming spending (Lan and DeMets): standard tables.
    bounds = early_bounds([0.2, 0.4, 0.6, 0.8, 1.0])
    assert bounds == pytest.approx([4.88, 3.36, 2.68, 2.29, 2.03], abs=0.015)
    assert early_bounds([1.0]) == pytest.approx([1.96], abs=0.001)


def test_28_daily_looks_without_an_effect_cry_wolf_in_at_most_5_percent() -> None:
    rng = np.random.default_rng(11)
    tests, looks, daily = 6_000, 28, 40
    bounds = np.array(early_bounds([k / looks for k in range(1, looks + 1)]))
    ripe = daily * np.arange(1, looks + 1)
    arms = [rng.binomial(daily, 0.3, (tests, looks)).cumsum(axis=1) for _ in range(2)]
    pooled = (arms[0] + arms[1]) / (2 * ripe)
    z = np.abs(arms[0] - arms[1]) / ripe / np.sqrt(pooled * (1 - pooled) * 2 / ripe)
    assert (z > 1.96).any(axis=1).mean() > 0.2, "a plain line cries wolf"
    # Three standard errors of a simulated 5 % lie within 0.9 of a point.
    assert (z >= bounds).any(axis=1).mean() <= 0.05 + 0.0085


def test_looks_must_move_forward() -> None:
    for wrong in ([], [0.0], [0.5, 0.5], [0.7, 0.2], [0.5, 1.2]):
        with pytest.raises(ValueError, match="rise"):
            early_bounds(wrong)


def counts(arm: str, successes: int, *, among: int = 1_000, harm: int = 0) -> ArmCounts:
    return ArmCounts(arm, among, among, successes, complaints=harm)


def test_harm_stops_an_arm_whatever_it_earns() -> None:
    better = compare(arm=counts("early", 420), against=counts("champion", 300), bound=2.0)
    assert better.verdict == "better" and better.difference == pytest.approx(0.12)
    harmful = compare(
        arm=counts("early", 420, harm=20), against=counts("champion", 300, harm=4), bound=2.0
    )
    assert harmful.verdict == "stop_for_harm"


def test_an_early_look_needs_more_than_a_late_one() -> None:
    arm, against = counts("early", 345), counts("champion", 300)
    assert compare(arm=arm, against=against, bound=4.9).verdict == "no_difference"
    assert compare(arm=arm, against=against, bound=1.97).verdict == "better"
    assert compare(arm=against, against=arm, bound=1.97).verdict == "worse"


def test_nobody_ripe_is_too_early() -> None:
    empty = ArmCounts("early", 0, 0, 0)
    found = compare(arm=empty, against=counts("champion", 3), bound=2.0)
    assert found.verdict == "too_early" and found.difference is None
    assert empty.rate is None and empty.interval is None and empty.recovered_ppm is None


def test_the_interval_of_a_rate_stays_between_0_and_1() -> None:
    low, high = counts("a", 0, among=5).interval or (-1, -1)
    assert low == 0 and 0 < high < 1
    low, high = counts("a", 5, among=5).interval or (-1, -1)
    assert 0 < low < 1 and high == 1


def test_an_experiment_is_read() -> None:
    found = read(who={"bucket": ["M1"]})
    assert [arm.name for arm in found.arms] == ["champion", "early", HOLD_OUT]
    assert found.hold_out_ppm == 50_000
    assert found.runs_on(date(2026, 11, 24)) and not found.runs_on(date(2026, 12, 24))


@pytest.mark.parametrize(
    ("changes", "refusal", "path"),
    [
        ({"hold_out_ppm": 5_000}, UnsoundExperiment, "arms"),
        ({"hold_out_ppm": 0, "arms": [{"arm": "champion", "share_ppm": 1_000_000,
          "strategy": "default"}]}, UnsoundExperiment, "hold_out_ppm"),
        ({"until": date(2026, 11, 30)}, UnsoundExperiment, "until"),
        ({"until": date(2026, 11, 24)}, WrongDates, "until"),
        ({"arms": []}, WrongValue, "arms"),
        ({"armes": 1}, WrongKeys, "file"),
        ({"hold_out_ppm": 300_000, "arms": [{"arm": "early", "share_ppm": 700_000,
          "strategy": "default"}]}, UnsoundExperiment, "arms"),
        ({"measure": {**WRITTEN["measure"], "looks": True}}, WrongValue, "measure.looks"),
    ],
)  # fmt: skip
def test_what_would_make_a_result_worthless_is_refused(
    changes: dict[str, Any], refusal: type[Exception], path: str
) -> None:
    with pytest.raises(refusal) as caught:
        read(**changes)
    assert caught.value.figures["path"] == path  # type: ignore[attr-defined]
    assert caught.value.figures["file"] == "early.yaml"  # type: ignore[attr-defined]
