"""Figures of a model: how well probabilities order borrowers, and how true they are.

Called by `judging` with what was predicted out of fold. Definitions stand in the page on
grading; all are plain sums, nothing is drawn but the ECE's floor, whose seed is given.
"""

from __future__ import annotations

from itertools import pairwise
from math import ceil
from typing import Final

import numpy as np

from dunwell.core.risk.training.binning import Flags, Floats
from dunwell.core.risk.training.logistic import fit_line

BINS: Final = 10
"""Bins of equal numbers of rows, for ECE and PSI."""
DRAWS: Final = 200
"""Draws behind the ECE's floor."""
LEAST_CHANCE: Final = 1e-6
"""One part per million: what a probability is held away from 0 and 1 before its log odds."""


def auc_of(chances: Floats, bad: Flags) -> float:
    """The share of pairs, one bad and one good, in which the bad one has the higher chance;
    a tie counts half."""
    bads = int(bad.sum())
    goods = len(bad) - bads
    _, place, count = np.unique(chances, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(count) - (count - 1) / 2)[place]  # tied rows share their middle rank
    return float((ranks[bad].sum() - bads * (bads + 1) / 2) / (bads * goods))


def ks_of(chances: Floats, bad: Flags) -> float:
    """The largest distance between the shares of bad and of good above a chance."""
    order = np.argsort(-chances, kind="stable")
    ordered, hits = chances[order], bad[order]
    last_of_tie = np.flatnonzero(np.append(np.diff(ordered) != 0, True))
    bads = np.cumsum(hits)[last_of_tie] / bad.sum()
    goods = np.cumsum(~hits)[last_of_tie] / (~bad).sum()
    return float(np.abs(bads - goods).max())


def brier_of(chances: Floats, bad: Flags) -> float:
    """The mean squared distance of the chance from what happened (1 bad, 0 good)."""
    return float(np.mean((chances - bad) ** 2))


def calibration_slope_of(chances: Floats, bad: Flags) -> float:
    """The slope of a logistic regression of bad on the log odds of the chance.

    1: right. Below 1: too sure of itself. Above 1: not sure enough.
    """
    held = np.clip(chances, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return fit_line(np.log(held / (1 - held)), bad).slope


def ece_of(chances: Floats, bad: Flags) -> float:
    """Expected calibration error: over ten bins of equal numbers of rows, by chance, the mean
    distance between the mean chance and the share of bad."""
    order = np.argsort(chances, kind="stable")
    return _ece(chances[order], bad[order].astype(np.float64)[None, :])


def ece_floor_of(chances: Floats, *, seed: int) -> float:
    """The ECE that these chances would show if they were exactly right.

    The mean over DRAWS draws of outcomes from the chances themselves: with few rows even a
    perfect model shows some.
    """
    ordered = np.sort(chances)
    draw = np.random.default_rng(seed)
    found = [
        _ece(ordered, (draw.random((1, len(ordered))) < ordered).astype(np.float64))
        for _ in range(DRAWS)
    ]
    return float(np.mean(found))


def top_capture_of(chances: Floats, bad: Flags) -> float:
    """The share of all bad rows in the tenth with the highest chances; a tie at the edge
    gives its part of the tied rows."""
    room = ceil(len(bad) / 10)
    edge = np.sort(chances)[-room]
    above, tied = chances > edge, chances == edge
    share = (room - int(above.sum())) / int(tied.sum())
    return float((bad[above].sum() + share * bad[tied].sum()) / bad.sum())


def psi_of(before: Floats, after: Floats) -> float:
    """Population stability index of two samples of chances, over the tenths of `before`.

    Below 0.1 is stable, above 0.25 has moved, as the trade reads it. Half a row stands in
    an empty bin.
    """
    edges = np.unique(np.quantile(before, np.arange(1, BINS) / BINS))
    shares = []
    for sample in (before, after):
        place = np.searchsorted(edges, sample, side="right")
        rows = np.maximum(np.bincount(place, minlength=len(edges) + 1), 0.5)
        shares.append(rows / rows.sum())
    return float(np.sum((shares[1] - shares[0]) * np.log(shares[1] / shares[0])))


def _ece(ordered: Floats, outcomes: Floats) -> float:
    """`ordered` chances rise; `outcomes` stand in the same order, one row per draw."""
    edges = [len(ordered) * n // BINS for n in range(BINS + 1)]
    found = np.zeros(len(outcomes))
    for start, end in pairwise(edges):
        if end > start:
            gap = outcomes[:, start:end].mean(axis=1) - ordered[start:end].mean()
            found += np.abs(gap) * (end - start) / len(ordered)
    return float(found.mean())
