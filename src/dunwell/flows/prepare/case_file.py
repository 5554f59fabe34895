"""The case file: everything one case page shows, put together for one day.

Called by the case page and `dunwell case show`. Reads current facts and computes
with the core what is not stored: what each payment settled, and the ageing of
each past day. Personal values stay sealed; faces show them masked. Amounts fen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import Prefetch, QuerySet

from dunwell.core.ageing import (
    AgeingTerms,
    DueAge,
    LoanAge,
    LoanFacts,
    age_loan,
    ageing_history,
    settlement_of,
)
from dunwell.core.allocation import Settled
from dunwell.core.refusal import Refusal
from dunwell.store.book.facts import facts_of, known
from dunwell.store.book.models import (
    Borrower,
    BorrowerTerms,
    Contact,
    Fact,
    Hold,
    Loan,
    LoanTerms,
    Payment,
    TapeLine,
)
from dunwell.store.cases.lists import Scope, visible_cases
from dunwell.store.cases.models import Case, CaseEvent
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.house import ageing_terms

F = TypeVar("F", bound=Fact)

HISTORY_DAYS = 180
"""How far back the small ageing chart looks, one point each HISTORY_STEP_DAYS."""
HISTORY_STEP_DAYS = 3


class NoSuchCase(Refusal):
    """A case that does not exist or that this person may not see. Figures: case."""

    code = "CASES-NO-SUCH-CASE"


@dataclass(frozen=True, slots=True)
class LoanSheet:
    """One loan of the case on the day: its terms, its age, and where its money went."""

    loan: Loan
    terms: LoanTerms | None
    tape: TapeLine | None
    age: LoanAge
    dues: Sequence[DueAge]
    payments: Sequence[Payment]
    holds: Sequence[Hold]
    settled: Sequence[Settled]
    facts: LoanFacts


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its loans, ways to reach the borrower, events and ageing history."""

    case: Case
    borrowers: Sequence[Borrower]
    contacts: Sequence[Contact]
    loans: Sequence[LoanSheet]
    events: Sequence[CaseEvent]
    history: Sequence[tuple[date, int, int]]
    """(day, delinquent days of the worst loan, overdue fen of all), oldest first."""


def case_file(*, actor: Actor, scope: Scope, case_id: int, day: date) -> CaseFile:
    """Everything known of one case as of `day`, all figures recomputed from the facts.

    Refuses (NoSuchCase) a case outside `scope` as if it did not exist.
    """
    case = (
        visible_cases(scope)
        .select_related("party", "lender", "team", "holder")
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        raise NoSuchCase(case=case_id)
    require(actor, "case.see", lender=case.lender_id, team=case.team_id, day=day)
    borrowers = list(
        Borrower.objects.filter(party=case.party_id, lender=case.lender_id).prefetch_related(
            Prefetch("terms", queryset=_current(BorrowerTerms), to_attr="now_terms")
        )
    )
    loans = list(
        Loan.objects.filter(borrower__in=borrowers)
        .select_related("borrower")
        .prefetch_related(
            Prefetch("terms", _current(LoanTerms).select_related("branch"), to_attr="now_terms"),
            Prefetch("payments", _current(Payment).order_by("paid_on", "pk"), to_attr="money"),
            Prefetch("holds", _current(Hold).order_by("start_on", "pk"), to_attr="now_holds"),
            Prefetch("tape_lines", _current(TapeLine), to_attr="now_tape"),
        )
        .order_by("loan_no")
    )
    facts = facts_of([loan.pk for loan in loans])
    terms = ageing_terms(lender=case.lender_id, day=day)
    sheets = [_sheet(loan, facts[loan.pk], terms, day) for loan in loans]
    return CaseFile(
        case=case,
        borrowers=borrowers,
        contacts=list(_current(Contact).filter(borrower__in=borrowers).order_by("role", "pk")),
        loans=sheets,
        events=list(case.events.order_by("-day", "-pk")[:200]),
        history=_history(sheets, terms, day),
    )


def _current(model: type[F]) -> QuerySet[F]:
    return known(model._default_manager.all(), recording=None)


def _sheet(loan: Loan, facts: LoanFacts, terms: AgeingTerms, day: date) -> LoanSheet:
    age = age_loan(facts=facts, as_of=day, terms=terms)
    return LoanSheet(
        loan=loan,
        terms=next(iter(loan.now_terms), None),
        tape=next(iter(loan.now_tape), None),
        age=age,
        dues=age.dues,
        payments=loan.money,
        holds=loan.now_holds,
        settled=settlement_of(facts=facts, as_of=day).lines,
        facts=facts,
    )


def _history(
    sheets: Sequence[LoanSheet], terms: AgeingTerms, day: date
) -> Sequence[tuple[date, int, int]]:
    days = [day - timedelta(days=back) for back in range(HISTORY_DAYS, -1, -HISTORY_STEP_DAYS)]
    per_loan = [ageing_history(facts=sheet.facts, days=days, terms=terms) for sheet in sheets]
    return [
        (on, max(age.delinquent_days for age in ages), sum(age.overdue_fen for age in ages))
        for on, *ages in zip(days, *per_loan, strict=True)
        if ages
    ]
