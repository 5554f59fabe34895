"""The debt a plan is about, the relief given on it, and the limits the house sets.

Relief goes from the borrower's side of the order of payments: penalty first, then interest;
principal is never let go by a plan. Called by offers, authority and the plan flows.
"""

from __future__ import annotations

from dataclasses import dataclass

from dunwell.core.plan.refusals import ReliefTooLarge


@dataclass(frozen=True, slots=True)
class Debt:
    """What is owed, by component."""

    principal_fen: int
    interest_fen: int = 0
    penalty_fen: int = 0
    fee_fen: int = 0
    cost_fen: int = 0

    @property
    def total_fen(self) -> int:
        """All of it."""
        return (
            self.principal_fen + self.interest_fen + self.penalty_fen + self.fee_fen + self.cost_fen
        )

    @property
    def charges_fen(self) -> int:
        """All of it but the principal."""
        return self.total_fen - self.principal_fen


@dataclass(frozen=True, slots=True)
class Relief:
    """What is let go once the plan is kept to its end."""

    penalty_fen: int = 0
    interest_fen: int = 0

    @property
    def total_fen(self) -> int:
        """All of it."""
        return self.penalty_fen + self.interest_fen

    def share_ppm(self, debt: Debt) -> int:
        """Of the whole debt, rounded up: whoever signs is never shown less than it is."""
        return -(-self.total_fen * 1_000_000 // debt.total_fen) if debt.total_fen else 0


@dataclass(frozen=True, slots=True)
class PlanTerms:
    """The house's limits of a day; `cap_ppm` is the all-in rate a year that binds the contract."""

    most_installments: int = 12
    least_installment_fen: int = 10_000
    most_penalty_relief_ppm: int = 1_000_000
    most_interest_relief_ppm: int = 500_000
    living_floor_fen: int = 200_000
    cap_ppm: int = 240_000


def check_relief(relief: Relief, *, debt: Debt, terms: PlanTerms) -> None:
    """Pass relief within the debt and the house's limits. Refuses ReliefTooLarge."""
    limits = (
        ("penalty", relief.penalty_fen, debt.penalty_fen * terms.most_penalty_relief_ppm),
        ("interest", relief.interest_fen, debt.interest_fen * terms.most_interest_relief_ppm),
    )
    for component, wanted_fen, most in limits:
        if not 0 <= wanted_fen <= most // 1_000_000:
            raise ReliefTooLarge(
                component=component, wanted_fen=wanted_fen, most_fen=most // 1_000_000
            )
