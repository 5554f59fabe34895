"""Native files as the ageing kernel reads them, checked first, without any state.

Called by `dunwell age` and by the bench. The import of a book into the state
database is dunwell.bulk.intake; both follow the same page of native columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import duckdb

from dunwell.bulk.native.checks import SHOWN_PROBLEMS, Readings, readings_of, value_problems
from dunwell.bulk.native.columns import TABLES, Table
from dunwell.bulk.native.files import ROW, Source, find_sources
from dunwell.bulk.native.refusals import BadBook
from dunwell.bulk.native.rows import Typed, row_problems
from dunwell.bulk.shards import empty_view, sql_text
from dunwell.core.refusal import Refusal

__all__ = ["BadBook", "NativeBook", "read_native"]

_SAMPLED_ROWS = 10_000
_VIEW_OF = {
    "loans": "loan",
    "installments": "installment",
    "payments": "payment",
    "adjustments": "adjustment",
    "holds": "hold",
}
_SELECTED = {
    "loan": "allocation_order",
    "installment": "seq, due_date, principal_fen, interest_fen,"
    " coalesce(fee_fen, 0) AS fee_fen, coalesce(penalty_fen, 0) AS penalty_fen",
    "payment": "paid_on,"
    " CASE WHEN reverses IS NULL THEN amount_fen ELSE -abs(amount_fen) END AS amount_fen",
    "adjustment": "seq, kind, component, amount_fen, effective_on",
    "hold": '"start" AS start_on, "end" AS end_on',
}


@dataclass(frozen=True, slots=True)
class NativeBook:
    """A checked book: SQL for each view of the kernel, readable by any process of this machine.

    `rows` is SQL for each table that was found, with all columns that were asked for.
    """

    queries: dict[str, str]
    rows: Mapping[str, str] = field(default_factory=dict)

    def cut(self, connection: duckdb.DuckDBPyConnection, *, pieces: int) -> list[dict[str, str]]:
        """The views of each of at most `pieces` pieces of about one size, by ranges of loan_no.

        A range costs no copy of the book, and where a file is sorted by loan_no a piece
        reads only its own part of it.
        """
        bounds = self._bounds(connection, pieces) if pieces > 1 else []
        lows, highs = [None, *bounds], [*bounds, None]
        return [
            {view: _between(query, low, high) for view, query in self.queries.items()}
            for low, high in zip(lows, highs, strict=True)
        ]

    def _bounds(self, connection: duckdb.DuckDBPyConnection, pieces: int) -> list[str]:
        sampled = connection.execute(
            f"""SELECT quantile_disc(loan_key, {[n / pieces for n in range(1, pieces)]})
            FROM (SELECT loan_key FROM ({self.queries["installment"]})
                  USING SAMPLE reservoir({_SAMPLED_ROWS} ROWS) REPEATABLE (1))"""
        ).fetchall()[0][0]
        return sorted(set(sampled or []))


def read_native(
    connection: duckdb.DuckDBPyConnection,
    *,
    folder: Path,
    scratch: Path,
    ignore_unknown: bool = False,
    tables: Mapping[str, Table] = TABLES,
) -> NativeBook:
    """Check the native files of `folder` and answer the kernel's views over them.

    Parquet is read where it lies; CSV and XLSX are rewritten as typed Parquet below
    `scratch`, which must live as long as the book. Refuses BadBook with the first
    faults of all files, and what `find_sources` refuses.
    """
    sources = find_sources(connection, folder=folder, scratch=scratch, tables=tables)
    problems: list[Refusal] = []
    readings: dict[str, Readings] = {}
    for name, source in sources.items():
        try:
            readings[name] = readings_of(source, ignore_unknown=ignore_unknown)
            problems += value_problems(connection, source, readings[name])
        except BadBook as refused:
            problems += refused.problems
        except Refusal as refused:
            problems.append(refused)
    if problems:
        raise BadBook(problems=problems[:SHOWN_PROBLEMS])
    typed = {
        name: _typed(connection, source, readings[name], scratch)
        for name, source in sources.items()
    }
    spanning = list(islice(row_problems(connection, typed), SHOWN_PROBLEMS))
    if spanning:
        raise BadBook(problems=spanning)
    queries = {}
    for name, view in _VIEW_OF.items():
        if name in typed:
            queries[view] = f"SELECT loan_no AS loan_key, {_SELECTED[view]} FROM {typed[name].rows}"
        else:
            queries[view] = empty_view(view, key_type="VARCHAR")
    return NativeBook(queries=queries, rows={name: each.rows for name, each in typed.items()})


def _typed(
    connection: duckdb.DuckDBPyConnection, source: Source, readings: Readings, scratch: Path
) -> Typed:
    columns = [ROW]
    for column in source.spec.columns:
        if column.kind == "unread":
            continue
        name = f"{column.name}_fen" if column.kind == "amount" else f'"{column.name}"'
        if column.name in readings:
            columns.append(f"{readings[column.name].value} AS {name}")
        else:
            columns.append(f"NULL::{_EMPTY[column.kind]} AS {name}")
    rows = f"(SELECT {', '.join(columns)} FROM {source.numbered})"
    if source.is_text:
        path = scratch / f"{source.table}.parquet"
        connection.execute(f"COPY {rows} TO {sql_text(path)} (FORMAT parquet)")
        rows = f"read_parquet({sql_text(path)})"
    return Typed(source.spec, source.file, rows)


def _between(query: str, low: str | None, high: str | None) -> str:
    limits = []
    if low is not None:
        limits.append(f"loan_key >= {sql_text(low)}")
    if high is not None:
        limits.append(f"loan_key < {sql_text(high)}")
    return f"SELECT * FROM ({query}) WHERE {' AND '.join(limits)}" if limits else query


_EMPTY = {
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "seq": "INTEGER",
    "day": "DATE",
    "amount": "BIGINT",
}
