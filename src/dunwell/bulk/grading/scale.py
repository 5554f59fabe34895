"""The scale of trees: log odds of bad as whole points, the same scale as a learned card's.

500 points are even odds, 20 more halve the odds of bad; A is the safest fifth of the rows
learned from, and so on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from dunwell.core.risk.training.binning import Floats
from dunwell.core.risk.training.fitting import EVEN_SCORE, FACTOR, GRADE_SHARES, falling


def scores_of(linear: Floats) -> NDArray[np.int64]:
    """Points of log odds of bad; higher is safer."""
    return np.rint(EVEN_SCORE - FACTOR * linear).astype(np.int64)


def least_of(scores: NDArray[np.int64]) -> tuple[int, int, int, int]:
    """The lowest score of A, B, C and D among rows with these scores."""
    shares = np.quantile(scores, GRADE_SHARES, method="lower")
    return falling([int(share) for share in shares])
