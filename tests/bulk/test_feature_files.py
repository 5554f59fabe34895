"""`dunwell features` over an invented lender: the answer file equals the one-borrower function."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest

from dunwell.bulk.age_files import UnknownEnding
from dunwell.bulk.feature_files import NoLoansFile, feature_files
from dunwell.bulk.native import BadBook
from dunwell.core.ageing import AgeingTerms, Hold, LoanFacts
from dunwell.core.allocation import Adjustment, Installment, Payment, parse_order
from dunwell.core.features import (
    FEATURE_NAMES,
    Asides,
    AssetFact,
    BorrowerFeatures,
    LoanPast,
    ReasonFact,
    features_of,
)
from dunwell.core.money import parse_yuan
from dunwell.world.make import make_world
from tests.bulk.native_files import write_table

AS_OF = date(2026, 11, 22)
TERMS = AgeingTerms()
LOANS = 1_500

Row = Mapping[str, str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("world") / "book"
    make_world(out=folder, loans=LOANS, seed=11, as_of=AS_OF)
    return folder


def rows_of(folder: Path, table: str, *, by: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[row[by]].append(row)
    return found


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def known_day(text: str) -> date:
    return date.fromisoformat(text)


class Files:
    """The rows of a book's files, by whose they are, and core's records made of them."""

    def __init__(self, folder: Path) -> None:
        by_loan = ("installments", "payments", "adjustments", "holds")
        by_borrower = ("loans", "assets", "reasons", "borrowers")
        self.of = {table: rows_of(folder, table, by="loan_no") for table in by_loan}
        self.of |= {table: rows_of(folder, table, by="borrower_no") for table in by_borrower}

    def facts(self, row: Row) -> LoanFacts:
        key = row["loan_no"]
        parts = ("principal", "interest", "fee", "penalty")
        return LoanFacts(
            [
                Installment(
                    int(line["seq"]),
                    known_day(line["due_date"]),
                    *(parse_yuan(line[part] or "0") for part in parts),
                )
                for line in self.of["installments"][key]
            ],
            [
                Payment(
                    paid["payment_no"],
                    known_day(paid["paid_on"]),
                    abs(parse_yuan(paid["amount"])),
                    paid["reverses"] or None,
                )
                for paid in self.of["payments"][key]
            ],
            [
                Adjustment(
                    one["kind"],  # type: ignore[arg-type]
                    one["component"],  # type: ignore[arg-type]
                    parse_yuan(one["amount"]),
                    known_day(one["effective_on"]),
                    int(one["seq"]) if one["seq"] else None,
                )
                for one in self.of["adjustments"][key]
            ],
            [Hold(known_day(one["start"]), day(one["end"])) for one in self.of["holds"][key]],
            parse_order(row["allocation_order"]),
        )

    def asides(self, key: str) -> Asides:
        incomes = [one["monthly_income"] for one in self.of["borrowers"][key]]
        return Asides(
            assets=[
                AssetFact(
                    one["kind"],
                    parse_yuan(one["value"]) if one["value"] else None,
                    day(one["evidenced_on"]),
                )
                for one in self.of["assets"][key]
            ],
            reasons=[
                ReasonFact(one["reason"], known_day(one["noted_on"]))
                for one in self.of["reasons"][key]
            ],
            monthly_income_fen=next((parse_yuan(text) for text in incomes if text), None),
        )


def core_answers(folder: Path) -> dict[str, BorrowerFeatures]:
    """The features of every borrower of the files by the one-borrower function."""
    files = Files(folder)
    return {
        key: features_of(
            loans=[LoanPast(files.facts(row), day(row["disbursed_on"])) for row in rows],
            asides=files.asides(key),
            as_of=AS_OF,
            ageing_terms=TERMS,
        )
        for key, rows in files.of["loans"].items()
    }


def answers(path: Path) -> dict[str, BorrowerFeatures]:
    found = duckdb.sql(f"FROM read_parquet('{path}')")
    assert tuple(found.columns) == ("borrower_no", *FEATURE_NAMES)
    return {row[0]: BorrowerFeatures(*row[1:]) for row in found.fetchall()}


def test_every_borrower_of_a_world_is_as_the_one_borrower_function_says(
    world: Path, tmp_path: Path
) -> None:
    out = tmp_path / "features.parquet"
    told = feature_files(folder=world, as_of=AS_OF, terms=TERMS, out=out)
    expected = core_answers(world)
    found = answers(out)
    assert found.keys() == expected.keys()
    assert [key for key in found if found[key] != expected[key]] == []
    assert told.borrowers == len(expected)
    assert told.overdue_borrowers == sum(one.overdue_fen > 0 for one in expected.values()) > 50
    assert sum(one.part_payments_12m > 0 for one in expected.values()) > 20
    assert len({one.reason for one in expected.values()}) > 5


def test_pieces_give_the_same_answer_as_the_whole(world: Path, tmp_path: Path) -> None:
    whole, pieces = tmp_path / "whole.csv", tmp_path / "pieces.csv"
    feature_files(folder=world, as_of=AS_OF, terms=TERMS, out=whole)
    feature_files(folder=world, as_of=AS_OF, terms=TERMS, out=pieces, rows_in_a_piece=5_000)
    assert pieces.read_bytes() == whole.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pieces.csv", "whole.csv"]


def test_loans_alone_are_enough(tmp_path: Path) -> None:
    book = tmp_path / "book"
    write_table(book, "loans", ("loan_no", "borrower_no"), [("L1", "B2"), ("L2", "B1")])
    out = tmp_path / "out.csv"
    feature_files(folder=book, as_of=AS_OF, terms=TERMS, out=out)
    assert [line[:9] for line in out.read_text("utf-8").splitlines()[1:]] == [
        "B1,0,0,cu",
        "B2,0,0,cu",
    ]


def test_a_book_without_loans_is_refused_and_nothing_written(tmp_path: Path) -> None:
    book = tmp_path / "book"
    write_table(book, "reasons", ("borrower_no", "reason", "noted_on"), [("B1", "FTP", AS_OF)])
    with pytest.raises(NoLoansFile):
        feature_files(folder=book, as_of=AS_OF, terms=TERMS, out=tmp_path / "out.csv")
    with pytest.raises(UnknownEnding):
        feature_files(folder=book, as_of=AS_OF, terms=TERMS, out=tmp_path / "out.txt")
    assert not (tmp_path / "out.csv").exists()


def test_a_bad_day_beside_the_loans_is_named_by_its_row(tmp_path: Path) -> None:
    book = tmp_path / "book"
    write_table(
        book, "loans", ("loan_no", "borrower_no", "disbursed_on"), [("L1", "B1", "last May")]
    )
    with pytest.raises(BadBook) as refused:
        feature_files(folder=book, as_of=AS_OF, terms=TERMS, out=tmp_path / "out.csv")
    (problem,) = refused.value.problems
    assert (problem.code, problem.figures["row"]) == ("NATIVE-BAD-DAY", 2)
