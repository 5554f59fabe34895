"""`dunwell strategy preview`: who moves on the book of the day, with money; nothing is written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from typer.testing import CliRunner

from dunwell.core.refusal import Refusal
from dunwell.faces.cli.strategy import app
from dunwell.store.vault import init_keyring
from tests.core.strategy.strategies import HOUSE
from tests.flows.day_run.books import START, Book, results


@pytest.fixture
def book(committed_database: object, tmp_path: Path, settings: Any) -> Iterator[Book]:
    """Three loans in their second month, of 1,000, 3,000 and 6,000 yuan; the day has been run."""
    settings.HOME = tmp_path
    settings.KEYS_FILE = tmp_path / "keys.json"
    init_keyring(now=START)
    with time_machine.travel(datetime(2026, 3, 2, 2, 0, tzinfo=UTC), tick=False):
        book = Book(tmp_path)
        for fen in (100_000, 300_000, 600_000):
            book.loan(("01-15", fen))
        book.run("03-02")
        yield book


@pytest.fixture
def gentler(tmp_path: Path) -> str:
    """The shipped strategy with visits from 5,000 yuan on instead of 2,000."""
    text = (HOUSE / "strategy" / "default.yaml").read_text("utf-8")
    path = tmp_path / "gentler.yaml"
    path.write_text(text.replace("200000", "500000"), "utf-8")
    return str(path)


def test_who_moves_is_told_with_the_money(book: Book, gentler: str) -> None:
    before = results()
    told = CliRunner().invoke(app, ["preview", gentler, "--json"])
    body = json.loads(told.stdout)
    assert body["moves"] == [
        {
            "first_plan": "phone_then_visit",
            "second_plan": "phone_steady",
            "borrowers": 1,
            "overdue_fen": 300_000,
        }
    ]
    assert (body["borrowers"], body["moved"]) == (3, 1)
    said = CliRunner().invoke(app, ["preview", gentler]).stdout
    assert "通话未果再上门 → 稳步通话：1 户，逾期 ¥3,000.00" in said
    assert "电话：当天 3 → 3 户" in said and "上门：当天 0 → 0 户，30 天内 2 → 1 次" in said
    assert results() == before


def test_one_lender_may_be_asked_for_by_its_code(book: Book, gentler: str) -> None:
    told = CliRunner().invoke(app, ["preview", gentler, "--lender", "default", "--json"])
    assert json.loads(told.stdout)["moved"] == 1
    none = CliRunner().invoke(app, ["preview", gentler, "--lender", "nobody"])
    assert isinstance(none.exception, Refusal)
