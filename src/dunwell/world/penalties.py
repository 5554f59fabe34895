"""Penalties: what a late installment costs on top, piece by piece as the days pass.

The invented contracts forgive 3 days; after that every late day counts, on the installment's unpaid
principal, at the contract's penalty rate (never above the 24 % cap), posted every 30 days and
on the day of settlement. Each posting is rounded by dunwell.core.money.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dunwell.core.money import interest_fen
from dunwell.world.conduct import Conduct
from dunwell.world.draws import Bools, Ints
from dunwell.world.lending import Loans
from dunwell.world.products import YEAR_DAYS

FORGIVEN_DAYS = 3
POSTING_DAYS = 30


@dataclass(frozen=True, slots=True)
class Penalties:
    """Postings (flat arrays, one place each) and their sum per installment."""

    loan: Ints
    seq: Ints
    posted_on: Ints
    amount_fen: Ints
    total_fen: Ints


def accrue(
    *, loans: Loans, conduct: Conduct, part_fen: Ints, closed_early: Bools, as_of: int
) -> Penalties:
    """Post penalties up to settlement or the as-of day, whichever comes first.

    `closed_early` marks installments a payoff ended before they fell due: they cost nothing.
    """
    late_days = np.minimum(conduct.finished_on, as_of) - loans.due_on
    counts = loans.real & ~closed_early & (late_days > FORGIVEN_DAYS)
    loan, nth = np.nonzero(counts)
    late, due = late_days[loan, nth], loans.due_on[loan, nth]
    pieces = -(-late // POSTING_DAYS)
    which = np.repeat(np.arange(len(loan)), pieces)
    piece = np.arange(len(which)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    start = piece * POSTING_DAYS
    end = np.minimum(start + POSTING_DAYS, late[which])
    base = _unpaid_principal(loans, conduct, part_fen, loan, nth, which, due[which] + start)
    rate = loans.penalty_ppm[loan[which]]
    amounts = np.fromiter(
        (
            interest_fen(base_fen=b, rate_ppm=r, days=d, basis_days=YEAR_DAYS)
            for b, r, d in zip(base.tolist(), rate.tolist(), (end - start).tolist(), strict=True)
        ),
        dtype=np.int64,
        count=len(which),
    )
    total = np.zeros(loans.due_on.shape, dtype=np.int64)
    np.add.at(total, (loan[which], nth[which]), amounts)
    some = amounts > 0
    return Penalties(
        loan=loan[which][some],
        seq=nth[which][some] + 1,
        posted_on=(due[which] + end)[some],
        amount_fen=amounts[some],
        total_fen=total,
    )


def _unpaid_principal(
    loans: Loans,
    conduct: Conduct,
    part_fen: Ints,
    loan: Ints,
    nth: Ints,
    which: Ints,
    from_day: Ints,
) -> Ints:
    """The principal a piece stands on: less the part payment before it, interest and fee first."""
    principal = loans.principals[loan, nth]
    other = loans.interests[loan, nth] + loans.fees[loan, nth]
    left = principal - np.maximum(part_fen[loan, nth] - other, 0)
    parted = from_day >= conduct.part_on[loan, nth][which]
    return np.where(parted, left[which], principal[which])
