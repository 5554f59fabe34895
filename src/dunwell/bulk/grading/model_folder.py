"""A trained model as a folder: the recipe, the model, and what was seen when it was made.

`recipe.json` says how to learn it again, `card.yaml` or `model.txt` with `scale.json` is
what was learned, `meta.json` tells rows, versions and columns left out. A folder appears
file by file, the recipe last: one without it is no model.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

import yaml

from dunwell.bulk.grading.boosting import Boosted, Size
from dunwell.bulk.grading.recipes import Recipe
from dunwell.bulk.grading.refusals import NoModelHere, WrongModel
from dunwell.core.refusal import Refusal
from dunwell.core.risk import Card, parse_card, written_card
from dunwell.core.risk.training.logistic import Line

RECIPE, CARD, TREES, SCALE, META = (
    "recipe.json",
    "card.yaml",
    "model.txt",
    "scale.json",
    "meta.json",
)


@dataclass(frozen=True, slots=True)
class Trees:
    """Trees with the cut-offs of their grades."""

    boosted: Boosted
    least: tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class LearnedModel:
    """What a folder holds."""

    recipe: Recipe
    learned: Card | Trees


def write_model(folder: Path, model: LearnedModel, *, meta: Mapping[str, object]) -> None:
    """Write a model's folder, in place of one that stood there."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (RECIPE, CARD, TREES, SCALE, META):
        (folder / name).unlink(missing_ok=True)
    if isinstance(model.learned, Card):
        content = written_card(model.learned)
        text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=100)
        (folder / CARD).write_text(text, "utf-8")
    else:
        boosted = model.learned.boosted
        (folder / TREES).write_text(boosted.text, "utf-8")
        scale = {**boosted.line._asdict(), "grades": list(model.learned.least)}
        (folder / SCALE).write_text(_json(scale), "utf-8")
    (folder / META).write_text(_json(meta), "utf-8")
    (folder / RECIPE).write_text(_json(_written(model.recipe)), "utf-8")


def read_model(folder: Path) -> LearnedModel:
    """Read a model's folder.

    Refuses (NoModelHere) a folder without a recipe, and (WrongModel, or what `parse_card`
    refuses) files that are not as training wrote them.
    """
    if not (folder / RECIPE).is_file():
        raise NoModelHere(path=folder.name, allowed=RECIPE)
    recipe = read_recipe(folder)
    if recipe.model == "card":
        return LearnedModel(recipe, read_card(folder / CARD))
    try:
        scale = json.loads((folder / SCALE).read_text("utf-8"))
        a, b, c, d = (int(one) for one in scale["grades"])
        line = Line(float(scale["start"]), float(scale["slope"]))
        text = (folder / TREES).read_text("utf-8")
    except (OSError, ValueError, KeyError, TypeError):
        raise WrongModel(file=SCALE, path="file", value="", allowed=f"{TREES}, {SCALE}") from None
    return LearnedModel(recipe, Trees(Boosted(text, line), (a, b, c, d)))


def read_card(path: Path) -> Card:
    """A card from its file, whatever its columns.

    Refuses (NoModelHere) what is not there or no YAML, and what `parse_card` refuses.
    """
    if not path.is_file():
        raise NoModelHere(path=path.name, allowed="CARD.yaml | DIR")
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        raise NoModelHere(path=path.name, allowed="YAML (UTF-8)") from None
    return parse_card(content, file=path.name)


def read_recipe(folder: Path) -> Recipe:
    """The recipe of a folder. Refuses (WrongModel) one that is not as training wrote it."""
    try:
        content = json.loads((folder / RECIPE).read_text("utf-8"))
        size = content["size"]
        recipe = Recipe(
            model=content["model"],
            target=str(content["target"]),
            columns=tuple(str(name) for name in content["columns"]),
            directions={str(name): int(way) for name, way in content["directions"].items()},  # type: ignore[misc]  # checked below
            seed=int(content["seed"]),
            from_on=date.fromisoformat(content["from"]),
            size=None if size is None else Size(**size),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        _refuse("file", "")
    if recipe.model not in ("card", "lightgbm"):
        _refuse("model", recipe.model)
    if not recipe.columns or not set(recipe.directions) <= set(recipe.columns):
        _refuse("columns", list(recipe.columns))
    if any(way not in (-1, 0, 1) for way in recipe.directions.values()):
        _refuse("directions", dict(recipe.directions))
    return recipe


def _written(recipe: Recipe) -> dict[str, object]:
    return {
        "model": recipe.model,
        "target": recipe.target,
        "columns": list(recipe.columns),
        "directions": dict(recipe.directions),
        "seed": recipe.seed,
        "from": recipe.from_on.isoformat(),
        "size": None if recipe.size is None else recipe.size.mapping(),
    }


def _json(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _refuse(path: str, value: object) -> NoReturn:
    refused: Refusal = WrongModel(
        file=RECIPE, path=path, value=value, allowed="`dunwell grade train`"
    )
    raise refused from None
