"""`dunwell strategy`: faults come with a row and exit 1; differences come with who moves."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dunwell.core.refusal import Refusal
from dunwell.faces.cli.strategy import app
from dunwell.faces.words import say
from tests.core.strategy.strategies import HOUSE

DEFAULT = (HOUSE / "strategy" / "default.yaml").read_text("utf-8")


def _file(folder: Path, *changes: tuple[str, str]) -> str:
    text = DEFAULT
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    path = folder / "mine.yaml"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.fixture
def runner() -> CliRunner:
    return CliRunner()


def test_the_shipped_strategy_is_sound(runner: CliRunner) -> None:
    answered = runner.invoke(app, ["check", "default", "--json"])
    assert answered.exit_code == 0
    found = json.loads(answered.stdout)
    assert found["sound"] and found["faults"] == []
    assert "28" in runner.invoke(app, ["check", "default"]).stdout


def test_every_fault_is_told_with_an_example(runner: CliRunner, tmp_path: Path) -> None:
    mine = _file(
        tmp_path,
        ("overdue_fen: {from: 200000}", "overdue_fen: {from: 300000}"),
        ("offers: [interest_relief, extension]", "offers: [extension]"),
        ("when: {ability: no}\n", "when: {ability: [no, unknown]}\n"),
    )
    answered = runner.invoke(app, ["check", mine, "--json"])
    assert answered.exit_code == 1
    faults = json.loads(answered.stdout)["faults"]
    assert [one["code"] for one in faults] == ["TABLE-GAP", *["TABLE-OVERLAP"] * 3]
    assert "overdue_fen: 200000" in faults[0]["figures"]["example"]
    assert mine in faults[0]["sentence"]
    told = runner.invoke(app, ["check", mine])
    assert told.exit_code == 1 and told.stdout.count("TABLE-OVERLAP") == 3


def test_what_cannot_be_read_is_a_fault_like_any_other(runner: CliRunner, tmp_path: Path) -> None:
    mine = _file(tmp_path, ("{reachability: lost}", "{age: 30}"))
    answered = runner.invoke(app, ["check", mine, "--json"])
    assert answered.exit_code == 1
    [fault] = json.loads(answered.stdout)["faults"]
    assert fault["code"] == "TABLE-UNKNOWN-FIELD"
    assert "reachability" in fault["figures"]["allowed"]
    (tmp_path / "mine.yaml").write_text("a: [1", "utf-8")
    assert runner.invoke(app, ["check", mine]).exit_code == 1


def test_no_file_and_no_shipped_name_is_wrong_usage(runner: CliRunner) -> None:
    assert runner.invoke(app, ["check", "nobody"]).exit_code == 2


def test_a_difference_names_rules_and_a_borrower_who_moves(
    runner: CliRunner, tmp_path: Path
) -> None:
    mine = _file(
        tmp_path,
        ("overdue_fen: {from: 200000}", "overdue_fen: {from: 300000}"),
        ("overdue_fen: {until: 200000}", "overdue_fen: {until: 300000}"),
    )
    answered = runner.invoke(app, ["diff", "default", mine, "--json"])
    assert answered.exit_code == 0
    found = json.loads(answered.stdout)
    assert [one["rule"].rpartition(".")[2] for one in found["rules"]] == [
        "middle_small",
        "middle_visit",
    ]
    [move] = found["moves"]
    assert (move["from"], move["to"]) == ("phone_then_visit", "phone_steady")
    assert 200_000 <= move["example"]["overdue_fen"] < 300_000
    said = runner.invoke(app, ["diff", "default", mine]).stdout
    assert "稳步通话" in said and "overdue_fen: 200000" in said and "freeze" not in said


def test_a_file_does_not_differ_from_itself(runner: CliRunner) -> None:
    same = runner.invoke(app, ["diff", "default", "default"])
    assert same.stdout.strip() == say("STRATEGY-SAME", {}, language="zh-hans")


def test_an_unsound_file_is_not_compared(runner: CliRunner, tmp_path: Path) -> None:
    mine = _file(tmp_path, ("then: phone_first", "then: nowhere"))
    assert isinstance(runner.invoke(app, ["diff", "default", mine]).exception, Refusal)
