"""Arms: the draw of a borrower, the same for ever, and the chance with which it fell.

The draw is SHA-256 of the experiment's seed and the borrower's key; its first 40 bits
make a number in [0, 1,000,000), the arms lie on it side by side in their order.
bulk.deciding has the same in SQL, proved equal. Shares are parts per million.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

WHOLE_PPM = 1_000_000
DRAW_DIGITS = 10
"""Hexadecimal digits of the hash that make the draw: 40 bits, times a million below 2**63."""


@dataclass(frozen=True, slots=True)
class Arm:
    """One way to treat: the strategy's name, or none for the hold-out, and its share."""

    name: str
    share_ppm: int
    strategy: str | None


@dataclass(frozen=True, slots=True)
class Drawn:
    """The arm a borrower fell into and the chance it had: both are kept with every decision."""

    arm: Arm
    probability_ppm: int


def draw_ppm(*, seed: str, key: str) -> int:
    """A number in [0, 1,000,000), spread evenly over keys and the same for ever.

    >>> draw_ppm(seed="s", key="7:1") == draw_ppm(seed="s", key="7:1")
    True
    """
    digest = sha256(f"{seed}|{key}".encode()).hexdigest()
    return (int(digest[:DRAW_DIGITS], 16) * WHOLE_PPM) >> (4 * DRAW_DIGITS)


def arm_of(*, arms: Sequence[Arm], seed: str, key: str) -> Drawn:
    """The arm whose stretch holds the draw of `key`. Shares of `arms` add up to a million."""
    drawn = draw_ppm(seed=seed, key=key)
    reached = 0
    for arm in arms:
        reached += arm.share_ppm
        if drawn < reached:
            return Drawn(arm, arm.share_ppm)
    raise AssertionError("shares of the arms do not add up to a million")
