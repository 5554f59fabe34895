"""Ageing of one loan: how late it is on a day, by how much, and why.

This is the meaning of ageing; bulk.kernels.ageing is the same over the book and
is proved equal. Called by the case page, the payment flow and the tests.
Days are dates, amounts whole fen; terms of the count are in ageing.terms.

late       an installment with anything unpaid whose due date is before the day
           (inclusive count: or on it)
days_past_due     from the oldest unpaid due date; never paused, no grace
delinquent_days   that, less hold days since that due date, less grace, never below 0
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dunwell.core.ageing.terms import AgeingTerms
from dunwell.core.allocation import (
    LEGAL_ORDER,
    Adjustment,
    Component,
    Due,
    Installment,
    Payment,
    Settlement,
    allocate,
    dues_on,
    money_on,
    settle,
)
from dunwell.core.days import covered_days


@dataclass(frozen=True, slots=True)
class Hold:
    """Days [start_on, end_on) that do not count as delinquent; end_on None is open."""

    start_on: date
    end_on: date | None = None


@dataclass(frozen=True, slots=True)
class LoanFacts:
    """All that is known of one loan. `allocation_order` is the loan's own, or the law's."""

    installments: Sequence[Installment]
    payments: Sequence[Payment] = ()
    adjustments: Sequence[Adjustment] = ()
    holds: Sequence[Hold] = ()
    allocation_order: Sequence[Component] = LEGAL_ORDER


@dataclass(frozen=True, slots=True)
class DueAge:
    """One installment (or loose charge, seq None) on a day: what it asked, what is left, how late.

    Late days and bucket are 0 and `current` while nothing of it is late. The bucket
    follows its own late days less its own hold days, without grace.
    """

    owed: Due
    unpaid: Due
    late: bool
    late_days: int
    delinquent_days: int
    bucket: str

    @property
    def unpaid_fen(self) -> int:
        return self.unpaid.total_fen


@dataclass(frozen=True, slots=True)
class LoanAge:
    """The answer for one loan on one day; the fields are the columns of `dunwell age`.

    overdue_fen sums the five components; overpaid_fen is money no due has asked for.
    """

    as_of: date
    days_past_due: int
    delinquent_days: int
    oldest_unpaid_due_date: date | None
    delinquent_date: date | None
    overdue_principal_fen: int
    overdue_interest_fen: int
    overdue_fee_fen: int
    overdue_penalty_fen: int
    overdue_cost_fen: int
    overdue_fen: int
    outstanding_fen: int
    overpaid_fen: int
    bucket: str
    held: bool
    dues: tuple[DueAge, ...]

    @property
    def late_dues(self) -> tuple[DueAge, ...]:
        """The late unpaid installments; none while the loan itself has 0 delinquent days."""
        if self.delinquent_days == 0:
            return ()
        return tuple(due for due in self.dues if due.late)


def age_loan(*, facts: LoanFacts, as_of: date, terms: AgeingTerms) -> LoanAge:
    """Age one loan on a day from all that is known of it.

    Events dated after `as_of` are ignored, events on it count. Refuses what
    `dues_on`, `money_on` and `allocate` refuse.
    """
    owed = dues_on(installments=facts.installments, adjustments=facts.adjustments, as_of=as_of)
    tenders = money_on(payments=facts.payments, adjustments=facts.adjustments, as_of=as_of)
    allocation = allocate(
        paid_fen=sum(tender.amount_fen for tender in tenders),
        dues=owed,
        order=facts.allocation_order,
    )
    dues = tuple(
        _age_due(due, left, facts.holds, as_of, terms)
        for due, left in zip(owed, allocation.unpaid, strict=True)
    )
    oldest = next((due for due in dues if due.unpaid_fen), None)
    late = [due for due in dues if due.late]
    past_due_days = late[0].late_days if late else 0
    delinquent_days = max(0, late[0].delinquent_days - terms.grace_days) if late else 0
    counted = delinquent_days if terms.bucket_on == "delinquent_days" else past_due_days
    grace = timedelta(days=terms.grace_days)
    return LoanAge(
        as_of=as_of,
        days_past_due=past_due_days,
        delinquent_days=delinquent_days,
        oldest_unpaid_due_date=oldest.owed.due_date if oldest else None,
        delinquent_date=late[0].owed.due_date + grace if late else None,
        overdue_principal_fen=sum(due.unpaid.principal_fen for due in late),
        overdue_interest_fen=sum(due.unpaid.interest_fen for due in late),
        overdue_fee_fen=sum(due.unpaid.fee_fen for due in late),
        overdue_penalty_fen=sum(due.unpaid.penalty_fen for due in late),
        overdue_cost_fen=sum(due.unpaid.cost_fen for due in late),
        overdue_fen=sum(due.unpaid_fen for due in late),
        outstanding_fen=sum(due.unpaid_fen for due in dues),
        overpaid_fen=allocation.overpaid_fen,
        bucket=terms.buckets.name_of(counted),
        held=is_held(facts.holds, on=as_of),
        dues=dues,
    )


def settlement_of(*, facts: LoanFacts, as_of: date) -> Settlement:
    """Which part of which installment each payment settled, as it stands on `as_of`."""
    return settle(
        tenders=money_on(payments=facts.payments, adjustments=facts.adjustments, as_of=as_of),
        dues=dues_on(installments=facts.installments, adjustments=facts.adjustments, as_of=as_of),
        order=facts.allocation_order,
    )


def ageing_history(
    *, facts: LoanFacts, days: Iterable[date], terms: AgeingTerms
) -> tuple[LoanAge, ...]:
    """The loan's age on each of `days`, each recomputed from the facts: nothing is carried over."""
    return tuple(age_loan(facts=facts, as_of=day, terms=terms) for day in days)


def is_held(holds: Iterable[Hold], *, on: date) -> bool:
    """Whether any hold covers the day `on`."""
    return any(hold.start_on <= on and (hold.end_on is None or on < hold.end_on) for hold in holds)


def _age_due(
    owed: Due, unpaid: Due, holds: Sequence[Hold], as_of: date, terms: AgeingTerms
) -> DueAge:
    late_days = (as_of - owed.due_date).days + terms.due_day_counts
    late = late_days > 0 and unpaid.total_fen > 0
    if not late:
        return DueAge(owed, unpaid, False, 0, 0, terms.buckets.name_of(0))
    held_days = 0
    if holds:
        periods = ((hold.start_on, hold.end_on) for hold in holds)
        held_days = covered_days(periods, start=owed.due_date, until=as_of)
    delinquent_days = max(0, late_days - held_days)
    counted = delinquent_days if terms.bucket_on == "delinquent_days" else late_days
    return DueAge(owed, unpaid, True, late_days, delinquent_days, terms.buckets.name_of(counted))
