"""Pricing: what one more unit of each shared limit is worth, and who gets which action.

Called by flows.prepare.assign_work once a day for a lender's whole book. Values are
fen of gain, limits are counts or minutes; one action a row, action 0 is "nothing".
`price_then_fill` finds a price for every limit (the dual of the assignment), lets each
row take what is worth most after paying, then mends the few rows at the edge
(core.assign.filling). The dual value is an upper bound on what anyone could reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dunwell.core.assign.filling import fill
from dunwell.core.assign.problem import Ints, Problem, WrongShape
from dunwell.core.assign.uses import Need, Uses, uses_of

__all__ = ["Filled", "Need", "WrongShape", "price_then_fill"]

Floats = NDArray[np.float64]

SCALE = 1 << 10
"""Prices are kept in 1/1024 fen, so that the bound is exact whole-number arithmetic."""
PASSES = 60
"""At most so many rounds over all limits; a bound of any prices is a bound."""
STILL = 2e-7
"""The search stops when a round lowers the bound by less than this share of it."""


@dataclass(frozen=True, slots=True)
class Filled:
    """Who does what: `choice` per row, `prices_fen` and `used` per limit, value and bound in fen.

    `prices_fen` is the worth of one more unit, rounded down; `value_fen <= bound_fen`.
    """

    choice: Ints
    prices_fen: Ints
    used: Ints
    value_fen: int
    bound_fen: int


def price_then_fill(
    *, values_fen: Ints, needs: Sequence[Need], limits: Ints, keys: Ints | None = None
) -> Filled:
    """One action per row, no limit exceeded, the sum of values near the greatest possible.

    `values_fen[n, k]`: gain of action k for row n; column 0 is "nothing" and must be 0;
    an action worth nothing or less is never given (-1 says "not allowed"). `keys` are the
    rows' own numbers: with them the result of a row does not depend on the rows' order.
    Refuses WrongShape. Equal rows at the edge are served in order of key.
    """
    problem = Problem.checked(values_fen=values_fen, needs=needs, limits=limits, keys=keys)
    uses = uses_of(problem)
    scaled = np.rint(_prices(problem, uses) * SCALE).astype(np.int64)
    reduced = problem.values * SCALE
    for use in uses:
        use.charge(reduced, int(scaled[use.limit]))
    choice = np.argmax(reduced, axis=0)
    best = np.take_along_axis(reduced, choice[None], axis=0)[0]
    bound = _exact_sum(best) + sum(
        int(p) * int(r) for p, r in zip(scaled, problem.limits, strict=True)
    )
    choice, used = fill(problem, uses, reduced, choice)
    value = _exact_sum(np.take_along_axis(problem.values, choice[None], axis=0)[0])
    return Filled(
        choice=problem.in_given_order(choice),
        prices_fen=scaled // SCALE,
        used=used,
        value_fen=value,
        bound_fen=bound // SCALE,
    )


def _prices(problem: Problem, uses: Sequence[Uses]) -> Floats:
    """Prices that no single change improves: each limit in turn gets its exact best price."""
    prices = np.zeros(len(problem.limits))
    reduced = problem.values.astype(np.float64)
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
    return prices


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


def _exact_sum(numbers: Ints) -> int:
    """The sum as a whole number of any size: high and low halves apart cannot overflow."""
    return (int((numbers >> 24).sum()) << 24) + int((numbers & 0xFFFFFF).sum())
