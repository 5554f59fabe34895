"""Folds: rows parted into five, by a seed, each with its share of the bad ones.

Called by training (inside) and evaluation (outside). The same seed and rows give the same
folds on every machine.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from dunwell.core.refusal import Refusal
from dunwell.core.risk.training.binning import Flags

FOLDS: Final = 5
LEAST_OF_EACH: Final = 20
"""So many good and bad rows: every fold, inside and outside, then holds both."""


class OneOutcome(Refusal):
    """Rows with one outcome only. Figures: file, column, rows, bad."""

    code = "GRADE-ONE-OUTCOME"


class TooFewRows(Refusal):
    """Too few rows of an outcome to part in five. Figures: file, column, good, bad, least."""

    code = "GRADE-TOO-FEW"


def fold_of_rows(bad: Flags, *, seed: int) -> NDArray[np.int64]:
    """The fold, 0 to 4, of each row."""
    draw = np.random.default_rng(seed)
    folds = np.empty(len(bad), dtype=np.int64)
    for outcome in (False, True):
        rows = np.flatnonzero(bad == outcome)
        folds[draw.permutation(rows)] = np.arange(len(rows)) % FOLDS
    return folds


def refuse_thin(bad: Flags, *, file: str, column: str) -> None:
    """Let rows through that can be parted in five.

    Refuses one outcome only (OneOutcome) and fewer than LEAST_OF_EACH of one (TooFewRows).
    """
    bads = int(bad.sum())
    goods = len(bad) - bads
    if not bads or not goods:
        raise OneOutcome(file=file, column=column, rows=len(bad), bad=bads)
    if min(bads, goods) < LEAST_OF_EACH:
        raise TooFewRows(file=file, column=column, good=goods, bad=bads, least=LEAST_OF_EACH)
