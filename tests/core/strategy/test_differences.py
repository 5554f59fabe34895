"""What two strategies do differently is told by rule, by plan and by a borrower who moves."""

from __future__ import annotations

from copy import deepcopy

from dunwell.core.strategy import differences, parse_strategy, plan_of
from tests.core.strategy.strategies import default_strategy, shipped
from tests.core.strategy.test_choosing import _borrower


def test_a_strategy_does_not_differ_from_itself() -> None:
    assert differences(default_strategy(), default_strategy()).none


def test_a_moved_line_names_two_rules_and_a_borrower_between_the_lines() -> None:
    content = deepcopy(shipped("strategy/default.yaml"))
    small, large = content["stages"][1]["rules"][3:]
    small["when"]["overdue_fen"] = {"until": 500_000}
    large["when"]["overdue_fen"] = {"from": 500_000}
    other = parse_strategy(content, file="other.yaml")
    found = differences(default_strategy(), other)
    assert found.rules == (
        ("stages.middle.rules.middle_small", "changed"),
        ("stages.middle.rules.middle_visit", "changed"),
    )
    assert found.plans == ()
    [move] = found.moves
    assert (move.first, move.second) == ("phone_then_visit", "phone_steady")
    assert set(move.asked) == {"bucket", "reachability", "ability", "overdue_fen"}
    facts = _borrower() | move.example
    assert plan_of(default_strategy(), facts).plan == "phone_then_visit"
    assert plan_of(other, facts).plan == "phone_steady"


def test_rules_and_plans_that_come_and_go_are_told() -> None:
    content = deepcopy(shipped("strategy/default.yaml"))
    content["rest"].pop()
    content["plans"]["gentle"] = content["plans"].pop("remind_only")
    early = content["stages"][0]["rules"]
    early[4]["plan"] = "gentle"
    content["plans"]["wait_and_see"]["steps"][0]["wait_days"] = 2
    del content["plans"]["wait_and_see"]
    found = differences(default_strategy(), parse_strategy(content, file="other.yaml"))
    assert ("rest.small_amount", "removed") in found.rules
    assert set(found.plans) == {
        ("remind_only", "removed"),
        ("wait_and_see", "removed"),
        ("gentle", "added"),
    }
    assert ("wait_and_see", "gentle") in {(move.first, move.second) for move in found.moves}
