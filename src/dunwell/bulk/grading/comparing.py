"""A learned card beside the card in force, on the lender's own overdue borrowers.

Called by flows.improve.replace_card. Both are judged on the same rows and folds: the
learned one's recipe is fitted anew without the fold it answers for, of the card in force
only the line from score to chance is.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from dunwell.bulk.grading.evaluating import line_of_card
from dunwell.bulk.grading.feature_file import KEY, FeatureFile, open_features
from dunwell.bulk.grading.learning import read_learnable, read_target
from dunwell.bulk.grading.recipes import Recipe, refit
from dunwell.bulk.grading.refusals import NoBorrowerNo, NotOwnBorrowers
from dunwell.bulk.grading.scoring import card_scores
from dunwell.core.risk import Card
from dunwell.core.risk.training.fitting import Table
from dunwell.core.risk.training.judging import Evaluation, evaluate

OVERDUE = "days_past_due"
"""A borrower of whom this is 1 or more is overdue."""


@dataclass(frozen=True, slots=True)
class Compared:
    """Both evaluations, on how many overdue borrowers, and how many of them were bad."""

    new: Evaluation
    old: Evaluation
    rows: int
    bad: int


def compare_cards(
    *, features: Path, target: str, recipe: Recipe, current: Card, own: Collection[str]
) -> Compared:
    """Judge a recipe and the card in force on the overdue rows of a feature file.

    Refuses a file without borrower_no (NoBorrowerNo), borrowers that are not among `own`
    (NotOwnBorrowers), and whatever reading the columns of both refuses.
    """
    with open_features(features) as file:
        file.wanted([OVERDUE, target, *recipe.columns, *current.features])
        _refuse_strangers(file, own)
        overdue = file.only(f"{file.number(OVERDUE)} >= 1")
        bad = read_target(overdue, target=target)
        table = read_learnable(overdue, target=target, columns=recipe.columns).table
        scores = Table(("score",), card_scores(overdue, current)[:, None], bad)
    return Compared(
        new=evaluate(table, partial(refit, recipe), seed=recipe.seed),
        old=evaluate(scores, line_of_card, seed=recipe.seed),
        rows=len(bad),
        bad=int(bad.sum()),
    )


def _refuse_strangers(file: FeatureFile, own: Collection[str]) -> None:
    if KEY not in file.names:
        raise NoBorrowerNo(file=file.file, found=list(file.names))
    named = file.connection.execute(f"SELECT DISTINCT {KEY}::VARCHAR FROM {file.table}").fetchall()
    strangers = sum((number or "").strip() not in own for (number,) in named)
    if strangers:
        raise NotOwnBorrowers(file=file.file, count=strangers, borrowers=len(named))
