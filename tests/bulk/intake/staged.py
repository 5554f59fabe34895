"""Lender's files in small: writes what a test says and stages it, the way the import does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from dunwell.bulk.intake.batch import StagedBatch
from dunwell.bulk.intake.stage import stage_files

AS_OF = date(2026, 3, 2)
RIC = "11010519491231002X"

TAPE_HEADER = ("客户姓名", "证件号码", "手机号", "借据号", "逾期天数", "逾期本金", "逾期利息")
TAPE_ROW = ("张三", RIC, "13800138000", "JJ1", "30", "1000.00", "20.50")

Rows = Sequence[Sequence[Any]]


def write_csv(
    path: Path, rows: Rows, *, encoding: str = "utf-8", delimiter: str = ",", end: str = "\n"
) -> Path:
    """Rows as delimited text; a cell that holds the delimiter, a quote or a break is quoted."""

    def cell(value: Any) -> str:
        text = str(value)
        special = delimiter in text or '"' in text or "\n" in text
        return '"' + text.replace('"', '""') + '"' if special else text

    text = "".join(delimiter.join(map(cell, row)) + end for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path


def write_xlsx(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook of the named sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def stage(*paths: Path, **settings: Any) -> StagedBatch:
    """Stage `paths` beside the first of them."""
    workdir = paths[0].parent / "stage of this test"
    return stage_files(**({"paths": paths, "workdir": workdir, "as_of": AS_OF} | settings))


def rows_of(batch: StagedBatch, sql: str) -> list[tuple[Any, ...]]:
    """Ask the staged tables."""
    with batch.connect() as connection:
        return connection.execute(sql).fetchall()


def rejects(batch: StagedBatch) -> list[tuple[int, str | None, str]]:
    """(row, column, code) of every reject, in order."""
    return [(p.row, p.column, p.code) for p in batch.problems(rows=None)]


def flags(batch: StagedBatch) -> list[tuple[int, str]]:
    """(row, code) of every flag, in order."""
    return [(p.row, p.code) for p in batch.problems(rows=None, kind="flag")]
