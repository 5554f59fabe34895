"""Rows of a DuckDB query on their way into the state database, as either database takes them.

Called by the day run's write-back, which hands these to store.book.copying: tuples
for SQLite, CSV bytes for PostgreSQL. Days leave as ISO text, truths as 0 and 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import duckdb

from dunwell.bulk.shards import sql_text

CHUNK_ROWS = 50_000
_READ_BYTES = 1 << 20
_AS_SENT = {"DATE": "VARCHAR", "BOOLEAN": "INTEGER"}


class ResultRows:
    """The rows of `query`, read once. `path` is a scratch file for the CSV form."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, query: str, *, path: Path) -> None:
        self._connection = connection
        self._path = path
        described = connection.execute(f"DESCRIBE ({query})").fetchall()
        self.columns = [name for name, *_ in described]
        selected = (
            f"{name}::{_AS_SENT[kind]} AS {name}" if kind in _AS_SENT else name
            for name, kind, *_ in described
        )
        self._query = f"SELECT {', '.join(selected)} FROM ({query})"

    def chunks(self) -> Iterator[Sequence[tuple[Any, ...]]]:
        """The rows as tuples, some at a time."""
        answer = self._connection.execute(self._query)
        while rows := answer.fetchmany(CHUNK_ROWS):
            yield rows

    def csv_bytes(self) -> Iterator[bytes]:
        """The same rows as CSV in UTF-8: an empty cell is null, `""` is empty text."""
        self._connection.execute(
            f"COPY ({self._query}) TO {sql_text(self._path)} (FORMAT csv, HEADER false)"
        )
        with self._path.open("rb") as file:
            while data := file.read(_READ_BYTES):
                yield data
        self._path.unlink()
