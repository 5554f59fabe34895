"""Bands of one column: where to cut it, and how risky each band is (weight of evidence).

Called by `fitting`. Quantiles cut the column, thin bands join a neighbour, then neighbours
that go against the direction are pooled (pool adjacent violators), after each rate was
drawn towards the whole by `DRAWN_ROWS` rows. A weight is the log odds of bad in the band
less those of everybody: above 0 is riskier than most. Unknown (NaN) is a band of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from dunwell.core.risk.card import Direction

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MOST_BANDS: Final = 20
"""Quantile bands before pooling."""
LEAST_SHARE: Final = 0.02
LEAST_ROWS: Final = 25
"""A band holds at least this share of the rows, and at least so many."""
DRAWN_ROWS: Final = 20.0
"""A band's rate counts as if so many average rows stood in it too."""


@dataclass(frozen=True, slots=True)
class Bands:
    """The bands of one column: band i is [cuts[i-1], cuts[i]). `learned` is the direction
    the bands follow, which is the stated one wherever one was stated."""

    cuts: tuple[float, ...]
    weights: tuple[float, ...]
    unknown: float
    learned: Direction

    def weigh(self, column: Floats) -> Floats:
        """The weight of each row."""
        place = np.searchsorted(np.asarray(self.cuts), column, side="right")
        known = np.asarray(self.weights)[np.minimum(place, len(self.weights) - 1)]
        return np.where(np.isnan(column), self.unknown, known)


def cut_bands(column: Floats, bad: Flags, *, direction: Direction | None) -> Bands:
    """Cut one column. `direction` 0 leaves the bands free; None lets the data choose a
    direction, the one under which the bands tell more.

    `column` holds at least one number, `bad` both outcomes.
    """
    known = ~np.isnan(column)
    values, hit = column[known], bad[known]
    cuts = _cuts(values, most_rows=len(column))
    place = np.searchsorted(cuts, values, side="right")
    rows = np.bincount(place, minlength=len(cuts) + 1).astype(np.float64)
    bads = np.bincount(place, weights=hit, minlength=len(cuts) + 1).astype(np.float64)
    base = float(bad.mean())
    rates, weights = (bads + DRAWN_ROWS * base) / (rows + DRAWN_ROWS), rows + DRAWN_ROWS
    ways = (1, -1) if direction is None else (direction,)
    pooled = [(_pooled(rates, weights, way), way) for way in ways]
    chosen, way = max(pooled, key=lambda one: _likelihood(one[0], rows, bads))
    kept = np.flatnonzero(np.diff(chosen) != 0)
    unknown_rows = float((~known).sum())
    drawn = DRAWN_ROWS * (1 if unknown_rows >= LEAST_ROWS else LEAST_ROWS)
    unknown = (float(bad[~known].sum()) + drawn * base) / (unknown_rows + drawn)
    return Bands(
        cuts=tuple(float(one) for one in cuts[kept]),
        weights=tuple(float(one) for one in _log_odds(chosen[[*kept, len(chosen) - 1]], base)),
        unknown=float(_log_odds(np.array([unknown]), base)[0]),
        learned=_direction(way),
    )


def _cuts(values: Floats, *, most_rows: int) -> Floats:
    """Values that begin a band: quantiles as they occur, with enough rows in every band."""
    wanted = np.quantile(values, np.arange(1, MOST_BANDS) / MOST_BANDS, method="higher")
    distinct = np.unique(values)
    if len(distinct) <= MOST_BANDS:
        wanted = distinct
    least = max(LEAST_ROWS, int(LEAST_SHARE * most_rows))
    ordered = np.sort(values)
    kept: list[float] = []
    begun = 0
    for cut in np.unique(wanted):
        start = int(np.searchsorted(ordered, cut, side="left"))
        if start - begun >= least and len(ordered) - start >= least:
            kept.append(float(cut))
            begun = start
    return np.array(kept, dtype=np.float64)


def _pooled(rates: Floats, weights: Floats, way: int) -> Floats:
    """Rates that never go against `way`, as near to the given ones as they can be."""
    if way == 0:
        return rates
    blocks: list[tuple[float, float, int]] = []
    for rate, weight in zip(rates * way, weights, strict=True):
        blocks.append((float(rate), float(weight), 1))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (low, left, first), (high, right, second) = blocks[-2], blocks[-1]
            joint = (low * left + high * right) / (left + right)
            blocks[-2:] = [(joint, left + right, first + second)]
    return np.concatenate([np.full(bands, rate * way) for rate, _, bands in blocks])


def _likelihood(rates: Floats, rows: Floats, bads: Floats) -> float:
    return float(np.sum(bads * np.log(rates) + (rows - bads) * np.log1p(-rates)))


def _log_odds(rates: Floats, base: float) -> Floats:
    whole: Floats = np.log(rates / (1 - rates)) - np.log(base / (1 - base))
    return whole


def _direction(way: int) -> Direction:
    return 1 if way > 0 else -1 if way < 0 else 0
