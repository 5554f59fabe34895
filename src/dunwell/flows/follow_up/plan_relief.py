"""The relief of a plan that was paid: booked as waivers, and taken back if the money is.

Called by the day run in its transaction, before the touched borrowers are aged and decided. A
plan's relief is let go where the loans still have something unpaid, penalty before interest,
never more than the component holds: what was paid, what is waived and what is left are the debt
to the fen. Each booking is a recording on the lender's book. Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime

from dunwell.core.ageing import age_loan
from dunwell.flows.follow_up.plan_calculator import loans_of
from dunwell.store.book.facts import facts_of
from dunwell.store.book.models import Adjustment, Recording
from dunwell.store.book.recording import record
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.permissions import Actor
from dunwell.store.policy.house import ageing_terms
from dunwell.store.promises.models import Plan, PlanEvent, PlanState
from dunwell.store.runs.models import Run

PAID = ("watch", "done")


@dataclass(slots=True)
class Booked:
    """The loans whose dues changed, and how many recordings were made for it."""

    loans: set[int] = field(default_factory=set)
    recordings: int = 0


def book_reliefs(*, actor: Actor, run: Run | None, day: date, at: datetime) -> Booked:
    """Book the relief of every plan that is paid, take back that of one that is not any more.

    In the caller's transaction, which holds the books. A second call writes nothing.
    """
    done = Booked()
    paid = PlanState.objects.filter(state__in=PAID, relief_booked=False)
    for state in _with_relief(paid):
        _book(state, actor, run, day, at, done)
    unpaid = PlanState.objects.filter(relief_booked=True).exclude(state__in=PAID)
    for state in _with_relief(unpaid):
        _take_back(state, actor, run, day, at, done)
    return done


def waivers_of(plan: int) -> list[Adjustment]:
    """The waivers that stand for a plan."""
    rows = Adjustment.objects.filter(adjustment_no__startswith=_prefix(plan), replaced=None)
    return list(rows.order_by("pk"))


def _with_relief(states: Iterable[PlanState]) -> list[PlanState]:
    rows = PlanState.objects.filter(pk__in=[state.pk for state in states])
    whole = rows.select_related("plan__case__lender").order_by("pk")
    return [
        state for state in whole if state.plan.relief_penalty_fen or state.plan.relief_interest_fen
    ]


def _book(
    state: PlanState, actor: Actor, run: Run | None, day: date, at: datetime, done: Booked
) -> None:
    plan = state.plan
    waived = _shares(plan, day)
    if waived:
        entered = record(
            lender=plan.case.lender, kind=Recording.Kind.CORRECTION, at=at, actor=actor, run=run
        )
        done.recordings += 1
        Adjustment.objects.bulk_create(
            Adjustment(
                entered=entered, loan_id=loan, adjustment_no=f"{_prefix(plan.pk)}{place}",
                kind="waiver", component=component, amount_fen=fen, effective_on=day,
                reason=f"plan:{plan.pk}",
            )
            for place, (loan, component, fen) in enumerate(waived, 1)
        )  # fmt: skip
        done.loans.update(loan for loan, _, _ in waived)
    _settle(state, True, "waived", sum(fen for _, _, fen in waived), actor, day, at)


def _take_back(
    state: PlanState, actor: Actor, run: Run | None, day: date, at: datetime, done: Booked
) -> None:
    rows = waivers_of(state.pk)
    if rows:
        entered = record(
            lender=state.plan.case.lender, kind=Recording.Kind.CORRECTION, at=at, actor=actor,
            run=run,
        )  # fmt: skip
        done.recordings += 1
        Adjustment.objects.filter(pk__in=[row.pk for row in rows]).update(replaced=entered)
        done.loans.update(row.loan_id for row in rows)
    _settle(state, False, "unwaived", sum(row.amount_fen for row in rows), actor, day, at)


def _shares(plan: Plan, day: date) -> list[tuple[int, str, int]]:
    """Which loan's which component is lowered by how much: never more than is unpaid there."""
    left = {"penalty": plan.relief_penalty_fen, "interest": plan.relief_interest_fen}
    terms = ageing_terms(lender=plan.case.lender_id, day=day)
    found: list[tuple[int, str, int]] = []
    for loan, facts in facts_of(loans_of(plan.case)).items():
        dues = age_loan(facts=facts, as_of=day, terms=terms).dues
        unpaid = sum(due.unpaid_fen for due in dues)
        owed = {
            "penalty": sum(due.owed.penalty_fen for due in dues),
            "interest": sum(due.owed.interest_fen for due in dues),
        }
        for component in ("penalty", "interest"):
            fen = min(left[component], owed[component], unpaid)
            if fen:
                found.append((loan, component, fen))
                left[component] -= fen
                unpaid -= fen
    return found


def _settle(
    state: PlanState, booked: bool, kind: str, fen: int, actor: Actor, day: date, at: datetime
) -> None:
    state.relief_booked = booked
    state.save(update_fields=["relief_booked"])
    PlanEvent.objects.create(plan_id=state.pk, day=day, kind=kind, figures={"waived_fen": fen})
    lender = state.plan.case.lender_id
    append(
        stream=stream_of(lender), verb=f"plan.{kind}", subject=f"case:{state.case_id}",
        actor=actor, at=at, lender=lender, day=day,
        figures={"plan": state.pk, "waived_fen": fen},
    )  # fmt: skip


def _prefix(plan: int) -> str:
    return f"PLAN-{plan}-"
