"""`dunwell permit` and `dunwell receipt`: from the question to a file anybody can verify."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from dunwell.faces.cli.main import main
from tests.flows.contact.people import NOON, TEXT, Office, open_office

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def office(committed_database: object) -> Iterator[Office]:
    """A borrower to contact, at noon of 2026-03-02 in Beijing."""
    with time_machine.travel(NOON, tick=False):
        yield open_office()


@pytest.fixture
def say(office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> Say:
    """Runs one command; answers its exit code, stdout and stderr."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["dunwell", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def _ask(office: Office, *words: object) -> tuple[object, ...]:
    told = ["--case", office.case.pk, "--contact", office.contacts["self"].pk]
    return ("permit", "ask", *told, *words)


def test_from_the_question_to_the_receipt(office: Office, say: Say, tmp_path: Path) -> None:
    text, receipt = tmp_path / "text.txt", tmp_path / "receipt.json"
    text.write_text(TEXT, "utf-8")
    code, out, _ = say(*_ask(office, "--channel", "sms", "--text", text, "--json"))
    asked = json.loads(out)
    assert (code, asked["granted"], asked["verdict"]) == (0, True, "allow")
    permit = asked["permit"]
    assert say("receipt", "show", permit)[0] == 1
    code, out, _ = say("permit", "use", permit, "--text", text)
    assert (code, "凭证已签名" in out) == (0, True)
    code, _, err = say("permit", "use", permit, "--text", text)
    assert (code, err.startswith("PERMITS-OVER")) == (1, True)
    assert say("receipt", "show", permit, "--out", receipt)[0] == 0
    code, out, _ = say("receipt", "verify", receipt, "--text", text)
    assert (code, f"许可 {permit}" in out) == (0, True)
    text.write_text(TEXT + "！", "utf-8")
    code, _, err = say("receipt", "verify", receipt, "--text", text)
    assert (code, err.startswith("RECEIPT-CONTENT")) == (1, True)


def test_a_refused_question_says_why_and_a_permit_can_be_given_back(
    office: Office, say: Say
) -> None:
    code, out, _ = say(*_ask(office, "--channel", "visit", "--json"))
    assert (code, json.loads(out)["granted"]) == (1, False)
    code, out, _ = say(*_ask(office, "--channel", "visit"))
    assert code == 1
    assert "CN-V01" in out and "没有得到许可" in out
    code, out, _ = say(*_ask(office, "--channel", "call", "--json"))
    permit, until = (json.loads(out)[key] for key in ("permit", "reserved_until"))
    assert datetime.fromisoformat(until).isoformat() == until
    assert say("permit", "release", permit)[0] == 0
    code, _, err = say("permit", "outcome", permit, "--answered")
    assert (code, err.startswith("PERMITS-OUTCOME")) == (1, True)


def test_a_file_that_is_no_receipt_is_refused_by_name_only(say: Say, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text("{}")
    assert say("receipt", "verify", wrong)[2].startswith("RECEIPT-FORM")
    assert say("receipt", "verify", tmp_path / "none.json")[2].startswith("RECEIPT-FILE")
