"""The table tells the truth: rules read what their rows name, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.permit import (
    CLOSING,
    CLOSING_PATHS,
    CODES,
    NUMBERS,
    PATHS,
    TABLE,
    ClosingFacts,
    Facts,
    read_closing,
    read_request,
)
from dunwell.core.permit.facts import Known, UnknownFact
from dunwell.core.permit.limits import Limits
from dunwell.store.policy.packs import shipped_gate, shipped_pack, shipped_packs
from tests.core.permit.questions import findings, questions

GATE = shipped_gate(shipped_packs())
LIMITS = GATE.stack.on(date(2026, 3, 2)).limits


class Traced(Facts):
    """The same facts, writing down what is read."""

    __slots__ = Facts.__slots__
    read: set[str] = set()

    def __getattribute__(self, name: str) -> Any:
        if name in Facts.__slots__:
            Traced.read.add(Facts.PATH_OF.get(name, name.replace("_", ".", 1)))
        return super().__getattribute__(name)


class TracedLimits(Limits):
    """The same numbers, writing down what is read."""

    read: set[str] = set()

    def __getattribute__(self, name: str) -> Any:
        if name in Limits.__annotations__:
            TracedLimits.read.add(name.replace("_", ".", 1))
        return super().__getattribute__(name)


def _traced(facts: Facts) -> Traced:
    traced = Traced.__new__(Traced)
    for name in Facts.__slots__:
        if hasattr(facts, name):
            Traced.__dict__[name].__set__(traced, getattr(facts, name))
    return traced


@given(question=questions(), wording=findings())
def test_a_rule_reads_only_the_facts_and_numbers_of_its_row(
    question: dict[str, Any], wording: Any
) -> None:
    traced = _traced(read_request(question, wording=wording))
    limits = TracedLimits({})
    limits.__dict__.update(LIMITS.__dict__)
    for rule in TABLE:
        if question.get("channel") not in rule.channels:
            continue
        Traced.read, TracedLimits.read = set(), set()
        try:
            finding = rule.check(traced, limits)
        except UnknownFact as unknown:
            assert unknown.path in rule.facts, rule.code
            finding = None
        assert Traced.read <= set(rule.facts), (rule.code, Traced.read - set(rule.facts))
        assert TracedLimits.read <= set(rule.parameters), rule.code
        if finding is not None:
            assert finding.code == rule.code
            assert set(finding.lifted_by) <= set(rule.lift_kinds)
            assert finding.parameter in ("", *rule.parameters)


@given(question=questions(whole=True))
def test_no_rule_finds_a_whole_question_unknown(question: dict[str, Any]) -> None:
    question["at"] = "2026-03-02T10:00:00+08:00"
    question["last_unanswered_dial_at"] = "2026-03-02T09:00:00+08:00"
    facts = read_request(question)
    for rule in TABLE:
        if facts.channel in rule.channels:
            rule.check(facts, LIMITS)


def _closing_questions() -> Iterator[tuple[str, st.SearchStrategy[Any]]]:
    for path in CLOSING_PATHS:
        values: st.SearchStrategy[Any] = st.sampled_from(["a", None])
        if path.kind == "boolean":
            values = st.booleans()
        elif path.kind == "choice":
            values = st.sampled_from(path.allowed)
        elif path.kind == "records":
            values = st.sampled_from([None, [{"by": "a", "at": "b", "how": "c"}]])
        yield path.path, values


@given(flat=st.fixed_dictionaries({}, optional=dict(_closing_questions())))
def test_a_closing_rule_finds_unknown_only_what_its_row_names(flat: dict[str, Any]) -> None:
    question: dict[str, Any] = {}
    for path, value in flat.items():
        section, _, key = path.rpartition(".")
        (question.setdefault(section, {}) if section else question)[key] = value
    facts = read_closing(question)
    for rule in CLOSING:
        if question.get("channel") in rule.channels:
            try:
                finding = rule.check(facts, LIMITS)
            except UnknownFact as unknown:
                assert unknown.path in rule.facts, rule.code
            else:
                assert finding is None or finding.code == rule.code


def test_rows_name_facts_and_numbers_that_there_are() -> None:
    asked, closed = ({path.path for path in paths} for paths in (PATHS, CLOSING_PATHS))
    for rule in TABLE:
        assert set(rule.facts) <= asked, rule.code
        assert len(set(rule.facts)) == len(rule.facts), rule.code
    for closing in CLOSING:
        assert set(closing.facts) <= closed, closing.code
    named = {name for rule in (*TABLE, *CLOSING) for name in rule.parameters}  # type: ignore[attr-defined]  # both have them
    assert named == NUMBERS.keys()


def test_every_fact_is_read_by_some_rule_or_lifts_one() -> None:
    read = {path for rule in TABLE for path in rule.facts}
    assert {path.path for path in PATHS} - read == {"consents", "approvals"}


def test_every_fact_has_its_place_in_the_record() -> None:
    for paths, record in ((PATHS, Facts), (CLOSING_PATHS, ClosingFacts)):
        kept = {path.attribute for path in paths}
        assert set(record.__slots__) - {"beijing", "lexicon", "wording"} == kept
        assert set(record.__annotations__) - {"PATH_OF"} == set(record.__slots__)
        for path in paths:
            assert record.PATH_OF.get(path.attribute, path.attribute.replace("_", ".", 1)) == (
                path.path
            )
    assert issubclass(Facts, Known)


def test_no_code_stands_in_two_rows_and_every_code_in_one_pack() -> None:
    codes = [rule.code for rule in TABLE]
    assert len(set(codes)) == len(codes)
    packs = [code for name in shipped_packs() for code in shipped_pack(name).rules]
    assert sorted(packs) == sorted(CODES)


def test_the_numbers_of_a_rule_stand_in_the_pack_that_switches_it_on() -> None:
    for name in shipped_packs():
        pack = shipped_pack(name)
        for rule in TABLE:
            if rule.code in pack.rules:
                assert set(rule.parameters) <= pack.parameters.keys(), rule.code


def test_mypy_and_the_packs_know_the_same_numbers() -> None:
    assert {name.replace("_", ".", 1) for name in Limits.__annotations__} == NUMBERS.keys()
