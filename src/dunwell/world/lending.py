"""Lending: who of a chunk borrowed what, when, and what falls due on which day.

Called by make before people exist: it also says how many borrowers the chunk has. The last
LENDING_DAYS before the as-of day hold all disbursements, a little more lately than long ago.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dunwell.world.days import same_day_in_later_months
from dunwell.world.draws import Bools, Draws, Ints
from dunwell.world.products import MOST_TERMS, PRODUCTS, plans

LENDING_DAYS = 548
LOANS_PER_BORROWER = (820, 140, 40)
"""Of a thousand borrowers, how many have one, two and three loans."""


@dataclass(frozen=True, slots=True)
class Loans:
    """Loans of one chunk. Matrices have a row per loan and MOST_TERMS columns; `real` says
    which of the columns are installments."""

    first_number: int
    borrower: Ints
    plan: Ints
    disbursed_on: Ints
    installments: Ints
    real: Bools
    due_on: Ints
    principals: Ints
    interests: Ints
    fees: Ints
    penalty_ppm: Ints

    @property
    def count(self) -> int:
        """How many loans the chunk has."""
        return len(self.borrower)

    @property
    def borrowers(self) -> int:
        """How many borrowers share them."""
        return int(self.borrower[-1]) + 1

    @property
    def numbers(self) -> list[str]:
        """The lender's loan numbers 借据号."""
        return [f"JJ{self.first_number + i:08d}" for i in range(1, self.count + 1)]

    @property
    def dues(self) -> Ints:
        """What each installment asks for, without penalty and cost."""
        return self.principals + self.interests + self.fees


def make_loans(*, count: int, first_number: int, as_of: int, draws: Draws) -> Loans:
    """Lend `count` times, numbered from `first_number` on."""
    table = plans()
    plan = _choose_plans(count, draws)
    installments = table.installments[plan]
    disbursed = as_of - _ages(count, draws)
    nth = np.arange(1, MOST_TERMS + 1, dtype=np.int64)[None, :]
    due = same_day_in_later_months(
        np.broadcast_to(disbursed[:, None], (count, MOST_TERMS)),
        nth * table.step_months[plan][:, None],
    )
    return Loans(
        first_number=first_number,
        borrower=_owners(count, draws),
        plan=plan,
        disbursed_on=disbursed,
        installments=installments,
        real=nth <= installments[:, None],
        due_on=due,
        principals=table.principals[plan],
        interests=table.interests[plan],
        fees=table.fees[plan],
        penalty_ppm=table.penalty_ppm[plan],
    )


def _owners(count: int, draws: Draws) -> Ints:
    """Positions of borrowers, loans of one borrower side by side; the last may be cut short."""
    each = draws.pick(LOANS_PER_BORROWER, count) + 1
    return np.repeat(np.arange(count, dtype=np.int64), each)[:count]


def _choose_plans(count: int, draws: Draws) -> Ints:
    """Small amounts are commoner than large ones: the lesser of two draws."""
    table = plans()
    item = draws.pick([p.weight for p in PRODUCTS], count)
    plan = np.zeros(count, dtype=np.int64)
    for at, entry in enumerate(PRODUCTS):
        rows = np.flatnonzero(item == at)
        amounts, rates = len(entry.principals_yuan), len(entry.rates_ppm)
        term = draws.pick([weight for _, weight in entry.terms], len(rows))
        amount = np.minimum(draws.below(amounts, len(rows)), draws.below(amounts, len(rows)))
        rate = draws.below(rates, len(rows))
        plan[rows] = table.first_of_product[at] + (term * amounts + amount) * rates + rate
    return plan


def _ages(count: int, draws: Draws) -> Ints:
    """Days since disbursement, 1 to LENDING_DAYS; one loan in six is moved to the newer half."""
    ages = draws.between(1, LENDING_DAYS, count)
    return np.where(draws.chance(170, count), (ages + 1) // 2, ages)
