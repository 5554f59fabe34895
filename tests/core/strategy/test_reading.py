"""A strategy that is written wrong is refused with the file, the place and what is allowed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from dunwell.core.decision_table import RuleNeverReached, TableGap, TableOverlap, UnknownField
from dunwell.core.params import WrongKeys, WrongValue
from dunwell.core.refusal import Refusal
from dunwell.core.strategy import (
    NotLetAlone,
    PlanDoesNotEnd,
    PlanNeverUsed,
    StepWithoutNeed,
    StretchBeforeRelief,
    UnknownPlan,
    faults_of_strategy,
    parse_strategy,
    read_strategy,
)
from tests.core.strategy.strategies import shipped

Change = Callable[[dict[str, Any]], None]


def _refused(change: Change) -> Refusal:
    content = deepcopy(shipped("strategy/default.yaml"))
    change(content)
    with pytest.raises(Refusal) as told:
        parse_strategy(content, file="mine.yaml")
    assert told.value.figures["file"] == "mine.yaml"
    return told.value


def _steps(content: dict[str, Any], plan: str) -> list[dict[str, Any]]:
    return content["plans"][plan]["steps"]


def test_the_shipped_strategy_has_no_fault() -> None:
    strategy = read_strategy(shipped("strategy/default.yaml"), file="default.yaml")
    assert list(faults_of_strategy(strategy, file="default.yaml")) == []
    assert strategy.judged


def test_a_gap_names_the_table_and_a_row() -> None:
    def change(content: dict[str, Any]) -> None:
        content["stages"][1]["rules"][4]["when"]["overdue_fen"] = {"from": 200_001}

    told = _refused(change)
    assert isinstance(told, TableGap)
    assert told.figures["path"] == "stages.middle.rules"
    assert "overdue_fen: 200000" in told.figures["example"]  # type: ignore[operator]


def test_an_overlap_names_both_rules() -> None:
    def change(content: dict[str, Any]) -> None:
        content["stages"][2]["rules"][0]["when"] = {"ability": ["no", "unknown"]}

    told = _refused(change)
    assert isinstance(told, TableOverlap)
    assert (told.figures["first"], told.figures["second"]) == ("late_unable", "late_small")


def test_a_bucket_that_no_stage_holds_is_a_gap() -> None:
    def change(content: dict[str, Any]) -> None:
        content["stages"][2]["when"] = {"bucket": ["M4", "M5", "M6"]}

    told = _refused(change)
    assert isinstance(told, TableGap)
    assert (told.figures["path"], told.figures["example"]) == ("stages", "bucket: M6+")


def test_a_rule_of_rest_behind_a_wider_one_is_refused() -> None:
    def change(content: dict[str, Any]) -> None:
        content["rest"].append({**content["rest"][3], "id": "complaint_again"})

    assert isinstance(_refused(change), RuleNeverReached)


def test_a_frozen_borrower_may_not_be_acted_upon() -> None:
    def change(content: dict[str, Any]) -> None:
        del content["rest"][3]

    told = _refused(change)
    assert isinstance(told, NotLetAlone)
    assert told.figures["example"] == "freeze_complaint: true"


def test_hardship_may_be_met_with_relief_and_with_nothing_else() -> None:
    def change(content: dict[str, Any]) -> None:
        hardship = next(rule for rule in content["rest"] if rule["id"] == "hardship")
        hardship["plan"] = "remind_only"
        del content["plans"]["relief_talk"]

    told = _refused(change)
    assert isinstance(told, NotLetAlone)
    assert (told.figures["action"], told.figures["path"]) == ("remind", "rest.hardship.plan")


def test_relief_stands_before_a_longer_term() -> None:
    def change(content: dict[str, Any]) -> None:
        _steps(content, "relief_last")[0]["offers"] = ["extension", "penalty_waiver"]

    told = _refused(change)
    assert isinstance(told, StretchBeforeRelief)
    assert (told.figures["path"], told.figures["step"]) == ("plans.relief_last", 1)


def test_relief_that_may_be_left_out_does_not_stand_before_a_longer_term() -> None:
    def change(content: dict[str, Any]) -> None:
        steps = _steps(content, "relief_first")
        steps[2]["offers"] = ["extension"]
        steps[1]["exit"] = {"willingness": "yes"}

    assert isinstance(_refused(change), StretchBeforeRelief)


@pytest.mark.parametrize(("action", "needed"), [("visit", "approval"), ("legal", "counsel")])
def test_a_visit_needs_approval_and_legal_action_counsel(action: str, needed: str) -> None:
    def change(content: dict[str, Any]) -> None:
        for step in _steps(content, "counsel_after_all"):
            if step["action"] == action:
                step["needs"] = []

    told = _refused(change)
    assert isinstance(told, StepWithoutNeed)
    assert (told.figures["action"], told.figures["needs"]) == (action, needed)


def test_plans_that_follow_one_another_in_a_ring_are_refused() -> None:
    def change(content: dict[str, Any]) -> None:
        content["plans"]["phone_steady"]["then"] = "relief_first"

    told = _refused(change)
    assert isinstance(told, PlanDoesNotEnd)
    assert told.figures["plans"] == "relief_first → phone_steady → relief_first" or (
        "phone_steady → relief_first → phone_steady" in str(told.figures["plans"])
    )


def test_a_plan_too_long_to_end_is_refused() -> None:
    def change(content: dict[str, Any]) -> None:
        content["plans"]["phone_first"] |= {"rounds": 12, "then": "phone_steady"}
        content["plans"]["phone_first"]["steps"] *= 4

    assert isinstance(_refused(change), PlanDoesNotEnd)


def test_a_plan_nobody_is_led_to_is_refused() -> None:
    def change(content: dict[str, Any]) -> None:
        content["plans"]["spare"] = content["plans"]["rest"]

    told = _refused(change)
    assert isinstance(told, PlanNeverUsed) and told.figures["plan"] == "spare"


def test_a_plan_that_is_not_there_is_told_with_those_that_are() -> None:
    def change(content: dict[str, Any]) -> None:
        content["rest"][0]["plan"] = "sleep"

    told = _refused(change)
    assert isinstance(told, UnknownPlan)
    assert told.figures["path"] == "rest.not_late.plan"
    assert "phone_first" in told.figures["allowed"]  # type: ignore[operator]


@pytest.mark.parametrize("name", ["age", "sex", "education", "marriage"])
def test_what_a_person_is_may_not_be_asked(name: str) -> None:
    def change(content: dict[str, Any]) -> None:
        content["stages"][0]["rules"][0]["when"][name] = "any"

    told = _refused(change)
    assert isinstance(told, UnknownField)
    assert told.figures["path"] == "stages.early.rules.early_lost.when"


@pytest.mark.parametrize(
    ("key", "value", "refusal"),
    [
        ("wait_days", 0, WrongValue),
        ("wait_days", 400, WrongValue),
        ("again_days", 8, WrongValue),
        ("action", "robot_call", WrongValue),
        ("offers", ["extension"], WrongValue),
        ("fallback", {"action": "visit", "when": {}}, WrongValue),
        ("needs", ["luck"], WrongValue),
        ("wait", 3, WrongKeys),
    ],
)
def test_a_step_takes_only_what_it_may(key: str, value: object, refusal: type[Refusal]) -> None:
    def change(content: dict[str, Any]) -> None:
        _steps(content, "phone_first")[0][key] = value

    told = _refused(change)
    assert isinstance(told, refusal)
    assert str(told.figures["path"]).startswith("plans.phone_first.steps[1]")
