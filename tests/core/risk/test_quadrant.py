"""The quadrant: what the shipped rules say of plain cases, and that no case goes unanswered."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest
import yaml

from dunwell.core.decision_table import TableGap
from dunwell.core.features import FEATURES
from dunwell.core.params import WrongValue
from dunwell.core.risk.quadrant import QuadrantTables, parse_quadrant, quadrant

SHIPPED = files("dunwell.packs").joinpath("house", "quadrant.yaml").read_text("utf-8")
NOBODY_KNOWN: dict[str, Any] = {
    feature.name: {"int": None, "flag": False, "choice": "none"}[feature.kind]
    for feature in FEATURES
} | {"reachability": "unknown", "bucket": "current"}


def shipped() -> QuadrantTables:
    return parse_quadrant(yaml.safe_load(SHIPPED), file="quadrant.yaml")


@pytest.mark.parametrize(
    ("facts", "ability", "willingness"),
    [
        ({}, "unknown", "unknown"),
        ({"reason": "FTP", "days_since_payment": 12}, "yes", "yes"),
        ({"reason": "UNEM", "days_since_reason": 20, "days_since_payment": 12}, "no", "yes"),
        ({"promises_broken_12m": 2, "promise_state": "broken"}, "unknown", "no"),
        ({"promises_broken_12m": 2, "promise_state": "open"}, "unknown", "yes"),
        ({"reason": "ARGU", "promises_broken_12m": 3}, "unknown", "unknown"),
        ({"failed_in_row": 12, "reachability": "lost"}, "unknown", "unknown"),
    ],
)
def test_the_shipped_rules_say(facts: dict[str, Any], ability: str, willingness: str) -> None:
    said = quadrant(shipped(), {**NOBODY_KNOWN, **facts})
    assert (said.ability, said.willingness) == (ability, willingness)


def test_the_rule_that_answered_is_named() -> None:
    said = quadrant(shipped(), {**NOBODY_KNOWN, "reason": "RODM", "conversations_30d": 3})
    assert (said.ability_rule, said.willingness_rule) == ("only_forgot", "talks_pays_nothing")


def test_a_table_that_leaves_somebody_out_is_refused() -> None:
    content = yaml.safe_load(SHIPPED)
    del content["ability"][-1]
    with pytest.raises(TableGap) as refused:
        parse_quadrant(content, file="quadrant.yaml")
    assert refused.value.figures["path"] == "ability"


def test_a_bare_yes_is_refused_with_what_would_be_right() -> None:
    content = yaml.safe_load(SHIPPED.replace('answer: "yes"', "answer: yes"))
    with pytest.raises(WrongValue) as refused:
        parse_quadrant(content, file="quadrant.yaml")
    assert refused.value.figures["value"] is True
