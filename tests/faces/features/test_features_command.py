"""`dunwell features` at the command line: the answer, what it says, and its exit codes."""

from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dunwell.core.ageing import LoanFacts
from dunwell.core.allocation import Installment, Payment
from dunwell.core.features import FEATURE_NAMES
from dunwell.faces.cli.features import app
from tests.bulk.native_files import write_book, write_table


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    line = Installment(1, date(2024, 1, 31), 10_000)
    part = Payment("P1", date(2024, 2, 10), 4_000)
    folder = tmp_path / "book"
    write_book(folder, {"L1": LoanFacts([line]), "L2": LoanFacts([line], [part])})
    write_table(
        folder, "reasons", ("borrower_no", "reason", "noted_on"), [("BL2", "FTP", "2024-02-01")]
    )
    return folder


def test_the_answer_has_one_row_per_borrower_and_every_feature(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "features.csv"
    result = run(book, "--as-of", "2024-03-01", "--out", out)
    assert result.exit_code == 0, result.output
    with out.open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert tuple(first) == ("borrower_no", *FEATURE_NAMES)
    assert (first["borrower_no"], first["days_past_due"], first["bucket"]) == ("BL1", "30", "M1")
    assert (first["days_since_payment"], second["days_since_payment"]) == ("", "20")
    assert (second["part_payments_12m"], second["reason"], second["held"]) == ("1", "FTP", "false")
    assert second["paid_share_last_3_dues_ppm"] == "400000"


def test_json_prints_the_result_and_nothing_else(book: Path, tmp_path: Path) -> None:
    result = run(book, "--as-of", "2024-03-01", "--out", tmp_path / "f.parquet", "--json")
    told = json.loads(result.stdout)
    assert (told["as_of"], told["borrowers"], told["overdue_borrowers"]) == ("2024-03-01", 2, 2)


def test_a_fault_is_named_and_nothing_is_written(book: Path, tmp_path: Path) -> None:
    (book / "reasons.csv").write_text("borrower_no,reason,noted_on\nBL2,FTP,soon\n", "utf-8")
    out = tmp_path / "f.csv"
    result = run(book, "--as-of", "2024-03-01", "--out", out, "--json")
    assert result.exit_code == 1
    (problem,) = json.loads(result.stdout)["error"]["problems"]
    assert (problem["code"], problem["figures"]["column"]) == ("NATIVE-BAD-DAY", "noted_on")
    assert not out.exists()


def test_wrong_usage_leaves_with_two(book: Path, tmp_path: Path) -> None:
    assert run(book, "--as-of", "someday", "--out", tmp_path / "f.csv").exit_code == 2
    assert run(book, "--as-of", "2024-03-01", "--out", tmp_path / "no" / "f.csv").exit_code == 2
    assert run(tmp_path / "no book", "--out", tmp_path / "f.csv").exit_code == 2


def test_without_a_day_it_says_which_day_it_took(book: Path, tmp_path: Path) -> None:
    result = run(book, "--out", tmp_path / "f.csv")
    assert result.exit_code == 0
    assert "--as-of" in result.stderr
