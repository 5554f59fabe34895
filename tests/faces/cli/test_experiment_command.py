"""`dunwell experiment`: what can be seen, what there is, what it shows, and the end of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from typer.testing import CliRunner

from dunwell.core.params import WrongValue
from dunwell.faces.cli.experiment import app
from dunwell.flows.improve.refusals import NoSuchExperiment
from tests.flows.contact.people import NOON, Office, open_office
from tests.flows.improve.an_experiment import TEXT, Trial, publish


@pytest.fixture
def office(db: None) -> Iterator[Office]:
    with time_machine.travel(NOON, tick=False):
        yield open_office()


def told(*words: str) -> str:
    found = CliRunner().invoke(app, list(words))
    assert found.exception is None, found.exception
    return found.stdout


def test_a_plan_tells_what_could_be_seen(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "early.yaml"
    file.write_text(TEXT, "utf-8")
    assert json.loads(told("plan", str(file), "--json"))["today"] == 0
    said = told("plan", str(file))
    assert "现行做法" in said and "什么差别都看不出" in said and "1531" in said
    missing = CliRunner().invoke(app, ["plan", str(tmp_path / "none.yaml")])
    assert isinstance(missing.exception, WrongValue)


def test_results_put_harm_beside_money(office: Office, tmp_path: Path) -> None:
    assert "还没有人提出过实验" in told("list")
    publish(office, tmp_path)
    trial = Trial(office)
    trial.arm("champion", people=40, cured=10)
    early = trial.arm("early", people=40, cured=32)
    trial.complain(early[0])
    trial.pay(early[1], after=2, fen=5_000)
    body = json.loads(told("results", "early-call", "--as-of", "2026-03-25", "--json"))
    arm = next(each for each in body["arms"] if each["arm"] == "early")
    assert (arm["successes"], arm["complaints"], arm["recovered_fen"]) == (32, 1, 5_000)
    said = told("results", "early-call", "--as-of", "2026-03-25")
    assert "投诉 1" in said and "¥50.00" in said and "「early」比「现行做法」好" in said
    assert "early-call（进行中）" in told("list")


def test_it_is_stopped_with_a_reason(office: Office, tmp_path: Path) -> None:
    publish(office, tmp_path)
    assert "已从 2026-03-02 起停止" in told("stop", "early-call", "--why", "too many complaints")
    assert json.loads(told("list", "--json"))[0]["why_stopped"] == "too many complaints"
    none = CliRunner().invoke(app, ["results", "another"])
    assert isinstance(none.exception, NoSuchExperiment)
