"""What can be learned from a feature file: its columns, its target, and what is left out.

Called by `training` and `evaluating`. Left out, and said: keys of rows, text, columns that
are empty or never change, and personal attributes (sex, age, education, marriage and the
like), which no model may look at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import numpy as np
import yaml

from dunwell.bulk.grading.feature_file import KEY, Column, FeatureFile
from dunwell.bulk.grading.refusals import (
    NotANumber,
    NothingToLearnFrom,
    NotZeroOne,
    WrongDirections,
)
from dunwell.core.risk.card import Direction, is_personal
from dunwell.core.risk.training.binning import Flags
from dunwell.core.risk.training.fitting import Table
from dunwell.core.risk.training.folds import refuse_thin

Why = Literal["key", "personal", "text", "empty", "constant"]
_KEY_NAMES = ("id", "no", "key", "uuid", "code", "phone", "mobile")
_KEY_WORDS = ("编号", "身份证", "手机", "电话", "借据号", "合同号", "客户号")


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A column that is not learned from, and why."""

    column: str
    why: Why


@dataclass(frozen=True, slots=True)
class Learnable:
    """Rows to learn from, and the columns left out of them."""

    table: Table
    left_out: tuple[LeftOut, ...]


def read_learnable(
    file: FeatureFile, *, target: str, columns: Sequence[str] | None = None
) -> Learnable:
    """The target and all columns that can be learned from, or just `columns`.

    Refuses what is missing (NoSuchColumn), a target other than 0 and 1 (NotZeroOne), one
    outcome or too few rows (OneOutcome, TooFewRows), a cell that is no number in a column
    of numbers (NotANumber), and a file with nothing to learn from (NothingToLearnFrom).
    """
    file.wanted([target, *(columns or ())])
    bad = read_target(file, target=target)
    left_out: list[LeftOut] = []
    if columns is None:
        columns = []
        for name in file.names:
            if name == target:
                continue
            why = _why_not(name, file)
            if why is None:
                columns.append(name)
            else:
                left_out.append(LeftOut(name, why))
    if not columns:
        raise NothingToLearnFrom(file=file.file, target=target)
    flags = frozenset(name for name in columns if file.column(name).kind == "flag")
    table = Table(tuple(columns), file.numbers(columns), bad, flags)
    return Learnable(table, tuple(left_out))


def read_target(file: FeatureFile, *, target: str) -> Flags:
    """Which rows were bad. Refuses NoSuchColumn, NotZeroOne, OneOutcome and TooFewRows."""
    file.wanted([target])
    file.refuse_first(f"coalesce({file.number(target)} NOT IN (0, 1), true)", target, NotZeroOne)
    bad = np.asarray(file.numbers([target])[:, 0] == 1)
    refuse_thin(bad, file=file.file, column=target)
    return bad


def read_directions(path: Path, *, columns: Sequence[str]) -> dict[str, Direction]:
    """Column → direction, from a JSON or YAML file; 1: more of it is worse, -1 better, 0 free.

    Refuses (WrongDirections) what is no such mapping, a column that is not among `columns`
    and another value, with the file and the place in it.
    """
    name = path.name
    try:
        text = path.read_text("utf-8-sig")
        content = json.loads(text) if path.suffix.lower() == ".json" else yaml.safe_load(text)
    except (OSError, ValueError, yaml.YAMLError) as wrong:
        raise WrongDirections(
            file=name,
            path=_place(wrong),
            value=type(wrong).__name__,
            allowed="JSON | YAML, column: 1 | -1 | 0",
        ) from None
    if not isinstance(content, Mapping):
        raise WrongDirections(
            file=name, path="file", value=type(content).__name__, allowed="column: 1 | -1 | 0"
        )
    for column, value in content.items():
        if column not in columns:
            raise WrongDirections(file=name, path=column, value=column, allowed=list(columns))
        if isinstance(value, bool) or value not in (-1, 0, 1):
            raise WrongDirections(file=name, path=column, value=value, allowed="1 | -1 | 0")
    return {str(column): cast(Direction, int(value)) for column, value in content.items()}


def _place(wrong: Exception) -> str:
    """The line where a file stops being JSON or YAML."""
    if isinstance(wrong, json.JSONDecodeError):
        return f"line {wrong.lineno}"
    if isinstance(wrong, yaml.MarkedYAMLError) and wrong.problem_mark:
        return f"line {wrong.problem_mark.line + 1}"
    return "file"


def _why_not(name: str, file: FeatureFile) -> Why | None:
    if is_personal(name):
        return "personal"
    if name.lower() == KEY:
        return "key"
    column = file.column(name)
    if column.kind == "empty":
        return "empty"
    if _is_key(column):
        return "key"
    if column.kind == "mixed":
        # Most cells are numbers: the others are mistakes, and the first of them is named.
        file.numbers([name])
        raise NotANumber(file=file.file, row=0, column=name, value="")
    if column.kind == "text":
        return "text"
    return "constant" if column.distinct == 1 and column.known == file.rows else None


def _is_key(column: Column) -> bool:
    """A column named like a key whose values are all different says who, not how."""
    words = column.name.lower().replace("-", "_").replace(" ", "_").split("_")
    named = words[-1] in _KEY_NAMES or any(word in column.name for word in _KEY_WORDS)
    return named and column.distinct == column.known
