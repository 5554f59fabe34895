"""Sheet: writes the tape's rows as an Excel sheet or as CSV, with the same bytes every time.

Called by make. The workbook's creation date is the as-of day, since Excel files carry one.
CSV has a byte-order mark, as Excel in China needs it.
"""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Protocol

import xlsxwriter

from dunwell.core.money import plain_yuan
from dunwell.world.refusals import SheetTooLong
from dunwell.world.tape import COLUMNS, Cell, Yuan

MOST_ROWS = 1_048_575
"""Rows of an Excel sheet below its header."""


class Sheet(Protocol):
    """Takes rows one after the other."""

    def add(self, cells: list[Cell]) -> None:
        """Write one row."""

    def close(self) -> None:
        """Finish the file."""


class CsvSheet:
    """The tape as CSV: ISO days, amounts with two decimals."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow(COLUMNS)

    def add(self, cells: list[Cell]) -> None:
        self._writer.writerow([_text(cell) for cell in cells])

    def close(self) -> None:
        self._file.close()


class ExcelSheet:
    """The tape as XLSX: days and amounts are numbers with a format, the rest is text."""

    def __init__(self, path: Path, *, as_of: date) -> None:
        self._book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
        midnight = datetime.combine(as_of, time.min, tzinfo=UTC)
        self._book.set_properties({"created": midnight})
        self._page = self._book.add_worksheet("逾期客户")
        self._day = self._book.add_format({"num_format": "yyyy-mm-dd"})
        self._money = self._book.add_format({"num_format": "#,##0.00"})
        self._page.write_row(0, 0, COLUMNS)
        self._rows = 0

    def add(self, cells: list[Cell]) -> None:
        self._rows += 1
        if self._rows > MOST_ROWS:
            raise SheetTooLong(loans=self._rows, most=MOST_ROWS)
        for column, cell in enumerate(cells):
            if isinstance(cell, Yuan):
                self._page.write_number(self._rows, column, cell.fen / 100, self._money)
            elif isinstance(cell, date):
                self._page.write_datetime(self._rows, column, cell, self._day)
            elif isinstance(cell, str):
                self._page.write_string(self._rows, column, cell)
            elif cell is not None:
                self._page.write_number(self._rows, column, cell)

    def close(self) -> None:
        self._book.close()


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return plain_yuan(cell.fen) if isinstance(cell, Yuan) else str(cell)
