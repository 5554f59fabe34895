"""A decision beside everything that explains it: the stage, the steps of the plan, what its rule
looked at, today's item, and the decisions before it.

Called by the case page. The words are those of the policy that decided. Nothing personal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from dunwell.core.decision_table import fields_read
from dunwell.core.strategy import REST, Step, Strategy
from dunwell.flows.prepare.day_policy import policies_of, policy_again
from dunwell.flows.prepare.show_decision import (
    DecisionShown,
    Words,
    case_seen,
    shown,
    strategy_of,
)
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.decisions.keeping import decision_on
from dunwell.store.decisions.models import Decision
from dunwell.store.people.permissions import Actor, may, require
from dunwell.store.work.models import WorkDay, WorkItem

HISTORY_ROWS = 10
STEPS_AROUND = 3
"""So many steps before and after the present one are told; a course may have a hundred."""

When = Literal["past", "now", "next"]


@dataclass(frozen=True, slots=True)
class StepTold:
    """A step of the plan, and whether the borrower is past it, in it, or still before it."""

    number: int
    step: Step
    when: When


@dataclass(frozen=True, slots=True)
class Panel:
    """What the case page tells about the decision of a day. `shown` is None before the first."""

    shown: DecisionShown | None
    stage: Words | None
    course: tuple[StepTold, ...]
    looked_at: tuple[tuple[str, Any], ...]
    """The facts that the rule of the plan reads, by field name."""
    history: tuple[Decision, ...]
    plans: Mapping[str, Words]
    """The titles of plans, for decisions of the past."""
    item: WorkItem | None
    shared: WorkDay | None
    may_overrule: bool


def decision_panel(*, actor: Actor, scope: Scope, case: int, day: date) -> Panel:
    """The decision that counts for a case on `day`, with what explains it.

    Refuses NoSuchCase outside `scope`, and NotPermitted.
    """
    found = case_seen(actor=actor, scope=scope, case=case, day=day)
    item = WorkItem.objects.filter(case=found, day=day).select_related("staff").first()
    shared = WorkDay.objects.filter(lender=found.lender_id, day=day).first()
    row = decision_on(found.pk, day=day)
    if row is None:
        return Panel(None, None, (), (), (), {}, item, shared, may_overrule=False)
    policy, _terms = policy_again(row.policy)
    strategy = strategy_of(policy, row)
    told = shown(row, policy, day=day)
    past = Decision.objects.filter(case=found).exclude(pk=row.pk).select_related("entered")
    return Panel(
        shown=told,
        stage=_stage(strategy, row.stage),
        course=_course(strategy, row),
        looked_at=_looked_at(strategy, row, told.facts),
        history=tuple(past.order_by("-pk")[:HISTORY_ROWS]),
        plans={plan.id: Words(*plan.title) for plan in strategy.plans.values()},
        item=item,
        shared=shared,
        may_overrule=found.status == Case.Status.OPEN
        and may(actor, "decision.overrule", day=day, lender=found.lender_id, team=found.team_id),
    )


def plans_to_choose(*, actor: Actor, case: Case, day: date) -> dict[str, Words]:
    """The plans that somebody may set instead of the derived one. Refuses NotPermitted."""
    require(actor, "decision.overrule", day=day, lender=case.lender_id, team=case.team_id)
    policy = policies_of(lenders=[case.lender_id], day=day)[case.lender_id].policy
    return {
        plan.id: Words(*plan.title)
        for strategy in policy.strategies.values()
        for plan in strategy.plans.values()
    }


def _stage(strategy: Strategy, stage: str) -> Words | None:
    found = next((each for each in strategy.stages if each.id == stage), None)
    return Words(*found.title) if found else None


def _course(strategy: Strategy, row: Decision) -> tuple[StepTold, ...]:
    steps: Sequence[Step] = strategy.course.get(row.plan, ())
    told = []
    for number, step in enumerate(steps, start=1):
        if abs(number - row.step) <= STEPS_AROUND:
            when: When = "now" if number == row.step else "past" if number < row.step else "next"
            told.append(StepTold(number, step, when))
    return tuple(told)


def _looked_at(
    strategy: Strategy, row: Decision, facts: Mapping[str, Any]
) -> tuple[tuple[str, Any], ...]:
    tables = {REST: strategy.rest} | {stage.id: stage.table for stage in strategy.stages}
    rules = tables[row.stage].rules if row.stage in tables else ()
    rule = next((each for each in rules if each.id == row.rule), None)
    if rule is None:
        return ()
    # What the decision itself derived is a fact for the strategy too.
    known = {
        **facts,
        **{
            name: getattr(row, name)
            for name in ("grade", "ability", "willingness", "category", "five_class")
        },
    }
    return tuple((name, known.get(name)) for name in fields_read(rule.when))
