"""Results of an experiment: each arm's rate and money, and harm in equal size beside them.

Everybody who was assigned counts, contacted or not (intention to treat), once their time to
show the outcome has passed. Called by the experiment flows with the counts of each arm.
Amounts are whole fen; rates are shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import Literal

Verdict = Literal["too_early", "no_difference", "better", "worse", "stop_for_harm"]

CONFIDENCE = 0.95
HARM_BOUND = 1.645
"""One-sided 5 %: harm is believed sooner than gain."""
LEAST_HARM = 5
"""Fewer complaints and refusals than this in an arm are no ground to stop on."""


@dataclass(frozen=True, slots=True)
class ArmCounts:
    """What an arm did: those whose time has passed, of them the successes; money; harm."""

    arm: str
    assigned: int
    ripe: int
    successes: int
    recovered_fen: int = 0
    overdue_fen: int = 0
    complaints: int = 0
    refusals: int = 0

    @property
    def rate(self) -> float | None:
        """Successes of those ripe; None before anybody is."""
        return self.successes / self.ripe if self.ripe else None

    @property
    def recovered_ppm(self) -> int | None:
        """Money in, of the money overdue when assigned, in parts per million."""
        return self.recovered_fen * 1_000_000 // self.overdue_fen if self.overdue_fen else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Wilson's interval of the rate."""
        if self.rate is None:
            return None
        z = NormalDist().inv_cdf((1 + CONFIDENCE) / 2)
        shrunk = 1 + z**2 / self.ripe
        middle = (self.rate + z**2 / (2 * self.ripe)) / shrunk
        spread = self.rate * (1 - self.rate) / self.ripe + z**2 / (4 * self.ripe**2)
        half = z * sqrt(spread) / shrunk
        low = middle - half if self.successes else 0.0
        high = middle + half if self.successes < self.ripe else 1.0
        return low, high


@dataclass(frozen=True, slots=True)
class Comparison:
    """One arm against another at a look: the difference, its z, the bound, and what it means."""

    arm: str
    against: str
    difference: float | None
    interval: tuple[float, float] | None
    z: float | None
    bound: float
    harm_z: float | None
    verdict: Verdict


def compare(*, arm: ArmCounts, against: ArmCounts, bound: float) -> Comparison:
    """`arm` against another at a look whose early bound is `bound` (core.experiment.sequential).

    More complaints and refusals than chance explains stop the arm, whatever it earns.
    """
    harm_z = _z(arm.complaints + arm.refusals, arm.assigned, _harm(against), against.assigned)
    harmful = harm_z is not None and harm_z >= HARM_BOUND and _harm(arm) >= LEAST_HARM
    if arm.rate is None or against.rate is None:
        verdict: Verdict = "stop_for_harm" if harmful else "too_early"
        return Comparison(arm.arm, against.arm, None, None, None, bound, harm_z, verdict)
    difference = arm.rate - against.rate
    z = _z(arm.successes, arm.ripe, against.successes, against.ripe)
    error = sqrt(
        arm.rate * (1 - arm.rate) / arm.ripe + against.rate * (1 - against.rate) / against.ripe
    )
    half = NormalDist().inv_cdf((1 + CONFIDENCE) / 2) * error
    verdict = "no_difference"
    if harmful:
        verdict = "stop_for_harm"
    elif z is not None and abs(z) >= bound:
        verdict = "better" if z > 0 else "worse"
    interval = difference - half, difference + half
    return Comparison(arm.arm, against.arm, difference, interval, z, bound, harm_z, verdict)


def _harm(arm: ArmCounts) -> int:
    return arm.complaints + arm.refusals


def _z(successes: int, among: int, others: int, other_among: int) -> float | None:
    """z of two proportions with their pooled variance; None where there is nothing to compare."""
    if not among or not other_among:
        return None
    pooled = (successes + others) / (among + other_among)
    variance = pooled * (1 - pooled) * (1 / among + 1 / other_among)
    if variance <= 0:
        return None
    return (successes / among - others / other_among) / sqrt(variance)
