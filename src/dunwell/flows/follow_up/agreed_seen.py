"""The promises, plans and requests of a case, for whoever may see it. Nothing is changed.

Called by `dunwell promise|plan` and the API. How each stands was computed from the payments.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dunwell.flows.follow_up.plan_refusals import NoSuchPlanToShow
from dunwell.flows.follow_up.promises import NoSuchPromise
from dunwell.flows.prepare.case_file import NoSuchCase
from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.cases.models import Case
from dunwell.store.people.permissions import Actor, require
from dunwell.store.promises.models import Plan, PlanEvent, PlanLine, Promise, PromiseEvent


@dataclass(frozen=True, slots=True)
class PromiseSeen:
    """A promise with its state and everything that happened to it."""

    promise: Promise
    events: Sequence[PromiseEvent]


@dataclass(frozen=True, slots=True)
class PlanSeen:
    """A plan with its state, its lines and everything that happened to it."""

    plan: Plan
    lines: Sequence[PlanLine]
    events: Sequence[PlanEvent]


def promises_of_case(*, actor: Actor, day: date, case: int) -> list[Promise]:
    """The promises of a case with their states, newest first. Refuses NotPermitted, NoSuchCase."""
    row = _case(actor, day, case)
    rows = Promise.objects.filter(case=row).select_related("state")
    return list(rows.prefetch_related("loans").order_by("-pk"))


def promise_seen(*, actor: Actor, day: date, promise: int) -> PromiseSeen:
    """One promise. Refuses NotPermitted and NoSuchPromise."""
    row = Promise.objects.filter(pk=promise).select_related("state", "case").first()
    if row is None:
        require(actor, "case.see", day=day)
        raise NoSuchPromise(promise=promise)
    require(actor, "case.see", day=day, lender=row.case.lender_id, team=row.case.team_id)
    return PromiseSeen(row, list(row.events.order_by("pk")))


def plans_of_case(
    *, actor: Actor, day: date, case: int
) -> tuple[list[Plan], list[ApprovalRequest]]:
    """The plans and the requests of a case, newest first. Refuses NotPermitted, NoSuchCase."""
    row = _case(actor, day, case)
    plans = Plan.objects.filter(case=row).select_related("state").order_by("-pk")
    requests = ApprovalRequest.objects.filter(case=row).select_related("answer").order_by("-pk")
    return list(plans), list(requests)


def plan_seen(*, actor: Actor, day: date, plan: int) -> PlanSeen:
    """One plan. Refuses NotPermitted and NoSuchPlanToShow."""
    row = Plan.objects.filter(pk=plan).select_related("state", "case").first()
    if row is None:
        require(actor, "case.see", day=day)
        raise NoSuchPlanToShow(plan=plan)
    require(actor, "case.see", day=day, lender=row.case.lender_id, team=row.case.team_id)
    return PlanSeen(row, list(row.lines.order_by("seq")), list(row.events.order_by("pk")))


def _case(actor: Actor, day: date, case: int) -> Case:
    row = Case.objects.filter(pk=case).first()
    if row is None:
        require(actor, "case.see", day=day)
        raise NoSuchCase(case=case)
    require(actor, "case.see", day=day, lender=row.lender_id, team=row.team_id)
    return row
