"""Plain statements of the gate, run at every contact: planned once per connection.

Django binds values into the text on PostgreSQL, so that the server plans a join of six
tables anew for each question, which takes longer than reading it. Here the same text is
prepared and kept. On SQLite Django's cursor does that already. psycopg drops what it has
prepared when a whole transaction is rolled back, not when a savepoint is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection


def rows(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one statement in the caller's transaction; answers its rows."""
    if connection.vendor == "postgresql":
        return _prepared(statement, values)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        return found


def marks(values: Sequence[Any]) -> str:
    """The places of that many values in a statement."""
    return ", ".join(["%s"] * len(values))


def insert(
    table: str, columns: Mapping[str, str], values: Sequence[Sequence[Any]], *, more: str = ""
) -> None:
    """Add many rows at once; `columns` names each with the type PostgreSQL keeps it in."""
    names = f"{table} ({', '.join(columns)})"
    if connection.vendor == "postgresql":
        rows(f"INSERT INTO {names} SELECT * FROM {_unnested(columns)}{more}", _turned(values))
        return
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {names} VALUES ({marks(list(columns))}){more}", values)


def update(table: str, columns: Mapping[str, str], values: Sequence[Sequence[Any]]) -> None:
    """Change many rows at once, each found by the first column."""
    key, *names = columns
    if connection.vendor == "postgresql":
        moves = ", ".join(f"{name} = v.{name}" for name in names)
        rows(
            f"UPDATE {table} AS m SET {moves} FROM {_unnested(columns)} AS v ({', '.join(columns)})"
            f" WHERE m.{key} = v.{key}",
            _turned(values),
        )
        return
    moves = ", ".join(f"{name} = %s" for name in names)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {table} SET {moves} WHERE {key} = %s", [[*row[1:], row[0]] for row in values]
        )


def _unnested(columns: Mapping[str, str]) -> str:
    """A column of values is one value here: the text is the same however many rows there are."""
    return f"unnest({', '.join(f'%s::{kind}[]' for kind in columns.values())})"


def _turned(values: Sequence[Sequence[Any]]) -> list[list[Any]]:
    return [list(column) for column in zip(*values, strict=True)]


@contextmanager
def planned_once() -> Iterator[None]:
    """Within it PostgreSQL plans each text of a query once per connection, the ORM's too."""
    if connection.vendor != "postgresql":
        yield
        return
    from django.db.backends.postgresql.base import ServerBindingCursor  # reason: extra

    connection.ensure_connection()
    own = connection.connection
    before = own.cursor_factory, own.prepare_threshold
    own.cursor_factory, own.prepare_threshold = ServerBindingCursor, 0
    try:
        yield
    finally:
        own.cursor_factory, own.prepare_threshold = before


def _prepared(statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    from psycopg import Cursor  # reason: extra — SQLite does without it
    from psycopg.types.numeric import Int8  # reason: extra — SQLite does without it

    connection.ensure_connection()
    own = connection.connection
    # One width for all whole numbers: a statement is kept by the types of its values.
    told = [Int8(value) if type(value) is int else value for value in values]
    before, own.prepare_threshold = own.prepare_threshold, 0  # Django turns it off for itself
    try:
        with connection.wrap_database_errors, Cursor(own) as cursor:
            cursor.execute(statement, told, prepare=True)
            return cursor.fetchall() if cursor.description else []
    finally:
        own.prepare_threshold = before
