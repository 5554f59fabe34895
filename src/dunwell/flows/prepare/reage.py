"""Ageing some loans at once, one by one, with the cases of their borrowers.

Called inside the transaction of a payment, a reversal, a hold or a small import,
and by the day run for loans that changed while it computed. Uses the one-loan
function of core.ageing; the day run's kernel gives the same, proved by tests.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from dunwell.core.ageing import LoanAge as Aged
from dunwell.core.ageing import LoanFacts, age_loan
from dunwell.core.cases import LoanStanding, Move, Standing, marks_of, move_of, roll_up
from dunwell.store.book.facts import facts_of
from dunwell.store.book.models import Loan, LoanAge, TapeLine
from dunwell.store.cases.keeping import before_of, keep
from dunwell.store.cases.models import Case
from dunwell.store.policy.house import ageing_terms, entry_terms
from dunwell.store.runs import log
from dunwell.store.runs.models import Run

MOST_LOANS = 5_000
"""Above this many loans a caller leaves it to the next day run."""

_PARTIES_AT_ONCE = 300

AGE_FIGURES = (
    "days_past_due",
    "delinquent_days",
    "oldest_unpaid_due_date",
    "delinquent_date",
    "overdue_principal_fen",
    "overdue_interest_fen",
    "overdue_fee_fen",
    "overdue_penalty_fen",
    "overdue_fen",
    "outstanding_fen",
    "overpaid_fen",
    "bucket",
    "held",
)
"""What a stored age says of a loan, by the names of core.ageing.LoanAge."""


@dataclass(slots=True)
class Reaged:
    """What was aged anew: the day it was aged for, how many rows changed, and which cases moved."""

    day: date
    loans: int = 0
    ages_changed: int = 0
    cases_changed: int = 0
    moves: dict[int, Move] = field(default_factory=dict)
    """Moves by case id."""
    borrowers: set[tuple[int, int]] = field(default_factory=set)
    """Party and lender of every borrower whose loans were aged."""


def business_day() -> date | None:
    """The day the stored ages are of: that of the last completed day run, None before the first."""
    run = log.last_done(kind=Run.Kind.DAY)
    return run.day if run else None


def reage_loans(*, loans: Collection[int], day: date, run: Run | None = None) -> Reaged:
    """Age these loans, and all others of their borrowers, as of `day`; move their cases.

    Runs in the caller's transaction, which holds the book's lock. Only rows that
    change are written. Refuses what the core's records refuse.
    """
    done = Reaged(day)
    parties = _parties_of(loans)
    done.borrowers.update(parties)
    for start in range(0, len(parties), _PARTIES_AT_ONCE):
        _reage_parties(parties[start : start + _PARTIES_AT_ONCE], day, run, done)
    return done


def _parties_of(loans: Collection[int]) -> list[tuple[int, int]]:
    found: set[tuple[int, int]] = set()
    ids = sorted(loans)
    for start in range(0, len(ids), MOST_LOANS):
        named = Loan.objects.filter(pk__in=ids[start : start + MOST_LOANS])
        found.update(named.values_list("borrower__party_id", "lender_id"))
    return sorted(found)


def _reage_parties(
    parties: Sequence[tuple[int, int]], day: date, run: Run | None, done: Reaged
) -> None:
    wanted = set(parties)
    lenders = {lender for _, lender in parties}
    rows = Loan.objects.filter(
        lender_id__in=lenders, borrower__party_id__in={party for party, _ in parties}
    ).values_list("pk", "borrower__party_id", "lender_id")
    loans_of: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
    for loan, party, lender in rows.order_by("pk"):
        if (party, lender) in wanted:
            loans_of[party, lender].append(loan)
    terms = {lender: ageing_terms(lender=lender, day=day) for lender in lenders}
    entry = {lender: entry_terms(lender=lender, day=day) for lender in lenders}
    facts = facts_of([loan for loans in loans_of.values() for loan in loans])
    left = _left_tape(facts, day)
    aged = {
        loan: age_loan(facts=facts[loan], as_of=day, terms=terms[lender])
        for (_, lender), loans in loans_of.items()
        for loan in loans
    }
    done.loans += len(aged)
    done.ages_changed += _keep_ages(aged, day)
    cases = {
        (case.party_id, case.lender_id): case
        for case in Case.objects.filter(
            lender_id__in=lenders, party_id__in={party for party, _ in parties}
        )
    }
    for key in parties:
        standings = list(_standings(loans_of[key], aged, facts, left, day))
        now = roll_up(standings, buckets=terms[key[1]].buckets)
        move = move_of(
            before=before_of(cases[key]) if key in cases else None,
            now=now,
            day=day,
            entry=entry[key[1]],
            buckets=terms[key[1]].buckets,
        )
        _keep_case(key, cases.get(key), now, move, day, run, done)


def _standings(
    loans: Sequence[int],
    aged: dict[int, Aged],
    facts: dict[int, LoanFacts],
    left: frozenset[int],
    day: date,
) -> Iterator[LoanStanding]:
    for loan in loans:
        marks = marks_of(facts[loan], as_of=day, left=loan in left)
        yield LoanStanding(age=aged[loan], marks=marks)


def _keep_case(
    key: tuple[int, int],
    case: Case | None,
    now: Standing,
    move: Move | None,
    day: date,
    run: Run | None,
    done: Reaged,
) -> None:
    party, lender = key
    kept = keep(case=case, party=party, lender=lender, standing=now, move=move, day=day, run=run)
    if kept is not None:
        done.cases_changed += 1
        if move is not None:
            done.moves[kept.pk] = move


def _keep_ages(aged: dict[int, Aged], day: date) -> int:
    stored = LoanAge.objects.in_bulk(list(aged))
    new: list[LoanAge] = []
    changed: list[LoanAge] = []
    for loan, age in aged.items():
        figures = {name: getattr(age, name) for name in AGE_FIGURES}
        row = stored.get(loan)
        if row is None:
            new.append(LoanAge(loan_id=loan, as_of=day, **figures))
        elif any(getattr(row, name) != value for name, value in figures.items()):
            row.as_of = day
            for name, value in figures.items():
                setattr(row, name, value)
            changed.append(row)
    LoanAge.objects.bulk_create(new, batch_size=500)
    LoanAge.objects.bulk_update(changed, ["as_of", *AGE_FIGURES], batch_size=200)
    return len(new) + len(changed)


def _left_tape(loans: Collection[int], day: date) -> frozenset[int]:
    left = TapeLine.objects.filter(loan_id__in=loans, replaced=None, left_on__lte=day)
    return frozenset(left.values_list("loan_id", flat=True))
