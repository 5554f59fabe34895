"""Scoring a feature file by a card or a trained folder: what `dunwell grade score` does.

A card is compiled to SQL; trees are asked for chances and for what each column added. The
answer has one row per borrower in the file's order and is a public interface; it appears
whole or not at all.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from dunwell.bulk.compile.card import card_sql
from dunwell.bulk.compile.conditions import column as sql_name
from dunwell.bulk.grading.feature_file import ENDINGS, KEY, ROW, FeatureFile, open_features
from dunwell.bulk.grading.model_folder import Trees, read_card, read_model
from dunwell.bulk.grading.refusals import BorrowerTwice, FileEnding, NoBorrowerNo
from dunwell.bulk.grading.scale import scores_of
from dunwell.bulk.shards import sql_text
from dunwell.core.risk.card import GRADES, Card, Item
from dunwell.core.risk.scoring import REASONS
from dunwell.core.risk.training.binning import Floats

ANSWER_COLUMNS = (
    KEY,
    "score",
    "grade",
    *(f"reason_{n}" for n in range(1, REASONS + 1)),
    "probability",
)
_FACTS = "graded_facts"


@dataclass(frozen=True, slots=True)
class ScoredFile:
    """How many borrowers were scored, and how many of each grade."""

    rows: int
    grades: dict[str, int]
    judged: bool


def score_file(*, features: Path, model: Path, out: Path) -> ScoredFile:
    """Score every row of a feature file into `out` (CSV or Parquet by its ending).

    Refuses other endings (FileEnding), a file without borrower_no (NoBorrowerNo) or with one
    that is empty or stands twice (BorrowerTwice), columns of the model that are not there
    (NoSuchColumn), and cells of another kind than the model wants.
    """
    if out.suffix.lower() not in ENDINGS:
        raise FileEnding(file=out.name, allowed=", ".join(ENDINGS))
    learned: Card | Trees
    columns: tuple[str, ...] = ()
    if model.is_dir():
        folder = read_model(model)
        learned, columns = folder.learned, folder.recipe.columns
    else:
        learned = read_card(model)
    if isinstance(learned, Card):
        columns = learned.features
    with open_features(features) as file:
        _borrowers(file)
        file.wanted(columns)
        if isinstance(learned, Card):
            _card_facts(file, learned)
            graded = card_sql(learned, source=_FACTS, keys=[ROW, KEY])
        else:
            graded = _ask_trees(file, learned, columns)
        file.connection.execute(f"CREATE TABLE graded AS {graded}")
        _write(file, out)
        counted = file.connection.execute("SELECT grade, count(*) FROM graded GROUP BY ALL")
        found = dict(counted.fetchall())
    return ScoredFile(
        rows=file.rows,
        grades={grade: int(found.get(grade, 0)) for grade in GRADES},
        judged=isinstance(learned, Card) and learned.judged,
    )


def card_scores(file: FeatureFile, card: Card) -> Floats:
    """The score of each row by a card, in the order of the file."""
    file.wanted(card.features)
    _card_facts(file, card, key=None)
    query = card_sql(card, source=_FACTS, keys=[ROW])
    answer = file.connection.execute(f"SELECT score FROM ({query}) ORDER BY {ROW}").fetchnumpy()
    return np.asarray(answer["score"], dtype=np.float64)


def _borrowers(file: FeatureFile) -> None:
    if KEY not in file.names:
        raise NoBorrowerNo(file=file.file, found=list(file.names))
    found = file.connection.execute(
        f"SELECT min({ROW}), max({ROW}) FROM {file.table}"
        f" GROUP BY coalesce(trim({KEY}::VARCHAR), '')"
        f" HAVING count(*) > 1 OR coalesce(trim(any_value({KEY})::VARCHAR), '') = ''"
        f" ORDER BY 1 LIMIT 1"
    ).fetchall()
    if found:
        first, second = (int(row) + file.first_row for row in found[0])
        raise BorrowerTwice(file=file.file, row=first, other=second)


def _card_facts(file: FeatureFile, card: Card, *, key: str | None = KEY) -> None:
    """The columns of the card as the types it compares, in a view of their own."""
    file.check_numbers([item.feature for item in card.items if not item.values])
    facts = ", ".join(f"{_fact(file, item)} AS {sql_name(item.feature)}" for item in card.items)
    kept = ROW if key is None else f"{ROW}, {sql_name(key)}"
    file.connection.execute(
        f"CREATE OR REPLACE VIEW {_FACTS} AS SELECT {kept}, {facts} FROM {file.table}"
    )


def _fact(file: FeatureFile, item: Item) -> str:
    if not item.values:
        return file.number(item.feature)
    if isinstance(item.values[0], bool):
        return file.flag(item.feature)
    return f"nullif(trim({sql_name(item.feature)}::VARCHAR), '')"


def _ask_trees(file: FeatureFile, trees: Trees, columns: tuple[str, ...]) -> str:
    """Ask the trees; the answer as a query over arrays that DuckDB reads in place."""
    cells = file.numbers(columns)
    scores = scores_of(trees.boosted.linear(cells))
    added = trees.boosted.contributions(cells)
    # Reasons are what raised the chance of bad most; what lowered it is none.
    worst = np.argsort(-added, axis=1, kind="stable")[:, :REASONS]
    raised = np.take_along_axis(added, worst, axis=1) > 0
    names = np.array([*columns, None], dtype=object)
    reasons = names[np.where(raised, worst, len(columns))]
    grades = np.array(GRADES)[np.sum(scores[:, None] < np.array(trees.least), axis=1)]
    asked: dict[str, object] = {
        ROW: np.arange(file.rows),
        "score": scores,
        "grade": grades.astype(object),
        "probability_ppm": np.rint(1e6 * trees.boosted.chances(cells)).astype(np.int64),
    }
    for n in range(REASONS):
        asked[f"reason_{n + 1}"] = (
            reasons[:, n] if n < reasons.shape[1] else np.full(file.rows, None, dtype=object)
        )
    file.connection.register("asked", asked)
    return f"SELECT {KEY}, asked.* FROM asked JOIN {file.table} USING ({ROW})"


def _write(file: FeatureFile, out: Path) -> None:
    reasons = ", ".join(f"reason_{n}" for n in range(1, REASONS + 1))
    query = (
        f"SELECT {KEY}, score, grade, {reasons}, probability_ppm / 1e6 AS probability"
        f" FROM graded ORDER BY {ROW}"
    )
    unfinished = out.with_name(f".{out.name}.unfinished")
    form = "FORMAT csv, HEADER" if out.suffix.lower() == ".csv" else "FORMAT parquet"
    file.connection.execute(f"COPY ({query}) TO {sql_text(unfinished)} ({form})")
    unfinished.replace(out)
