"""Sheets: every file becomes one or more sheets with a head to look at and cells to load.

`open_sheets` looks at the files, `load_cells` brings the cells of one sheet into
DuckDB as text columns c0, c1, ... behind row_no, the row as a person counts it
(the first row of a sheet is 1; of a Parquet file the names are row 1).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from dunwell.bulk.intake.quick import literal
from dunwell.bulk.intake.refusals import BrokenFile
from dunwell.bulk.intake.sources import Found, find_files
from dunwell.bulk.intake.textfile import (
    HEAD_ROWS,
    numbered_records,
    open_text,
    rule_rows,
)
from dunwell.bulk.intake.workbook import rule_sheets


@dataclass(frozen=True)
class Sheet:
    """A sheet as found. `storage` says how its cells are loaded: plain, uneven, ruled, parquet."""

    file: str
    sheet: str | None
    format: str
    sha256: str
    encoding: str | None
    delimiter: str | None
    path: Path
    storage: str
    width: int
    head: tuple[tuple[str, ...], ...]
    alone: bool


def open_sheets(
    paths: Sequence[Path], *, workdir: Path
) -> tuple[list[Sheet], list[tuple[str, str | None, str]]]:
    """The sheets of all files in order, and (file, sheet, code) of what was left out.

    Refuses (FileRefused) files that cannot be opened.
    """
    workdir.mkdir(parents=True, exist_ok=True, mode=0o700)
    found, unread = find_files(paths, workdir=workdir)
    left_out: list[tuple[str, str | None, str]] = [(name, None, code) for name, code in unread]
    sheets: list[Sheet] = []
    for number, file in enumerate(found):
        if file.format == "text":
            sheets.append(_text_sheet(file, workdir))
        elif file.format == "parquet":
            sheets.append(_parquet_sheet(file))
        else:
            sheets += _book_sheets(file, workdir, f"book-{number:04d}", left_out)
    return sheets, left_out


def load_cells(
    connection: duckdb.DuckDBPyConnection, sheet: Sheet, *, name: str, workdir: Path
) -> str:
    """Load the cells of `sheet` into raw.`name`; answer the SQL relation to select from."""
    if sheet.storage == "parquet":
        _load_parquet(connection, sheet, name)
        return f"raw.{name}"
    if sheet.storage == "plain":
        try:
            _load_text(connection, sheet.path, name, sheet, first=())
            return (
                f"(SELECT rowid + 1 AS row_no, CAST(NULL AS VARCHAR) AS surplus, * FROM raw.{name})"
            )
        except duckdb.Error:
            # Uneven rows or stray quotes: Python rules the file record by record.
            connection.execute(f"DROP TABLE IF EXISTS raw.{name}")
    path = sheet.path
    if sheet.storage != "ruled":
        path = workdir / f"{name}.ruled.csv"
        records = numbered_records(sheet.path, delimiter=sheet.delimiter or ",")
        rule_rows(records, path=path, width=sheet.width)
    _load_text(connection, path, name, sheet, first=("row_no", "surplus"))
    return f"(SELECT * REPLACE (CAST(row_no AS BIGINT) AS row_no) FROM raw.{name})"


def glob_safe(path: Path) -> str:
    """`path` as an SQL string in which no character means a pattern to DuckDB."""
    return literal(re.sub(r"([\[*?])", r"[\1]", str(path)))


def _load_text(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    name: str,
    sheet: Sheet,
    *,
    first: tuple[str, ...],
) -> None:
    columns = ", ".join(
        f"'{column}': 'VARCHAR'" for column in (*first, *(f"c{i}" for i in range(sheet.width)))
    )
    delimiter = "," if first else (sheet.delimiter or ",")
    connection.execute(
        f"CREATE TABLE raw.{name} AS SELECT * FROM read_csv({glob_safe(path)}, header=false, "
        f"auto_detect=false, delim={literal(delimiter)}, quote='\"', escape='\"', nullstr='', "
        f"columns={{{columns}}}, strict_mode=true, hive_partitioning=false, "
        f"compression='none', max_line_size=4194304)"
    )


def _load_parquet(connection: duckdb.DuckDBPyConnection, sheet: Sheet, name: str) -> None:
    described = _described(connection, sheet.path)
    cells = ", ".join(
        f"{_as_text(_quoted(column), kind)} AS c{i}" for i, (column, kind) in enumerate(described)
    )
    try:
        connection.execute(
            f"CREATE TABLE raw.{name} AS SELECT file_row_number + 2 AS row_no, "
            f"CAST(NULL AS VARCHAR) AS surplus, {cells} FROM read_parquet({glob_safe(sheet.path)}, "
            f"file_row_number=true, hive_partitioning=false)"
        )
    except duckdb.Error:
        raise BrokenFile(file=sheet.file, format="parquet") from None


def _text_sheet(file: Found, workdir: Path) -> Sheet:
    text = open_text(file.path, name=file.name, workdir=workdir)
    return Sheet(
        file=file.name,
        sheet=None,
        format="csv",
        sha256=text.sha256,
        encoding=text.encoding,
        delimiter=text.delimiter,
        path=text.path,
        storage="plain" if text.regular else "uneven",
        width=max((len(row) for row in text.head[:10]), default=0),
        head=text.head,
        alone=file.alone,
    )


def _parquet_sheet(file: Found) -> Sheet:
    with duckdb.connect(":memory:") as connection:
        try:
            described = _described(connection, file.path)
            cells = ", ".join(_as_text(_quoted(column), kind) for column, kind in described)
            rows = connection.execute(
                f"SELECT {cells} FROM read_parquet({glob_safe(file.path)}, "
                f"hive_partitioning=false) LIMIT {HEAD_ROWS}"
            ).fetchall()
        except duckdb.Error:
            raise BrokenFile(file=file.name, format="parquet") from None
    head = [tuple(column for column, _ in described)]
    head += [tuple("" if cell is None else cell for cell in row) for row in rows]
    return Sheet(
        file=file.name,
        sheet=None,
        format="parquet",
        sha256=_sha256(file.path),
        encoding=None,
        delimiter=None,
        path=file.path,
        storage="parquet",
        width=len(described),
        head=tuple(head),
        alone=file.alone,
    )


def _book_sheets(
    file: Found, workdir: Path, stem: str, left_out: list[tuple[str, str | None, str]]
) -> list[Sheet]:
    ruled, skipped = rule_sheets(
        file.path, name=file.name, format=file.format, workdir=workdir, stem=stem
    )
    left_out += [(file.name, sheet, code) for sheet, code in skipped]
    digest = _sha256(file.path)
    return [
        Sheet(
            file=file.name,
            sheet=sheet.name,
            format=file.format,
            sha256=digest,
            encoding=None,
            delimiter=None,
            path=sheet.path,
            storage="ruled",
            width=sheet.width,
            head=sheet.head,
            alone=file.alone and len(ruled) == 1,
        )
        for sheet in ruled
    ]


def _described(connection: duckdb.DuckDBPyConnection, path: Path) -> list[tuple[str, str]]:
    rows = connection.execute(
        f"DESCRIBE SELECT * FROM read_parquet({glob_safe(path)}, hive_partitioning=false)"
    ).fetchall()
    return [(str(row[0]), str(row[1])) for row in rows]


def _as_text(column: str, kind: str) -> str:
    if kind == "DOUBLE":
        # The digits Excel would keep: 0.1 + 0.2 is 0.3.
        return f"CASE WHEN isfinite({column}) THEN printf('%.15g', {column}) END"
    if kind == "DATE" or kind.startswith("TIMESTAMP"):
        return f"CAST(CAST({column} AS DATE) AS VARCHAR)"
    if kind == "BLOB":
        return f"TRY_CAST({column} AS VARCHAR)"
    return f"CAST({column} AS VARCHAR)"


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
