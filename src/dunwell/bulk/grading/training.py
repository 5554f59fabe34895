"""Training from a feature file into a folder: what `dunwell grade train` does.

The columns, their directions and the seed make a recipe; the recipe is fitted on all rows
and written with the model. How good it is, `evaluating` says: never the rows learned from.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np

from dunwell.bulk.grading.boosting import size_for
from dunwell.bulk.grading.feature_file import open_features
from dunwell.bulk.grading.learning import Learnable, LeftOut, read_directions, read_learnable
from dunwell.bulk.grading.model_folder import LearnedModel, Trees, write_model
from dunwell.bulk.grading.recipes import ModelKind, Recipe, fit_learned_card, fit_learned_trees
from dunwell.bulk.grading.scale import least_of, scores_of
from dunwell.core.risk.card import Card


@dataclass(frozen=True, slots=True)
class Trained:
    """What was learned from, and where it lies."""

    rows: int
    bad: int
    recipe: Recipe
    used: tuple[str, ...]
    left_out: tuple[LeftOut, ...]


def train_file(
    *,
    features: Path,
    target: str,
    out: Path,
    model: ModelKind,
    monotone: Path | None,
    seed: int,
    from_on: date,
) -> Trained:
    """Learn a model from a feature file and write its folder.

    Refuses what `open_features`, `read_learnable` and `read_directions` refuse, and trees
    without their extra (NoLightGBM).
    """
    with open_features(features) as file:
        learnable = read_learnable(file, target=target)
        directions = {} if monotone is None else read_directions(monotone, columns=file.names)
    table = learnable.table
    recipe = Recipe(
        model=model,
        target=target,
        columns=table.names,
        # A direction of a column that is left out binds nothing.
        directions={name: way for name, way in directions.items() if name in table.names},
        seed=seed,
        from_on=from_on,
        size=size_for(len(table.bad)) if model == "lightgbm" else None,
    )
    learned = _learn(recipe, learnable)
    write_model(out, LearnedModel(recipe, learned), meta=_meta(features, recipe, learnable))
    used = learned.features if isinstance(learned, Card) else table.names
    return Trained(
        rows=len(table.bad),
        bad=int(table.bad.sum()),
        recipe=recipe,
        used=tuple(used),
        left_out=learnable.left_out,
    )


def _learn(recipe: Recipe, learnable: Learnable) -> Card | Trees:
    if recipe.model == "card":
        return fit_learned_card(recipe, learnable.table)
    boosted = fit_learned_trees(recipe, learnable.table)
    scores = scores_of(boosted.linear(learnable.table.columns))
    return Trees(boosted, least_of(scores))


def _meta(features: Path, recipe: Recipe, learnable: Learnable) -> dict[str, object]:
    makers = ["numpy", *(["lightgbm"] if recipe.model == "lightgbm" else [])]
    return {
        "features": features.name,
        "rows": len(learnable.table.bad),
        "bad": int(np.sum(learnable.table.bad)),
        "left_out": {one.column: one.why for one in learnable.left_out},
        "made_with": {"dunwell": version("dunwell"), **{one: version(one) for one in makers}},
    }
