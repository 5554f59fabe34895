"""Fitting a points card: bands per column, one weight per column, whole points, calibrated.

Called by bulk.grading. Weights of evidence of the bands are joined by a penalised logistic
regression whose weights are never negative, so every band keeps its direction. Penalty and
calibration are chosen on five folds inside the given rows. 500 points are even odds, and
20 points more halve the odds of bad.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log
from typing import Final, NamedTuple

import numpy as np

from dunwell.core.risk.card import Card, Direction, Item, Number
from dunwell.core.risk.training.binning import Bands, Flags, Floats, cut_bands
from dunwell.core.risk.training.folds import FOLDS, fold_of_rows
from dunwell.core.risk.training.logistic import Line, fit_rising_line, fit_weights

EVEN_SCORE: Final = 500
POINTS_PER_DOUBLING: Final = 20
FACTOR: Final = POINTS_PER_DOUBLING / log(2)
PENALTIES: Final = (0.0003, 0.001, 0.003, 0.01, 0.03)
KNOT_POINTS: Final = 4
"""Between two knots of the calibration; the line is then within 250 ppm of the curve."""
GRADE_SHARES: Final = (0.8, 0.6, 0.4, 0.2)
"""A is the safest fifth of the rows learned from, and so on to E."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows to learn from: `columns` by name (NaN is unknown), and which were bad.

    `flags` names the columns that hold nothing but 0 and 1, as true or false.
    """

    names: tuple[str, ...]
    columns: Floats
    bad: Flags
    flags: frozenset[str] = frozenset()

    def rows(self, chosen: Flags) -> Table:
        """Some of the rows."""
        return replace(self, columns=self.columns[chosen], bad=self.bad[chosen])


class _Fitted(NamedTuple):
    bands: Sequence[Bands]
    start: float
    weights: Floats


def fit_card(
    table: Table,
    *,
    directions: Mapping[str, Direction],
    seed: int,
    id: str,
    outcome: str,
    outcome_en: str,
    from_on: date,
) -> Card:
    """Learn a card. A column that `directions` does not name finds its direction in the data;
    0 leaves it free. The same rows and seed give the same card."""
    stated = [directions.get(name) for name in table.names]
    penalty, line = _chosen(table, stated, seed)
    fitted = _fit(table, stated, penalty)
    items = [
        item
        for name, bands, weight in zip(table.names, fitted.bands, fitted.weights, strict=True)
        if (item := _item(name, bands, line.slope * weight, flag=name in table.flags)) is not None
    ]
    # What carries no points at all is left off; one line at least makes it a card.
    items = items or [_learned(table.names[0], fitted.bands[0].learned, (0,), 0)]
    base = round(EVEN_SCORE - FACTOR * (line.start + line.slope * fitted.start))
    shares = np.quantile(_scores(base, items, table), GRADE_SHARES, method="lower")
    return Card(
        id=id,
        title="学习所得评分卡",
        title_en="Learned points card",
        outcome=outcome,
        outcome_en=outcome_en,
        from_on=from_on,
        judged=False,
        base_points=base,
        items=tuple(items),
        least=falling([int(share) for share in shares]),
        calibration=_calibration(base, items),
    )


def predict_ppm(card: Card, names: Sequence[str], columns: Floats) -> Floats:
    """The probability of bad, in ppm, of each row: what `score` answers, for arrays."""
    at = {name: n for n, name in enumerate(names)}
    parts = [_item_points(item, columns[:, at[item.feature]]) for item in card.items]
    scores = (card.base_points + np.sum(parts, axis=0)).astype(np.int64)
    low, high = card.worst_score, card.best_score
    ppm = np.array([card.probability_ppm_of(one) for one in range(low, high + 1)], dtype=float)
    return np.asarray(ppm[scores - low], dtype=np.float64)


def _chosen(table: Table, stated: Sequence[Direction | None], seed: int) -> tuple[float, Line]:
    """The penalty whose out-of-fold log loss is least, and the calibration of those scores."""
    folds = fold_of_rows(table.bad, seed=seed)
    linear = np.zeros((len(PENALTIES), len(table.bad)))
    for fold in range(FOLDS):
        held = folds == fold
        inside = table.rows(~held)
        bands = _bands(inside, stated)
        weighed = _weighed(bands, inside.columns)
        outside = _weighed(bands, table.columns[held])
        found = None
        for n, penalty in enumerate(PENALTIES):
            found = fit_weights(weighed, inside.bad, penalty=penalty, begin=found)
            linear[n, held] = found[0] + outside @ found[1:]
    losses = np.mean(np.logaddexp(0, linear) - table.bad * linear, axis=1)
    best = int(np.argmin(losses))
    return PENALTIES[best], fit_rising_line(linear[best], table.bad)


def _fit(table: Table, stated: Sequence[Direction | None], penalty: float) -> _Fitted:
    bands = _bands(table, stated)
    found = fit_weights(_weighed(bands, table.columns), table.bad, penalty=penalty)
    return _Fitted(bands, float(found[0]), found[1:])


def _bands(table: Table, stated: Sequence[Direction | None]) -> list[Bands]:
    return [
        cut_bands(table.columns[:, n], table.bad, direction=direction)
        for n, direction in enumerate(stated)
    ]


def _weighed(bands: Sequence[Bands], columns: Floats) -> Floats:
    return np.column_stack([one.weigh(columns[:, n]) for n, one in enumerate(bands)])


def _item(name: str, bands: Bands, weight: float, *, flag: bool = False) -> Item | None:
    """The column as a line of the card; None if it carries no points."""
    points = [round(-FACTOR * weight * one) for one in bands.weights]
    unknown = round(-FACTOR * weight * bands.unknown)
    if not any(points) and not unknown:
        return None
    if flag:
        ends = np.searchsorted(bands.cuts, [0.0, 1.0], side="right")
        no, yes = (points[int(end)] for end in ends)
        return _learned(name, bands.learned, (no, yes), unknown, values=(False, True))
    # Neighbours that round to the same points are one band.
    edges = [n for n in range(len(bands.cuts)) if points[n] != points[n + 1]]
    kept = tuple(points[n] for n in (*edges, len(points) - 1))
    cuts = tuple(_short(bands.cuts[n]) for n in edges)
    return _learned(name, bands.learned, kept, unknown, cuts=cuts)


def _learned(
    name: str,
    direction: Direction,
    points: tuple[int, ...],
    unknown: int,
    *,
    cuts: tuple[Number, ...] = (),
    values: tuple[bool, ...] = (),
) -> Item:
    return Item(
        feature=name,
        title=name,
        title_en=name,
        why="由本机构历史数据学习所得",
        why_en="learned from the lender's own past",
        direction=direction,
        points=points,
        unknown=unknown,
        cuts=cuts,
        values=values,
    )


def _short(cut: float) -> Number:
    return int(cut) if cut.is_integer() and abs(cut) < 2**53 else cut


def _item_points(item: Item, column: Floats) -> Floats:
    # A flag is 0 or 1: one cut between the two.
    cuts = np.asarray([1.0] if item.values else item.cuts, dtype=float)
    place = np.searchsorted(cuts, column, side="right")
    known = np.asarray(item.points)[np.minimum(place, len(item.points) - 1)]
    return np.where(np.isnan(column), item.unknown, known)


def _scores(base: int, items: Sequence[Item], table: Table) -> Floats:
    at = {name: n for n, name in enumerate(table.names)}
    parts = [_item_points(item, table.columns[:, at[item.feature]]) for item in items]
    return np.asarray(base + np.sum(parts, axis=0), dtype=np.float64)


def falling(least: list[int]) -> tuple[int, int, int, int]:
    """Cut-offs of A to D; where many rows share a score, the lower ones give way."""
    for n in range(1, len(least)):
        least[n] = min(least[n], least[n - 1] - 1)
    return least[0], least[1], least[2], least[3]


def _calibration(base: int, items: Sequence[Item]) -> tuple[tuple[int, int], ...]:
    low = base + sum(item.worst for item in items)
    high = base + sum(item.best for item in items)
    scores = [*range(low, high, KNOT_POINTS), high]
    chances = Line(EVEN_SCORE / FACTOR, -1 / FACTOR).probabilities(np.array(scores, dtype=float))
    return tuple(
        (one, round(1e6 * float(chance))) for one, chance in zip(scores, chances, strict=True)
    )
