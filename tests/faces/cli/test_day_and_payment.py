"""`dunwell day`, `payment`, `case` and `policy`: what they print, refuse, and leave behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from dunwell.faces.cli.main import main
from dunwell.store.cases.models import Case
from dunwell.store.runs.models import Run
from dunwell.store.vault import init_keyring
from tests.flows.day_run.books import START, Book

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def book(committed_database: object, tmp_path: Path, settings: Any) -> Iterator[Book]:
    """One loan, fifteen days late on 2026-03-02, which is today."""
    settings.HOME = tmp_path
    settings.KEYS_FILE = tmp_path / "keys.json"
    init_keyring(now=START)
    with time_machine.travel(datetime(2026, 3, 2, 2, 0, tzinfo=UTC), tick=False):
        book = Book(tmp_path)
        book.loan(("02-15", 50_000))
        yield book


@pytest.fixture
def say(book: Book, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Say:
    """Runs one command; answers its exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["dunwell", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_a_day_is_run_and_the_day_assumed_is_said(say: Say) -> None:
    code, out, err = say("day", "run")
    assert (code, Case.objects.count()) == (0, 1)
    assert "2026-03-02（今天）" in err and "10/10 日志封链" in err
    assert "入催（达到入催条件）：1 件，逾期 ¥500.00" in out
    code, out, _ = say("day", "run")
    assert (code, "什么也没有写" in out, Run.objects.count()) == (0, True, 1)


def test_a_mistyped_year_writes_no_day(say: Say) -> None:
    code, _, err = say("day", "run", "--as-of", "2027-03-02")
    assert (code, Run.objects.count()) == (1, 0)
    assert "DAY-FAR-AHEAD" in err and "2026-06-02" in err
    assert say("day", "run", "--as-of", "2027-03-02", "--dry-run")[0] == 0


def test_the_json_of_a_run_has_its_report_and_steps(say: Say) -> None:
    code, out, _ = say("day", "run", "--as-of", "2026-03-02", "--json")
    body = json.loads(out)
    result = body["results"][0]
    assert (code, body["dry_run"], body["unchanged_since"]) == (0, False, None)
    assert (result["mode"], result["report"]["cases"]["opened"]) == ("write", 1)
    assert next(step["name"] for step in result["steps"]) == "snapshot"
    code, out, _ = say("day", "show", "--json")
    shown = json.loads(out)
    assert (code, shown["day"], shown["status"]) == (0, "2026-03-02", "done")
    assert shown["report"] == result["report"]


def test_a_dry_run_keeps_nothing_and_a_past_moment_needs_it(say: Say) -> None:
    code, out, _ = say("day", "run", "--dry-run", "--json")
    assert (code, json.loads(out)["results"][0]["run"], Run.objects.count()) == (0, None, 0)
    code, _, err = say("day", "run", "--known-at", "2026-03-01T00:00:00+08:00")
    assert (code, "DAY-KNOWN-AT-WRITES" in err) == (1, True)
    code, _, err = say("day", "run", "--dry-run", "--known-at", "yesterday")
    assert (code, "DAY-UNREADABLE-MOMENT" in err) == (1, True)


def test_a_day_that_was_never_run_cannot_be_shown(say: Say) -> None:
    code, _, err = say("day", "show", "--as-of", "2026-03-01")
    assert (code, "DAY-NO-SUCH-RUN" in err) == (1, True)


def test_a_payment_is_added_and_reversed(say: Say) -> None:
    say("day", "run")
    code, out, _ = say("payment", "add", "L1", "500.00", "--number", "N1")
    assert (code, "结案（还款）" in out, Case.objects.get().status) == (0, True, "closed")
    code, out, _ = say("payment", "reverse", "N1", "--why", "退票处理", "--json")
    body = json.loads(out)
    assert (code, body["reverses"], body["overdue_fen"]) == (0, "N1", 50_000)
    assert body["moves"] == [
        {"case": Case.objects.get().pk, "kind": "reopened", "why": "money_taken_back"}
    ]
    code, _, err = say("payment", "add", "L9", "1", "--number", "N2")
    assert (code, "PAYMENTS-NO-SUCH-LOAN" in err) == (1, True)


def test_cases_are_listed_shown_held_and_released(say: Say) -> None:
    say("day", "run")
    case = Case.objects.get().pk
    _, out, _ = say("case", "list", "--json")
    assert [(row["case"], row["bucket"]) for row in json.loads(out)] == [(case, "M1")]
    code, out, _ = say("case", "hold", "L1", "--reason", "洪水受灾", "--start", "2026-02-20")
    assert (code, Case.objects.get().delinquent_days) == (0, 5)
    _, out, _ = say("case", "show", str(case), "--json")
    shown = json.loads(out)
    assert (shown["held"], shown["loans"][0]["loan_no"]) == (True, "L1")
    code, out, _ = say("case", "release", "L1", "--why", "受灾结束", "--on", "2026-02-25")
    assert (code, Case.objects.get().delinquent_days) == (0, 10)
    code, _, err = say("case", "show", "12345")
    assert (code, "CASES-NO-SUCH-CASE" in err) == (1, True)


def test_a_house_parameter_is_shown_and_set_with_a_reason(say: Say) -> None:
    _, out, _ = say("policy", "show", "ageing.grace_days", "--json")
    assert [(each["value"], each["origin"]) for each in json.loads(out)] == [(0, "seed")]
    setting = ("policy", "set", "ageing.grace_days", "3", "--from", "2026-03-02")
    code, _, err = say(*setting, "--why", "no")
    assert (code, "POLICY-NO-REASON" in err) == (1, True)
    code, out, _ = say(*setting, "--why", "试行宽限", "--lender", "default")
    assert (code, "ageing.grace_days = 3" in out) == (0, True)
    code, _, err = say(*setting, "--why", "试行宽限", "--lender", "default")
    assert (code, "POLICY-UNCHANGED" in err) == (1, True)
    say("day", "run")
    assert Case.objects.get().delinquent_days == 12
    code, _, err = say(
        "policy", "set", "ageing.day_count", "both", "--from", "2026-03-02", "--why", "说明理由"
    )
    assert (code, "0 (exclusive), 1 (inclusive)" in err) == (1, True)
    early = ("policy", "set", "ageing.grace_days", "5", "--from", "2026-03-01", "--why", "太早了吧")
    code, _, err = say(*early)
    assert (code, "POLICY-TOO-EARLY" in err) == (1, True)
