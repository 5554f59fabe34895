"""Rejects and flags as a person reads them, and the file of rejects for Excel.

Sentences come from the caller, a callable (code, figures) -> sentence: nothing
below the faces knows one. Keys that look like a person's are masked here.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dunwell.bulk.intake.masking import mask_sql
from dunwell.bulk.intake.tables import Kind

HEADINGS = ("文件 file", "工作表 sheet", "行 row", "列 column", "值 value", "编号 key", "代码 code")
AT = "INTAKE-AT"
"""The sentence that puts the place before what a problem's own code says (figure `sentence`)."""

_CHUNK = 5_000


@dataclass(frozen=True)
class Problem:
    """One wrong cell or one remark. `row` as the person sees it; `value` is masked."""

    file: str
    sheet: str | None
    row: int
    table: str
    column: str | None
    value: str | None
    key: str | None
    code: str
    figures: Mapping[str, Any]


def iter_problems(
    connection: duckdb.DuckDBPyConnection,
    places: Sequence[tuple[str, str | None]],
    *,
    kind: str,
    rows: int | None,
) -> Iterator[Problem]:
    """The rows of `kind` (reject or flag) in file order, at most `rows` of them.

    `places` are (file, sheet) by source_id.
    """
    value = "value_masked" if kind == "reject" else "CAST(NULL AS VARCHAR)"
    limit = "" if rows is None else f"LIMIT {rows}"
    reader = connection.cursor()
    reader.execute(
        f"SELECT source_id, source_row, table_name, column_name, {value}, "
        f"{mask_sql('key', Kind.KEY)}, code, figures FROM {kind} "
        f"ORDER BY source_id, source_row, column_name, code {limit}"
    )
    while chunk := reader.fetchmany(_CHUNK):
        for source_id, row, table, column, shown, key, code, figures in chunk:
            file, sheet = places[source_id]
            told = json.loads(figures) | {
                "file": file if sheet is None else f"{file} [{sheet}]",
                "row": row,
                "column": column,
                "value": shown,
            }
            yield Problem(file, sheet, row, table, column, shown, key, code, told)


def write_problems(
    problems: Iterator[Problem],
    *,
    path: Path,
    sentences: Sequence[tuple[str, Callable[[str, Mapping[str, Any]], str]]],
) -> int:
    """Write problems as CSV that Excel opens as UTF-8; answer how many.

    `sentences` are (heading, say) columns, one per language. Cells that a spreadsheet would
    run as a formula are written with a leading apostrophe.
    """
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        writer = csv.writer(out, lineterminator="\r\n")
        writer.writerow([*HEADINGS, *(heading for heading, _ in sentences)])
        for problem in problems:
            cells = [
                problem.file,
                problem.sheet,
                problem.row,
                problem.column,
                problem.value,
                problem.key,
                problem.code,
                *(say(problem.code, problem.figures) for _, say in sentences),
            ]
            writer.writerow([_harmless(cell) for cell in cells])
            count += 1
    return count


def _harmless(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r")):
        return "'" + cell
    return "" if cell is None else cell
