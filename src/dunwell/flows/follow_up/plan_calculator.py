"""The calculator of plans: what is owed, what the borrower can spare, which cards there are.

Called by the desk, `dunwell plan offers` and the flow that proposes. The debt is everything
unpaid on the loans of the case, dues still to come included, taken apart by component; terms
and bands of authority are the house's of the day. Nothing is written. Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dunwell.core.ageing import age_loan
from dunwell.core.plan import (
    Band,
    Debt,
    Means,
    Offer,
    PlanTerms,
    approver_of,
    break_even_ppm,
    offers,
)
from dunwell.flows.follow_up.plan_refusals import PlanCaseClosed
from dunwell.flows.follow_up.promise_standing import day_of
from dunwell.store.book.facts import facts_of
from dunwell.store.book.models import BorrowerTerms, Installment, Loan, LoanTerms
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision
from dunwell.store.people.models import Role
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.house import ageing_terms, parameter

OWN = ""
"""The authority of whoever sits at the desk."""
BANDS = ((OWN, "own"), (Role.SUPERVISOR.value, "supervisor"), (Role.LEGAL.value, "legal"))
PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class HouseTerms:
    """What the house says of plans on a day."""

    terms: PlanTerms
    bands: tuple[Band, ...]
    breaks_after_days: int
    watch_days: int

    def approver(self, offer: Offer) -> str | None:
        """Who decides: empty the officer alone, None nobody may."""
        return approver_of(
            relief_ppm=offer.relief.share_ppm(offer.debt),
            installments=len(offer.lines),
            bands=self.bands,
        )


@dataclass(frozen=True, slots=True)
class Situation:
    """One case as the calculator sees it. `probability_ppm`: still overdue in 60 days, judged."""

    case: Case
    day: date
    debt: Debt
    means: Means
    payday: int | None
    borrowed_days: int
    house: HouseTerms
    probability_ppm: int | None

    @property
    def otherwise_fen(self) -> int | None:
        """What would come in without a plan, as the card in force expects; None: not decided."""
        if self.probability_ppm is None:
            return None
        return self.debt.total_fen * (PPM - self.probability_ppm) // PPM


@dataclass(frozen=True, slots=True)
class Card:
    """One offer, whose signature it takes (None: nobody's will do), and its break-even."""

    offer: Offer
    role: str | None
    break_even_ppm: int | None


def offers_for(*, actor: Actor, now: datetime, case: int) -> tuple[Situation, tuple[Card, ...]]:
    """The cards for a case now, gentlest first.

    A card above the cap or beyond every authority is among them, and says so. Refuses
    NotPermitted, PlanCaseClosed and NothingToPlan.
    """
    situation = situation_of(case=case_for_plan(actor, case, day_of(now)), day=day_of(now))
    made = offers(
        debt=situation.debt,
        means=situation.means,
        terms=situation.house.terms,
        today=situation.day,
        payday=situation.payday,
        borrowed_days=situation.borrowed_days,
    )
    return situation, tuple(card_of(situation, each) for each in made)


def card_of(situation: Situation, offer: Offer) -> Card:
    """The offer with its authority and break-even."""
    otherwise = situation.otherwise_fen
    return Card(
        offer=offer,
        role=situation.house.approver(offer),
        break_even_ppm=None
        if otherwise is None
        else break_even_ppm(offer=offer, otherwise_fen=otherwise),
    )


def case_for_plan(actor: Actor, case: int, day: date, permission: str = "plan.offer") -> Case:
    """The open case, for whoever may. Refuses NotPermitted and PlanCaseClosed."""
    row = Case.objects.filter(pk=case).select_related("lender", "party").first()
    if row is None:
        require(actor, permission, day=day)
        raise PlanCaseClosed(case=case)
    require(
        actor, permission, day=day, lender=row.lender_id, team=row.team_id, holder=row.holder_id
    )
    if row.status != Case.Status.OPEN:
        raise PlanCaseClosed(case=case)
    return row


def situation_of(*, case: Case, day: date) -> Situation:
    """What a plan of the case would be about on `day`."""
    loans = loans_of(case)
    means, payday = _means(case)
    decided = Decision.objects.filter(case=case, replaced=None).first()
    return Situation(
        case=case,
        day=day,
        debt=debt_of(loans=loans, lender=case.lender_id, day=day),
        means=means,
        payday=payday,
        borrowed_days=_borrowed_days(loans, day),
        house=house_terms(lender=case.lender_id, day=day, cap_ppm=_own_cap(loans)),
        probability_ppm=decided.probability_ppm if decided else None,
    )


def loans_of(case: Case) -> list[int]:
    """The loans of the case's borrower at its lender, in order."""
    rows = Loan.objects.filter(lender=case.lender_id, borrower__party=case.party_id)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def debt_of(*, loans: Sequence[int], lender: int, day: date) -> Debt:
    """Everything unpaid on the loans on `day`, dues to come included, by component."""
    terms = ageing_terms(lender=lender, day=day)
    unpaid = [
        due.unpaid
        for facts in facts_of(loans).values()
        for due in age_loan(facts=facts, as_of=day, terms=terms).dues
    ]
    return Debt(
        principal_fen=sum(due.principal_fen for due in unpaid),
        interest_fen=sum(due.interest_fen for due in unpaid),
        penalty_fen=sum(due.penalty_fen for due in unpaid),
        fee_fen=sum(due.fee_fen for due in unpaid),
        cost_fen=sum(due.cost_fen for due in unpaid),
    )


def house_terms(*, lender: int, day: date, cap_ppm: int | None = None) -> HouseTerms:
    """The house's terms of the day; a contract's own cap binds where it is lower."""

    def value(name: str) -> int:
        return parameter(f"plan.{name}", lender=lender, day=day)

    cap = value("cap_ppm")
    return HouseTerms(
        terms=PlanTerms(
            most_installments=value("most_installments"),
            least_installment_fen=value("least_installment_fen"),
            most_penalty_relief_ppm=value("most_penalty_relief_ppm"),
            most_interest_relief_ppm=value("most_interest_relief_ppm"),
            living_floor_fen=value("living_floor_fen"),
            cap_ppm=cap if cap_ppm is None else min(cap, cap_ppm),
        ),
        bands=tuple(
            Band(role, value(f"{name}_most_relief_ppm"), value(f"{name}_most_installments"))
            for role, name in BANDS
        ),
        breaks_after_days=value("breaks_after_days"),
        watch_days=value("watch_days"),
    )


def _means(case: Case) -> tuple[Means, int | None]:
    """Income and payday as the lender gave them; what nobody said stays not known."""
    rows: Iterable[Any] = BorrowerTerms.objects.filter(
        replaced=None, borrower__party=case.party_id, borrower__lender=case.lender_id
    ).order_by("pk")
    income, payday = None, None
    for row in rows:
        income = row.monthly_income_fen if row.monthly_income_fen is not None else income
        payday = row.payday or payday
    return Means(income_fen=income), payday


def _borrowed_days(loans: Sequence[int], day: date) -> int:
    """For how long the charges are: from the latest pay-out to the contract's last due, or today.

    Where no pay-out is known, from the first due date: the stricter reading.
    """
    dues = Installment.objects.filter(loan__in=loans, replaced=None).order_by("due_date")
    due_on = list(dues.values_list("due_date", flat=True))
    told = LoanTerms.objects.filter(loan__in=loans, replaced=None, disbursed_on__isnull=False)
    paid_out = [on for on in told.values_list("disbursed_on", flat=True) if on is not None]
    since = max(paid_out, default=min(due_on, default=day))
    return max(1, (max([day, *due_on]) - since).days)


def _own_cap(loans: Sequence[int]) -> int | None:
    rows = LoanTerms.objects.filter(loan__in=loans, replaced=None)
    caps = rows.filter(max_all_in_rate_ppm__isnull=False)
    return min(
        (cap for cap in caps.values_list("max_all_in_rate_ppm", flat=True) if cap), default=None
    )
