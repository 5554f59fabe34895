"""Bands of a column: whole, in the stated direction, unknown apart, thin ones joined."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.risk.card import Direction
from dunwell.core.risk.training.binning import LEAST_ROWS, Bands, cut_bands


def column_and_bad(
    seed: int, *, rows: int = 600, lean: float = 0.8
) -> tuple[np.ndarray, np.ndarray]:
    """A column whose higher values are worse by `lean`, a tenth of it unknown."""
    draw = np.random.default_rng(seed)
    column = np.rint(draw.normal(0, 3, rows))
    bad = draw.random(rows) < 1 / (1 + np.exp(1.2 - lean * column / 3))
    return np.where(draw.random(rows) < 0.1, np.nan, column), bad


@given(st.integers(0, 10_000), st.sampled_from([1, -1]), st.floats(-1.5, 1.5))
def test_bands_never_go_against_a_stated_direction(seed: int, way: Direction, lean: float) -> None:
    bands = cut_bands(*column_and_bad(seed, lean=lean), direction=way)
    assert bands.learned == way
    assert all((after - before) * way >= 0 for before, after in pairwise(bands.weights))
    assert list(bands.cuts) == sorted(set(bands.cuts))


@pytest.mark.parametrize(("lean", "way"), [(0.9, 1), (-0.9, -1)])
def test_an_unstated_direction_is_found_in_the_data(lean: float, way: int) -> None:
    assert cut_bands(*column_and_bad(5, lean=lean), direction=None).learned == way


def test_a_free_column_may_bend() -> None:
    column, bad = column_and_bad(3, rows=4_000, lean=0)
    bad = bad | (np.abs(np.nan_to_num(column)) >= 4)
    weights = cut_bands(column, bad, direction=0).weights
    assert weights[0] > min(weights) < weights[-1]


def test_no_band_is_thin() -> None:
    column, bad = column_and_bad(9)
    bands = cut_bands(column, bad, direction=0)
    place = np.searchsorted(bands.cuts, column[~np.isnan(column)], side="right")
    assert np.bincount(place).min() >= LEAST_ROWS


def test_unknown_weighs_what_it_was_and_a_cut_belongs_to_the_upper_band() -> None:
    bands = Bands(cuts=(2.0, 5.0), weights=(-1.0, 0.0, 1.0), unknown=0.3, learned=1)
    weighed = bands.weigh(np.array([1.9, 2.0, 4.9, 5.0, 99.0, np.nan]))
    assert weighed.tolist() == [-1.0, 0.0, 0.0, 1.0, 1.0, 0.3]
