"""Workbooks (.xlsx, .xls): every visible sheet is ruled into a text file as a person sees it.

Called by `sheets`. Numbers are written with the 15 digits Excel itself keeps, so
0.1+0.2 is 0.3 and an ID number stored as a number shows that its digits are lost
(4.40106E+17) instead of naming somebody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from dunwell.bulk.intake.refusals import BrokenFile, Encrypted, Note
from dunwell.bulk.intake.textfile import HEAD_ROWS, rule_rows

EXACT_DIGITS = 15
"""Excel keeps no more digits of a number than this."""


@dataclass(frozen=True)
class RuledSheet:
    """One sheet as text: its records behind their row numbers."""

    name: str
    path: Path
    width: int
    head: tuple[tuple[str, ...], ...]


def rule_sheets(
    path: Path, *, name: str, format: str, workdir: Path, stem: str
) -> tuple[list[RuledSheet], list[tuple[str, str]]]:
    """Rule each visible sheet that holds anything; also answer (sheet, code) of those left out.

    Refuses Encrypted and BrokenFile.
    """
    ruled: list[RuledSheet] = []
    left_out: list[tuple[str, str]] = []
    try:
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
                ruled.append(_rule(sheet, workdir / f"{stem}-{number:03d}.ruled.csv"))
    except PasswordError:
        raise Encrypted(file=name) from None
    except (CalamineError, OSError, ValueError, IndexError):
        raise BrokenFile(file=name, format=format) from None
    return ruled, left_out


def _rule(sheet: CalamineSheet, path: Path) -> RuledSheet:
    head: list[tuple[str, ...]] = []

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
                head.append(tuple(cells))
            if any(cells):
                yield number, cells

    width = sheet.width
    rule_rows(rows(), path=path, width=width)
    return RuledSheet(name=sheet.name, path=path, width=width, head=tuple(head))


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
