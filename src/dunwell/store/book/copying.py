"""Rows in and out of the state database by the hundred thousand, on Django's own connection.

Called by the book import and its tests. SQLite takes executemany, PostgreSQL takes
COPY; nothing else may touch a live SQLite file (a second SQLite library in one
process loses committed rows). Rows hold int, str (days as ISO), bytes and None.
Table and column names come from our models, never from a file.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, Protocol

from django.db import connection

Row = tuple[int | str | bytes | None, ...]
KeyKind = Literal["number", "text", "hex"]
CHUNK_ROWS = 50_000


class Rows(Protocol):
    """Rows for one table, told in the two ways the databases take them."""

    def chunks(self) -> Iterator[Sequence[Row]]:
        """The rows as tuples, some at a time."""
        ...

    def csv_bytes(self) -> Iterator[bytes]:
        """The same rows as CSV in UTF-8: an empty cell is null, `""` is empty text."""
        ...


def copy_in(
    *,
    table: str,
    columns: Sequence[str],
    rows: Rows,
    on_rows: Callable[[int], None] | None = None,
) -> int:
    """Insert `rows` into `table` and answer how many; `on_rows` hears of each part.

    Constraints speak as Django's own inserts would let them: IntegrityError.
    """
    tell = on_rows or (lambda count: None)
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        return _insert(table, columns, rows, tell)
    return _copy(table, columns, rows, tell)


def copy_out(*, sql: str, path: Path) -> None:
    """Write the rows of a SELECT to `path` as CSV without a header."""
    connection.ensure_connection()
    with path.open("wb") as file, connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY ({sql}) TO STDOUT (FORMAT csv)") as copy:
                for data in copy:
                    file.write(data)
            return
    with path.open("w", encoding="utf-8", newline="") as text:
        writer = csv.writer(text, lineterminator="\n")
        raw = connection.connection.execute(sql)
        while rows := raw.fetchmany(CHUNK_ROWS):
            writer.writerows(rows)


@contextmanager
def named_keys(*, kind: KeyKind, rows: Rows) -> Iterator[None]:
    """Hold the single-column `rows` in a temporary table `named(key)` while the block runs.

    Keys must be distinct. `hex` keys come as hexadecimal text and stand as bytes.
    """
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS named")
        cursor.execute(f"CREATE TEMPORARY TABLE named (key {_key_type(kind)} PRIMARY KEY)")
        with _one_transaction():
            told = _Unhexed(rows) if kind == "hex" else rows
            copy_in(table="named", columns=["key"], rows=told)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE named")
        yield
        cursor.execute("DROP TABLE named")


def hex_of(column: str) -> str:
    """SQL that shows a binary column as lower-case hexadecimal text."""
    return f"lower(hex({column}))" if connection.vendor == "sqlite" else f"encode({column}, 'hex')"


def _key_type(kind: KeyKind) -> str:
    if kind == "hex":
        return "bytea" if connection.vendor == "postgresql" else "blob"
    return "bigint" if kind == "number" else "varchar(64)"


class _Unhexed:
    """Keys told as hexadecimal text, handed on as bytes."""

    def __init__(self, rows: Rows) -> None:
        self.rows = rows

    def chunks(self) -> Iterator[Sequence[Row]]:
        for chunk in self.rows.chunks():
            yield [(bytes.fromhex(str(key)),) for (key,) in chunk]

    def csv_bytes(self) -> Iterator[bytes]:
        for chunk in self.rows.chunks():
            yield "".join(f"\\x{key!s}\n" for (key,) in chunk).encode()


@contextmanager
def _one_transaction() -> Iterator[None]:
    """On SQLite outside a transaction: one for all rows, deferred, so that main stays unlocked."""
    plain = connection.vendor == "sqlite" and not connection.in_atomic_block
    if plain:
        connection.connection.execute("BEGIN DEFERRED")
    try:
        yield
    finally:
        if plain:
            connection.connection.execute("COMMIT")


def _insert(table: str, columns: Sequence[str], rows: Rows, tell: Callable[[int], None]) -> int:
    marks = ", ".join("?" * len(columns))
    sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"
    done = 0
    with connection.wrap_database_errors:
        for chunk in rows.chunks():
            connection.connection.executemany(sql, chunk)
            done += len(chunk)
            tell(done)
    return done


def _copy(table: str, columns: Sequence[str], rows: Rows, tell: Callable[[int], None]) -> int:
    sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT csv)"
    done = 0
    with connection.cursor() as cursor:
        raw: Any = cursor.cursor
        with connection.wrap_database_errors, raw.copy(sql) as copy:
            for data in rows.csv_bytes():
                copy.write(data)
                done += data.count(b"\n")
                tell(done)
        return int(raw.rowcount)
