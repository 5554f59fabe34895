"""Categories and the five classes of borrowers a manager would recognise; rules always answer."""

from __future__ import annotations

from copy import deepcopy

import pytest
from hypothesis import given

from dunwell.core.category import classify, parse_categories, parse_five_classes
from dunwell.core.decision_table import RuleNeverReached, TableGap, Value
from dunwell.core.params import WrongKeys, WrongValue
from tests.core.strategy.strategies import borrowers, shipped
from tests.core.strategy.test_choosing import _borrower

CATEGORIES = parse_categories(shipped("categories.yaml"), file="categories.yaml")
BY_DAYS = parse_five_classes(shipped("five_classes/days_only.yaml"), file="days_only.yaml")
BY_SIGNS = parse_five_classes(
    shipped("five_classes/days_and_signs.yaml"), file="days_and_signs.yaml"
)
ORDER = ("normal", "special_mention", "substandard", "doubtful", "loss")


@pytest.mark.parametrize(
    ("known", "category"),
    [
        ({}, "new"),
        ({"attempts_30d": 2}, "unclear"),
        ({"overdue_fen": 0}, "paid_off"),
        ({"overdue_fen": 0, "freeze_complaint": True}, "complaint"),
        ({"freeze_dispute": True, "promise_state": "open"}, "disputed"),
        ({"reason": "DEAD"}, "deceased"),
        ({"legal_state": "suit_filed"}, "legal"),
        ({"promise_state": "open"}, "promised"),
        ({"promise_state": "broken", "days_since_payment": 3}, "promise_broken"),
        ({"days_since_payment": 30}, "paying"),
        ({"days_since_payment": 31}, "new"),
        ({"reachability": "lost", "attempts_30d": 9}, "lost"),
        ({"reachability": "half_lost", "ability": "no"}, "half_lost"),
        ({"reachability": "reachable", "ability": "no", "willingness": "no"}, "reachable_unable"),
        ({"reachability": "reachable", "willingness": "no"}, "reachable_unwilling"),
        ({"reachability": "reachable", "willingness": "yes"}, "reachable_willing"),
    ],
)
def test_customers_are_told_apart_by_what_they_do(known: dict[str, Value], category: str) -> None:
    assert classify(CATEGORIES, _borrower(**known)).code == category


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (0, "normal"),
        (1, "special_mention"),
        (90, "special_mention"),
        (91, "substandard"),
        (270, "substandard"),
        (271, "doubtful"),
        (360, "doubtful"),
        (361, "loss"),
    ],
)
def test_the_five_classes_by_days_alone(days: int, expected: str) -> None:
    assert classify(BY_DAYS, _borrower(days_past_due=days)).code == expected


@given(borrowers())
def test_signs_never_make_a_class_better(facts: dict[str, Value]) -> None:
    by_days, by_signs = classify(BY_DAYS, facts).code, classify(BY_SIGNS, facts).code
    assert ORDER.index(by_signs) >= ORDER.index(by_days)


@given(borrowers())
def test_more_days_never_make_a_class_better(facts: dict[str, Value]) -> None:
    later = {**facts, "days_past_due": int(facts["days_past_due"] or 0) + 60}
    for classes in (BY_DAYS, BY_SIGNS):
        before, after = classify(classes, facts).code, classify(classes, later).code
        assert ORDER.index(after) >= ORDER.index(before)


def test_every_code_has_a_title_and_every_rule_a_reason_and_a_source() -> None:
    for classes in (CATEGORIES, BY_DAYS, BY_SIGNS):
        for rule in classes.table.rules:
            assert classes.titles[rule.then.code].zh
            assert rule.then.why.zh and rule.then.why.en and rule.then.source


def test_classes_that_leave_somebody_out_are_refused() -> None:
    content = deepcopy(shipped("categories.yaml"))
    content["rules"].pop()
    with pytest.raises(TableGap):
        parse_categories(content, file="mine.yaml")


def test_a_rule_behind_a_wider_one_is_refused() -> None:
    content = deepcopy(shipped("five_classes/days_only.yaml"))
    content["rules"].insert(0, content["rules"].pop(3))
    with pytest.raises(RuleNeverReached):
        parse_five_classes(content, file="mine.yaml")


def test_a_code_that_is_not_one_is_refused_with_those_that_are() -> None:
    content = deepcopy(shipped("categories.yaml"))
    content["rules"][0]["category"] = "crook"
    with pytest.raises(WrongValue) as told:
        parse_categories(content, file="mine.yaml")
    assert "reachable_unable" in told.value.figures["allowed"]  # type: ignore[operator]
    del content["titles"]["lost"]
    with pytest.raises(WrongKeys):
        parse_categories({**content, "rules": shipped("categories.yaml")["rules"]}, file="m")
