"""What the calculator refuses. Called by the rooms of plan; sentences are in faces/words."""

from __future__ import annotations

from dunwell.core.refusal import Refusal


class NothingToPlan(Refusal):
    """No debt, or no installment, to make a plan of. Figures: owed_fen, installments."""

    code = "PLAN-NOTHING"


class ReliefTooLarge(Refusal):
    """More relief than the component holds or the house allows. Figures: component, wanted_fen,
    most_fen."""

    code = "PLAN-RELIEF-TOO-LARGE"


class TermTooLong(Refusal):
    """More installments than the house allows. Figures: installments, most."""

    code = "PLAN-TERM-TOO-LONG"
