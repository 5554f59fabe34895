"""Sheets: rows as XLSX or CSV with a watermark line, for people who work in Excel.

Fills the SheetWriter port of flows.prepare.export_cases. CSV carries a BOM so
that Excel reads it as UTF-8; a cell that Excel would take for a formula is kept
as text. Amounts arrive in fen and are written in yuan.
"""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import date
from typing import IO, Any

import xlsxwriter

from dunwell.core.money import plain_yuan
from dunwell.flows.prepare.export_cases import Sheet

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_csv(sheet: Sheet) -> IO[bytes]:
    """The sheet as CSV, UTF-8 with BOM; the watermark is its first line."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the caller reads it and closes it
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([sheet.watermark])
    writer.writerow([column.title for column in sheet.columns])
    for row in sheet.rows:
        writer.writerow(
            [
                _text(value, kind=column.kind)
                for value, column in zip(row, sheet.columns, strict=True)
            ]
        )
    text.detach()
    file.seek(0)
    return file


def write_xlsx(sheet: Sheet) -> IO[bytes]:
    """The sheet as XLSX: amounts as numbers, dates as dates, watermark on screen and in print."""
    file = tempfile.TemporaryFile()  # noqa: SIM115  # the caller reads it and closes it
    # constant_memory streams rows to disk: a sheet of 200,000 rows stays small in memory.
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False})
    page = book.add_worksheet()
    formats = {
        "money": book.add_format({"num_format": "#,##0.00"}),
        "day": book.add_format({"num_format": "yyyy-mm-dd"}),
    }
    head = book.add_format({"bold": True, "bottom": 1})
    page.write_string(0, 0, sheet.watermark, book.add_format({"font_color": "#5b6b73"}))
    page.set_footer(f"&L{sheet.watermark}&R&P / &N")
    for place, column in enumerate(sheet.columns):
        page.write_string(1, place, column.title, head)
        page.set_column(place, place, 14)
    page.freeze_panes(2, 0)
    for line, row in enumerate(sheet.rows, start=2):
        for place, (value, column) in enumerate(zip(row, sheet.columns, strict=True)):
            if value is None:
                continue
            if column.kind == "money":
                page.write_number(line, place, int(value) / 100, formats["money"])
            elif column.kind == "day":
                page.write_datetime(line, place, value, formats["day"])
            elif column.kind == "count":
                page.write_number(line, place, int(value))
            else:
                page.write_string(line, place, str(value))
    book.close()
    file.seek(0)
    return file


def _text(value: Any, *, kind: str) -> str:
    if value is None:
        return ""
    if kind == "money":
        return plain_yuan(int(value))
    if isinstance(value, date):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if kind == "text" and text.startswith(_FORMULA_STARTS) else text
