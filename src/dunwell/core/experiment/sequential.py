"""Early looks: how far apart the arms must be at each look so that all looks together stay honest.

Looking daily for 28 days at a plain 5 % line cries wolf in 27 % of tests without any effect.
The bounds spend the error little by little, little of it early (Lan and DeMets' form of
O'Brien and Fleming, on each side: alpha(t) = 4 - 4 Phi(z(1 - alpha/4) / sqrt(t)), t the share
of the information that is in). Each bound is found by carrying the density of the sum that
was not yet stopped from look to look on a grid (Armitage, McPherson and Rowe 1969).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

ALPHA = 0.05
NEVER = 8.0
"""A bound no test reaches: what a look gets that may spend next to nothing."""
_GRID = 1_201
_NORMAL = NormalDist()


def early_bounds(information: Sequence[float], *, alpha: float = ALPHA) -> tuple[float, ...]:
    """The |z| that ends the test at each look; `information` rises and ends at most at 1.

    The chance that a test without effect reaches any of them is `alpha` at information 1.

    >>> [round(bound, 2) for bound in early_bounds([0.5, 1.0])]
    [2.96, 1.97]
    """
    looks = list(information)
    if (
        not looks
        or looks[0] <= 0
        or looks[-1] > 1 + 1e-9
        or any(b <= a for a, b in pairwise(looks))
    ):
        raise ValueError("shares of the information rise, from above 0 to at most 1")
    bounds: list[float] = []
    spent, before = 0.0, 0.0
    points: NDArray[np.float64] = np.zeros(1)
    mass: NDArray[np.float64] = np.ones(1)
    for share in looks:
        allowed = _spent_at(share, alpha) - spent
        step = sqrt(share - before)
        bound = _bound(points, mass, step=step, share=share, allowed=allowed)
        bounds.append(bound)
        spent += allowed
        points, mass = _carried(points, mass, step=step, edge=bound * sqrt(share))
        before = share
    return tuple(bounds)


def _spent_at(share: float, alpha: float) -> float:
    line = _NORMAL.inv_cdf(1 - alpha / 4)
    return 4 * (1 - _NORMAL.cdf(line / sqrt(min(share, 1.0))))


def _bound(
    points: NDArray[np.float64],
    mass: NDArray[np.float64],
    *,
    step: float,
    share: float,
    allowed: float,
) -> float:
    """The |z| beyond which exactly `allowed` of what is still in would fall."""
    low, high = 0.0, NEVER
    if _beyond(points, mass, step=step, edge=high * sqrt(share)) > allowed:
        return NEVER
    for _ in range(50):
        middle = (low + high) / 2
        outside = _beyond(points, mass, step=step, edge=middle * sqrt(share))
        low, high = (middle, high) if outside > allowed else (low, middle)
    return high


def _beyond(
    points: NDArray[np.float64], mass: NDArray[np.float64], *, step: float, edge: float
) -> float:
    above = _upper_tail((edge - points) / step)
    below = _upper_tail((edge + points) / step)
    return float(np.sum(mass * (above + below)))


def _carried(
    points: NDArray[np.float64], mass: NDArray[np.float64], *, step: float, edge: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What stays inside [-edge, edge] after one more step, as masses on a new grid."""
    grid = np.linspace(-edge, edge, _GRID)
    width = grid[1] - grid[0]
    distance = (grid[:, None] - points[None, :]) / step
    density = (np.exp(-0.5 * distance**2) / (step * sqrt(2 * np.pi))) @ mass
    weights = np.full(_GRID, width)
    weights[[0, -1]] = width / 2
    return grid, density * weights


def _upper_tail(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """1 - Phi, element by element (Abramowitz and Stegun 26.2.17 is too coarse for 1e-9 tails)."""
    return np.array([_NORMAL.cdf(-value) for value in values])
