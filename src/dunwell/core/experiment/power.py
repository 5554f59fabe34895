"""Power: how many borrowers an effect needs, and which effect so many can show.

Two proportions, normal approximation with the variance of each arm (unpooled):
n = (z_alpha/2 + z_power)^2 * (p1 q1 + p2 q2) / (p2 - p1)^2 for arms of equal size. Shown before
an experiment may start: a small lender cannot see one point. Rates are shares, not ppm.
"""

from __future__ import annotations

from math import ceil
from statistics import NormalDist

ALPHA = 0.05
POWER = 0.80
_STEPS = 60


def needed_per_arm(
    *, base_rate: float, effect: float, alpha: float = ALPHA, power: float = POWER
) -> int:
    """Borrowers in each of two equal arms so that `effect` on `base_rate` is seen, two-sided.

    >>> needed_per_arm(base_rate=0.30, effect=0.02)
    8391
    """
    other = base_rate + effect
    if not (0 < base_rate < 1 and 0 < other < 1 and effect):
        raise ValueError("both rates lie between 0 and 1, and differ")
    variance = base_rate * (1 - base_rate) + other * (1 - other)
    return ceil(_square(alpha, power) * variance / effect**2)


def smallest_effect(
    *,
    base_rate: float,
    champion: int,
    challenger: int,
    alpha: float = ALPHA,
    power: float = POWER,
) -> float | None:
    """The smallest rise of `base_rate` that arms of these sizes show; None: none short of 1.

    Arms may differ in size: each brings its own variance.

    >>> round(smallest_effect(base_rate=0.30, champion=8391, challenger=8391), 4)
    0.02
    """
    if min(champion, challenger) < 1:
        return None
    square = _square(alpha, power)

    def seen(effect: float) -> bool:
        other = base_rate + effect
        variance = base_rate * (1 - base_rate) / champion + other * (1 - other) / challenger
        return effect**2 >= square * variance

    low, high = 0.0, 1 - base_rate
    if not seen(high):
        return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if seen(middle) else (middle, high)
    return high


def _square(alpha: float, power: float) -> float:
    normal = NormalDist()
    return (normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(power)) ** 2
