"""The native files hold what the book's public interface says, and their figures agree."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from dunwell.bulk.intake.tables import NATIVE
from dunwell.world import WorldSummary
from tests.world.books import Book, fen
from tests.world.conftest import AS_OF, LOANS


@pytest.mark.parametrize("table", NATIVE, ids=lambda table: table.file)
def test_columns_are_those_of_the_native_formats(book: Book, table: object) -> None:
    rows = book.rows(table.file)  # type: ignore[attr-defined]
    fields = table.fields  # type: ignore[attr-defined]
    assert list(rows[0]) == [field.name for field in fields]
    needed = [field.name for field in fields if field.required]
    assert [row for row in rows if not all(row[name] for name in needed)] == []


@pytest.mark.parametrize("table", NATIVE, ids=lambda table: table.file)
def test_keys_are_unique(book: Book, table: object) -> None:
    key = ["start" if name == "start_on" else name for name in table.key]  # type: ignore[attr-defined]
    rows = book.rows(table.file)  # type: ignore[attr-defined]
    assert [k for k, n in Counter(tuple(r[c] for c in key) for r in rows).items() if n > 1] == []


def test_the_number_of_loans_is_exact_and_rows_are_counted(
    book: Book, summary: WorldSummary
) -> None:
    assert len(book.rows("loans")) == LOANS
    for name in ("borrowers", "installments", "payments", "adjustments", "truth/truth"):
        assert len(book.rows(name)) == summary.rows[name.removeprefix("truth/")]
    owners = Counter(row["borrower_no"] for row in book.rows("loans"))
    assert set(owners.values()) == {1, 2, 3}


def test_every_row_belongs_to_a_loan_or_borrower_of_the_book(book: Book) -> None:
    loans = {row["loan_no"] for row in book.rows("loans")}
    borrowers = {row["borrower_no"] for row in book.rows("borrowers")}
    assert {row["borrower_no"] for row in book.rows("loans")} == borrowers
    assert {row["loan_no"] for row in book.rows("installments")} == loans
    for name in ("payments", "adjustments", "holds"):
        assert {row["loan_no"] for row in book.rows(name)} <= loans
    for name in ("contacts", "assets", "reasons"):
        assert {row["borrower_no"] for row in book.rows(name)} <= borrowers


def test_installments_sum_to_the_principal_of_the_loan(book: Book) -> None:
    schedules = book.by_loan("installments")
    for loan in book.rows("loans"):
        lines = schedules[loan["loan_no"]]
        assert sum(fen(line["principal"]) for line in lines) == fen(loan["principal"])
        assert [int(line["seq"]) for line in lines] == list(range(1, len(lines) + 1))
        assert [line["due_date"] for line in lines] == sorted(line["due_date"] for line in lines)
        assert all(line["due_date"] > loan["disbursed_on"] for line in lines)


def test_nothing_is_dated_after_the_as_of_day(book: Book) -> None:
    for name, column in (
        ("loans", "disbursed_on"),
        ("payments", "paid_on"),
        ("adjustments", "effective_on"),
        ("holds", "start"),
        ("assets", "evidenced_on"),
        ("reasons", "noted_on"),
    ):
        assert max(row[column] for row in book.rows(name)) <= AS_OF.isoformat(), name


def test_no_money_moves_before_the_loan_was_paid_out(book: Book) -> None:
    lent_on = {row["loan_no"]: row["disbursed_on"] for row in book.rows("loans")}
    assert all(row["paid_on"] > lent_on[row["loan_no"]] for row in book.rows("payments"))


def test_a_reversal_takes_back_one_earlier_payment_of_the_same_loan(book: Book) -> None:
    payments = {row["payment_no"]: row for row in book.rows("payments")}
    reversals = [row for row in payments.values() if row["reverses"]]
    assert len(reversals) > 100
    for row in reversals:
        undone = payments[row["reverses"]]
        assert not undone["reverses"]
        assert (undone["loan_no"], undone["amount"]) == (row["loan_no"], row["amount"])
        days = date.fromisoformat(row["paid_on"]) - date.fromisoformat(undone["paid_on"])
        assert 1 <= days.days <= 3


def test_every_kind_of_money_event_occurs(book: Book) -> None:
    kinds = Counter((row["kind"], row["component"]) for row in book.rows("adjustments"))
    for expected in (
        ("accrual", "penalty"),
        ("charge", "cost"),
        ("waiver", "interest"),
        ("waiver", "penalty"),
        ("write_off", "interest"),
        ("refund", "principal"),
    ):
        assert kinds[expected] > 0, expected
    assert all(fen(row["amount"]) > 0 for row in book.rows("adjustments"))
    assert all(fen(row["amount"]) > 0 for row in book.rows("payments"))


def test_waivers_never_exceed_what_was_owed(book: Book) -> None:
    owed: Counter[tuple[str, str, str]] = Counter()
    for row in book.rows("installments"):
        for component in ("principal", "interest", "fee"):
            owed[row["loan_no"], row["seq"], component] += fen(row[component])
    lowered: Counter[tuple[str, str, str]] = Counter()
    for row in book.rows("adjustments"):
        key = row["loan_no"], row["seq"], row["component"]
        if row["kind"] in ("accrual", "charge"):
            owed[key] += fen(row["amount"])
        elif row["kind"] != "refund":
            lowered[key] += fen(row["amount"])
    assert [key for key, amount in lowered.items() if amount > owed[key]] == []


def test_every_contact_has_a_source_and_a_legal_basis(book: Book) -> None:
    expected = {
        "self": "contract",
        "guarantor": "contract",
        "spouse_obligor": "contract",
        "contact": "consent",
        "other": "public_source",
    }
    rows = book.rows("contacts")
    assert {row["role"] for row in rows} == set(expected)
    assert [row for row in rows if row["legal_basis"] != expected[row["role"]]] == []
    assert [row for row in rows if not row["source"]] == []


def test_holds_are_of_three_kinds_and_some_are_open(book: Book) -> None:
    rows = book.rows("holds")
    assert {row["reason"] for row in rows} == {"complaint", "disaster", "agreed"}
    assert all(not row["end"] or row["end"] > row["start"] for row in rows)
    day = AS_OF.isoformat()
    assert any(row["start"] <= day and (not row["end"] or day < row["end"]) for row in rows)
