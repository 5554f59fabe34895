"""Shards: a book cut by loan, so that each piece can be aged alone, anywhere.

Nothing in ageing crosses loans: a shard is aged by the same kernel as a whole
book, and the pieces together are the whole. Called by `dunwell age` and by the
day run, which extracts shards from the state database in the layout of
`shard_folder`. A task is a plain record that any runner can send away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from dunwell.bulk.kernels.ageing import age_views
from dunwell.core.ageing import AgeingTerms

VIEWS: Mapping[str, str] = {
    "loan": "allocation_order VARCHAR",
    "installment": "seq INTEGER, due_date DATE, principal_fen BIGINT, interest_fen BIGINT,"
    " fee_fen BIGINT, penalty_fen BIGINT",
    "payment": "paid_on DATE, amount_fen BIGINT",
    "adjustment": "seq INTEGER, kind VARCHAR, component VARCHAR, amount_fen BIGINT,"
    " effective_on DATE",
    "hold": "start_on DATE, end_on DATE",
}
"""What the kernel reads, without the loan_key that every view begins with."""


@dataclass(frozen=True, slots=True)
class AgeTask:
    """One shard to age. `queries` is the SQL behind each of the kernel's views.

    `loans_out` and `installments_out` are Parquet files to write, sorted by loan_key;
    `threads` and `memory` bound what DuckDB may take (None: what it takes by itself).
    """

    number: int
    queries: Mapping[str, str]
    as_of: date
    terms: AgeingTerms
    loans_out: Path
    installments_out: Path | None = None
    threads: int | None = None
    memory: str | None = None


@dataclass(frozen=True, slots=True)
class AgedShard:
    """What aging a shard made. The files are those of its task."""

    number: int
    loans: int
    loans_out: Path
    installments_out: Path | None


def age_shard(task: AgeTask) -> AgedShard:
    """Age one shard and write its answers, sorted. Safe to repeat: files are replaced whole."""
    with work_database(
        task.loans_out.parent, threads=task.threads, memory=task.memory
    ) as connection:
        for name, query in task.queries.items():
            connection.execute(f"CREATE VIEW {name} AS {query}")
        age_views(
            connection,
            as_of=task.as_of,
            terms=task.terms,
            with_installments=task.installments_out is not None,
        )
        write_parquet(connection, "FROM loan_age ORDER BY loan_key", task.loans_out)
        if task.installments_out is not None:
            write_parquet(
                connection,
                "FROM installment_age ORDER BY loan_key, seq NULLS LAST, due_date",
                task.installments_out,
            )
        counted = connection.execute("SELECT count(*) FROM loan_age").fetchall()
    return AgedShard(task.number, int(counted[0][0]), task.loans_out, task.installments_out)


def shard_folder(root: Path, name: str, number: int) -> Path:
    """Where the Parquet files of one view of one shard lie, whatever their names."""
    return root / name / f"shard={number}"


def shard_queries(root: Path, number: int, *, key_type: str = "VARCHAR") -> dict[str, str]:
    """The SQL behind each view of a shard; a view without files is empty."""
    queries = {}
    for name in VIEWS:
        folder = shard_folder(root, name, number)
        if any(folder.glob("*.parquet")):
            files = sql_text(folder / "*.parquet")
            queries[name] = f"SELECT * FROM read_parquet({files}, hive_partitioning = false)"
        else:
            queries[name] = empty_view(name, key_type=key_type)
    return queries


def empty_view(name: str, *, key_type: str) -> str:
    """The SQL of a view of the kernel without rows."""
    columns = [f"loan_key {key_type}", *VIEWS[name].split(", ")]
    nulls = (f"NULL::{column.split()[1]} AS {column.split()[0]}" for column in columns)
    return f"SELECT {', '.join(nulls)} WHERE FALSE"


def work_database(
    folder: Path, *, threads: int | None = None, memory: str | None = None
) -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory that spills below `folder` and keeps to the limits given."""
    connection = duckdb.connect()
    # After two seconds DuckDB would draw its own bar on stdout, into the middle of --json.
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET temp_directory = {sql_text(folder / 'spill')}")
    if threads is not None:
        connection.execute(f"SET threads = {threads}")
    if memory is not None:
        connection.execute(f"SET memory_limit = '{memory}'")
    return connection


def write_parquet(connection: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write a query as one Parquet file that appears whole or not at all."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    connection.execute(f"COPY ({query}) TO {sql_text(unfinished)} (FORMAT parquet)")
    unfinished.replace(path)


def sql_text(value: object) -> str:
    """A value as an SQL text literal."""
    return "'" + str(value).replace("'", "''") + "'"
