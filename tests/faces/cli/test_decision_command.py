"""`dunwell decision`: a decision with its reasons in both languages, and made again."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from dunwell.faces.cli.main import main
from dunwell.store.cases.models import Case
from dunwell.store.vault import init_keyring
from tests.databases import Place
from tests.flows.day_run.books import START, Book

Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def decided(
    committed_database: Place, django_db_blocker: DjangoDbBlocker, tmp_path: Path, settings: Any
) -> Iterator[Book]:
    """A book with one case, decided on 2 March."""
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    settings.KEYS_FILE = settings.HOME / "keys.json"
    init_keyring(now=START)
    with django_db_blocker.unblock():
        book = Book(settings.HOME)
        book.loan(("02-15", 50_000))
        book.run("03-02")
        yield book


@pytest.fixture
def say(decided: Book, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> Say:
    """Runs one command; answers its exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["dunwell", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), out, err

    return run


def test_a_decision_is_shown_in_both_languages(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    case = str(Case.objects.get().pk)
    code, out, _ = say("decision", "show", case, "--as-of", "2026-03-05")
    assert code == 0
    assert "2026-03-02" in out and "评分卡" in out and "方案：" in out
    monkeypatch.setenv("DUNWELL_LANGUAGE", "en")
    _, out, _ = say("decision", "show", case, "--as-of", "2026-03-05")
    assert "Plan: " in out and not re.search("[一-鿿]", out)


def test_a_past_decision_made_again_as_json(say: Say) -> None:
    case = str(Case.objects.get().pk)
    code, out, _ = say("decision", "recompute", case, "--as-of", "2026-03-02", "--json")
    told = json.loads(out)
    assert (code, told["equal"], told["different"]) == (0, True, [])
    assert told["decided"] == told["stored"]
    code, out, _ = say("decision", "show", case, "--as-of", "2026-03-02", "--json")
    assert json.loads(out)["facts"] == told["facts"]


def test_what_is_not_there_is_refused_with_a_sentence(say: Say) -> None:
    case = str(Case.objects.get().pk)
    for words in (
        ("show", "999999"),
        ("show", case, "--as-of", "2026-03-01"),
        ("recompute", case, "--known-at", "yesterday"),
        ("show", case, "--lender", "nobody"),
    ):
        code, out, err = say("decision", *words)
        assert (code, out) == (1, ""), words
        assert ": " in err
