"""Monotone LightGBM: fitted, calibrated, asked for chances and reasons.

Called by `recipes`. Needs the extra `train`. Trees are few and small, their most by the
rows and their number chosen on five folds inside them, as is the calibration, a line on
log odds. Stated directions are constraints of every tree. One thread; the same rows and
seed give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from dunwell.bulk.grading.refusals import NoLightGBM
from dunwell.core.risk.card import Direction
from dunwell.core.risk.training.binning import Floats
from dunwell.core.risk.training.fitting import Table
from dunwell.core.risk.training.folds import FOLDS, fold_of_rows
from dunwell.core.risk.training.logistic import Line, fit_rising_line

_SHARES = (25, 50, 75, 100)
"""Parts, in hundredths, of the most trees a size allows; the folds choose among them."""
_THREADS = 1
"""One: on rows this few, a second thread costs more than it brings when others work too."""


@dataclass(frozen=True, slots=True)
class Size:
    """How large the trees are, and how many there may be."""

    trees: int
    leaves: int
    least_rows_in_leaf: int
    learning_rate_ppm: int

    def mapping(self) -> dict[str, int]:
        """The size by name, as a recipe stores it."""
        return asdict(self)


def size_for(rows: int) -> Size:
    """The size for a number of rows: few rows, few small trees."""
    return Size(
        trees=min(400, 100 + rows // 150),
        leaves=8 if rows < 10_000 else 15,
        least_rows_in_leaf=40,
        learning_rate_ppm=50_000,
    )


@dataclass(frozen=True, slots=True)
class Boosted:
    """A fitted model: `text` is LightGBM's own file, `line` puts its scores on log odds."""

    text: str
    line: Line

    def linear(self, columns: Floats) -> Floats:
        """Calibrated log odds of bad per row."""
        return self.line.start + self.line.slope * _raw(self._model(), columns)

    def chances(self, columns: Floats) -> Floats:
        """The chance of bad per row."""
        return self.line.probabilities(_raw(self._model(), columns))

    def contributions(self, columns: Floats) -> Floats:
        """What each column adds to the calibrated log odds of bad, row by row."""
        found = self._model().predict(columns, pred_contrib=True, num_threads=_THREADS)
        return np.asarray(found, dtype=np.float64)[:, :-1] * self.line.slope

    def _model(self) -> Any:
        return _lightgbm().Booster(model_str=self.text)


def fit_boosted(
    table: Table, *, directions: Mapping[str, Direction], seed: int, size: Size
) -> Boosted:
    """Fit and calibrate. Refuses (NoLightGBM) where the extra is not installed."""
    stated = [directions.get(name, 0) for name in table.names]
    folds = fold_of_rows(table.bad, seed=seed)
    counts = [max(1, size.trees * share // 100) for share in _SHARES]
    raw = np.zeros((len(counts), len(table.bad)))
    for fold in range(FOLDS):
        held = folds == fold
        model = _fit(table.rows(~held), stated, seed, size, size.trees)
        for n, count in enumerate(counts):
            raw[n, held] = _raw(model, table.columns[held], count)
    losses = np.mean(np.logaddexp(0, raw) - table.bad * raw, axis=1)
    best = int(np.argmin(losses))
    line = fit_rising_line(raw[best], table.bad)
    return Boosted(_fit(table, stated, seed, size, counts[best]).model_to_string(), line)


def _fit(table: Table, stated: Sequence[int], seed: int, size: Size, trees: int) -> Any:
    lightgbm = _lightgbm()
    settings = {
        "objective": "binary",
        "num_leaves": size.leaves,
        "min_data_in_leaf": size.least_rows_in_leaf,
        "learning_rate": size.learning_rate_ppm / 1e6,
        "lambda_l2": 5.0,
        "feature_fraction": 0.6,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "max_bin": 127,
        "monotone_constraints": list(stated),
        "monotone_constraints_method": "intermediate",
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": _THREADS,
        "verbosity": -1,
    }
    rows = lightgbm.Dataset(
        table.columns, label=table.bad.astype(np.float64), params=settings, free_raw_data=True
    )
    return lightgbm.train(settings, rows, num_boost_round=trees)


def _raw(model: Any, columns: Floats, trees: int | None = None) -> Floats:
    found = model.predict(columns, raw_score=True, num_iteration=trees, num_threads=_THREADS)
    return np.asarray(found, dtype=np.float64)


def _lightgbm() -> Any:
    try:
        import lightgbm  # reason: extra — only a lender who trains trees installs it
    except (ImportError, OSError):
        # OSError: the wheel is there, the system's OpenMP library is not.
        raise NoLightGBM(extra="train") from None
    return lightgbm
