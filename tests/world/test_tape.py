"""The tape shows the overdue loans of the same world, with amounts recomputed from its rows."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

from openpyxl import load_workbook
from stdnum.cn import ric

from dunwell.bulk.intake.headers import meaning
from dunwell.world import make_world
from dunwell.world.tape import COLUMNS
from tests.world.books import Book, Row, fen
from tests.world.conftest import AS_OF

PARTS = ("逾期本金", "逾期利息", "罚息", "费用")
ORDER = ("cost", "fee", "penalty", "interest", "principal")


def test_amounts_and_days_agree_with_a_plain_recomputation(book: Book, tape: Book) -> None:
    expected = recomputed(book)
    rows = {row["借据号"]: row for row in tape.rows("tape")}
    assert list(rows) == sorted(expected)
    for loan, row in rows.items():
        days, owed = expected[loan]
        assert int(row["逾期天数"]) == days
        assert fen(row["逾期本金"]) == owed["principal"]
        assert fen(row["逾期利息"]) == owed["interest"]
        assert fen(row["罚息"]) == owed["penalty"]
        assert fen(row["费用"]) == owed["fee"] + owed["cost"]
        assert fen(row["委案金额"]) == sum(fen(row[part]) for part in PARTS) > 0


def test_last_payments_are_the_last_that_were_not_taken_back(book: Book, tape: Book) -> None:
    payments = book.by_loan("payments")
    for row in tape.rows("tape"):
        of_loan = payments.get(row["借据号"], [])
        undone = {payment["reverses"] for payment in of_loan}
        kept = [p for p in of_loan if not p["reverses"] and p["payment_no"] not in undone]
        last = (kept[-1]["paid_on"], kept[-1]["amount"]) if kept else ("", "")
        assert (row["最近还款日"], row["最近还款金额"]) == last


def test_people_of_the_tape_are_those_of_the_book(book: Book, tape: Book) -> None:
    people = {row["borrower_no"]: row for row in book.rows("borrowers")}
    loans = Counter(row["borrower_no"] for row in book.rows("loans"))
    for row in tape.rows("tape"):
        person = people[row["客户号"]]
        assert (row["客户姓名"], row["证件号码"]) == (person["name"], person["id_no"])
        assert row["手机号"] == person["mobile"]
        assert int(row["借款笔数"]) == loans[row["客户号"]]


def test_the_intake_knows_every_column_but_the_batch() -> None:
    unknown = [column for column in COLUMNS if meaning(column, table="tape").confidence < 0.9]
    assert set(unknown) <= {"批次号"}


def test_flaws_are_where_the_truth_says_and_nowhere_else(tape: Book, flawed: Book) -> None:
    flaws = {row["loan_no"]: row["flaw"] for row in flawed.rows("truth/flaws")}
    assert set(flaws.values()) == {"past_due_days", "id_check_digit", "sum"}
    sound = {row["借据号"]: row for row in tape.rows("tape")}
    rows = flawed.rows("tape")
    assert len(rows) == len(sound)
    for row in rows:
        differs = row != sound[row["借据号"]]
        assert differs == (row["借据号"] in flaws)
        adds_up = fen(row["委案金额"]) == sum(fen(row[part]) for part in PARTS)
        assert adds_up == (flaws.get(row["借据号"]) != "sum")
        assert ric.is_valid(row["证件号码"]) == (flaws.get(row["借据号"]) != "id_check_digit")


def test_the_excel_sheet_holds_the_same_rows(tape: Book, tmp_path: Path) -> None:
    make_world(loans=300, seed=7, as_of=AS_OF, out=tmp_path / "xlsx", layout="tape")
    make_world(
        loans=300,
        seed=7,
        as_of=AS_OF,
        out=tmp_path / "csv",
        layout="tape",
        sheet="csv",
    )
    page = load_workbook(tmp_path / "xlsx" / "tape.xlsx").active
    head, *cells = page.iter_rows(values_only=True)
    assert head == COLUMNS
    plain = Book(tmp_path / "csv").rows("tape")
    assert len(plain) == len(cells) > 20
    for row, line in zip(plain, cells, strict=True):
        shown = dict(zip(COLUMNS, line, strict=True))
        assert shown["证件号码"] == row["证件号码"]
        assert round(shown["委案金额"] * 100) == fen(row["委案金额"])
        assert shown["应还日期"].date().isoformat() == row["应还日期"]


def recomputed(book: Book) -> dict[str, tuple[int, dict[str, int]]]:
    """Days past due and overdue amounts by loan, payment by payment, from the rows alone."""
    payments, adjustments = book.by_loan("payments"), book.by_loan("adjustments")
    found = {}
    for loan, lines in book.by_loan("installments").items():
        money = sum(
            -fen(row["amount"]) if row["reverses"] else fen(row["amount"])
            for row in payments.get(loan, [])
        )
        dues = [due_of(line) for line in lines]
        for row in adjustments.get(loan, []):
            if row["kind"] == "refund":
                money -= fen(row["amount"])
            else:
                sign = 1 if row["kind"] in ("accrual", "charge") else -1
                dues[int(row["seq"]) - 1][row["component"]] += sign * fen(row["amount"])
        owed, days = dict.fromkeys(ORDER, 0), 0
        for line, due in zip(lines, dues, strict=True):
            for component in ORDER:
                settled = min(money, due[component])
                money -= settled
                due[component] -= settled
            late = (AS_OF - date.fromisoformat(line["due_date"])).days
            if late > 0 and sum(due.values()) > 0:
                days = max(days, late)
                for component in ORDER:
                    owed[component] += due[component]
        if days:
            found[loan] = days, owed
    return found


def due_of(line: Row) -> dict[str, int]:
    return dict.fromkeys(ORDER, 0) | {
        name: fen(line[name]) for name in ("principal", "interest", "fee", "penalty")
    }
