"""Standing: how each loan of a chunk looks on the as-of day, straight from what the world did.

Used for the tape, for the summary, and to decide who has reasons and holds. It is not the
ageing rule: that reads only the rows, and the tests hold the two equal.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dunwell.world.conduct import Conduct
from dunwell.world.draws import Bools, Ints
from dunwell.world.ledger import Ledger
from dunwell.world.lending import Loans

BUCKETS = ("current", "M1", "M2", "M3", "M4", "M5", "M6", "M6+")


@dataclass(frozen=True, slots=True)
class Standing:
    """Figures per loan, in fen and days; `worst_days` is the most a loan was ever late."""

    overdue: Bools
    past_due_days: Ints
    oldest_due_on: Ints
    overdue_terms: Ints
    principal_fen: Ints
    interest_fen: Ints
    penalty_fen: Ints
    fee_fen: Ints
    principal_left_fen: Ints
    worst_days: Ints
    first_late_due_on: Ints

    @property
    def overdue_fen(self) -> Ints:
        """Everything unpaid on installments already late."""
        return self.principal_fen + self.interest_fen + self.penalty_fen + self.fee_fen

    @property
    def bucket(self) -> Ints:
        """Position in BUCKETS: 30 days each, the last one open."""
        return np.where(self.overdue, np.minimum((self.past_due_days + 29) // 30, 7), 0)


def stand(*, loans: Loans, conduct: Conduct, ledger: Ledger, as_of: int) -> Standing:
    """Work out the standing of every loan on `as_of`."""
    unpaid = loans.real & ~ledger.settled
    late = unpaid & (loans.due_on < as_of)
    overdue: Bools = np.any(late, axis=1)
    no_day = as_of + 1
    oldest = np.min(np.where(late, loans.due_on, no_day), axis=1)
    ever = np.where(
        loans.real & ~ledger.closed_early,
        np.minimum(conduct.finished_on, as_of) - loans.due_on,
        0,
    )
    was_late = ever > 0
    # A part payment settles cost, fee, penalty, interest and principal in this order.
    left = ledger.part_fen
    parts = {}
    for name, due in (
        ("fee", ledger.cost_fen + loans.fees),
        ("penalty", ledger.penalty_fen),
        ("interest", loans.interests),
        ("principal", loans.principals),
    ):
        paid = np.minimum(left, due)
        parts[name], left = due - paid, left - paid
    sums = {name: np.sum(np.where(late, short, 0), axis=1) for name, short in parts.items()}
    return Standing(
        overdue=overdue,
        past_due_days=np.where(overdue, as_of - oldest, 0),
        oldest_due_on=oldest,
        overdue_terms=np.sum(late, axis=1),
        principal_fen=sums["principal"],
        interest_fen=sums["interest"],
        penalty_fen=sums["penalty"],
        fee_fen=sums["fee"],
        principal_left_fen=np.sum(np.where(unpaid, parts["principal"], 0), axis=1),
        worst_days=np.max(np.maximum(ever, 0), axis=1),
        first_late_due_on=np.min(np.where(was_late, loans.due_on, no_day), axis=1),
    )
