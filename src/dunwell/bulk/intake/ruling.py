"""The child process that opens a workbook: `python -m dunwell.bulk.intake.ruling`.

Started by `workbook` with one line of JSON on standard input; answers one line of
JSON. Every visible sheet is ruled into a text file as a person sees it. Numbers
are written with the 15 digits Excel itself keeps, so 0.1+0.2 is 0.3 and an ID
number stored as a number shows that its digits are lost (4.40106E+17) instead of
naming somebody else.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from dunwell.bulk.intake.refusals import Note
from dunwell.bulk.intake.textfile import HEAD_ROWS, rule_rows

MOST_MEMORY_BYTES = 8 * 1024**3
EXACT_DIGITS = 15
"""Excel keeps no more digits of a number than this."""


def main() -> None:
    """Rule the workbook that standard input names; answer sheets, or why it cannot be opened."""
    asked = json.load(sys.stdin)
    # The kernel stops a reader that loops or swells even when the parent is gone.
    seconds = int(asked["most_seconds"])
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY_BYTES, MOST_MEMORY_BYTES))
    try:
        answer = _rule_book(Path(asked["path"]), workdir=Path(asked["workdir"]), stem=asked["stem"])
    except PasswordError:
        answer = {"wrong": "encrypted"}
    except (CalamineError, OSError, ValueError, IndexError):
        answer = {"wrong": "broken"}
    except BaseException as fault:
        # A panic of the reader is the file's fault, anything else is ours.
        if type(fault).__name__ != "PanicException":
            raise
        answer = {"wrong": "broken"}
    json.dump(answer, sys.stdout)


def _rule_book(path: Path, *, workdir: Path, stem: str) -> dict[str, Any]:
    ruled: list[dict[str, Any]] = []
    left_out: list[tuple[str, str]] = []
    with CalamineWorkbook.from_path(str(path)) as book:
        for number, told in enumerate(book.sheets_metadata):
            if told.typ != SheetTypeEnum.WorkSheet:
                continue
            if told.visible != SheetVisibleEnum.Visible:
                left_out.append((told.name, Note.SHEET_HIDDEN))
                continue
            sheet = book.get_sheet_by_index(number)
            if sheet.start is None:
                left_out.append((told.name, Note.SHEET_EMPTY))
                continue
            target = workdir / f"{stem}-{number:03d}.ruled.csv"
            head = _rule(sheet, target)
            ruled.append(
                {"name": sheet.name, "path": str(target), "width": sheet.width, "head": head}
            )
    return {"ruled": ruled, "left_out": left_out}


def _rule(sheet: CalamineSheet, path: Path) -> list[list[str]]:
    head: list[list[str]] = []
    spread = _spread(sheet)

    def rows() -> Iterator[tuple[int, list[str]]]:
        carried: dict[int, tuple[int, str]] = {}
        for number, row in enumerate(sheet.iter_rows(), start=1):
            for column, last in spread.get(number, ()):
                cell = row[column]
                if isinstance(cell, str):
                    carried[column] = (last, cell)
            cells = [cell_text(cell) for cell in row]
            for column, (last, text) in carried.items():
                if number <= last:
                    cells[column] = text
            if len(head) < HEAD_ROWS:
                head.append(cells)
            if any(cells):
                yield number, cells

    rule_rows(rows(), path=path, width=sheet.width)
    return head


def _spread(sheet: CalamineSheet) -> dict[int, list[tuple[int, int]]]:
    """Cells merged downwards, by first row: (column, last row).

    A name merged over the loans of one borrower belongs to each of these rows. Only texts are
    carried down: a number merged over two loans is a sum and would count twice.
    """
    down: dict[int, list[tuple[int, int]]] = {}
    left = 0 if sheet.start is None else sheet.start[1]
    for (top, first), (bottom, last) in sheet.merged_cell_ranges or ():
        if first == last and bottom > top and first >= left:
            down.setdefault(top + 1, []).append((first - left, bottom + 1))
    return down


def cell_text(cell: object) -> str:
    """A cell as a person would write it: dates in ISO, whole numbers without a point.

    >>> cell_text(13800138000.0), cell_text(0.1 + 0.2), cell_text(440106198001011230.0)
    ('13800138000', '0.3', '4.40106198001011e+17')
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int):
        cell = float(cell) if abs(cell) >= 10**EXACT_DIGITS else cell
    if isinstance(cell, float):
        text = f"{cell:.{EXACT_DIGITS}g}"
        if "e-" in text:
            text = f"{cell:.20f}".rstrip("0").rstrip(".")
        return text
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


if __name__ == "__main__":
    main()
