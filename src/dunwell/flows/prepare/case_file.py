"""The case file: everything one case page shows, put together for one day.

Called by the case page and `dunwell case show`. Reads current facts and computes
with the core what is not stored: what each payment settled, and the ageing of
each past day. Personal values stay sealed; faces show them masked. Amounts fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeVar

from django.db.models import QuerySet

from dunwell.core.ageing import (
    AgeingTerms,
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
    payments: Sequence[Payment]
    holds: Sequence[Hold]
    settled: Sequence[Settled]
    facts: LoanFacts


@dataclass(frozen=True, slots=True)
class CaseFile:
    """A case with its loans, ways to reach the borrower, events and ageing history."""

    case: Case
    borrowers: Sequence[tuple[Borrower, BorrowerTerms | None]]
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
    borrowers = list(Borrower.objects.filter(party=case.party_id, lender=case.lender_id))
    loans = list(Loan.objects.filter(borrower__in=borrowers).order_by("loan_no"))
    facts = facts_of([loan.pk for loan in loans])
    terms = ageing_terms(lender=case.lender_id, day=day)
    sheets = _sheets(loans, facts, terms, day)
    told = {each.borrower_id: each for each in _current(BorrowerTerms, borrower__in=borrowers)}
    return CaseFile(
        case=case,
        borrowers=[(each, told.get(each.pk)) for each in borrowers],
        contacts=list(_current(Contact, borrower__in=borrowers).order_by("role", "pk")),
        loans=sheets,
        events=list(case.events.order_by("-day", "-pk")[:200]),
        history=_history(sheets, terms, day),
    )


def _current(model: type[F], **about: object) -> QuerySet[F]:
    return known(model._default_manager.filter(**about), recording=None)


def _sheets(
    loans: Sequence[Loan], facts: Mapping[int, LoanFacts], terms: AgeingTerms, day: date
) -> list[LoanSheet]:
    told = {
        row.loan_id: row for row in _current(LoanTerms, loan__in=loans).select_related("branch")
    }
    tapes = {row.loan_id: row for row in _current(TapeLine, loan__in=loans)}
    payments: dict[int, list[Payment]] = {loan.pk: [] for loan in loans}
    for payment in _current(Payment, loan__in=loans).order_by("paid_on", "pk"):
        payments[payment.loan_id].append(payment)
    holds: dict[int, list[Hold]] = {loan.pk: [] for loan in loans}
    for hold in _current(Hold, loan__in=loans).order_by("start_on", "pk"):
        holds[hold.loan_id].append(hold)
    return [
        LoanSheet(
            loan=loan,
            terms=told.get(loan.pk),
            tape=tapes.get(loan.pk),
            age=age_loan(facts=facts[loan.pk], as_of=day, terms=terms),
            payments=payments[loan.pk],
            holds=holds[loan.pk],
            settled=settlement_of(facts=facts[loan.pk], as_of=day).lines,
            facts=facts[loan.pk],
        )
        for loan in loans
    ]


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
