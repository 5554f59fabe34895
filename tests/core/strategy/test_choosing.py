"""What the shipped strategy does with borrowers a manager would recognise."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given

from dunwell.core.borrower_fields import FREEZES, STRATEGY_FIELDS
from dunwell.core.decision_table import Value
from dunwell.core.strategy import PlanStanding, due_ahead, plan_of, step_of
from tests.core.strategy.strategies import DAY, borrowers, default_strategy

STRATEGY = default_strategy()


def _borrower(**known: Value) -> dict[str, Value]:
    facts: dict[str, Value] = {}
    for name, one in STRATEGY_FIELDS.items():
        plain = {"int": 0, "flag": False, "choice": one.choices[0] if one.choices else ""}
        facts[name] = plain[one.kind] if one.always_known else None
    return facts | {"bucket": "M1", "delinquent_days": 10, "overdue_fen": 300_000} | known


@pytest.mark.parametrize(
    ("known", "plan"),
    [
        ({"bucket": "current"}, "rest"),
        ({"held": True, "bucket": "M3"}, "rest"),
        ({"promise_state": "due"}, "rest"),
        ({"freeze_hardship": True}, "relief_talk"),
        ({"legal_state": "judged", "bucket": "M6+"}, "rest"),
        ({"overdue_fen": 4_999}, "remind_only"),
        ({"delinquent_days": 2, "grade": "A"}, "wait_and_see"),
        ({"delinquent_days": 2, "grade": None}, "remind_then_phone"),
        ({}, "phone_first"),
        ({"promise_state": "broken"}, "ask_after_break"),
        ({"ability": "no", "willingness": "yes"}, "relief_first"),
        ({"reachability": "lost"}, "locate"),
        ({"bucket": "M2"}, "phone_then_visit"),
        ({"bucket": "M2", "overdue_fen": 100_000}, "phone_steady"),
        ({"bucket": "M4", "ability": "no"}, "relief_last"),
        ({"bucket": "M5", "overdue_fen": 900_000, "willingness": "no"}, "counsel_after_all"),
        ({"bucket": "M5", "overdue_fen": 900_000, "willingness": "yes"}, "phone_then_visit"),
    ],
)
def test_who_gets_what(known: dict[str, Value], plan: str) -> None:
    assert plan_of(STRATEGY, _borrower(**known)).plan == plan


@given(borrowers())
def test_everybody_has_a_plan_with_a_reason_in_both_languages(facts: dict[str, Value]) -> None:
    chosen = plan_of(STRATEGY, facts)
    assert chosen.why.zh and chosen.why.en and chosen.plan in STRATEGY.plans


@given(borrowers())
def test_the_frozen_the_held_and_the_promised_are_let_alone(facts: dict[str, Value]) -> None:
    due = step_of(STRATEGY, plan_of(STRATEGY, facts), standing=None, facts=facts, day=DAY)
    frozen = {name for name in FREEZES if facts[f"freeze_{name}"]}
    if frozen - {"hardship"} or facts["held"] or facts["promise_state"] in ("open", "due"):
        assert due.action == "none"
    elif frozen:
        assert due.action in ("none", "relief")


def test_a_plan_goes_step_by_step_until_it_is_over() -> None:
    facts = _borrower()
    chosen = plan_of(STRATEGY, facts)
    standing, seen = None, []
    for days in range(40):
        day = DAY + timedelta(days=days)
        due = step_of(STRATEGY, chosen, standing=standing, facts=facts, day=day)
        standing = PlanStanding(due.plan, due.step, due.since_on)
        if due.why != "waiting":
            seen.append((days, due.action, due.why))
    assert seen == [
        (0, "phone", "new_plan"),
        (7, "relief", "moved_on"),
        (12, "phone", "moved_on"),
        *[(days, "none", "plan_over") for days in range(26, 40)],
    ]


def test_an_action_is_due_again_while_its_step_lasts() -> None:
    facts = _borrower()
    standing = PlanStanding("phone_first", 1, DAY - timedelta(days=5))
    due = step_of(STRATEGY, plan_of(STRATEGY, facts), standing=standing, facts=facts, day=DAY)
    assert due.due_on == DAY - timedelta(days=1)  # every second day: 0, 2, 4
    assert due.next_on == DAY + timedelta(days=2)


def test_calls_that_fail_give_way_to_a_message() -> None:
    facts = _borrower(failed_in_row=3)
    due = step_of(STRATEGY, plan_of(STRATEGY, facts), standing=None, facts=facts, day=DAY)
    assert (due.action, due.why) == ("sms", "fallback")


def test_nobody_is_visited_within_a_week_of_a_talk() -> None:
    facts = _borrower(bucket="M2", days_since_conversation=6)
    standing = PlanStanding("phone_then_visit", 2, DAY - timedelta(days=5))
    due = step_of(STRATEGY, plan_of(STRATEGY, facts), standing=standing, facts=facts, day=DAY)
    assert (due.step, due.action, due.why) == (4, "phone", "exit")


def test_another_plan_begins_at_its_first_step() -> None:
    facts = _borrower(bucket="M2")
    standing = PlanStanding("phone_first", 3, DAY - timedelta(days=3))
    due = step_of(STRATEGY, plan_of(STRATEGY, facts), standing=standing, facts=facts, day=DAY)
    assert (due.plan, due.step, due.since_on, due.why) == ("phone_then_visit", 1, DAY, "new_plan")


def test_the_court_comes_after_calls_relief_and_a_visit() -> None:
    for steps in STRATEGY.course.values():
        actions = [step.action for step in steps]
        if "legal" in actions:
            before = actions[: actions.index("legal")]
            assert {"phone", "relief", "visit"} <= set(before)


@pytest.mark.parametrize("plan", sorted(STRATEGY.course))
def test_the_work_ahead_is_what_the_days_ahead_bring(plan: str) -> None:
    facts = _borrower(days_since_conversation=99, failed_in_row=0)
    chosen = plan_of(STRATEGY, facts)._replace(plan=plan)
    standing, seen = None, Counter[str]()
    for days in range(30):
        day = DAY + timedelta(days=days)
        due = step_of(STRATEGY, chosen, standing=standing, facts=facts, day=day)
        standing = PlanStanding(due.plan, due.step, due.since_on)
        if due.due_on == day and due.why != "plan_over":
            seen[due.action] += 1
    steps = STRATEGY.course[plan]
    assert due_ahead(steps, step=1, since_on=DAY, day=DAY, days=30) == seen
