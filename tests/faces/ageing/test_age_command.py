"""`dunwell age` at the command line: answers, options, what it says, and its exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from dunwell.core.ageing import LoanFacts
from dunwell.core.allocation import Installment, Payment
from dunwell.core.money import parse_yuan
from dunwell.faces.cli.age import app
from tests.bulk.native_files import read_answer, write_book, write_table
from tests.core.peer_cases import FROZEN_WHILE_HELD, PeerCase, peer_cases

ANSWER_HEADER = (
    "loan_no,days_past_due,delinquent_days,oldest_unpaid_due_date,delinquent_date,"
    "overdue_principal_fen,overdue_interest_fen,overdue_fee_fen,overdue_penalty_fen,overdue_fen,"
    "outstanding_fen,bucket,held"
)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    line = Installment(1, date(2024, 1, 31), 10_000, 550)
    return write_book(
        tmp_path / "book",
        {
            "L2": LoanFacts([line], [Payment("P1", date(2024, 2, 1), 1_000)]),
            "L1": LoanFacts([line]),
            "L3": LoanFacts([]),
        },
    )


def test_the_answer_has_the_documented_columns_rows_and_nulls(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "answer.csv"
    result = run("--book", book, "--as-of", "2024-03-01", "--out", out)
    assert result.exit_code == 0, result.output
    assert out.read_text("utf-8").splitlines() == [
        ANSWER_HEADER,
        "L1,30,30,2024-01-31,2024-01-31,10000,550,0,0,10550,10550,M1,false",
        "L2,30,30,2024-01-31,2024-01-31,9550,0,0,0,9550,9550,M1,false",
        "L3,0,0,,,0,0,0,0,0,0,current,false",
    ]


def test_installments_out_lists_the_late_unpaid_ones(book: Path, tmp_path: Path) -> None:
    late = tmp_path / "late.csv"
    run(
        *("--book", book, "--as-of", "2024-02-03", "--out", tmp_path / "a.csv"),
        *("--installments-out", late, "--buckets", "1-2,3+", "--day-count", "inclusive"),
    )
    assert late.read_text("utf-8").splitlines() == [
        "loan_no,seq,unpaid_fen,late_days,delinquent_days,bucket",
        "L1,1,10550,4,4,3+",
        "L2,1,9550,4,4,3+",
    ]


def test_json_prints_the_result_and_nothing_else(book: Path, tmp_path: Path) -> None:
    out = tmp_path / "answer.parquet"
    result = run("--book", book, "--as-of", "2024-03-01", "--out", out, "--json")
    told = json.loads(result.stdout)
    assert (told["as_of"], told["loans"], told["late_loans"]) == ("2024-03-01", 3, 2)
    assert told["overdue_fen"] == 20_100
    assert told["buckets"][0] == {"bucket": "current", "loans": 1, "overdue_fen": 0}


def test_without_a_day_it_says_which_day_it_took(book: Path, tmp_path: Path) -> None:
    result = run("--book", book, "--out", tmp_path / "a.csv", "--json")
    assert json.loads(result.stdout)["as_of"] in result.stderr


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--as-of", "yesterday"),
        ("--day-count", "both"),
        ("--grace-days", "-1"),
        ("--buckets", "1-30,30-60"),
        ("--buckets", "one"),
        ("--runner", "spark"),
        ("--book", "no-such-folder"),
        ("--out", "no-such-folder/a.csv"),
        ("--no-such-option", "1"),
    ],
)
def test_wrong_usage_exits_2_and_writes_nothing(
    book: Path, tmp_path: Path, option: str, value: str
) -> None:
    out = tmp_path / "a.csv"
    given = {"--book": book, "--as-of": "2024-03-01", "--out": out} | {option: value}
    result = run(*(word for pair in given.items() for word in pair))
    assert result.exit_code == 2
    assert not out.exists()


def test_bad_data_exits_1_and_names_file_row_column_and_value(tmp_path: Path) -> None:
    header = ("loan_no", "seq", "due_date", "principal", "interest")
    rows = [("L1", 1, "2024-01-31", "100", "1"), ("L1", 2, "31.02.2024", "1.005", "1")]
    write_table(tmp_path / "book", "installments", header, rows)
    out = tmp_path / "a.csv"
    result = run("--book", tmp_path / "book", "--as-of", "2024-03-01", "--out", out, "--json")
    assert result.exit_code == 1
    problems = json.loads(result.stdout)["error"]["problems"]
    assert [(p["code"], p["figures"]) for p in problems] == [
        (
            "NATIVE-BAD-DAY",
            {"file": "installments.csv", "row": 3, "column": "due_date", "value": "31.02.2024"},
        ),
        (
            "NATIVE-BAD-AMOUNT",
            {"file": "installments.csv", "row": 3, "column": "principal", "value": "1.005"},
        ),
    ]
    assert all(problem["sentence"] in result.stderr for problem in problems)
    assert not out.exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--book", "{book}", "--out", "{tmp}/a.xls"), 1),
        (("--book", "{tmp}", "--out", "{tmp}/a.csv"), 1),
        (("--out", "{tmp}/a.csv"), 2),
        (("--book", "{book}", "--out", "{tmp}/a.csv"), 0),
    ],
)
def test_the_program_exits_0_done_1_refused_2_wrong_usage(
    book: Path, tmp_path: Path, arguments: tuple[str, ...], code: int
) -> None:
    words = [word.format(book=book, tmp=tmp_path) for word in arguments]
    done = subprocess.run(
        [sys.executable, "-m", "dunwell.faces.cli.main", "age", "--as-of", "2024-03-01", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("case", peer_cases(), ids=lambda case: case.id)
def test_a_peer_case_through_the_command_gives_what_its_source_asserts(
    case: PeerCase, tmp_path: Path
) -> None:
    write_book(tmp_path / "book", {"L1": case.facts})
    out, late = tmp_path / "a.csv", tmp_path / "late.csv"
    ranges = {b.name: _range_text(b.from_days, b.to_days) for b in case.terms.buckets.ranges}
    options = ["--buckets", ",".join(ranges.values())] if ranges else []
    result = run(
        *("--book", tmp_path / "book", "--as-of", case.as_of, "--out", out),
        *("--installments-out", late, "--day-count", case.terms.day_count),
        *("--grace-days", case.terms.grace_days, "--bucket-on", case.terms.bucket_on, *options),
    )
    assert result.exit_code == 0, result.output
    [answer] = read_answer(out)
    for name, expected in case.expected.items():
        if (case.id, name) == (FROZEN_WHILE_HELD, "bucket"):
            assert answer["bucket"] == ranges["RANGE_30"]
        elif name == "installment_buckets":
            placed: dict[str, int] = defaultdict(int)
            for row in read_answer(late):
                if row["bucket"] != "current":
                    placed[row["bucket"]] += int(row["unpaid_fen"])
            assert placed == {ranges[one["bucket"]]: parse_yuan(one["amount"]) for one in expected}
        else:
            assert answer[COLUMN_OF[name]] == _written(name, expected, ranges)


COLUMN_OF = {
    "days_past_due": "days_past_due",
    "delinquent_days": "delinquent_days",
    "delinquent_date": "delinquent_date",
    "delinquent_amount": "overdue_fen",
    "bucket": "bucket",
    "next_payment_due_date": "oldest_unpaid_due_date",
    # Asserted of one case, whose next payment is its only late one.
    "next_payment_amount": "overdue_fen",
}


def _written(name: str, expected: object, ranges: dict[str, str]) -> str:
    if expected is None:
        return ""
    if name == "bucket":
        return ranges.get(str(expected), "current")
    return str(parse_yuan(str(expected))) if name.endswith("_amount") else str(expected)


def _range_text(from_days: int, to_days: int | None) -> str:
    return f"{from_days}+" if to_days is None else f"{from_days}-{to_days}"
