"""The plan file: one plan's schedule and how it goes, beside the contract's own schedule.

Called by the plan page and the case's page of plans. How the plan stands is computed from the
payments on the asked day; the contract is shown as it is, for a plan never changes it and
breaking the plan brings its age back. Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from dunwell.core.ageing import age_loan
from dunwell.core.plan import Line
from dunwell.flows.follow_up.plan_refusals import NoSuchPlanToShow
from dunwell.flows.follow_up.plan_standing import Going, plans_of
from dunwell.store.book.facts import facts_of
from dunwell.store.book.models import Loan
from dunwell.store.cases.models import Case
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.house import ageing_terms
from dunwell.store.promises.models import Plan, PlanEvent


@dataclass(frozen=True, slots=True)
class ContractLine:
    """What the contract asked for on a day over all loans, and what of it is unpaid."""

    due_on: date
    owed_fen: int
    unpaid_fen: int
    late_days: int


@dataclass(frozen=True, slots=True)
class PlanLineNow:
    """One installment of the plan with what has come in on it, the oldest filled first."""

    line: Line
    paid_fen: int


@dataclass(frozen=True, slots=True)
class PlanFile:
    """A plan, how it goes, what happened to it, and the contract beside it."""

    going: Going
    lines: tuple[PlanLineNow, ...]
    events: Sequence[PlanEvent]
    contract: tuple[ContractLine, ...]
    contract_late_days: int
    """The age the contract itself has on the day: it comes back when the plan breaks."""


def plan_file(*, actor: Actor, day: date, now: datetime, plan: int) -> PlanFile:
    """One plan as of `day`. Refuses NoSuchPlanToShow and NotPermitted."""
    row = Plan.objects.filter(pk=plan).select_related("case").first()
    if row is None:
        require(actor, "case.see", day=day)
        raise NoSuchPlanToShow(plan=plan)
    case = row.case
    require(actor, "case.see", day=day, lender=case.lender_id, team=case.team_id)
    found = plans_of(cases=[case.pk], day=day, at=now).get(case.pk, ())
    going = next((each for each in found if each.plan.pk == plan), None)
    if going is None:  # agreed after the asked day
        raise NoSuchPlanToShow(plan=plan)
    contract, late_days = contract_of(case=case, day=day)
    return PlanFile(
        going=going,
        lines=filled(going),
        events=list(row.events.order_by("-pk")[:50]),
        contract=contract,
        contract_late_days=late_days,
    )


def plans_on(*, case: Case, day: date, now: datetime) -> tuple[Going, ...]:
    """Every plan of a case as of `day`, the newest first."""
    return tuple(reversed(plans_of(cases=[case.pk], day=day, at=now).get(case.pk, ())))


def filled(going: Going) -> tuple[PlanLineNow, ...]:
    """The plan's installments with the money that came in, the oldest first."""
    left, lines = going.standing.paid_fen, []
    for line in going.lines:
        paid = min(left, line.amount_fen)
        left -= paid
        lines.append(PlanLineNow(line, paid))
    return tuple(lines)


def contract_of(*, case: Case, day: date) -> tuple[tuple[ContractLine, ...], int]:
    """The contract's own dues of all loans by day, and its days past due on `day`."""
    loans = Loan.objects.filter(lender=case.lender_id, borrower__party=case.party_id)
    terms = ageing_terms(lender=case.lender_id, day=day)
    by_day: dict[date, ContractLine] = {}
    late_days = 0
    for facts in facts_of(list(loans.values_list("pk", flat=True))).values():
        age = age_loan(facts=facts, as_of=day, terms=terms)
        late_days = max(late_days, age.days_past_due)
        for due in age.dues:
            on = due.owed.due_date
            old = by_day.get(on, ContractLine(on, 0, 0, 0))
            by_day[on] = ContractLine(
                on,
                old.owed_fen + due.owed.total_fen,
                old.unpaid_fen + due.unpaid.total_fen,
                max(old.late_days, due.late_days),
            )
    return tuple(by_day[on] for on in sorted(by_day)), late_days
