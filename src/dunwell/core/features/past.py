"""The past of one loan: how late each installment ever was, part payments, the last dues.

Called by `features_of`. Every figure of a past day is the answer of core.ageing for
that day, from the facts effective by then. Not every day is asked: between two days on
which money or dues change, what is late only gets later. So each installment is latest
on the day before such a change, or on the day asked for; a test asks every day and
finds the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dunwell.core.ageing import AgeingTerms, DueAge, LoanAge, LoanFacts, age_loan
from dunwell.core.allocation import Installment, money_on
from dunwell.core.features.catalogue import LAST_DUES
from dunwell.core.features.windows import Window

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Lateness:
    """How late one due (an installment, or loose charges: seq None) got, and until when.

    `late_until` is the last day on which anything of it was late and unpaid.
    """

    seq: int | None
    due_date: date
    late_until: date
    late_days: int


@dataclass(frozen=True, slots=True)
class LastDues:
    """What the newest installments that fell due asked for, and how much of it is paid."""

    owed_fen: int
    paid_fen: int


def lateness_of(facts: LoanFacts, *, as_of: date, terms: AgeingTerms) -> tuple[Lateness, ...]:
    """How late each due of the loan got up to and with `as_of`; those never late are left out."""
    changes = {row.paid_on for row in facts.payments}
    changes |= {row.effective_on for row in facts.adjustments}
    asked = {day - _ONE_DAY for day in changes if day <= as_of} | {as_of}
    worst: dict[tuple[int | None, date], Lateness] = {}
    for day in sorted(asked):
        for due in age_loan(facts=facts, as_of=day, terms=terms).dues:
            if due.late:
                key = (due.owed.seq, due.owed.due_date)
                worst[key] = Lateness(*key, late_until=day, late_days=due.late_days)
    return tuple(worst.values())


def most_late_days(past: Iterable[Lateness], window: Window) -> int:
    """The most days past due that the loan had on any day of the window.

    >>> window = Window(date(2026, 1, 31), date(2026, 3, 2))
    >>> most_late_days([Lateness(1, date(2026, 1, 10), date(2026, 2, 4), 25)], window)
    25
    """
    return max((due.late_days for due in past if window.holds(due.late_until)), default=0)


def late_times(past: Iterable[Lateness], window: Window, *, least_days: int) -> int:
    """How many installments were at least so many days late on a day of the window."""
    return sum(
        due.seq is not None and due.late_days >= least_days and window.holds(due.late_until)
        for due in past
    )


def first_late_days(facts: LoanFacts, past: Iterable[Lateness]) -> int:
    """How late the first installment that was agreed to ask for anything ever got."""
    asking = [row for row in facts.installments if _agreed_fen(row)]
    first = min(((row.due_date, row.seq) for row in asking), default=None)
    return next((due.late_days for due in past if (due.due_date, due.seq) == first), 0)


def part_payment_days(facts: LoanFacts, window: Window, terms: AgeingTerms) -> tuple[date, ...]:
    """Days of the window on which money came in and left the oldest late due paid in part."""
    return tuple(
        day
        for day in money_days(facts, as_of=window.as_of)
        if window.holds(day)
        and money_fen(facts, as_of=day) > money_fen(facts, as_of=day - _ONE_DAY)
        and _left_in_part(age_loan(facts=facts, as_of=day, terms=terms))
    )


def last_paid_on(facts: LoanFacts, *, as_of: date) -> date | None:
    """The day on which the money that counts on `as_of` was all there; None without money.

    Money that was taken back does not count, and is taken from the newest: after a
    payment that bounced, the last day paid is the one before it.
    """
    standing_fen = money_fen(facts, as_of=as_of)
    if standing_fen == 0:
        return None
    days = sorted(money_days(facts, as_of=as_of), reverse=True)
    return next(day for day in days if money_fen(facts, as_of=day - _ONE_DAY) < standing_fen)


def last_dues(age: LoanAge, *, terms: AgeingTerms) -> LastDues:
    """What fell due with the last three installments, and since, and how much of it is paid."""
    fallen = dues_fallen(age, terms=terms)
    places = [place for place, due in enumerate(fallen) if _is_installment(due)]
    counted = fallen[places[-LAST_DUES - 1] + 1 :] if len(places) > LAST_DUES else fallen
    owed_fen = sum(due.owed.total_fen for due in counted)
    return LastDues(owed_fen, owed_fen - sum(due.unpaid_fen for due in counted))


def dues_fallen(age: LoanAge, *, terms: AgeingTerms) -> Sequence[DueAge]:
    """The dues that would be late if nobody had paid, oldest first."""
    until = age.as_of + timedelta(days=terms.due_day_counts)
    return [due for due in age.dues if due.owed.due_date < until]


def installments_fallen(age: LoanAge, *, terms: AgeingTerms) -> Sequence[DueAge]:
    """Of these, the installments that ask for anything."""
    return [due for due in dues_fallen(age, terms=terms) if _is_installment(due)]


def money_days(facts: LoanFacts, *, as_of: date) -> set[date]:
    """Days on which money came in or was taken back."""
    days = {row.paid_on for row in facts.payments}
    days |= {row.effective_on for row in facts.adjustments if row.kind == "refund"}
    return {day for day in days if day <= as_of}


def money_fen(facts: LoanFacts, *, as_of: date) -> int:
    """The money that counts on a day."""
    counted = money_on(payments=facts.payments, adjustments=facts.adjustments, as_of=as_of)
    return sum(tender.amount_fen for tender in counted)


def _agreed_fen(row: Installment) -> int:
    return row.principal_fen + row.interest_fen + row.fee_fen + row.penalty_fen


def _left_in_part(age: LoanAge) -> bool:
    oldest = next((due for due in age.dues if due.late), None)
    return oldest is not None and oldest.unpaid_fen < oldest.owed.total_fen


def _is_installment(due: DueAge) -> bool:
    return due.owed.seq is not None and due.owed.total_fen > 0
