"""`dunwell wording`: what it prints, and that an answered question ends with 0."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dunwell.faces.cli.reading import NotUtf8
from dunwell.faces.cli.wording import app

SET = Path(__file__).parents[2] / "wording_set"


def _run(*words: str, given: str | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(words), input=given)
    return done.exit_code, done.stdout


def test_a_breach_is_told_with_its_place_its_rule_and_a_gentler_wording() -> None:
    code, told = _run("check", "再不还就弄死你")
    assert code == 0
    assert "弄死" in told and "CN-C01" in told and "可以改说" in told


def test_a_fine_text_is_told_as_fine() -> None:
    assert _run("check", "您好，请问方便吗？") == (0, "没有发现不能说的话。\n")


def test_json_holds_the_span_in_the_text_as_it_was_given() -> None:
    code, told = _run("check", "-", "--json", given="再不还就弄 死 你")
    (finding,) = json.loads(told)["findings"]
    assert code == 0
    assert "再不还就弄 死 你"[finding["start"] : finding["end"]] == "弄 死 你"
    assert (finding["class"], finding["rule"], finding["disguised"]) == ("threat", "CN-C01", True)


def test_facts_and_audience_are_options(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("我司已起诉，请等待开庭", "utf-8")
    assert json.loads(_run("check", "--file", str(letter), "--json")[1])["findings"]
    words = ("check", "--file", str(letter), "--json", "--legal-state", "suit_filed")
    assert json.loads(_run(*words)[1]) == {"findings": []}
    assert json.loads(_run("check", "他欠款", "--audience", "contact", "--json")[1])["findings"]
    assert json.loads(_run("check", "可能诉讼", "--time-barred", "--json")[1])["findings"]


def test_a_byte_order_mark_moves_no_span_and_other_encodings_are_refused(tmp_path: Path) -> None:
    marked, other = tmp_path / "marked.txt", tmp_path / "other.txt"
    marked.write_text("\ufeff再不还就弄死你", "utf-8")
    (finding,) = json.loads(_run("check", "--file", str(marked), "--json")[1])["findings"]
    assert "再不还就弄死你"[finding["start"] : finding["end"]] == finding["found"]
    other.write_text("再不还就弄死你", "gbk")
    with pytest.raises(NotUtf8):
        CliRunner().invoke(app, ["check", "--file", str(other)], catch_exceptions=False)
    with pytest.raises(NotUtf8):
        words, given = ["check", "-"], "再不还就弄死你".encode("gbk")
        CliRunner().invoke(app, words, input=given, catch_exceptions=False)


def test_no_text_or_two_texts_are_wrong_usage(tmp_path: Path) -> None:
    assert _run("check")[0] == 2
    (tmp_path / "a.txt").write_text("好", "utf-8")
    assert _run("check", "好", "--file", str(tmp_path / "a.txt"))[0] == 2


def test_evaluating_prints_each_class_with_counts_and_intervals() -> None:
    code, told = _run("evaluate", "--set", str(SET), "--json")
    table = json.loads(told)
    assert code == 0
    assert set(table) == {"development", "held_out", "fresh", "independent"}
    pooled = next(row for row in table["held_out"] if row["name"] == "pooled")
    assert pooled["recall_interval"][0] < pooled["recall"] < pooled["recall_interval"][1]
    assert "pooled" in _run("evaluate", "--set", str(SET))[1]
