"""Rows of a DuckDB query, told as tuples or as CSV bytes, and CSV files read back as tables.

Called by flows.prepare to carry rows between the staged batch and the state.
Days travel as ISO text, so that both databases take them as they are. CSV: an
empty cell is null, `""` is empty text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

CHUNK_ROWS = 50_000
_READ_BYTES = 1 << 20


@dataclass(frozen=True)
class Query:
    """The rows of `sql`, read anew each time they are asked for; days as ISO text."""

    connection: duckdb.DuckDBPyConnection
    sql: str
    scratch: Path
    """A file name the CSV form may use; removed when it has been read."""

    def chunks(self) -> Iterator[Sequence[tuple[Any, ...]]]:
        """The rows, CHUNK_ROWS at a time."""
        cursor = self.connection.cursor()
        cursor.execute(self._plain())
        while rows := cursor.fetchmany(CHUNK_ROWS):
            yield rows

    def csv_bytes(self) -> Iterator[bytes]:
        """The rows as CSV without a header."""
        cursor = self.connection.cursor()
        cursor.execute(
            f"COPY ({self._plain()}) TO {quoted(str(self.scratch))}"
            " (FORMAT csv, HEADER false, NULLSTR '')"
        )
        with self.scratch.open("rb") as file:
            while data := file.read(_READ_BYTES):
                yield data
        self.scratch.unlink()

    def _plain(self) -> str:
        described = self.connection.cursor().execute(f"DESCRIBE {self.sql}").fetchall()
        shown = [
            f'strftime("{name}", \'%Y-%m-%d\') AS "{name}"' if kind == "DATE" else f'"{name}"'
            for name, kind, *_ in described
        ]
        return f"SELECT {', '.join(shown)} FROM ({self.sql})"


def load_csv(
    connection: duckdb.DuckDBPyConnection,
    *,
    table: str,
    columns: Sequence[tuple[str, str]],
    path: Path,
    never_null: Collection[str] = (),
) -> None:
    """Make `merge.<table>` of a CSV without a header; empty cells become null.

    In the columns of `never_null` they become empty text, as the state keeps them.
    """
    types = ", ".join(f"{quoted(name)}: {quoted(kind)}" for name, kind in columns)
    shown = ", ".join(
        f"coalesce({name}, '') AS {name}" if name in never_null else name for name, _ in columns
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE merge.{table} AS SELECT {shown}"
        f" FROM read_csv({quoted(str(path))}, header = false, auto_detect = false,"
        f" delim = ',', quote = '\"', escape = '\"', nullstr = '', columns = {{{types}}})"
    )
    path.unlink()


def empty_table(
    connection: duckdb.DuckDBPyConnection, *, table: str, columns: Sequence[tuple[str, str]]
) -> None:
    """Make `merge.<table>` without rows: the state knows nothing of it."""
    listed = ", ".join(f"{name} {kind}" for name, kind in columns)
    connection.execute(f"CREATE OR REPLACE TABLE merge.{table} ({listed})")


def quoted(text: str) -> str:
    """`text` as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def one_number(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    """The single whole number `sql` answers; null is 0."""
    row = connection.execute(sql).fetchone()
    return int(row[0] or 0) if row else 0
