"""Schedules: a sum split over days so that every fen is asked for once.

Equal installments differ by at most one fen, the larger first; a step-up grows by a whole
share from one to the next; paydays fall on a day of the month, on its last day where the
month is shorter. Called by offers and the plan flows.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Line:
    """One installment of a plan."""

    seq: int
    due_on: date
    amount_fen: int


def split_evenly(total_fen: int, count: int) -> tuple[int, ...]:
    """Split a sum into `count` whole parts that differ by at most one fen, larger first.

    >>> split_evenly(1000, 3)
    (334, 333, 333)
    """
    if total_fen < 0 or count < 1:
        raise ValueError("a sum is not negative and goes into at least one part")
    each, rest = divmod(total_fen, count)
    return tuple(each + (place < rest) for place in range(count))


def split_rising(total_fen: int, count: int, *, growth_ppm: int) -> tuple[int, ...]:
    """Split a sum so that each part is `growth_ppm` above the one before; never falling.

    >>> split_rising(1000, 3, growth_ppm=500_000)
    (210, 316, 474)
    """
    if total_fen < 0 or count < 1 or growth_ppm < 0:
        raise ValueError("a sum and its growth are not negative, and it goes into a part or more")
    # Whole numbers only: weights (1 + g)^k over a common denominator.
    weights = [
        (1_000_000 + growth_ppm) ** place * 1_000_000 ** (count - 1 - place)
        for place in range(count)
    ]
    whole, reached, parts = sum(weights), 0, []
    for weight in weights:
        before = total_fen * reached // whole
        reached += weight
        parts.append(total_fen * reached // whole - before)
    # Rounding may leave a part a fen below the one before it: the order of size mends that.
    return tuple(sorted(parts))


def equal(total_fen: int, days: Sequence[date]) -> tuple[Line, ...]:
    """Equal installments on `days`, which are in order."""
    return _lines(split_evenly(total_fen, len(days)), days)


def step_up(total_fen: int, days: Sequence[date], *, growth_ppm: int) -> tuple[Line, ...]:
    """Rising installments on `days`: for somebody whose income comes back slowly."""
    return _lines(split_rising(total_fen, len(days), growth_ppm=growth_ppm), days)


def payday_aligned(*, first_after: date, payday: int, count: int) -> tuple[date, ...]:
    """The next `count` paydays after a day; the 31st is the last day of a shorter month.

    >>> [str(d) for d in payday_aligned(first_after=date(2026, 1, 31), payday=31, count=2)]
    ['2026-02-28', '2026-03-31']
    """
    if not 1 <= payday <= 31:
        raise ValueError("a payday is a day of the month")
    days: list[date] = []
    year, month = first_after.year, first_after.month
    while len(days) < count:
        day = date(year, month, min(payday, monthrange(year, month)[1]))
        if day > first_after:
            days.append(day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return tuple(days)


def _lines(parts: Sequence[int], days: Sequence[date]) -> tuple[Line, ...]:
    pairs = zip(parts, days, strict=True)
    return tuple(Line(seq, day, fen) for seq, (fen, day) in enumerate(pairs, 1))
