"""Every scenario: a statement a compliance officer could sign, and what the gate answers to it.

A row names its rule, what differs from the ordinary question (`given`, `without`, paths
with dots), and what is expected. `closes` asks about a finished contact instead.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from dunwell.core.permit import (
    CODES,
    Decision,
    WordingFinding,
    close_check,
    decide,
    read_closing,
    read_request,
)
from dunwell.faces.words.gate_answer import answer
from dunwell.store.policy.packs import DEFAULT_PACKS, shipped_gate

HERE = Path(__file__).parent
ORDINARY = yaml.safe_load((HERE / "ordinary.yaml").read_text("utf-8"))
KEYS = {"rule", "name", "given", "without", "packs", "wording", "text_of", "closes", "expect"}
EXPECTED = {"verdict", "codes", "figures", "next_allowed_at", "lifted"}
NOT_RULES = {"FACT", "ORDER", "WHEN", "STACK"}
LEAST_ROWS = 150


def _rows() -> Iterator[tuple[str, dict[str, Any]]]:
    for file in sorted(HERE.glob("*/*.yaml")):
        for row in yaml.safe_load(file.read_text("utf-8")):
            yield file.relative_to(HERE).as_posix(), row


ROWS = list(_rows())


@pytest.mark.parametrize("row", [row for _, row in ROWS], ids=[row["name"] for _, row in ROWS])
def test_the_gate_answers_as_the_scenario_says(row: dict[str, Any]) -> None:
    said, expected = answer(_ask(row)), row["expect"]
    assert said["verdict"] == expected["verdict"], said
    assert said["codes"] == expected["codes"]
    if "next_allowed_at" in expected:
        assert said["next_allowed_at"] == expected["next_allowed_at"]
    if "lifted" in expected:
        assert said["lifted"] == expected["lifted"]
    figures = {reason["code"]: reason["figures"] for reason in said["reasons"]}
    for code, some in expected.get("figures", {}).items():
        assert some.items() <= figures[code].items()


def test_every_reason_of_every_scenario_is_said_whole_in_both_languages() -> None:
    for _, row in ROWS:
        for reason in answer(_ask(row))["reasons"]:
            for language in ("zh", "en"):
                assert "…" not in reason[language], reason
                assert not reason[language].startswith(reason["code"]), reason
            assert reason["clause"] or reason["code"] in ("FACT-at", "FACT-channel")


def test_there_are_enough_scenarios_and_every_rule_has_its_own() -> None:
    assert len(ROWS) >= LEAST_ROWS
    told = {row["rule"] for _, row in ROWS}
    assert CODES - told == set()
    assert told - CODES == NOT_RULES


def test_every_rule_has_a_scenario_that_hits_it() -> None:
    hit = {code for _, row in ROWS for code in row["expect"]["codes"]}
    assert CODES - hit == set()


def test_no_two_scenarios_say_the_same() -> None:
    names = [row["name"] for _, row in ROWS]
    assert sorted(names) == sorted(set(names))
    questions = [{k: v for k, v in row.items() if k not in ("rule", "name")} for _, row in ROWS]
    assert [q for i, q in enumerate(questions) if q in questions[:i]] == []


def test_rows_are_written_as_the_keys_allow() -> None:
    for file, row in ROWS:
        assert row.keys() <= KEYS, (file, row)
        assert {"rule", "name", "expect"} <= row.keys(), (file, row)
        assert {"verdict", "codes"} <= row["expect"].keys() <= EXPECTED, (file, row)


def _ask(row: Mapping[str, Any]) -> Decision:
    gate = shipped_gate(row.get("packs", DEFAULT_PACKS))
    if "closes" in row:
        return close_check(facts=read_closing(row["closes"]), gate=gate, day=date(2026, 3, 2))
    question = deepcopy(ORDINARY)
    for path, value in row.get("given", {}).items():
        _set(question, path, value)
    for path in row.get("without", []):
        _drop(question, path)
    if "text_of" in row:
        question["text"] = "【善催小贷】".ljust(row["text_of"], "请")
    wording = [
        WordingFinding(found["class"], found["start"], found["end"], found["code"])
        for found in row.get("wording", [])
    ]
    return decide(facts=read_request(question, wording=wording), gate=gate)


def _set(question: dict[str, Any], path: str, value: object) -> None:
    section, _, key = path.rpartition(".")
    assert not isinstance(value, date | datetime), f"{path}: quote moments"
    (question[section] if section else question)[key] = value


def _drop(question: dict[str, Any], path: str) -> None:
    section, _, key = path.rpartition(".")
    del (question[section] if section else question)[key]
