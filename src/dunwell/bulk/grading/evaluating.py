"""Judging a model out of fold on a feature file: what `dunwell grade evaluate` does.

A trained folder's recipe is fitted anew on each of five folds. A card in a file was not
learned here: its points stay, and only the line from score to chance is fitted, so that a
judged card in force can be compared with a learned one on the same rows and folds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple

from dunwell.bulk.grading.feature_file import open_features
from dunwell.bulk.grading.learning import read_learnable, read_target
from dunwell.bulk.grading.model_folder import read_card, read_model
from dunwell.bulk.grading.recipes import refit
from dunwell.bulk.grading.scoring import card_scores
from dunwell.core.risk.card import Direction
from dunwell.core.risk.training.binning import Floats
from dunwell.core.risk.training.fitting import Table
from dunwell.core.risk.training.judging import Evaluation, Fit, Model, evaluate
from dunwell.core.risk.training.logistic import fit_line

CARD_SEED = 1
"""Folds for a card in a file, which has no seed of its own."""


class Evaluated(NamedTuple):
    """The figures, and on how many rows."""

    figures: Evaluation
    rows: int
    bad: int


def evaluate_file(
    *, features: Path, target: str, model: Path, seed: int | None = None
) -> Evaluated:
    """Judge a folder's recipe, or a card in a file, on the rows of a feature file.

    `seed` draws the folds; None: the recipe's own. Refuses what reading the model and the
    file refuses, and columns of the recipe that the file lacks (NoSuchColumn).
    """
    if model.is_dir():
        recipe = read_model(model).recipe
        with open_features(features) as file:
            table = read_learnable(file, target=target, columns=recipe.columns).table
        fit: Fit = partial(refit, recipe)
        drawn = recipe.seed if seed is None else seed
    else:
        card = read_card(model)
        with open_features(features) as file:
            bad = read_target(file, target=target)
            table = Table(("score",), card_scores(file, card)[:, None], bad)
        fit = line_of_card
        drawn = CARD_SEED if seed is None else seed
    figures = evaluate(table, fit, seed=drawn)
    return Evaluated(figures, rows=len(table.bad), bad=int(table.bad.sum()))


def line_of_card(table: Table) -> tuple[Model, Mapping[str, Direction]]:
    """A recipe for scores of a card: only the line from score to chance is fitted."""
    line = fit_line(table.columns[:, 0], table.bad)

    def chances(columns: Floats) -> Floats:
        return line.probabilities(columns[:, 0])

    return chances, {"score": -1}
