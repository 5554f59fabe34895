"""Native files: what is read, in which forms, and every fault named by file, row and column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest
import xlsxwriter

from dunwell.bulk.native import BadBook, NativeBook, read_native
from dunwell.bulk.native.refusals import BrokenFile, NoNativeFiles, NotUtf8, TwoFiles
from tests.bulk.native_files import write_table

LINES = ("loan_no", "seq", "due_date", "principal", "interest")
PAID = ("payment_no", "loan_no", "paid_on", "amount", "reverses")
CHANGED = ("adjustment_no", "loan_no", "seq", "kind", "component", "amount", "effective_on")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    folder = tmp_path / "book"
    write_table(folder, "installments", LINES, [("L1", 1, "2024-01-31", "100.00", "5.5")])
    return folder


def read(folder: Path, **options: bool) -> NativeBook:
    scratch = folder.parent / "scratch"
    scratch.mkdir(exist_ok=True)
    return read_native(duckdb.connect(), folder=folder, scratch=scratch, **options)


def rows(book: NativeBook, view: str) -> list[tuple[object, ...]]:
    return duckdb.connect().execute(f"SELECT * FROM ({book.queries[view]}) ORDER BY ALL").fetchall()


def problems(folder: Path) -> list[tuple[str, dict[str, object]]]:
    with pytest.raises(BadBook) as refused:
        read(folder)
    return [(problem.code, problem.figures) for problem in refused.value.problems]


def test_installments_alone_are_a_book_and_what_is_left_out_is_nothing(book: Path) -> None:
    native = read(book)
    assert rows(native, "installment") == [("L1", 1, date(2024, 1, 31), 10_000, 550, 0, 0)]
    assert [rows(native, view) for view in ("loan", "payment", "adjustment", "hold")] == [[]] * 4


def test_amounts_come_as_yuan_text_or_as_fen_columns(book: Path) -> None:
    header = ("loan_no", "seq", "due_date", "principal_fen", "interest_fen", "fee", "penalty_fen")
    write_table(book, "installments", header, [("L1", 1, "2024-02-29", "10000", "0", "0.1", "")])
    assert rows(read(book), "installment") == [("L1", 1, date(2024, 2, 29), 10_000, 0, 10, 0)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("between", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_csv_with_or_without_bom_in_three_delimiters(
    book: Path, encoding: str, between: str, newline: str
) -> None:
    lines = [LINES, ("L 1", "1", "2024-01-31", '"1.50"', " 2 ")]
    text = newline.join(between.join(line) for line in lines) + newline
    (book / "installments.csv").write_bytes(text.encode(encoding))
    assert rows(read(book), "installment") == [("L 1", 1, date(2024, 1, 31), 150, 200, 0, 0)]


def test_sheets_named_after_the_tables_are_read_with_their_own_types(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    with xlsxwriter.Workbook(folder / "any name.xlsx") as workbook:
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        sheet = workbook.add_worksheet("installments")
        sheet.write_row(0, 0, LINES)
        sheet.write_row(1, 0, ["L1", 1])
        sheet.write_datetime(1, 2, date(2024, 1, 31), day)
        sheet.write_row(1, 3, [100.5, 0])
        workbook.add_worksheet("notes").write(0, 0, "not a table of ours")
    assert rows(read(folder), "installment") == [("L1", 1, date(2024, 1, 31), 10_050, 0, 0, 0)]


def test_a_fault_in_a_sheet_is_named_by_file_sheet_and_row(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    with xlsxwriter.Workbook(folder / "book.xlsx") as workbook:
        sheet = workbook.add_worksheet("installments")
        sheet.write_row(0, 0, LINES)
        sheet.write_row(1, 0, ["L1", 1.5, "2024-01-31", 1, 1])
    [(code, figures)] = problems(folder)
    assert (code, figures["file"], figures["row"], figures["value"]) == (
        *("NATIVE-BAD-SEQ", "book.xlsx:installments"),
        *(2, "1.5"),
    )


def test_parquet_is_read_where_it_lies_whatever_its_types(book: Path) -> None:
    (book / "installments.csv").unlink()
    path = book / "installments.parquet"
    select = (
        "SELECT 7 AS loan_no, 1::BIGINT AS seq, TIMESTAMP '2024-02-29' AS due_date,"
        " 12.5::DOUBLE AS principal, 3.25::DECIMAL(9,2) AS interest, 5::UTINYINT AS fee_fen"
    )
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    native = read(book)
    assert rows(native, "installment") == [("7", 1, date(2024, 2, 29), 1250, 325, 5, 0)]
    assert str(path) in native.queries["installment"]


def test_rows_of_parquet_are_counted_from_one(book: Path) -> None:
    (book / "installments.csv").unlink()
    select = (
        "SELECT 'L' || i AS loan_no, 1 AS seq, DATE '2024-01-31' AS due_date,"
        " CASE WHEN i = 3 THEN -1 ELSE 1 END::BIGINT AS principal_fen, 0.5::DOUBLE AS interest"
        " FROM range(1, 5) loans(i)"
    )
    path = book / "installments.parquet"
    duckdb.connect().execute(f"COPY ({select}) TO '{path}' (FORMAT parquet)")
    [(code, figures)] = problems(book)
    assert (code, figures["row"], figures["value"]) == ("NATIVE-BAD-FEN", 3, "-1")


def test_unknown_columns_are_refused_by_name_or_ignored_when_asked(book: Path) -> None:
    header, row = (*LINES, "colour"), ("L1", 1, "2024-01-31", "1", "1", "red")
    write_table(book, "installments", header, [row])
    [(code, figures)] = problems(book)
    assert (code, figures["column"]) == ("NATIVE-UNKNOWN-COLUMN", "colour")
    assert len(rows(read(book, ignore_unknown=True), "installment")) == 1


def test_missing_and_doubled_columns_are_all_named_at_once(book: Path) -> None:
    header = ("loan_no", "seq", "principal", "principal_fen", "fee")
    write_table(book, "installments", header, [("L1", 1, "1", "100", "0")])
    found = problems(book)
    assert [(code, figures["column"]) for code, figures in found] == [
        ("NATIVE-COLUMN-TWICE", "principal_fen"),
        ("NATIVE-MISSING-COLUMN", "due_date"),
        ("NATIVE-MISSING-COLUMN", "interest"),
    ]
    # Only an amount may be told in fen as well.
    allowed = [figures["allowed"] for _, figures in found[1:]]
    assert allowed == ["due_date", "interest | interest_fen"]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (("", 1, "2024-01-31", "1", "1"), "NATIVE-EMPTY", "loan_no"),
        (("L1", "", "2024-01-31", "1", "1"), "NATIVE-EMPTY", "seq"),
        (("L1", "one", "2024-01-31", "1", "1"), "NATIVE-BAD-SEQ", "seq"),
        (("L1", "-1", "2024-01-31", "1", "1"), "NATIVE-BAD-SEQ", "seq"),
        (("L1", 1, "2024-02-30", "1", "1"), "NATIVE-BAD-DAY", "due_date"),
        (("L1", 1, "2024/01/31", "1", "1"), "NATIVE-BAD-DAY", "due_date"),
        (("L1", 1, "1024-01-31", "1", "1"), "NATIVE-BAD-DAY", "due_date"),
        (("L1", 1, "2024-01-31", "1,00.00", "1"), "NATIVE-BAD-AMOUNT", "principal"),
        (("L1", 1, "2024-01-31", "1.005", "1"), "NATIVE-BAD-AMOUNT", "principal"),
        (("L1", 1, "2024-01-31", "-1", "1"), "NATIVE-BAD-AMOUNT", "principal"),
        (("L1", 1, "2024-01-31", "1", "1e3"), "NATIVE-BAD-AMOUNT", "interest"),
        (("L1", 1, "2024-01-31", "1", "99999999999999999"), "NATIVE-BAD-AMOUNT", "interest"),
    ],
)
def test_a_bad_value_is_named_with_its_row(
    book: Path, row: tuple[object, ...], code: str, column: str
) -> None:
    good = ("L0", 1, "2024-01-31", "1", "1")
    write_table(book, "installments", LINES, [good, row])
    [(found, figures)] = problems(book)
    assert (found, figures["file"], figures["row"], figures["column"]) == (
        *(code, "installments.csv"),
        *(3, column),
    )


def test_a_key_may_come_only_once_in_a_file(book: Path) -> None:
    line = ("L1", 1, "2024-01-31", "1", "1")
    write_table(book, "installments", LINES, [line, ("L2", *line[1:]), line])
    [(code, figures)] = problems(book)
    assert (code, figures["row"], figures["first_row"], figures["value"]) == (
        *("NATIVE-KEY-TWICE", 4),
        *(2, "L1 / 1"),
    )


@pytest.mark.parametrize(
    ("paid", "code"),
    [
        (("P2", "L1", "2024-02-01", "-5", ""), "NATIVE-NEGATIVE-PAYMENT"),
        (("P2", "L1", "2024-02-01", "5", "P9"), "NATIVE-REVERSES-NOTHING"),
        (("P2", "L2", "2024-02-01", "5", "P1"), "NATIVE-REVERSES-NOTHING"),
        (("P2", "L1", "2024-01-01", "5", "P1"), "NATIVE-REVERSED-TOO-EARLY"),
        (("P2", "L1", "2024-02-01", "6", "P1"), "NATIVE-REVERSED-TOO-MUCH"),
        (("P1", "L1", "2024-02-01", "5", ""), "NATIVE-KEY-TWICE"),
    ],
)
def test_a_payment_that_cannot_be_is_named(book: Path, paid: tuple[str, ...], code: str) -> None:
    write_table(book, "payments", PAID, [("P1", "L1", "2024-01-20", "5", ""), paid])
    [(found, figures)] = problems(book)
    assert (found, figures["row"]) == (code, 3)


@pytest.mark.parametrize("amount", ["5", "-5"])
def test_a_reversal_lowers_whatever_sign_it_is_written_with(book: Path, amount: str) -> None:
    written = [("P1", "L1", "2024-01-20", "5", ""), ("R1", "L1", "2024-02-01", amount, "P1")]
    write_table(book, "payments", PAID, written)
    assert rows(read(book), "payment") == [
        ("L1", date(2024, 1, 20), 500),
        ("L1", date(2024, 2, 1), -500),
    ]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("A1", "L1", 1, "gift", "fee", "5", "2024-02-01"), "NATIVE-BAD-CHOICE"),
        (("A1", "L1", 1, "waiver", "tax", "5", "2024-02-01"), "NATIVE-BAD-CHOICE"),
        (("A1", "L1", 9, "waiver", "fee", "5", "2024-02-01"), "NATIVE-NO-INSTALLMENT"),
        (("A1", "L1", 1, "waiver", "fee", "-5", "2024-02-01"), "NATIVE-BAD-AMOUNT"),
    ],
)
def test_an_adjustment_that_cannot_be_is_named(
    book: Path, row: tuple[object, ...], code: str
) -> None:
    write_table(book, "adjustments", CHANGED, [row])
    assert [found for found, _ in problems(book)] == [code]


def test_an_adjustment_of_the_loan_names_no_installment(book: Path) -> None:
    row = ("A1", "L1", "", "write_off", "principal", "5", "2024-02-01")
    write_table(book, "adjustments", CHANGED, [row])
    assert rows(read(book), "adjustment") == [
        ("L1", None, "write_off", "principal", 500, date(2024, 2, 1))
    ]


def test_a_hold_that_ends_before_it_starts_is_named(book: Path) -> None:
    written = [("L1", "2024-02-01", ""), ("L1", "2024-02-05", "2024-02-04")]
    write_table(book, "holds", ("loan_no", "start", "end"), written)
    [(code, figures)] = problems(book)
    assert (code, figures["row"], figures["value"]) == ("NATIVE-HOLD-BACKWARDS", 3, "2024-02-04")


def test_an_allocation_order_that_cannot_be_read_is_named(book: Path) -> None:
    header = ("loan_no", "borrower_no", "allocation_order")
    written = [("L1", "B1", "interest > principal > fee > penalty"), ("L2", "B1", "interest first")]
    write_table(book, "loans", header, written)
    [(code, figures)] = problems(book)
    assert (code, figures["row"], figures["value"]) == ("NATIVE-BAD-ORDER", 3, "interest first")


def test_a_torn_row_and_an_open_quote_are_named_by_row(book: Path) -> None:
    path = book / "installments.csv"
    for torn in ("L1,2,2024-01-31,1\n", "L1,2,2024-01-31,1,1,1\n", 'L1,2,2024-01-31,1,"1\n'):
        path.write_text(",".join(LINES) + "\nL1,1,2024-01-31,1,1\n" + torn, "utf-8")
        assert problems(book) == [("NATIVE-TORN-ROW", {"file": path.name, "row": 3})]


def test_another_encoding_is_named_and_not_guessed(book: Path) -> None:
    path = book / "installments.csv"
    path.write_bytes((",".join(LINES) + "\n借据一,1,2024-01-31,1,1\n").encode("gb18030"))
    assert problems(book) == [("NATIVE-NOT-UTF8", {"file": path.name, "row": 2})]
    path.write_bytes("借据号,期次\n".encode("gb18030"))
    with pytest.raises(NotUtf8):
        read(book)


@pytest.mark.parametrize("name", ["payments.parquet", "payments.xlsx"])
def test_a_file_that_is_not_what_its_ending_says_is_named(book: Path, name: str) -> None:
    (book / name).write_bytes(b"nothing of the kind")
    with pytest.raises(BrokenFile) as refused:
        read(book)
    assert refused.value.figures == {"file": name}


def test_two_files_of_one_table_are_refused(book: Path) -> None:
    duckdb.connect().execute(f"COPY (SELECT 1 AS loan_no) TO '{book / 'installments.parquet'}'")
    with pytest.raises(TwoFiles):
        read(book)


def test_a_folder_without_native_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "readme.txt").write_text("nothing", "utf-8")
    with pytest.raises(NoNativeFiles):
        read(tmp_path)


def test_at_most_twenty_faults_are_named(book: Path) -> None:
    bad = [("L1", n, "never", "1", "1") for n in range(50)]
    write_table(book, "installments", LINES, bad)
    named = problems(book)
    assert [figures["row"] for _, figures in named] == list(range(2, 22))


def test_pieces_of_a_book_hold_every_loan_once(book: Path) -> None:
    write_table(
        book, "installments", LINES, [(f"L{n}", 1, "2024-01-31", "1", "1") for n in range(500)]
    )
    write_table(book, "payments", PAID, [("P1", "A0", "2024-01-01", "1", "")])
    native = read(book)
    pieces = native.cut(duckdb.connect(), pieces=4)
    counts = [len(rows(NativeBook(piece), "installment")) for piece in pieces]
    assert sum(counts) == 500
    assert max(counts) < 200
    assert sum(len(rows(NativeBook(piece), "payment")) for piece in pieces) == 1


def test_an_amount_may_be_written_with_thousands_separators(book: Path) -> None:
    write_table(book, "installments", LINES, [("L1", 1, "2024-01-31", "1,234.50", "0")])
    assert any(123450 in row for row in rows(read(book), "installment"))
