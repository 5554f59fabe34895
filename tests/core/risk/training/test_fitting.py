"""A learned card: right about what is there, in the stated directions, the same for a seed."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunwell.core.risk import Card, parse_card, score, written_card
from dunwell.core.risk.card import Direction
from dunwell.core.risk.training.figures import auc_of
from dunwell.core.risk.training.fitting import Table, fit_card, predict_ppm
from dunwell.core.risk.training.folds import OneOutcome, TooFewRows, fold_of_rows, refuse_thin
from dunwell.core.risk.training.judging import Fit, count_breaches, evaluate
from dunwell.core.risk.training.logistic import fit_weights

NAMES = ("late", "share", "noise")
DIRECTIONS: dict[str, Direction] = {"late": 1, "share": -1}


def some_rows(seed: int, *, rows: int = 2_500, lean: float = 1.0) -> Table:
    """Rows whose log odds of bad are `lean` x (0.9 late - 2 share) less 1; some late unknown."""
    draw = np.random.default_rng(seed)
    late, share, noise = draw.poisson(1.2, rows), draw.random(rows), draw.normal(size=rows)
    odds = lean * (0.9 * late - 2 * share) - 1
    bad = draw.random(rows) < 1 / (1 + np.exp(-odds))
    hidden = np.where(draw.random(rows) < 0.08, np.nan, late)
    return Table(NAMES, np.column_stack([hidden, np.round(share, 3), np.round(noise, 2)]), bad)


def learned(table: Table, seed: int = 1) -> Card:
    return fit_card(
        table,
        directions=DIRECTIONS,
        seed=seed,
        id="learned",
        outcome="坏",
        outcome_en="bad",
        from_on=date(2026, 11, 23),
    )


def recipe(seed: int) -> Fit:
    def fit(table: Table):  # type: ignore[no-untyped-def]  # as judging.Fit says
        card = learned(table, seed)
        return (lambda columns: predict_ppm(card, NAMES, columns) / 1e6), DIRECTIONS

    return fit


def test_a_learned_card_parts_bad_from_good_on_rows_it_never_saw() -> None:
    card, new = learned(some_rows(1)), some_rows(2)
    assert auc_of(predict_ppm(card, NAMES, new.columns), new.bad) > 0.74


def test_out_of_fold_the_chances_are_true() -> None:
    found = evaluate(some_rows(3, rows=6_000), recipe(1), seed=1)
    assert 0.9 < found.calibration_slope < 1.1
    assert found.ece < found.ece_floor + 0.01
    assert found.psi < 0.1
    assert found.monotonicity_breaches == 0


@settings(max_examples=15)
@given(st.integers(0, 500), st.sampled_from([1.0, 0.0, -1.0]))
def test_directions_hold_even_where_the_data_go_the_other_way(seed: int, lean: float) -> None:
    table = some_rows(seed, rows=400, lean=lean)
    card = learned(table)

    def model(columns: np.ndarray) -> np.ndarray:
        return predict_ppm(card, NAMES, columns)

    assert count_breaches(model, table, table.columns, DIRECTIONS) == 0
    # Reading refuses a card whose points go against a direction.
    assert parse_card(written_card(card), file="card.yaml") == card


def test_a_breach_is_counted_per_row_and_step() -> None:
    columns = np.array([[1.0], [2.0], [3.0], [np.nan]])
    table = Table(("late",), columns, np.array([True, False, True, False]))
    # Falls from 1 to 2: the row at 1 moves up against +1, the row at 2 down against it.
    found = count_breaches(
        lambda cells: np.where(cells[:, 0] == 1, 0.5, 0.2), table, columns, {"late": 1}
    )
    assert found == 2


def test_the_array_form_answers_what_scoring_one_borrower_answers() -> None:
    table = some_rows(6, rows=500)
    card = learned(table)
    ppm = predict_ppm(card, NAMES, table.columns)
    facts = [dict(zip(NAMES, map(float, row), strict=True)) for row in table.columns]
    assert [score(card, one).probability_ppm for one in facts] == ppm.tolist()


def test_the_same_rows_and_seed_give_the_same_card() -> None:
    assert learned(some_rows(4), seed=5) == learned(some_rows(4), seed=5)


def test_rows_that_hold_nothing_give_everybody_about_the_same_chance() -> None:
    table = some_rows(8, rows=1_000, lean=0)
    ppm = predict_ppm(learned(table), NAMES, table.columns)
    assert ppm.std() < 60_000


def test_where_nothing_was_learned_everybody_gets_the_share_of_bad() -> None:
    turned_round = 0
    for seed in range(12):
        draw = np.random.default_rng(seed)
        bad = draw.random(400) < 0.47
        table = Table(("noise",), draw.random((400, 1)), bad)
        ppm = predict_ppm(learned(table), table.names, table.columns)
        assert abs(ppm.mean() / 1e6 - bad.mean()) < 0.02, seed
        turned_round += ppm.std() == 0
    assert turned_round


def test_no_weight_is_below_zero_and_the_rest_are_the_best_there_are() -> None:
    draw = np.random.default_rng(2)
    columns = draw.normal(size=(3_000, 3))
    bad = draw.random(3_000) < 1 / (1 + np.exp(1 - columns @ [0.8, -0.6, 0.3]))
    found = fit_weights(columns, bad, penalty=1e-4)
    assert found[2] == 0
    assert found[1] == pytest.approx(0.76, abs=0.12)
    assert found[3] == pytest.approx(0.28, abs=0.12)


def test_folds_share_both_outcomes_evenly_and_follow_the_seed() -> None:
    bad = np.arange(103) % 4 == 0
    folds = fold_of_rows(bad, seed=3)
    for outcome in (bad, ~bad):
        assert np.ptp(np.bincount(folds[outcome], minlength=5)) <= 1
    assert (folds == fold_of_rows(bad, seed=3)).all()
    assert (folds != fold_of_rows(bad, seed=4)).any()


def test_one_outcome_and_too_few_rows_are_refused() -> None:
    with pytest.raises(OneOutcome) as one:
        refuse_thin(np.zeros(50, dtype=bool), file="f.csv", column="bad")
    assert one.value.figures["bad"] == 0
    with pytest.raises(TooFewRows) as few:
        refuse_thin(np.arange(50) < 6, file="f.csv", column="bad")
    assert (few.value.figures["bad"], few.value.figures["good"]) == (6, 44)
