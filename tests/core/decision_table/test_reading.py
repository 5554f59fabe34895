"""What may be written in a condition, and what is told when it may not."""

from __future__ import annotations

import pytest
import yaml

from dunwell.core.decision_table import (
    EmptyRange,
    Field,
    RuleTwice,
    UnknownField,
    WrongCondition,
    fields_by_name,
    holds,
    parse_rules,
    parse_when,
)
from dunwell.core.params import WrongKeys, WrongValue
from tests.core.decision_table.conditions import FIELDS

ROW = {
    "days": 30,
    "change": None,
    "grade": "D",
    "reach": "lost",
    "held": False,
    "frozen": None,
}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{}", True),
        ("{days: {from: 30, until: 60}}", True),
        ("{days: {from: 31}}", False),
        ("{days: {until: 30}}", False),
        ("{days: 30}", True),
        ("{days: [1, 30]}", True),
        ("{days: [{until: 8}, {from: 20}]}", True),
        ("{change: unknown}", True),
        ("{change: known}", False),
        ("{change: [{from: 1}, unknown]}", True),
        ("{grade: [D, E]}", True),
        ("{grade: A, days: 30}", False),
        ("{grade: known}", True),
        ("{reach: known}", True),
        ("{reach: unknown}", False),
        ("{held: false}", True),
        ("{frozen: false}", False),
        ("{frozen: [false, unknown]}", True),
        ("{any: [{grade: A}, {days: 30}]}", True),
        ("{any: [{grade: A}, {days: 31}]}", False),
        ("{not: {grade: D, days: 30}}", False),
        ("{not: {grade: D, days: 31}}", True),
    ],
)
def test_a_condition_means_what_it_says(written: str, expected: bool) -> None:
    when = parse_when(yaml.safe_load(written), FIELDS, file="f", path="when")
    assert holds(when, ROW) is expected


def test_none_reads_as_the_choice_unknown_where_the_field_has_one() -> None:
    when = parse_when({"reach": ["unknown", "lost"]}, FIELDS, file="f", path="when")
    assert [holds(when, {"reach": one}) for one in (None, "unknown", "lost", "reachable")] == [
        True,
        True,
        True,
        False,
    ]


def test_a_bare_yes_or_no_of_yaml_stays_the_word_it_was() -> None:
    fields = fields_by_name([Field("ability", "choice", choices=("yes", "no", "unknown"))])
    when = parse_when(yaml.safe_load("{ability: no}"), fields, file="f", path="when")
    assert holds(when, {"ability": "no"}) and not holds(when, {"ability": "yes"})


def test_an_unknown_field_is_told_with_the_fields_there_are() -> None:
    with pytest.raises(UnknownField) as told:
        parse_when({"any": [{"age": 30}]}, FIELDS, file="s.yaml", path="rules.r.when")
    assert told.value.figures == {
        "file": "s.yaml",
        "path": "rules.r.when.any[1]",
        "found": "age",
        "allowed": [*FIELDS, "any", "not"],
    }


@pytest.mark.parametrize(
    ("written", "refusal"),
    [
        ("{grade: F}", WrongCondition),
        ("{grade: []}", WrongCondition),
        ("{days: many}", WrongCondition),
        ("{days: {}}", WrongCondition),
        ("{days: {from: 1.5}}", WrongCondition),
        ("{days: {above: 3}}", WrongKeys),
        ("{days: true}", WrongCondition),
        ("{held: 1}", WrongCondition),
        ("{held: unknown}", WrongCondition),
        ("{days: {from: 5, until: 5}}", EmptyRange),
        ("{days: {until: 0}}", EmptyRange),
        ("{any: []}", WrongValue),
        ("[1]", WrongValue),
    ],
)
def test_what_a_field_cannot_be_is_refused(written: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal) as told:
        parse_when(yaml.safe_load(written), FIELDS, file="s.yaml", path="when")
    assert told.value.figures["file"] == "s.yaml"  # type: ignore[attr-defined]


def test_rules_carry_what_their_room_makes_of_them() -> None:
    rules = parse_rules(
        [{"id": "late", "when": {"days": {"from": 1}}, "plan": "call"}],
        FIELDS,
        file="f",
        path="rules",
        then=lambda written, _: written["plan"],
        needed=("plan",),
    )
    assert [(rule.id, rule.then) for rule in rules] == [("late", "call")]


def test_two_rules_of_one_name_are_refused() -> None:
    twice = [{"id": "r", "when": {}}, {"id": "r", "when": {}}]
    with pytest.raises(RuleTwice):
        parse_rules(twice, FIELDS, file="f", path="rules", then=lambda *_: 0, needed=())
