"""Every format, encoding and delimiter a lender may send gives the same rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt

from tests.bulk.intake.staged import rejects, rows_of, stage, write_csv, write_xlsx

HEADER = ("loan_no", "seq", "due_date", "principal", "interest")
ROWS = (("借1", 1, "2026-01-31", "1234.50", "0.30"), ("借2", 2, "2026-02-28", "99.99", "1.00"))
STAGED = [
    (2, "借1", 1, date(2026, 1, 31), 123450, 30, 0, 0),
    (3, "借2", 2, date(2026, 2, 28), 9999, 100, 0, 0),
]
ALL = "SELECT * EXCLUDE (source_id) FROM installment ORDER BY source_row"


def _xlsx(path: Path) -> Path:
    cells = [
        ("借1", 1, date(2026, 1, 31), 1234.5, 0.1 + 0.2),
        ("借2", 2.0, datetime(2026, 2, 28), 99.99, 1),  # noqa: DTZ001  # a cell of Excel has no zone
    ]
    return write_xlsx(path / "installments.xlsx", {"Sheet1": [HEADER, *cells]})


def _xls(path: Path) -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet("installments")
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for column, name in enumerate(HEADER):
        sheet.write(0, column, name)
    for number, row in enumerate(ROWS, start=1):
        sheet.write(number, 0, row[0])
        sheet.write(number, 1, row[1])
        sheet.write(number, 2, date.fromisoformat(row[2]), style)
        sheet.write(number, 3, float(row[3]))
        sheet.write(number, 4, float(row[4]))
    book.save(str(path / "book.xls"))
    return path / "book.xls"


def _parquet_typed(path: Path) -> Path:
    frame = pd.DataFrame(
        {
            "loan_no": ["借1", "借2"],
            "seq": [1, 2],
            "due_date": [date(2026, 1, 31), date(2026, 2, 28)],
            "principal": [1234.5, 99.99],
            "interest_fen": [30, 100],
        }
    )
    frame.to_parquet(path / "installments.parquet")
    return path / "installments.parquet"


def _parquet_decimal(path: Path) -> Path:
    columns = {name: [str(row[i]) for row in ROWS] for i, name in enumerate(HEADER)}
    table = pa.table(columns)
    money = pa.decimal128(18, 2)
    for name in ("principal", "interest"):
        position = table.column_names.index(name)
        table = table.set_column(position, name, table[name].cast(money))
    pq.write_table(table, path / "installments.parquet")
    return path / "installments.parquet"


def _text(**how: str) -> Callable[[Path], Path]:
    return lambda path: write_csv(path / "installments.csv", [HEADER, *ROWS], **how)


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(_text(), id="utf-8"),
        pytest.param(_text(encoding="utf-8-sig"), id="utf-8 with a mark"),
        pytest.param(_text(encoding="gb18030"), id="gb18030"),
        pytest.param(_text(encoding="utf-16"), id="unicode text of Excel"),
        pytest.param(_text(delimiter=";"), id="semicolon"),
        pytest.param(_text(delimiter="\t"), id="tab"),
        pytest.param(_text(delimiter="|"), id="bar"),
        pytest.param(_text(end="\r\n"), id="windows line ends"),
        pytest.param(_text(end="\r"), id="old line ends"),
        pytest.param(_text(encoding="gb18030", delimiter="\t", end="\r\n"), id="all at once"),
        pytest.param(_xlsx, id="xlsx"),
        pytest.param(_xls, id="xls"),
        pytest.param(_parquet_typed, id="parquet of doubles and fen"),
        pytest.param(_parquet_decimal, id="parquet of decimals"),
    ],
)
def test_a_table_is_the_same_in_every_format(make: Callable[[Path], Path], tmp_path: Path) -> None:
    batch = stage(make(tmp_path))
    assert rows_of(batch, ALL) == STAGED
    assert rejects(batch) == []


def test_the_encoding_and_the_delimiter_are_told(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "还款计划.csv", [HEADER, *ROWS], encoding="gb18030", delimiter=";")
    (source,) = stage(path).sources
    assert (source.encoding, source.delimiter, source.table) == ("gb18030", ";", "installment")
    assert (source.rows, source.staged, source.rejected) == (2, 2, 0)


def test_a_cell_may_hold_breaks_delimiters_and_quotes(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "holds.csv",
        [
            ("loan_no", "start", "reason"),
            ("L1", "2026-01-01", '他说："等,\n等"'),
            ("L2", "2026-01-02", ""),
        ],
    )
    batch = stage(path)
    assert rows_of(batch, "SELECT source_row, reason FROM hold ORDER BY 1") == [
        (2, '他说："等, 等"'),
        (3, None),
    ]


def test_rows_are_counted_as_a_person_counts_them_blank_lines_included(tmp_path: Path) -> None:
    path = tmp_path / "holds.csv"
    path.write_text("loan_no,start\n\nL1,2026-01-01\n,,\n\nL2,someday\n\n")
    batch = stage(path)
    assert rows_of(batch, "SELECT source_row FROM hold") == [(3,)]
    assert rejects(batch) == [(6, "start", "DAYS-UNREADABLE")]


def test_a_short_row_is_padded_and_a_long_row_is_rejected(tmp_path: Path) -> None:
    path = tmp_path / "holds.csv"
    path.write_text("loan_no,start,end\nL1,2026-01-01\nL2,2026-01-01,,1,234\n")
    batch = stage(path)
    assert rows_of(batch, "SELECT loan_no FROM hold") == [("L1",)]
    assert rejects(batch) == [(3, None, "INTAKE-TOO-MANY-CELLS")]


def test_a_stray_quote_costs_nothing_but_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "holds.csv"
    lines = [
        "loan_no,start,reason",
        'L1,2026-01-01,"open',
        *(f"K{i},2026-01-01,x" for i in range(300)),
    ]
    path.write_text("\n".join(lines))
    batch = stage(path)
    assert rows_of(batch, "SELECT count(*), min(source_row), max(source_row) FROM hold") == [
        (301, 2, 302)
    ]
    assert rows_of(batch, "SELECT reason FROM hold WHERE loan_no = 'L1'") == [('"open',)]


def test_one_workbook_may_hold_several_tables_and_hidden_sheets_are_left(tmp_path: Path) -> None:
    path = write_xlsx(
        tmp_path / "book.xlsx",
        {
            "借款人": [("客户号", "姓名"), ("B1", "张三")],
            "loans": [("loan_no", "borrower_no"), ("L1", "B1")],
            "说明": [("本表由系统导出",)],
            "空": [],
        },
    )
    batch = stage(path)
    assert [(s.sheet, s.table, s.staged) for s in batch.sources] == [
        ("借款人", "borrower", 1),
        ("loans", "loan", 1),
    ]
    assert {(left.sheet, left.code) for left in batch.left_out} == {
        ("空", "INTAKE-SHEET-EMPTY"),
        ("说明", "INTAKE-SHEET-UNRECOGNISED"),
    }


def test_texts_merged_over_several_rows_belong_to_each_and_numbers_to_the_first(
    tmp_path: Path,
) -> None:
    path = tmp_path / "名单.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in [
        (None, None, None, None, None),
        (None, "姓名", "借据号", "逾期天数", "逾期金额"),
        (None, "张三", "JJ1", 3, 10),
        (None, None, "JJ2", 3, None),
        (None, "李四", "JJ3", 3, 10),
    ]:
        sheet.append(row)
    sheet.merge_cells("B3:B4")
    sheet.merge_cells("E3:E4")
    book.save(path)
    batch = stage(path)
    assert rows_of(batch, "SELECT borrower_no, name FROM borrower ORDER BY 1") == [
        ("L-JJ1", "张三"),
        ("L-JJ3", "李四"),
    ]
    assert rejects(batch) == [(4, "逾期金额", "INTAKE-NO-AMOUNT")]


def test_a_path_with_signs_that_mean_patterns_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "day=1 [a]*?"
    for number in range(2):
        write_csv(
            folder / f"holds[{number}]*.csv", [("loan_no", "start"), (f"L{number}", "2026-01-01")]
        )
    batch = stage(folder)
    assert rows_of(batch, "SELECT loan_no FROM hold ORDER BY 1") == [("L0",), ("L1",)]


def test_a_folder_is_read_in_natural_order_and_names_may_carry_dates(tmp_path: Path) -> None:
    for name in ("payments_2026-03-10", "payments_2026-03-2", "还款流水(3月)"):
        write_csv(
            tmp_path / "in" / f"{name}.csv",
            [("payment_no", "loan_no", "paid_on", "amount"), (name[-2:], "L1", "2026-03-01", "1")],
        )
    batch = stage(tmp_path / "in")
    assert [source.file for source in batch.sources] == [
        "payments_2026-03-2.csv",
        "payments_2026-03-10.csv",
        "还款流水(3月).csv",
    ]
    assert {source.table for source in batch.sources} == {"payment"}
