"""Killed at any step and run again, a day ends as if nothing had happened."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections

from dunwell.store.journal.verify import prove_chains
from dunwell.store.promises.models import PromiseState
from dunwell.store.runs.models import Run as RunRow
from tests import databases
from tests.flows.day_run.books import Book, day, results

ROOT = Path(__file__).parents[3]
POINTS = [
    "snapshot.begun",
    "snapshot.done",
    "extract.begun",
    "extract.done",
    "age.begun",
    "age.done",
    "roll_up.begun",
    "roll_up.done",
    "decide.begun",
    "decide.done",
    "features.begun",
    "features.done",
    "grade.begun",
    "grade.done",
    "strategy.begun",
    "strategy.done",
    "write.begun",
    "write.ages",
    "write.cases",
    "write.events",
    "write.decisions",
    "write.promises",
    "write.work",
    "write.shape",
    "write.journal",
    "write.done",
    "seal.begun",
    "seal.done",
]
AFTER_THE_COMMIT = ("seal.begun", "seal.done")


Run = Callable[[int | None], tuple[int, str]]


@contextmanager
def day_runs(book: Book, on: str) -> Iterator[Run]:
    """Runs the day in a process of its own, killed at a point if one is told; exit code, words."""
    connections["default"].close()
    with subprocess.Popen(
        [sys.executable, "-m", "tests.flows.day_run.killed_run", day(on).isoformat()],
        env={**os.environ, "DUNWELL_HOME": str(book.home), "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin and process.stdout
        told, said = process.stdin, process.stdout

        def run(point: int | None) -> tuple[int, str]:
            told.write(f"{'' if point is None else point}\n")
            told.flush()
            words = ""
            while not (line := said.readline()).startswith("ended "):
                assert line, "the process is gone"
                words += line
            return int(line.removeprefix("ended ")), words

        yield run
        told.close()
        assert process.wait() == 0


def two_days(book: Book) -> None:
    """A book with a day behind it, and facts that open, roll, ease, close and reopen tomorrow."""
    rolling = book.loan(("02-01", 1_000))
    easing = book.loan(("01-20", 1_000), ("02-20", 1_000))
    closing = book.loan(("02-15", 1_000))
    reopening = book.loan(("02-16", 1_000))
    book.loan(("03-03", 1_000))
    book.loan(("09-01", 1_000))
    paid = book.pay(reopening, "03-01", 1_000)
    book.run("03-02")
    book.promise(rolling, "03-01", "03-01", 500)
    book.promise(easing, "03-02", "03-03", 1_000)
    book.pay(easing, "03-03", 1_000)
    book.pay(closing, "03-03", 1_000)
    book.pay(reopening, "03-03", 1_000, reverses=paid.payment_no)
    book.hold(rolling, "03-03")


def test_a_run_killed_at_every_step_and_run_again_ends_the_same(
    book: Book, database: str, _databases: databases.Databases
) -> None:
    two_days(book)
    before = results()
    heard: list[str] = []
    with day_runs(book, "03-03") as run:
        for point, name in enumerate(POINTS):
            if name in AFTER_THE_COMMIT:
                break
            assert run(point) == (-signal.SIGKILL, ""), name
            assert results() == before, name
            heard.append(name)
        assert POINTS[len(heard)] == AFTER_THE_COMMIT[0]
        assert run(len(heard)) == (-signal.SIGKILL, "")
        after = results()
        assert run(None) == (0, "\n")
    assert results() == after == _unkilled(database, _databases, book)
    ends = PromiseState.objects.order_by("pk").values_list("state", flat=True)
    assert list(ends) == ["broken", "kept"]
    statuses = RunRow.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["done", *["abandoned"] * len(heard), "done"]
    assert prove_chains(anchor=()).whole


def test_the_points_of_killing_are_all_the_steps_there_are(book: Book) -> None:
    two_days(book)
    with day_runs(book, "03-03") as run:
        code, words = run(None)
    assert (code, words.split()) == (0, POINTS)


def _unkilled(vendor: str, made: databases.Databases, killed: Book) -> dict[str, Any]:
    """What the same two days leave in another database that nobody disturbs."""
    here, place = databases.current(), made.fresh(vendor)
    databases.use(place)
    try:
        twin = Book(killed.home)
        two_days(twin)
        twin.run("03-03")
        return results()
    finally:
        databases.use(here)
        made.drop(place)
