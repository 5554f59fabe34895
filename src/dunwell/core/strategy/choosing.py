"""What a borrower gets: the plan by the rules, and the step by the plan. The one interpreter.

Called by the decision for one borrower; bulk.compile.strategy says the same in SQL for
a book, and a property test holds the two equal. The plan is chosen anew each day; while
it stays the same its steps go on, and another plan begins at its first step.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from dunwell.core.decision_table import Facts, choose, holds
from dunwell.core.strategy.records import (
    Action,
    Chosen,
    PlanStanding,
    Step,
    StepDue,
    Strategy,
    Why,
)

REST = "rest"
"""The stage of those who are let alone, whatever their bucket."""


def plan_of(strategy: Strategy, facts: Facts) -> Chosen:
    """The plan for a borrower: the first rule of rest that holds, else the one rule of the stage.

    Refuses (NoRule) facts whose fields hold impossible values.
    """
    for rule in strategy.rest.rules:
        if holds(rule.when, facts):
            return Chosen(REST, rule.id, rule.then.plan, rule.then.why)
    stage = strategy.stages[choose(strategy.by_stage, facts).then]
    found = choose(stage.table, facts)
    return Chosen(stage.id, found.id, found.then.plan, found.then.why)


def step_of(
    strategy: Strategy, chosen: Chosen, *, standing: PlanStanding | None, facts: Facts, day: date
) -> StepDue:
    """The step a borrower is in on `day`, given where they stood the day run before.

    A step is left when its wait is over or its exit holds; several exits may be passed in
    one day, one wait at most. `since_on` of a step entered today is today.
    """
    steps = strategy.course[chosen.plan]
    if standing is None or standing.plan != chosen.plan:
        standing = PlanStanding(chosen.plan, 1, day)
        why: Why = "new_plan"
    else:
        why = "waiting"
    at, since_on = standing.step, standing.since_on
    if at <= len(steps) and day >= since_on + _wait(steps[at - 1]):
        at, why = at + 1, "moved_on"
    while at <= len(steps) and _left(steps[at - 1], facts):
        at, why = at + 1, "exit"
    if at != standing.step:
        since_on = day
    if at > len(steps):
        over = len(steps) + 1
        return StepDue(chosen.plan, over, "none", since_on, since_on, None, "plan_over", (), ())
    return _due(chosen.plan, at, steps[at - 1], since_on=since_on, facts=facts, day=day, why=why)


def due_ahead(
    steps: Sequence[Step], *, step: int, since_on: date, day: date, days: int
) -> Counter[Action]:
    """How often each action falls due in the `days` from `day` on, if nothing but time passes.

    From a step entered on `since_on`; no exit and no fallback holds meanwhile.
    """
    ahead: Counter[Action] = Counter()
    for one in steps[step - 1 :]:
        for again in range(0, one.wait_days, one.again_days):
            if day <= since_on + timedelta(days=again) < day + timedelta(days=days):
                ahead[one.action] += 1
        since_on += _wait(one)
    return ahead


def _due(
    plan: str, at: int, step: Step, *, since_on: date, facts: Facts, day: date, why: Why
) -> StepDue:
    again = (day - since_on).days // step.again_days * step.again_days
    instead = step.fallback is not None and holds(step.fallback.when, facts)
    return StepDue(
        plan=plan,
        step=at,
        action=step.fallback.action if instead and step.fallback else step.action,
        since_on=since_on,
        due_on=since_on + timedelta(days=again),
        next_on=since_on + _wait(step),
        why="fallback" if instead else why,
        offers=() if instead else step.offers,
        needs=() if instead else step.needs,
    )


def _wait(step: Step) -> timedelta:
    return timedelta(days=step.wait_days)


def _left(step: Step, facts: Facts) -> bool:
    return step.leave is not None and holds(step.leave, facts)
