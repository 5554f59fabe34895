"""The verdict as a whole: worst first, fail closed, the same in any order of packs."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import date, datetime, timedelta
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.permit import (
    BEIJING,
    PATHS,
    TABLE,
    VERDICTS,
    close_check,
    compile_gate,
    decide,
    read_closing,
    read_request,
)
from dunwell.core.permit.engine import FACT
from dunwell.core.permit.paths import NOTHING
from dunwell.faces.words.gate_answer import answer
from dunwell.store.policy.packs import shipped_gate, shipped_pack, shipped_packs
from tests.core.permit.questions import findings, questions

CHINA = shipped_gate()
ALL = shipped_gate(shipped_packs())
ANY_ORDER = [
    compile_gate(order) for order in permutations(shipped_pack(name) for name in shipped_packs())
]
ORDER = [rule.code for rule in TABLE]
HAN = re.compile("[\u4e00-\u9fff]")
HOURS = {"CN-T01", "CN-V05", "CN-S06"}


@given(question=questions(), wording=findings())
def test_the_worst_finding_is_the_verdict_and_stands_first(
    question: dict[str, Any], wording: Any
) -> None:
    decision = decide(facts=read_request(question, wording=wording), gate=ALL)
    weights = [VERDICTS.index(reason.verdict) for reason in decision.reasons]
    assert weights == sorted(weights, reverse=True)
    assert decision.verdict == (decision.reasons[0].verdict if weights else "allow")
    assert len(set(decision.codes)) == len(decision.codes)
    for verdict in VERDICTS:
        equal = [reason.code for reason in decision.reasons if reason.verdict == verdict]
        rules = [ORDER.index(code) for code in equal if not code.startswith(FACT)]
        assert rules == sorted(rules)


@given(question=questions(whole=True), path=st.sampled_from(PATHS))
def test_a_fact_left_out_never_makes_the_verdict_milder(
    question: dict[str, Any], path: Any
) -> None:
    if path.default is not NOTHING or path.path == "text":
        return
    if path.path == "party.age" and question["party"]["role"] == "borrower":
        return  # read where it is given, never demanded
    whole = decide(facts=read_request(question), gate=ALL)
    section, _, key = path.path.rpartition(".")
    partial = deepcopy(question)
    del (partial[section] if section else partial)[key]
    without = decide(facts=read_request(partial), gate=ALL)
    assert VERDICTS.index(without.verdict) >= VERDICTS.index(whole.verdict)
    if without.codes != whole.codes and path.path not in ("channel", "at"):
        assert f"{FACT}{path.path}" in without.codes


@given(question=questions())
def test_packs_are_asked_in_any_order(question: dict[str, Any]) -> None:
    facts = read_request(question)
    assert len({str(answer(decide(facts=facts, gate=gate))) for gate in ANY_ORDER}) == 1


@given(question=questions())
def test_more_packs_never_make_the_verdict_milder(question: dict[str, Any]) -> None:
    facts = read_request(question)
    few, many = (decide(facts=facts, gate=gate) for gate in (CHINA, ALL))
    assert VERDICTS.index(many.verdict) >= VERDICTS.index(few.verdict)
    assert set(few.codes) <= set(many.codes)


@given(question=questions(whole=True))
def test_asking_again_at_the_next_allowed_moment_meets_open_hours(question: dict[str, Any]) -> None:
    decision = decide(facts=read_request(question), gate=CHINA)
    next_at = decision.next_allowed_at
    if next_at is None:
        return
    assert decision.verdict == "refuse"
    assert next_at.utcoffset() == timedelta(hours=8)
    again = decide(facts=read_request(question | {"at": next_at}), gate=CHINA)
    assert HOURS.isdisjoint(again.codes)
    if set(decision.codes) <= HOURS:
        just_before = question | {"at": next_at - timedelta(microseconds=1)}
        assert HOURS & set(decide(facts=read_request(just_before), gate=CHINA).codes)


@given(question=questions(), wording=findings())
def test_every_reason_says_itself_whole_in_both_languages(
    question: dict[str, Any], wording: Any
) -> None:
    for reason in answer(decide(facts=read_request(question, wording=wording), gate=ALL))[
        "reasons"
    ]:
        for language in ("zh", "en"):
            assert "…" not in reason[language]
            assert not reason[language].startswith(reason["code"])
        assert reason["clause"] in reason["zh"]
        assert reason["code"].startswith(FACT) or not HAN.search(reason["en"]), reason["en"]


def test_the_answer_has_the_keys_of_the_contract() -> None:
    said = answer(decide(facts=read_request({}), gate=CHINA))
    assert list(said) == [
        "verdict",
        "codes",
        "next_allowed_at",
        "reasons",
        "lifted",
        "pack_hash",
    ]
    assert set(said["reasons"][0]) == {"code", "verdict", "zh", "en", "figures", "clause"}


def test_a_note_without_channel_is_not_closed() -> None:
    decision = close_check(facts=read_closing({}), gate=CHINA, day=date(2026, 3, 2))
    assert decision.codes == ("FACT-channel",)


def test_a_moment_is_told_in_beijing_whatever_zone_asked() -> None:
    assert datetime(2026, 3, 2, tzinfo=BEIJING).isoformat() == "2026-03-02T00:00:00+08:00"
