"""Finding and opening native files: which file says which table, and the rows in it as SQL.

CSV (UTF-8, with or without BOM; comma, semicolon or tab), XLSX (sheets named
after the tables, or one file per table) and Parquet. XLSX sheets are copied to
CSV first, so that one reader holds for both.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
from python_calamine import CalamineError, CalamineWorkbook

from dunwell.bulk.native.columns import TABLES, Table
from dunwell.bulk.native.refusals import BrokenFile, NoNativeFiles, NotUtf8, TwoFiles
from dunwell.bulk.shards import sql_text

ROW = "dunwell_row"
"""The column that numbers the rows of a file, named so that no book has it."""

_DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class Source:
    """One table as it lies in a file. `rows` is SQL that reads it; the header is as written.

    `numbered` reads it with ROW before the columns; `is_text`: every column is text (CSV,
    XLSX), and row 1 is the header.
    """

    spec: Table
    file: str
    path: Path
    header: tuple[str, ...]
    physical: tuple[str, ...]
    rows: str
    numbered: str
    is_text: bool

    @property
    def table(self) -> str:
        return self.spec.name


def find_sources(
    connection: duckdb.DuckDBPyConnection,
    *,
    folder: Path,
    scratch: Path,
    tables: Mapping[str, Table] = TABLES,
) -> dict[str, Source]:
    """Those of `tables` that are found in `folder`, by name.

    Refuses a folder without any (NoNativeFiles), two files for one table (TwoFiles), and a
    file that is not what its name says (BrokenFile, NotUtf8).
    """
    found: dict[str, Source] = {}
    for source in _sources(connection, folder, scratch, tables):
        if source.table in found:
            raise TwoFiles(table=source.table, first=found[source.table].file, second=source.file)
        found[source.table] = source
    if not found:
        raise NoNativeFiles(folder=folder.name, allowed=", ".join(tables))
    return found


def _sources(
    connection: duckdb.DuckDBPyConnection, folder: Path, scratch: Path, tables: Mapping[str, Table]
) -> Iterator[Source]:
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        ending = path.suffix.lower()
        if ending == ".parquet" and path.stem in tables:
            yield _parquet(connection, path, tables[path.stem])
        elif ending == ".csv" and path.stem in tables:
            yield _csv(tables[path.stem], path.name, path)
        elif ending == ".xlsx":
            yield from _sheets(path, scratch, tables)


def _parquet(connection: duckdb.DuckDBPyConnection, path: Path, spec: Table) -> Source:
    file = sql_text(path)
    rows = f"read_parquet({file})"
    try:
        described = connection.execute(f"DESCRIBE SELECT * FROM {rows}").fetchall()
    except duckdb.Error:
        raise BrokenFile(file=path.name) from None
    numbered = (
        f"(SELECT file_row_number + 1 AS {ROW}, * EXCLUDE (file_row_number)"
        f" FROM read_parquet({file}, file_row_number = true))"
    )
    return Source(
        spec=spec,
        file=path.name,
        path=path,
        header=tuple(row[0] for row in described),
        physical=tuple(row[1] for row in described),
        rows=rows,
        numbered=numbered,
        is_text=False,
    )


def _csv(spec: Table, file: str, path: Path) -> Source:
    header, delimiter = _header(file, path)
    columns = ", ".join(f"{sql_text(name)}: 'VARCHAR'" for name in header)
    rows = (
        f"read_csv({sql_text(path)}, header = true, auto_detect = false, nullstr = '',"
        f" delim = {sql_text(delimiter)}, quote = '\"', escape = '\"', columns = {{{columns}}})"
    )
    # Insertion order is kept by DuckDB's CSV reader, so the numbers are those of the file.
    return Source(
        spec=spec,
        file=file,
        path=path,
        header=header,
        physical=("VARCHAR",) * len(header),
        rows=rows,
        numbered=f"(SELECT row_number() OVER () + 1 AS {ROW}, * FROM {rows})",
        is_text=True,
    )


def _header(file: str, path: Path) -> tuple[tuple[str, ...], str]:
    try:
        with path.open("rb") as lines:
            first = lines.readline().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotUtf8(file=file, row=1) from None
    delimiter = max(_DELIMITERS, key=first.count)
    names = next(csv.reader([first], delimiter=delimiter), [])
    return tuple(name.strip() for name in names), delimiter


def _sheets(path: Path, scratch: Path, tables: Mapping[str, Table]) -> Iterator[Source]:
    try:
        workbook = CalamineWorkbook.from_path(path)
        names = workbook.sheet_names
        chosen = [(name, name) for name in names if name in tables]
        if not chosen and path.stem in tables and names:
            chosen = [(path.stem, names[0])]
        for table, sheet in chosen:
            file = path.name if sheet == names[0] and path.stem == table else f"{path.name}:{sheet}"
            copied = scratch / f"{path.stem}-{table}.csv"
            _copy_sheet(workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False), copied)
            yield _csv(tables[table], file, copied)
    except (CalamineError, OSError):
        raise BrokenFile(file=path.name) from None


def _copy_sheet(rows: Sequence[Sequence[object]], path: Path) -> None:
    texts = [[_cell(value) for value in row] for row in rows]
    while texts and not any(texts[-1]):
        texts.pop()
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows(texts)


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
