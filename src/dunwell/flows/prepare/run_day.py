"""The day run: from the book as it stands to today's aged cases, for all lenders.

Called by `dunwell day run`, the runs page and the demo. One run a day, in order:
days missed since the last one are run first. A day before the last completed one
is only recomputed and shown. Killed anywhere and run again, the end is the same:
all results of a day are written in one transaction. Page: docs, day-run.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.db import DatabaseError, OperationalError, connection
from django.utils import timezone

from dunwell.bulk.runners import Runner
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.day_once import DayResult, DayWork, Mode, compute_and_write
from dunwell.flows.prepare.day_steps import Clock, Watch
from dunwell.flows.prepare.people_marks import people_mark_now
from dunwell.flows.prepare.touched import TooMany
from dunwell.store.book.models import Recording
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.house import newest_value
from dunwell.store.runs import log
from dunwell.store.runs.models import Run
from dunwell.store.runs.turn import turn

MOST_TRIES = 3
"""How often a day is computed anew because files met it, before it gives up."""


class KnownAtWrites(Refusal):
    """A past moment is recomputed, never written: it needs a dry run. Figures: known_at."""

    code = "DAY-KNOWN-AT-WRITES"


class BookRestless(Refusal):
    """The book changed during every try. Figures: day, tries."""

    code = "DAY-BOOK-RESTLESS"


class BookBusy(Refusal):
    """Something else, most likely an import, keeps the SQLite file locked. Figures: day."""

    code = "DAY-BOOK-BUSY"


@dataclass(frozen=True, slots=True)
class DayOutcome:
    """What one call did: a result per day that was run, in order.

    `missed_days` were or would be run before `day`; `unchanged_since` names the run after
    which nothing was new; `abandoned` are runs that had been killed.
    """

    day: date
    results: tuple[DayResult, ...] = ()
    missed_days: tuple[date, ...] = ()
    abandoned: tuple[int, ...] = ()
    unchanged_since: int | None = None


def run_day(
    *,
    actor: Actor,
    day: date,
    clock: Clock,
    home: Path,
    dry_run: bool = False,
    known_at: datetime | None = None,
    runner: Runner | None = None,
    watch: Watch = lambda news: None,
) -> DayOutcome:
    """Run `day` and the days missed before it; answers a report for each.

    A second run with nothing new writes nothing. `dry_run` computes `day` alone against
    the state as it is and writes nothing; with `known_at` it reads the facts and
    parameters known at that moment. Refuses NotPermitted, RunGoesOn while another run
    holds the turn, KnownAtWrites, BookBusy and BookRestless.
    """
    # Who may run a day is asked of today, whatever day is run.
    require(actor, "day.run", day=timezone.localdate(clock()))
    if known_at is not None and not dry_run:
        raise KnownAtWrites(known_at=known_at.isoformat())
    with turn(Run.Kind.DAY), _workdir(home) as workdir, _clear_when_locked(day):
        work = DayWork(actor, clock, workdir, runner, watch)
        last = log.last_done(kind=Run.Kind.DAY)
        missed = _missed(last, day)
        is_past = last is not None and day < last.day
        if dry_run:
            mode: Mode = "recompute" if is_past or known_at else "dry_run"
            result = _tried(work, day, mode, run=None, known_at=known_at)
            return DayOutcome(day, (result,), missed)
        if last is not None and day == last.day and _nothing_new(last):
            return DayOutcome(day, unchanged_since=last.pk)
        abandoned = tuple(log.abandon_killed(kind=Run.Kind.DAY, at=clock()))
        mode = "recompute" if is_past else "write"
        results = tuple(_logged(work, each, mode) for each in (*missed, day))
    return DayOutcome(day, results, missed, abandoned)


def _missed(last: Run | None, day: date) -> tuple[date, ...]:
    """The days between the last completed run and `day`; none before the first run."""
    if last is None:
        return ()
    return tuple(last.day + timedelta(days=n) for n in range(1, (day - last.day).days))


def _nothing_new(last: Run) -> bool:
    known = (Recording.objects.count(), newest_value(), list(people_mark_now()))
    names = ("known_recordings", "known_policy", "known_people")
    return known == tuple(last.report.get(name) for name in names)


@contextmanager
def _workdir(home: Path) -> Iterator[Path]:
    """A folder for the run's files; what a killed run left is removed, for the turn is ours."""
    folder = home / "work" / "day"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _clear_when_locked(day: date) -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if connection.vendor == "sqlite" and "locked" in str(error):
            raise BookBusy(day=day.isoformat()) from None
        raise


def _logged(work: DayWork, day: date, mode: Mode) -> DayResult:
    """One day under a run row of its own; a run that fails says with what."""
    run = log.begin(
        kind=Run.Kind.DAY,
        day=day,
        at=work.clock(),
        actor=work.actor,
        recompute_only=mode == "recompute",
    )
    try:
        return _tried(work, day, mode, run=run)
    except Exception as error:
        code = error.code if isinstance(error, Refusal) else type(error).__name__
        # Whatever stopped the run may stop this note too; its own error is the one to show.
        with suppress(DatabaseError):
            log.fail(run, at=work.clock(), code=code)
        raise


def _tried(
    work: DayWork, day: date, mode: Mode, *, run: Run | None, known_at: datetime | None = None
) -> DayResult:
    for _ in range(MOST_TRIES):
        with suppress(TooMany):
            return compute_and_write(work, day=day, mode=mode, run=run, known_at=known_at)
    raise BookRestless(day=day.isoformat(), tries=MOST_TRIES)
