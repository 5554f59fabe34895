"""Checking the columns and values of one native file; each fault is named by its row.

One scan says whether a column has any bad value; only then is the file read
again, with row numbers, to name the first of them. What spans rows is checked
in native.rows, once all values are good.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import duckdb

from dunwell.bulk.native import refusals as bad
from dunwell.bulk.native.columns import Column, Reading, reading_of
from dunwell.bulk.native.files import ROW, Source
from dunwell.core.refusal import Refusal

SHOWN_PROBLEMS = 20
"""How many faults one answer names; the rest come after these are mended."""

Readings = Mapping[str, Reading]


def readings_of(source: Source, *, ignore_unknown: bool) -> Readings:
    """How each column of a file is read, by name in the book's own terms (amount: `_fen`).

    Refuses (BadBook) unknown, missing and doubled columns, all of them at once.
    """
    table = source.spec
    problems: list[Refusal] = []
    readings: dict[str, Reading] = {}
    for written, physical in zip(source.header, source.physical, strict=True):
        column = table.column(written) or _fen_column(table.column(written.removesuffix("_fen")))
        if column is None:
            if not ignore_unknown:
                problems.append(
                    bad.UnknownColumn(file=source.file, column=written, allowed=_names(source))
                )
            continue
        if column.name in readings:
            problems.append(bad.ColumnTwice(file=source.file, column=written))
            continue
        quoted = '"' + written.replace('"', '""') + '"'
        if column.kind != "unread":
            readings[column.name] = reading_of(
                column, source=quoted, physical=physical, is_text_file=source.is_text
            )
    problems += [
        bad.MissingColumn(file=source.file, column=column.name, allowed=_spellings(column))
        for column in table.columns
        if column.required and column.name not in readings
    ]
    if problems:
        raise bad.BadBook(problems=problems)
    return readings


def value_problems(
    connection: duckdb.DuckDBPyConnection, source: Source, readings: Readings
) -> list[Refusal]:
    """The first bad values of a file, row by row; refuses a file that cannot be read on."""
    counts = ", ".join(f"count(*) FILTER ({reading.bad})" for reading in readings.values())
    try:
        counted = connection.execute(f"SELECT {counts} FROM {source.rows}").fetchall()[0]
    except duckdb.Error as fault:
        raise _unreadable(source, fault) from None
    problems: list[tuple[int, Refusal]] = []
    for (name, reading), count in zip(readings.items(), counted, strict=True):
        if count:
            problems += _bad_values(connection, source, name, reading)
    problems.sort(key=lambda found: found[0])
    return [problem for _, problem in problems[:SHOWN_PROBLEMS]]


def _bad_values(
    connection: duckdb.DuckDBPyConnection, source: Source, name: str, reading: Reading
) -> Iterator[tuple[int, Refusal]]:
    column = source.spec.column(name)
    assert column is not None
    written = name if name in source.header else f"{name}_fen"
    rows = connection.execute(
        f'SELECT {ROW}, CAST("{written}" AS VARCHAR) FROM {source.numbered} WHERE {reading.bad}'
        f" ORDER BY {ROW} LIMIT {SHOWN_PROBLEMS}"
    ).fetchall()
    for row, value in rows:
        yield row, _bad_value(column, written, source.file, row, value)


def _bad_value(column: Column, written: str, file: str, row: int, value: str | None) -> Refusal:
    where = {"file": file, "row": row, "column": written}
    if value is None or not value.strip():
        return bad.EmptyValue(**where)
    figures = {**where, "value": bad.shown(value)}
    if column.kind == "day":
        return bad.BadDay(**figures)
    if column.kind == "seq":
        return bad.BadSeq(**figures)
    if column.kind == "choice":
        return bad.BadChoice(**figures, allowed=", ".join(column.allowed))
    if column.kind == "text":
        return bad.BadText(**figures)
    return bad.BadFen(**figures) if written.endswith("_fen") else bad.BadAmount(**figures)


def _unreadable(source: Source, fault: duckdb.Error) -> Refusal:
    text = str(fault)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    if line is None:
        return bad.BrokenFile(file=source.file)
    row = int(line.group(1))
    if "utf-8" in text or "unicode" in text:
        return bad.NotUtf8(file=source.file, row=row)
    return bad.TornRow(file=source.file, row=row)


def _spellings(column: Column) -> str:
    return f"{column.name} | {column.name}_fen" if column.kind == "amount" else column.name


def _fen_column(column: Column | None) -> Column | None:
    return column if column is not None and column.kind == "amount" else None


def _names(source: Source) -> str:
    return ", ".join(column.name for column in source.spec.columns)
