"""Deciding for one borrower, room by room. See the package's docstring."""

from __future__ import annotations

import json
from datetime import date
from typing import NamedTuple

from dunwell.core.category import classify
from dunwell.core.decision.records import HOLD_OUT_PLAN, Before, Decided, Overruled, Policy
from dunwell.core.decision_table import Facts, holds
from dunwell.core.experiment import Arm, arm_of
from dunwell.core.risk import quadrant, score
from dunwell.core.strategy import PlanStanding, Strategy, plan_of, step_of

DEFAULT = "default"
GOES_ON = frozenset({"new_plan", "moved_on", "exit"})
"""How a step was entered: this goes on being the reason while nothing changes but the day."""


class _Way(NamedTuple):
    """What the plan of today is, and the step in it."""

    stage: str
    rule: str
    plan: str
    derived_plan: str
    step: int
    action: str
    since_on: date
    due_on: date | None
    why: str


def decide(
    *,
    facts: Facts,
    policy: Policy,
    before: Before | None,
    overruled: Overruled,
    key: str,
    day: date,
) -> Decided:
    """Decide for the borrower of these facts on `day`.

    `before` is what an earlier day left; the same day decided again takes the same `before`
    and gives the same. `key` is the borrower's own, by which an arm is drawn. A plan of
    `overruled` that the strategy does not hold does not count. Refuses (NoRule) facts with
    values their fields do not have.
    """
    scored = score(policy.card, facts)
    grade = overruled.grade or scored.grade
    told = quadrant(policy.quadrant, facts)
    known: Facts = {**facts, "ability": told.ability, "willingness": told.willingness}
    category = classify(policy.categories, known)
    five_class = classify(policy.five_classes, known)
    known = {**known, "grade": grade, "category": category.code, "five_class": five_class.code}
    arm = _arm(policy, known, before, key, day)
    way = _way(policy, arm, known, before, overruled.plan, day)
    return Decided(
        score=scored.score,
        grade=grade,
        derived_grade=scored.grade,
        reasons_json=_written([[each.item.feature, each.lost] for each in scored.reasons]),
        probability_ppm=scored.probability_ppm,
        ability=told.ability,
        ability_rule=told.ability_rule,
        willingness=told.willingness,
        willingness_rule=told.willingness_rule,
        category=category.code,
        category_rule=category.rule,
        five_class=five_class.code,
        five_class_rule=five_class.rule,
        experiment=policy.experiment.id if policy.experiment and arm else "",
        arm=arm.name if arm else "",
        arm_probability_ppm=arm.share_ppm if arm else None,
        **way._asdict(),
    )


def _arm(policy: Policy, facts: Facts, before: Before | None, key: str, day: date) -> Arm | None:
    """The arm of whom the experiment concerns, and of whom it concerned: nobody leaves it early."""
    found = policy.experiment
    if found is None or policy.who is None or not found.runs_on(day):
        return None
    stays = before is not None and before.experiment == found.id
    if not stays and not holds(policy.who, facts):
        return None
    return arm_of(arms=found.arms, seed=found.seed, key=key).arm


def _way(
    policy: Policy, arm: Arm | None, facts: Facts, before: Before | None, plan: str | None,
    day: date,
) -> _Way:  # fmt: skip
    strategy = policy.strategies[(arm.strategy if arm else None) or DEFAULT]
    overruled = plan if plan in strategy.course else None
    held_out = arm is not None and arm.strategy is None
    if held_out and overruled is None:
        stays = before is not None and before.plan == HOLD_OUT_PLAN
        since_on = before.since_on if before is not None and stays else day
        plan = HOLD_OUT_PLAN
        return _Way(plan, plan, plan, plan, 1, "none", since_on, None, plan)
    return _planned(strategy, facts, before, overruled, held_out=held_out, day=day)


def _planned(
    strategy: Strategy, facts: Facts, before: Before | None, overruled: str | None,
    *, held_out: bool, day: date,
) -> _Way:  # fmt: skip
    chosen = plan_of(strategy, facts)
    derived = HOLD_OUT_PLAN if held_out else chosen.plan
    if overruled is not None:
        chosen = chosen._replace(plan=overruled)
    standing = PlanStanding(before.plan, before.step, before.since_on) if before else None
    due = step_of(strategy, chosen, standing=standing, facts=facts, day=day)
    why = due.why
    if why == "waiting" and before is not None and before.why in GOES_ON:
        why = before.why  # type: ignore[assignment]  # one of them
    return _Way(
        chosen.stage, chosen.rule, chosen.plan, derived, due.step, due.action,
        due.since_on, due.due_on, why,
    )  # fmt: skip


def _written(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
