"""The state database at one moment, for the batch side to read.

Called by run_day. SQLite: a copy of the file made by SQLite itself, because the
batch drivers bring their own SQLite library and must never touch the live file.
PostgreSQL: a snapshot that this connection holds open and others join. Every
lender's book is locked for that moment, so that no recording is half in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model

from dunwell.bulk.extract import Source
from dunwell.flows.prepare.people_marks import PeopleMark, people_mark
from dunwell.flows.prepare.touched import FACTS
from dunwell.store.book import models as book
from dunwell.store.people.models import Lender

RECENT = 10_000
"""How many recordings are named one by one."""

_LIBPQ = {"host", "port", "dbname", "user", "password", "sslmode", "sslrootcert", "options"}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The database at one moment, the recordings it holds, and the newest row of each fact table.

    `by_lender` is the newest recording of each lender's book, `people` what was said about
    people and decisions by then.

    An import takes its number before it writes, so a lower number may come in later:
    `recent` names the last recordings one by one, `recordings` counts all.
    """

    source: Source
    recording: int
    recordings: int
    recent: frozenset[int]
    newest: Mapping[type[Model], int]
    by_lender: Mapping[int, int]
    people: PeopleMark


@contextmanager
def snapshot(workdir: Path) -> Iterator[Snapshot]:
    """Hold the state database as it is now while the block runs."""
    if connection.vendor == "sqlite":
        path = workdir / "snapshot.sqlite3"
        _copy_sqlite(path)
        with closing(sqlite3.connect(path)) as copy:
            taken = _taken(
                Source("sqlite", f"file:{path}?immutable=1"),
                lambda sql: copy.execute(sql).fetchall(),
            )
        yield taken
        path.unlink()
        return
    own = connection.copy()
    with closing(own), own.cursor() as cursor:

        def ask(sql: str) -> list[tuple[Any, ...]]:
            cursor.execute(sql)
            return list(cursor.fetchall())

        with transaction.atomic():
            list(Lender.objects.select_for_update().order_by("pk").values_list("pk"))
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            name = ask("SELECT pg_export_snapshot()")[0][0]
        yield _taken(Source("postgresql", _libpq(connection), name), ask)


def _taken(source: Source, ask: Callable[[str], list[Any]]) -> Snapshot:
    """What the snapshot holds, asked of the snapshot itself."""
    recording = book.Recording._meta.db_table
    recent = ask(f"SELECT id FROM {recording} ORDER BY id DESC LIMIT {RECENT}")
    return Snapshot(
        source=source,
        recording=recent[0][0] if recent else 0,
        recordings=int(ask(f"SELECT count(*) FROM {recording}")[0][0]),
        recent=frozenset(number for (number,) in recent),
        newest={model: int(ask(_newest(model))[0][0]) for model in FACTS},
        by_lender=dict(ask(f"SELECT lender_id, max(id) FROM {recording} GROUP BY lender_id")),
        people=people_mark(ask),
    )


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


def _libpq(wrapper: BaseDatabaseWrapper) -> str:
    """How libpq reaches the database, as KEY='value' pairs."""
    params = wrapper.get_connection_params()
    pairs = ((key, str(params[key])) for key in sorted(_LIBPQ & params.keys()) if params[key])
    return " ".join(f"{key}='{_escaped(value)}'" for key, value in pairs)


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")
