"""Loading most of a table at once: indexes and foreign keys stand aside and are rebuilt after.

Called by the book import. Sorting an index once is several times faster than
growing it row by row, and PostgreSQL checks a rebuilt foreign key in one pass
instead of one query per row. Everything happens in the caller's transaction: a
rebuilt index or key refuses what it would have refused before, and a killed load
leaves the old ones standing. Meanwhile PostgreSQL lets nobody read the table, so
this is done only when the table at least doubles.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

LEAST_ROWS = 200_000
"""Below this many rows a load goes through the standing indexes."""

_POSTGRESQL_INDEXES = """
    SELECT c.relname, pg_get_indexdef(i.indexrelid) FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    WHERE i.indrelid = %s::regclass AND NOT i.indisprimary
      AND NOT EXISTS (SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid)
    ORDER BY c.relname"""
_POSTGRESQL_KEYS = """
    SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = %s::regclass AND contype = 'f' ORDER BY conname"""
_SQLITE_INDEXES = """
    SELECT name, sql FROM sqlite_master
    WHERE type = 'index' AND tbl_name = %s AND sql IS NOT NULL ORDER BY name"""


@contextmanager
def big_load(*, table: str, coming_rows: int, least_rows: int = LEAST_ROWS) -> Iterator[bool]:
    """Set the table's indexes and foreign keys aside while the block loads `coming_rows`.

    Answers whether it did. Raises IntegrityError when a rebuilt one is broken by a row.
    """
    if coming_rows < least_rows or _rows_at_least(table, coming_rows):
        yield False
        return
    if connection.vendor == "sqlite":
        indexes, keys = _listed(_SQLITE_INDEXES, table), []
    else:
        _run(["SET CONSTRAINTS ALL IMMEDIATE", "SET LOCAL maintenance_work_mem = '256MB'"])
        indexes, keys = _listed(_POSTGRESQL_INDEXES, table), _listed(_POSTGRESQL_KEYS, table)
    _run([f'ALTER TABLE {table} DROP CONSTRAINT "{name}"' for name, _ in keys])
    _run([f'DROP INDEX "{name}"' for name, _ in indexes])
    yield True
    _run([sql for _, sql in indexes])
    _run([f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {sql}' for name, sql in keys])
    if connection.vendor == "postgresql":
        _run([f"ANALYZE {table}"])


def _rows_at_least(table: str, count: int) -> bool:
    """Whether the table already holds `count` rows; reads no more than that many."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {table} LIMIT {count:d}) some_rows")
        return int(cursor.fetchone()[0]) >= count


def _listed(sql: str, table: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [table])
        return list(cursor.fetchall())


def _run(statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
