"""Means: what a borrower can spare a month, and how hard an installment presses on it.

Spare = income less a living-cost floor less other duties; the law leaves a debtor and the
dependants what living costs (Civil Procedure Law, enforcement). Not known stays not known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Strain = Literal["fits", "tight", "beyond", "not_known"]
TIGHT_PPM = 700_000
"""From this share of what can be spared an installment is tight (a house judgement)."""


@dataclass(frozen=True, slots=True)
class Means:
    """A month of the borrower; None where nobody asked or nobody said."""

    income_fen: int | None
    other_duties_fen: int = 0
    dependants: int = 0

    def spare_fen(self, *, living_floor_fen: int) -> int | None:
        """What is left after living, half a floor for each dependant, and other duties."""
        if self.income_fen is None:
            return None
        living = living_floor_fen + living_floor_fen * self.dependants // 2
        return max(0, self.income_fen - living - self.other_duties_fen)


def strain_of(*, installment_fen: int, spare_fen: int | None) -> Strain:
    """How an installment presses on what can be spared."""
    if spare_fen is None:
        return "not_known"
    if installment_fen > spare_fen:
        return "beyond"
    return "tight" if installment_fen * 1_000_000 > spare_fen * TIGHT_PPM else "fits"
