"""Who could use a limit: the rows and actions that take of it, and how much.

Made once per limit by core.assign.pricing; charging a price and reading a row's
choices as lines (worth without the price, units taken) are the two things asked of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from dunwell.core.assign.problem import Ints, Need, Problem

__all__ = ["Need", "Uses", "uses_of"]

Floats = NDArray[np.float64]
Number = TypeVar("Number", np.int64, np.float64)


@dataclass(frozen=True, slots=True)
class Uses:
    """One limit: the actions that take of it, over the rows where one of them does."""

    limit: int
    rows: slice | Ints
    """All rows (a slice: nothing is copied), or the numbers of some."""
    units: dict[int, Ints]
    """Units taken by each action, one per row of `rows`."""

    def charge(self, reduced: NDArray[Number], price: float) -> None:
        """Take `price` per unit off what the actions are worth, in place."""
        for action, units in self.units.items():
            reduced[action, self.rows] -= (units * price).astype(reduced.dtype)

    def lines(self, reduced: Floats, at: float) -> tuple[Floats, Ints]:
        """Each row's choices as lines over the price: worth at price 0, and units taken.

        The first line is the best of the actions that take nothing of the limit;
        `reduced` has the price `at` taken off already.
        """
        others = [action for action in range(len(reduced)) if action not in self.units]
        worth = [np.maximum.reduce([reduced[action, self.rows] for action in others])]
        units = [np.zeros(len(worth[0]), dtype=np.int64)]
        for action, taken in self.units.items():
            worth.append(reduced[action, self.rows] + taken * at)
            units.append(taken)
        return np.stack(worth), np.stack(units)


def uses_of(problem: Problem) -> list[Uses]:
    """Every limit that somebody could use, in order."""
    found = []
    for limit in range(len(problem.limits)):
        taken: dict[int, Ints] = {}
        for action, of, amount in problem.needs:
            here = np.where(of == limit, amount, 0)
            # What is not wanted anyway needs no price.
            here[problem.values[action] <= 0] = 0
            taken[action] = taken[action] + here if action in taken else here
        rows = np.flatnonzero(sum(taken.values())) if taken else np.empty(0, dtype=np.int64)
        if not len(rows):
            continue
        whole = len(rows) == problem.values.shape[1]
        where: slice | Ints = slice(None) if whole else rows
        units = {action: each[where] for action, each in taken.items() if each.any()}
        found.append(Uses(limit, where, units))
    return found
