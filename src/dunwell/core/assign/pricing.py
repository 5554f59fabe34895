"""Pricing: what one more unit of each shared limit is worth, and who gets which action.

Called by flows.prepare.assign_work once a day for a lender's whole book. Values are
fen of gain, limits are counts or minutes; one action a row, action 0 is "nothing".
`price_then_fill` finds a price for every limit (the dual of the assignment), lets each
row take what is worth most after paying, then mends the few rows at the edge
(core.assign.filling). The dual value is an upper bound on what anyone could reach.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from dunwell.core.assign.filling import fill
from dunwell.core.assign.problem import Ints, Problem, WrongShape
from dunwell.core.assign.search import best_prices, polished
from dunwell.core.assign.uses import Need, Uses, uses_of

__all__ = ["Filled", "Need", "WrongShape", "price_then_fill"]

Floats = NDArray[np.float64]

SCALE = 1 << 10
"""Prices are kept in 1/1024 fen, so that the bound is exact whole-number arithmetic."""
WIDE = 0.0005
"""A wider gap between value and bound is worth a second look."""


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
    prices = best_prices(problem, uses)
    answer = _filled(problem, uses, prices)
    if answer.value_fen < answer.bound_fen * (1 - WIDE):
        # Rows that are much alike, or few: walk off the corner, and keep the better of each.
        again = _filled(problem, uses, polished(problem, uses, prices, answer.value_fen))
        better = again if again.value_fen > answer.value_fen else answer
        prices_fen = min(answer, again, key=lambda each: each.bound_fen).prices_fen
        bound_fen = min(answer.bound_fen, again.bound_fen)
        answer = replace(better, bound_fen=bound_fen, prices_fen=prices_fen)
    return answer


def _filled(problem: Problem, uses: Sequence[Uses], prices: Floats) -> Filled:
    """The answer at these prices, in whole numbers."""
    scaled = np.rint(prices * SCALE).astype(np.int64)
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


def _exact_sum(numbers: Ints) -> int:
    """The sum as a whole number of any size: high and low halves apart cannot overflow."""
    return (int((numbers >> 24).sum()) << 24) + int((numbers & 0xFFFFFF).sum())
