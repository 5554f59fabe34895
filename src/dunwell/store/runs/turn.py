"""One at a time: who may do a job on this database now. The turn ends with its process.

On PostgreSQL an advisory lock held by a connection of its own; on SQLite a lock on a
file beside the database. Both are let go by the system when the process is killed,
so nothing is left to clean up.
"""

from __future__ import annotations

import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import OperationalError, connection

from dunwell.core.refusal import Refusal
from dunwell.store.runs.models import Run

WAIT_SECONDS = 2
"""A killed holder's connection takes a moment to go; a living one keeps its turn for longer."""

_LOCK_NUMBER = 0x64756E_64617900
_LOCK_NOT_AVAILABLE = "55P03"
_here = {job: threading.Lock() for job in Run.Kind}


class RunGoesOn(Refusal):
    """Another process has the turn. Figures: job, run, day, started_at (of its run, if known)."""

    code = "RUNS-GOES-ON"


@contextmanager
def turn(job: Run.Kind) -> Iterator[None]:
    """Hold the turn for `job` while the block runs. Refuses (RunGoesOn) while another holds it."""
    if connection.vendor == "postgresql":
        with _advisory(job):
            yield
    else:
        with _beside_the_file(job):
            yield


@contextmanager
def _advisory(job: Run.Kind) -> Iterator[None]:
    number = _LOCK_NUMBER + list(Run.Kind).index(job)
    own = connection.copy()
    with closing(own), own.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{WAIT_SECONDS}s'")
        try:
            cursor.execute("SELECT pg_advisory_lock(%s)", [number])
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
                raise _goes_on(job) from None
            raise
        yield


@contextmanager
def _beside_the_file(job: Run.Kind) -> Iterator[None]:
    path = Path(f"{connection.settings_dict['NAME']}.{job.value}.turn")
    # A record lock belongs to the process and is not inherited by its workers, who may
    # outlive it by a moment; between threads of one process it does not count.
    if not _here[job].acquire(blocking=False):
        raise _goes_on(job)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            raise _goes_on(job) from None
        try:
            yield
        finally:
            os.close(handle)
    finally:
        _here[job].release()


def _goes_on(job: Run.Kind) -> RunGoesOn:
    run = Run.objects.filter(kind=job, status=Run.Status.RUNNING).order_by("-pk").first()
    return RunGoesOn(
        job=job.value,
        run=run.pk if run else None,
        day=run.day.isoformat() if run else None,
        started_at=run.started_at.isoformat(timespec="seconds") if run else None,
    )
