"""A recipe: what to learn from and how, so that it can be fitted again on other rows.

Called by `training`, `evaluating` and `model_folder`. The same recipe and rows give the
same model. A recipe names its columns and directions, its seed and, for trees, their size.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunwell.bulk.grading.boosting import Boosted, Size, fit_boosted
from dunwell.core.risk.card import Card, Direction
from dunwell.core.risk.training.fitting import Table, fit_card, predict_ppm
from dunwell.core.risk.training.judging import Model

ModelKind = Literal["card", "lightgbm"]


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to learn. `size` is that of the trees, None for a card."""

    model: ModelKind
    target: str
    columns: tuple[str, ...]
    directions: Mapping[str, Direction]
    seed: int
    from_on: date
    size: Size | None = None


def fit_learned_card(recipe: Recipe, table: Table) -> Card:
    """The card that a recipe learns from rows."""
    return fit_card(
        table,
        directions=recipe.directions,
        seed=recipe.seed,
        id="learned",
        outcome=recipe.target,
        outcome_en=recipe.target,
        from_on=recipe.from_on,
    )


def fit_learned_trees(recipe: Recipe, table: Table) -> Boosted:
    """The trees that a recipe learns from rows. Refuses what `fit_boosted` refuses."""
    assert recipe.size is not None
    return fit_boosted(table, directions=recipe.directions, seed=recipe.seed, size=recipe.size)


def refit(recipe: Recipe, table: Table) -> tuple[Model, Mapping[str, Direction]]:
    """Fit a recipe: what answers chances, and the directions it has to keep.

    A card keeps the directions it found for itself as well as the stated ones.
    """
    if recipe.model == "lightgbm":
        trees = fit_learned_trees(recipe, table)
        return trees.chances, recipe.directions
    card = fit_learned_card(recipe, table)
    found = {item.feature: item.direction for item in card.items}
    return (
        lambda columns: predict_ppm(card, table.names, columns) / 1e6,
        {**found, **recipe.directions},
    )
