"""`dunwell gate` and `dunwell pack` as other programs see them: answers, exit codes, errors."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import pytest
import yaml

from dunwell.faces.cli.main import main
from tests.core.risk.cards import SMALL
from tests.house.tree import ROOT

ORDINARY = yaml.safe_load((ROOT / "tests/scenarios/ordinary.yaml").read_text("utf-8"))
NO_DJANGO = """
import sys
from dunwell.faces.cli.main import main
sys.argv = ["dunwell", *sys.argv[1:]]
try:
    main()
finally:
    print("django" in sys.modules, file=sys.stderr)
"""


class Done(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


class Dunwell(Protocol):
    """The command line, called in this process."""

    def __call__(self, *words: str, said: str | bytes = "") -> Done: ...


@pytest.fixture
def dunwell(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Dunwell:
    """Run `dunwell` with these words and this standard input."""

    def run(*words: str, said: str | bytes = "") -> Done:
        monkeypatch.setattr(sys, "argv", ["dunwell", *words])
        raw = said if isinstance(said, bytes) else said.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return Done(int(left.value.code or 0), out, err)

    return run


def _json(dunwell: Dunwell, *words: str, said: str = "") -> Any:
    done = dunwell(*words, "--json", said=said)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_asking_exits_0_whatever_the_verdict(dunwell: Dunwell, tmp_path: Path) -> None:
    file = tmp_path / "question.json"
    for at, verdict in (("10:00", "allow"), ("23:00", "refuse")):
        question = ORDINARY | {"at": f"2026-03-02T{at}:00+08:00"}
        file.write_text(json.dumps(question), "utf-8")
        said = _json(
            dunwell, "gate", "ask", "--request", str(file), "--packs", "cn_small_loan,house"
        )
        assert said["verdict"] == verdict
    assert said["codes"] == ["CN-T01"]
    assert said["next_allowed_at"] == "2026-03-03T08:00:00+08:00"
    assert "22:00" in said["reasons"][0]["zh"]
    assert "22:00" in said["reasons"][0]["en"]


def test_the_wording_of_a_text_is_checked(dunwell: Dunwell) -> None:
    question = ORDINARY | {"channel": "sms", "text": "【善催小贷】再不还钱就打断你的腿"}
    said = _json(dunwell, "gate", "ask", "--request", "-", said=json.dumps(question))
    assert said["codes"] == ["CN-C01", "CN-C04"]
    assert said["reasons"][0]["figures"]["spans"]


def test_on_a_terminal_the_answer_is_sentences(dunwell: Dunwell) -> None:
    question = ORDINARY | {"at": "2026-03-02T23:00:00+08:00"}
    done = dunwell("gate", "ask", "--request", "-", said=json.dumps(question))
    assert done.returncode == 0
    assert "CN-T01" in done.stdout
    assert "2026-03-03 08:00" in done.stdout


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ('{"at": "2026"', "GATE-JSON"),
        ("[]", "GATE-JSON"),
        ('{"channel": "call", "channel": "sms"}', "GATE-JSON"),
        ('{"chanel": "call"}', "GATE-REQUEST"),
        ('{"party": {"age": "34"}}', "GATE-REQUEST"),
        (f'{{"freezes": {"[" * 100_000}', "GATE-JSON"),
        (f'{{"party": {{"age": {"9" * 5000}}}}}', "GATE-JSON"),
        ('{"text": "再不还钱就打断你的腿"}'.encode("gbk"), "VALUES-NOT-UTF8"),
    ],
)
def test_a_question_written_wrong_exits_1_and_says_what_is_wrong(
    dunwell: Dunwell, said: str | bytes, code: str
) -> None:
    done = dunwell("gate", "ask", "--request", "-", "--json", said=said)
    assert done.returncode == 1
    assert json.loads(done.stdout)["error"]["code"] == code


def test_a_file_that_is_not_there_and_a_pack_that_is_none_exit_1(
    dunwell: Dunwell, tmp_path: Path
) -> None:
    missing = dunwell("gate", "ask", "--request", str(tmp_path / "no.json"))
    assert (missing.returncode, missing.stderr[:9]) == (1, "GATE-FILE")
    unknown = dunwell("gate", "ask", "--request", "-", "--packs", "cn", said="{}")
    assert (unknown.returncode, unknown.stderr[:12]) == (1, "PACK-NO-SUCH")


def test_a_question_may_begin_with_a_byte_order_mark(dunwell: Dunwell) -> None:
    said = "\ufeff" + json.dumps(ORDINARY)
    assert _json(dunwell, "gate", "ask", "--request", "-", said=said)["verdict"] == "allow"


def test_a_place_that_cannot_be_written_is_told_in_a_sentence(
    dunwell: Dunwell, tmp_path: Path
) -> None:
    rows = "".join(f"B{row},{row % 7},{int(row % 7 > 4)}\n" for row in range(200))
    (tmp_path / "rows.csv").write_text(f"borrower_no,late,bad\n{rows}", "utf-8")
    (tmp_path / "taken").write_text("a file, no folder", "utf-8")
    place = str(tmp_path / "taken" / "model")
    words = ("--features", str(tmp_path / "rows.csv"), "--target", "bad", "--out", place)
    done = dunwell("grade", "train", *words)
    assert (done.returncode, done.stderr[:12]) == (1, "VALUES-PLACE")


def test_an_answer_that_cannot_be_written_is_told_in_a_sentence(
    dunwell: Dunwell, tmp_path: Path
) -> None:
    (tmp_path / "card.yaml").write_text(yaml.safe_dump(SMALL), "utf-8")
    (tmp_path / "rows.csv").write_text(
        "borrower_no,late_days,answers,reason\nB1,3,true,FTP\n", "utf-8"
    )
    (tmp_path / ".o.csv.unfinished").mkdir()
    words = ("--features", str(tmp_path / "rows.csv"), "--card", str(tmp_path / "card.yaml"))
    done = dunwell("grade", "score", *words, "--out", str(tmp_path / "o.csv"))
    assert (done.returncode, done.stderr[:12]) == (1, "VALUES-PLACE")
    assert str(tmp_path / ".o.csv.unfinished") in done.stderr


def test_a_finished_contact_may_be_closed_or_not(dunwell: Dunwell) -> None:
    call = {
        "channel": "call",
        "answered": True,
        "identity_stated": True,
        "actor": {"kind": "staff"},
    }
    call["recording"] = {"id": None}
    words = ("gate", "close", "--facts", "-", "--day", "2026-03-02")
    assert _json(dunwell, *words, said=json.dumps(call))["codes"] == ["CN-R01"]


def test_the_table_of_facts_lists_every_rule(dunwell: Dunwell) -> None:
    table = _json(dunwell, "gate", "facts")
    rules = {rule["code"]: rule for rule in table["rules"]}
    assert rules["CN-T02"]["needs"] == ["direction", "counts.effective_conversations_today"]
    assert rules["CN-V02"]["answered"] == "closing"
    assert "US-F14" not in rules
    assert {fact["path"]: fact.get("default") for fact in table["facts"]}["purpose"] == "collect"


def test_asking_needs_no_state_and_starts_without_django() -> None:
    done = subprocess.run(
        [sys.executable, "-c", NO_DJANGO, "gate", "ask", "--request", "-"],
        input=json.dumps(ORDINARY),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert done.stderr.splitlines()[-1] == "False"


def test_a_question_past_the_recheck_is_answered_with_a_loud_warning(dunwell: Dunwell) -> None:
    question = ORDINARY | {"at": "2027-06-01T10:00:00+08:00"}
    done = dunwell("gate", "ask", "--request", "-", "--json", said=json.dumps(question))
    assert json.loads(done.stdout)["verdict"] == "allow"
    assert "2027-05-23" in done.stderr


def test_packs_are_listed_and_shown_with_their_sources(dunwell: Dunwell) -> None:
    assert [pack["pack"] for pack in _json(dunwell, "pack", "list", "--as-of", "2026-11-23")] == [
        "cn_small_loan",
        "house",
        "us_reg_f",
    ]
    china = _json(dunwell, "pack", "show", "cn_small_loan", "--as-of", "2026-11-23")
    number = china["parameters"]["contact.quiet_from"]
    assert (number["value"], number["force"], number["from"]) == (1320, "recommended", "2025-02-28")
    assert china["rules"]["CN-W01"]["source"].startswith("金规〔2024〕26号")


def test_a_check_past_the_recheck_passes_and_warns_loudly(dunwell: Dunwell) -> None:
    fresh = dunwell("pack", "check", "--as-of", "2026-10-31")
    assert (fresh.returncode, fresh.stderr) == (0, "")
    late = dunwell("pack", "check", "cn_small_loan", "--as-of", "2027-05-24")
    assert late.returncode == 0
    assert "2027-05-23" in late.stderr


def test_a_folder_with_a_mistake_fails_its_check(dunwell: Dunwell, tmp_path: Path) -> None:
    folder = tmp_path / "cn_small_loan"
    shutil.copytree(str(files("dunwell.packs").joinpath("cn_small_loan")), folder)
    file = folder / "contact/conversations_per_debtor_per_day.yaml"
    file.write_text(file.read_text("utf-8").replace("value: 3", "value: 2"), "utf-8")
    words = ("pack", "diff", "cn_small_loan", str(folder), "--as-of", "2026-11-23")
    assert [
        (c["name"], c["first"][:1], c["second"][:1]) for c in _json(dunwell, *words)["changes"]
    ] == [("contact.conversations_per_debtor_per_day", "3", "2")]
    file.write_text(file.read_text("utf-8").replace("unit:", "units:"), "utf-8")
    done = dunwell("pack", "check", str(folder), "--as-of", "2026-11-23")
    assert done.returncode == 1
    assert "conversations_per_debtor_per_day.yaml" in done.stderr


def test_a_check_warns_from_sixty_days_before_the_calendar_ends(dunwell: Dunwell) -> None:
    done = dunwell("pack", "check", "--as-of", "2026-11-01")
    assert done.returncode == 0
    assert "2027-01-01" in done.stderr and "policy calendar import" in done.stderr
    said = _json(dunwell, "pack", "check", "--as-of", "2026-11-23")
    assert (said["calendar_known_until"], said["calendar_days_left"]) == ("2026-12-31", 38)
