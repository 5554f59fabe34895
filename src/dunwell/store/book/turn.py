"""One import of a lender's book at a time: the next one waits for its turn.

Called by the book import around everything but the reading of files. The turn
ends with the process that held it, however that ended; so whoever has it knows
that every other import still marked as running was killed.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

_SPACE = 20_431  # a number of our own among PostgreSQL's advisory locks


@contextmanager
def import_turn(*, lender_id: int, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Wait until no other process imports into the lender's book, then hold its turn."""
    if connection.vendor == "postgresql":
        with _by_advisory_lock(lender_id, on_wait):
            yield
    else:
        with _by_file_lock(lender_id, on_wait):
            yield


@contextmanager
def _by_advisory_lock(lender_id: int, on_wait: Callable[[], None]) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_SPACE, lender_id])
        if not cursor.fetchone()[0]:
            on_wait()
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [_SPACE, lender_id])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_SPACE, lender_id])


@contextmanager
def _by_file_lock(lender_id: int, on_wait: Callable[[], None]) -> Iterator[None]:
    database = Path(str(connection.settings_dict["NAME"]))
    handle = os.open(f"{database}.import-{lender_id}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
