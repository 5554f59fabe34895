"""Judging a recipe out of fold: fit it on four fifths, ask it about the fifth it never saw.

Called by bulk.grading for `dunwell grade evaluate`. A recipe is anything that fits a Table
and answers a model; a model answers chances of bad for columns. Each row is predicted once,
by the model that did not see it; the five predictions together are what is judged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import numpy as np

from dunwell.core.risk.card import Direction
from dunwell.core.risk.training.binning import Floats
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
from dunwell.core.risk.training.fitting import Table
from dunwell.core.risk.training.folds import FOLDS, fold_of_rows

Model = Callable[[Floats], Floats]
"""Columns in the table's order → chance of bad per row."""
Fit = Callable[[Table], tuple[Model, Mapping[str, Direction]]]
"""A recipe: fits rows, answers the model and the directions it has to keep."""

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What is known of a recipe, out of fold; the names are those of the command's answer."""

    auc: float
    auc_fold_sd: float
    ks: float
    brier: float
    calibration_slope: float
    ece: float
    ece_floor: float
    top10_capture: float
    psi: float
    monotonicity_breaches: int

    def figures(self) -> dict[str, float | int]:
        """The figures by name, in order, with six digits."""
        return {
            name: round(value, 6) if isinstance(value, float) else value
            for name, value in asdict(self).items()
        }


def evaluate(table: Table, fit: Fit, *, seed: int) -> Evaluation:
    """Judge a recipe on five folds drawn by `seed`.

    The rows hold enough of both outcomes (`refuse_thin`).
    """
    folds = fold_of_rows(table.bad, seed=seed)
    chances = np.zeros(len(table.bad))
    aucs, shifts, breaches = [], [], 0
    for fold in range(FOLDS):
        held = folds == fold
        inside = table.rows(~held)
        model, directions = fit(inside)
        chances[held] = model(table.columns[held])
        aucs.append(auc_of(chances[held], table.bad[held]))
        shifts.append(psi_of(model(inside.columns), chances[held]))
        breaches += count_breaches(model, table, table.columns[held], directions)
    return Evaluation(
        auc=auc_of(chances, table.bad),
        auc_fold_sd=float(np.std(aucs, ddof=1)),
        ks=ks_of(chances, table.bad),
        brier=brier_of(chances, table.bad),
        calibration_slope=calibration_slope_of(chances, table.bad),
        ece=ece_of(chances, table.bad),
        ece_floor=ece_floor_of(chances, seed=seed),
        top10_capture=top_capture_of(chances, table.bad),
        psi=float(np.mean(shifts)),
        monotonicity_breaches=breaches,
    )


def count_breaches(
    model: Model, table: Table, columns: Floats, directions: Mapping[str, Direction]
) -> int:
    """How often a row's chance goes against a direction when one column moves one step.

    A step is to the next value up or down that occurs in that column of `table`; unknown
    values do not move.
    """
    before = model(columns)
    found = 0
    for n, name in enumerate(table.names):
        direction = directions.get(name, 0)
        if not direction:
            continue
        seen = np.unique(table.columns[:, n][~np.isnan(table.columns[:, n])])
        for step in (1, -1):
            place = np.searchsorted(seen, columns[:, n]) + step
            moving = ~np.isnan(columns[:, n]) & (place >= 0) & (place < len(seen))
            if not moving.any():
                continue
            moved = columns[moving].copy()
            moved[:, n] = seen[place[moving]]
            change = (model(moved) - before[moving]) * step * direction
            found += int((change < -_ROUNDING).sum())
    return found
