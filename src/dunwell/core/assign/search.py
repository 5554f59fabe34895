"""The search for prices: one for each limit, so that demand fits it and the bound is low.

Called by core.assign.pricing. `best_prices` moves one price after the other to its exact
best; `polished` moves all at once, where that came to rest at a corner. Prices are fen per
unit, as floating numbers; pricing makes them whole and proves the bound.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from dunwell.core.assign.problem import Ints, Problem
from dunwell.core.assign.uses import Uses

Floats = NDArray[np.float64]

PASSES = 60
"""At most so many rounds over all limits; a bound of any prices is a bound."""
STILL = 2e-7
"""The search stops when a round lowers the bound by less than this share of it."""
STEPS = 60
"""So many planes at most, where all prices move at once."""
ENOUGH = 1e-5


def best_prices(problem: Problem, uses: Sequence[Uses]) -> Floats:
    """The better of two searches: from everything free, and from everything too dear.

    Each may stop at a corner where no single price can move; where many rows are alike
    they stop at different ones, and the lower bound is the better.
    """
    free = np.zeros(len(problem.limits))
    dear = free + float(problem.values.max(initial=0)) + 1
    return min(
        (_search(problem, uses, start) for start in (free, dear)), key=lambda found: found[0]
    )[1]


def _search(problem: Problem, uses: Sequence[Uses], prices: Floats) -> tuple[float, Floats]:
    """Each limit in turn gets its exact best price until the bound stays; bound and prices."""
    reduced = problem.values.astype(np.float64)
    for use in uses:
        use.charge(reduced, float(prices[use.limit]))
    untouched = np.setdiff1d(np.arange(len(prices)), [use.limit for use in uses])
    prices[untouched] = 0  # nobody could use them
    before = np.inf
    for _ in range(PASSES):
        for use in uses:
            at = float(prices[use.limit])
            price = _best_price(use, reduced, at, int(problem.limits[use.limit]))
            if price != at:
                use.charge(reduced, price - at)
                prices[use.limit] = price
        bound = float(reduced.max(axis=0).sum() + prices @ problem.limits)
        if bound >= before * (1 - STILL):
            break
        before = bound
    return bound, prices


def _best_price(use: Uses, reduced: Floats, at: float, limit: int) -> float:
    """The price of one limit, all others staying: the lowest at which demand fits.

    A row gives up units of the limit at certain prices; sorted from the dearest, the
    first that no longer fits sets the price.
    """
    gives_up_at, units = _steps(use, reduced, at)
    if not len(units) or int(units.sum()) <= limit:
        return 0.0
    least, most = int(units.min()), int(units.max())
    if least == most:
        place = len(units) - 1 - limit // least
        return float(np.partition(gives_up_at, place)[place])
    dearest = np.argsort(-gives_up_at)
    demand = np.cumsum(units[dearest])
    return float(gives_up_at[dearest[np.searchsorted(demand, limit, side="right")]])


def _steps(use: Uses, reduced: Floats, at: float) -> tuple[Floats, Ints]:
    """At which positive prices rows give up how many units: the corners of each row's envelope."""
    worth, units = use.lines(reduced, at)
    place = np.argmax(worth, axis=0)[None]
    found: list[tuple[Floats, Ints]] = []
    for _ in range(len(worth) - 1):
        less = np.take_along_axis(units, place, axis=0) - units
        lost = np.take_along_axis(worth, place, axis=0) - worth
        crossing = np.where(less > 0, lost / np.maximum(less, 1), np.inf)
        place = np.argmin(crossing, axis=0)[None]
        price = np.take_along_axis(crossing, place, axis=0)[0]
        real = (price > 0) & (price < np.inf)
        found.append((price[real], np.take_along_axis(less, place, axis=0)[0][real]))
    return np.concatenate([p for p, _ in found]), np.concatenate([u for _, u in found])


def polished(problem: Problem, uses: Sequence[Uses], prices: Floats, value_fen: int) -> Floats:
    """Prices of a lower bound, all moved at once, where one at a time came to rest at a corner.

    Every price tried gives a plane that the bound lies above; the lowest point of all planes
    is tried next (Kelley's cutting planes). It ends when no point can be better by more than
    a hundred-thousandth of `value_fen`, a value that was reached.
    """
    from scipy.optimize import linprog  # reason: heavy

    active = [use.limit for use in uses]
    most = np.array([_dearest(problem, use) for use in uses])
    rows: list[Floats] = []
    heights: list[float] = []
    best, at = np.inf, prices.copy()
    walk = prices.copy()
    for _ in range(STEPS):
        bound, slope = _bound_at(problem, uses, walk)
        if bound < best:
            best, at = bound, walk.copy()
        # In shares of the dearest price: a minute and a visit then weigh alike.
        flat = slope[active] * most
        rows.append(np.append(flat, -1.0))
        heights.append(float(flat @ (walk[active] / most)) - bound)
        found = linprog(
            np.append(np.zeros(len(active)), 1.0),
            A_ub=np.array(rows),
            b_ub=np.array(heights),
            bounds=[(0, 1)] * len(active) + [(None, None)],
            method="highs-ds",
        )
        if found.x is None or best - float(found.x[-1]) <= ENOUGH * max(value_fen, 1):
            break
        walk = prices.copy()
        walk[active] = found.x[:-1] * most
    return at


def _bound_at(problem: Problem, uses: Sequence[Uses], prices: Floats) -> tuple[float, Floats]:
    """The bound at these prices and its slope: room less demand of every limit."""
    reduced = problem.values.astype(np.float64)
    for use in uses:
        use.charge(reduced, float(prices[use.limit]))
    choice = np.argmax(reduced, axis=0)
    slope = np.zeros(len(problem.limits))
    for use in uses:
        chosen = choice[use.rows]
        demand = sum(int(u[chosen == action].sum()) for action, u in use.units.items())
        slope[use.limit] = float(problem.limits[use.limit] - demand)
    return float(reduced.max(axis=0).sum() + prices @ problem.limits), slope


def _dearest(problem: Problem, use: Uses) -> float:
    """A price above which nobody takes a unit of the limit."""
    worth = [
        float((problem.values[action, use.rows] / np.maximum(units, 1))[units > 0].max())
        for action, units in use.units.items()
    ]
    return max(*worth, 1.0)
