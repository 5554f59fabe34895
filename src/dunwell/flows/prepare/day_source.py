"""The state database at one moment, for the batch side to read.

Called by run_day. SQLite: a copy of the file made by SQLite itself, because the
batch drivers bring their own SQLite library and must never touch the live file.
PostgreSQL: a snapshot that this connection holds open and others join. Every
lender's book is locked for that moment, so that no recording is half in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from dunwell.bulk.extract import Source
from dunwell.flows.prepare.touched import FACTS
from dunwell.store.book import models as book
from dunwell.store.people.models import Lender

_LIBPQ = {"host", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "options"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The database at one moment, its newest recording, and the newest row of each fact table."""

    source: Source
    recording: int
    newest: Mapping[type[Model], int]


@contextmanager
def snapshot(workdir: Path) -> Iterator[Snapshot]:
    """Hold the state database as it is now while the block runs."""
    if connection.vendor == "sqlite":
        path = workdir / "snapshot.sqlite3"
        _copy_sqlite(path)
        with closing(sqlite3.connect(path)) as copy:
            newest = {model: _one(copy, _newest(model)) for model in FACTS}
            recording = _one(copy, _newest(book.Recording))
        yield Snapshot(Source("sqlite", f"file:{path}?immutable=1"), recording, newest)
        path.unlink()
        return
    own = connection.copy()
    with closing(own), own.cursor() as cursor:
        with transaction.atomic():
            list(Lender.objects.select_for_update().order_by("pk").values_list("pk"))
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
        counted: dict[type[Model], int] = {}
        tables: tuple[type[Model], ...] = (*FACTS, book.Recording)
        for model in tables:
            cursor.execute(_newest(model))
            counted[model] = int(cursor.fetchone()[0])
        source = Source("postgresql", _libpq(connection), name)
        yield Snapshot(source, counted.pop(book.Recording), counted)


def _copy_sqlite(path: Path) -> None:
    path.unlink(missing_ok=True)
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        copy.execute("PRAGMA synchronous = OFF")
        # In one step: a reader of one moment, who neither waits for writers nor holds them up.
        connection.connection.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode = DELETE")


def _newest(model: type[Model]) -> str:
    return f"SELECT coalesce(max({model._meta.pk.column}), 0) FROM {model._meta.db_table}"


def _one(copy: sqlite3.Connection, sql: str) -> int:
    return int(copy.execute(sql).fetchone()[0])


def _libpq(wrapper: BaseDatabaseWrapper) -> str:
    """How libpq reaches the database, as KEY='value' pairs."""
    params = wrapper.get_connection_params()
    pairs = ((key, str(params[key])) for key in sorted(_LIBPQ & params.keys()) if params[key])
    return " ".join(f"{key}='{_escaped(value)}'" for key, value in pairs)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
