"""Reading tables of the state database into Parquet, streamed, several parts at a time.

Called by the day run. The database is a snapshot: a copy of a SQLite file (never
the live one: a second SQLite library in one process loses committed rows), or a
PostgreSQL snapshot that another connection holds open. Which tables and columns
is the caller's knowledge: this file gets SQL and returns counts. A table with a
`shard_by` lies as ROOT/<name>/shard=<k>/*.parquet, the layout of bulk.shards;
the others as ROOT/<name>/*.parquet.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import adbc_driver_manager
import adbc_driver_sqlite
import duckdb

from dunwell.bulk.shards import sql_text, work_database

BATCH_ROWS = 65_536
"""Rows that SQLite hands over at a time."""


@dataclass(frozen=True, slots=True)
class Source:
    """A database at one moment: a copied SQLite file, or a PostgreSQL snapshot by its name."""

    vendor: Literal["sqlite", "postgresql"]
    uri: str
    snapshot: str | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    """One table to read. `sql` is asked of the database, once for each of `parts`.

    `shape` is the DuckDB select list over its answer (SQLite hands dates over as text);
    `shard_by` the DuckDB expression over that list that says the shard.
    """

    name: str
    sql: str
    shape: str
    parts: Sequence[str] = ("",)
    shard_by: str | None = None


def extract_tables(
    source: Source,
    extracts: Iterable[Extract],
    *,
    root: Path,
    workers: int,
    memory: str = "768MB",
    on_rows: Callable[[str, int], None] | None = None,
) -> dict[str, int]:
    """Write every table below `root`; answers how many rows each has.

    `memory` is what DuckDB may take for all `workers` streams. `on_rows` hears of every
    part that is done, from the caller's thread.
    """
    counts: dict[str, int] = {}
    tasks = [
        (extract, number, part) for extract in extracts for number, part in enumerate(extract.parts)
    ]
    for extract, _, _ in tasks:
        (root / extract.name).mkdir(parents=True, exist_ok=True)
        counts[extract.name] = 0
    with (
        work_database(root, threads=workers, memory=memory) as duck,
        ThreadPoolExecutor(workers) as pool,
    ):
        going = {
            pool.submit(_extract_part, duck, source, extract, number, part, root): extract.name
            for extract, number, part in tasks
        }
        for done in as_completed(going):
            name = going[done]
            counts[name] += done.result()
            if on_rows is not None:
                on_rows(name, counts[name])
    return counts


def _extract_part(
    database: duckdb.DuckDBPyConnection,
    source: Source,
    extract: Extract,
    number: int,
    part: str,
    root: Path,
) -> int:
    folder = root / extract.name
    shaped = f"SELECT {extract.shape} FROM answer"
    if extract.shard_by is None:
        target = f"{sql_text(folder / f'part{number}.parquet')} (FORMAT parquet)"
    else:
        shaped = f"SELECT *, ({extract.shard_by})::INTEGER AS shard FROM ({shaped})"
        target = (
            f"{sql_text(folder)} (FORMAT parquet, PARTITION_BY (shard), OVERWRITE_OR_IGNORE,"
            f" FILENAME_PATTERN 'part{number}_{{i}}')"
        )
    with (
        database.cursor() as duck,
        _answer_of(source, f"{extract.sql} {part}") as answer,  # noqa: F841  DuckDB reads it by name
    ):
        copied = duck.execute(f"COPY ({shaped}) TO {target}").fetchall()
    return int(copied[0][0])


@contextmanager
def _answer_of(source: Source, sql: str) -> Iterator[Any]:
    """The rows of `sql` as an Arrow stream, straight from the driver.

    The driver manager itself, not its DB-API: that one loads pandas where it is installed.
    """
    with (
        _opened(source) as database,
        adbc_driver_manager.AdbcConnection(database) as connection,
    ):
        if source.snapshot is not None:
            connection.set_autocommit(False)
            _tell(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            _tell(connection, f"SET TRANSACTION SNAPSHOT {sql_text(source.snapshot)}")
        with adbc_driver_manager.AdbcStatement(connection) as statement:
            if source.vendor == "sqlite":
                statement.set_options(**{"adbc.sqlite.query.batch_rows": str(BATCH_ROWS)})
            statement.set_sql_query(sql)
            answer, _ = statement.execute_query()
            yield answer


def _tell(connection: adbc_driver_manager.AdbcConnection, sql: str) -> None:
    with adbc_driver_manager.AdbcStatement(connection) as statement:
        statement.set_sql_query(sql)
        statement.execute_update()


def _opened(source: Source) -> adbc_driver_manager.AdbcDatabase:
    if source.vendor == "sqlite":
        return adbc_driver_sqlite.connect(source.uri)
    import adbc_driver_postgresql  # reason: extra

    database: adbc_driver_manager.AdbcDatabase = adbc_driver_postgresql.connect(source.uri)
    return database
