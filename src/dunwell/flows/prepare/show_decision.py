"""One decision shown whole: what was decided, by which rules, in words of the policy of that day.

Called by the case page and `dunwell decision show`. The words come from the texts that
decided (store.policy.kept), so that a decision of last year reads as it was meant then.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from dunwell.core.category import Classification
from dunwell.core.decision import HOLD_OUT_PLAN, Policy
from dunwell.core.decision_table import Table
from dunwell.core.refusal import Refusal
from dunwell.core.strategy import REST, Strategy
from dunwell.flows.prepare.case_file import NoSuchCase
from dunwell.flows.prepare.day_policy import policy_again
from dunwell.store.cases.lists import Scope, visible_cases
from dunwell.store.cases.models import Case
from dunwell.store.decisions.keeping import decision_on
from dunwell.store.decisions.models import Decision, Overrule
from dunwell.store.people.permissions import Actor, require


class NotDecided(Refusal):
    """Nothing was decided for the case up to that day. Figures: case, day."""

    code = "DECISION-NONE"


@dataclass(frozen=True, slots=True)
class Words:
    """What a code means, in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Reason:
    """A line of the card on which points were lost."""

    feature: str
    lost: int
    title: Words
    why: Words
    fact: Any


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """A decision with its reasons in words. `judged`: people chose the points of the card."""

    row: Decision
    judged: bool
    reasons: tuple[Reason, ...]
    ability: Words
    willingness: Words
    category: Words
    category_why: Words
    five_class: Words
    five_class_why: Words
    plan: Words
    derived_plan: Words
    plan_why: Words
    steps: int
    overrules: tuple[Overrule, ...]
    """Those that cover the day and are not withdrawn, the newest last."""

    @property
    def facts(self) -> dict[str, Any]:
        """The facts it was made from, by name."""
        found: dict[str, Any] = json.loads(self.row.inputs_json)
        return found


def show_decision(
    *,
    actor: Actor,
    scope: Scope,
    case: int,
    day: date,
    known_at: datetime | None = None,
) -> DecisionShown:
    """The decision that counted for a case at the end of `day`, as known at a moment.

    Refuses NoSuchCase outside `scope`, NotPermitted, and NotDecided.
    """
    found = case_seen(actor=actor, scope=scope, case=case, day=day)
    row = decision_on(found.pk, day=day, known_at=known_at)
    if row is None:
        raise NotDecided(case=case, day=day.isoformat())
    policy, _terms = policy_again(row.policy)
    return shown(row, policy, day=day)


def case_seen(*, actor: Actor, scope: Scope, case: int, day: date) -> Case:
    """The case, if the actor may see it. Refuses NoSuchCase and NotPermitted."""
    found = visible_cases(scope).select_related("lender").filter(pk=case).first()
    if found is None:
        raise NoSuchCase(case=case)
    require(actor, "case.see", lender=found.lender_id, team=found.team_id, day=day)
    return found


def shown(row: Decision, policy: Policy, *, day: date) -> DecisionShown:
    """A stored decision in the words of `policy`, which made it."""
    facts = json.loads(row.inputs_json)
    strategy = strategy_of(policy, row)
    standing = Overrule.objects.filter(
        case=row.case_id, withdraws=None, withdrawal=None, from_on__lte=day, until_on__gt=day
    )
    return DecisionShown(
        row=row,
        judged=policy.card.judged,
        reasons=tuple(
            Reason(
                item.feature, lost, Words(item.title, item.title_en), Words(item.why, item.why_en),
                facts.get(item.feature),
            )
            for feature, lost in json.loads(row.reasons_json)
            for item in policy.card.items
            if item.feature == feature
        ),
        ability=_quadrant(policy.quadrant.ability, row.ability_rule),
        willingness=_quadrant(policy.quadrant.willingness, row.willingness_rule),
        category=_title(policy.categories, row.category),
        category_why=_because(policy.categories, row.category_rule),
        five_class=_title(policy.five_classes, row.five_class),
        five_class_why=_because(policy.five_classes, row.five_class_rule),
        plan=_plan(strategy, row.plan),
        derived_plan=_plan(strategy, row.derived_plan),
        plan_why=plan_why_of(strategy, row),
        steps=len(strategy.course.get(row.plan, ())),
        overrules=tuple(standing.select_related("by").order_by("pk")),
    )  # fmt: skip


HELD_OUT = Words("实验的留出组：不作任何处理，用来比较", "held out by an experiment: let alone")


def strategy_of(policy: Policy, row: Decision) -> Strategy:
    """The strategy that decided the row: its arm's, or the one for everybody."""
    arms = policy.experiment.arms if policy.experiment else ()
    named = next((arm.strategy for arm in arms if arm.name == row.arm), None)
    return policy.strategies[named or "default"]


def _quadrant(table: Table[Any], rule: str) -> Words:
    found = _rule(table.rules, rule)
    return Words(found.then.title, found.then.title_en) if found else Words(rule, rule)


def _title(classification: Classification, code: str) -> Words:
    found = classification.titles[code]
    return Words(found.zh, found.en)


def _because(classification: Classification, rule: str) -> Words:
    found = _rule(classification.table.rules, rule)
    return Words(*found.then.why) if found else Words(rule, rule)


def _plan(strategy: Strategy, plan: str) -> Words:
    if plan == HOLD_OUT_PLAN:
        return HELD_OUT
    found = strategy.plans.get(plan)
    return Words(*found.title) if found else Words(plan, plan)


def plan_why_of(strategy: Strategy, row: Decision) -> Words:
    """Why the row's plan: the sentence of the rule that led to it."""
    if row.rule == HOLD_OUT_PLAN:
        return HELD_OUT
    tables = {REST: strategy.rest} | {stage.id: stage.table for stage in strategy.stages}
    found = _rule(tables[row.stage].rules, row.rule) if row.stage in tables else None
    return Words(*found.then.why) if found else Words(row.rule, row.rule)


def _rule(rules: Iterable[Any], rule: str) -> Any:
    return next((each for each in rules if each.id == rule), None)
