"""Recordings: who may write a lender's book now, and the row that says so.

Every flow that puts facts on a book (import, payment, reversal, hold, correction)
calls `record` inside its transaction, before it reads what it will change. The
lender's row is the lock of the lender's book: recordings are made one after the
other, so their ids are in order of time and `recorded_at` never runs backwards.
"""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from dunwell.store.book.models import Recording
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor
from dunwell.store.runs.models import Run

_PARTIES = 20_432  # a number of our own among PostgreSQL's advisory locks


def lock_book(*, lender: Lender) -> None:
    """Hold the lender's book until the transaction ends; others wait.

    Raises TransactionManagementError outside a transaction. On SQLite the
    transaction itself is the lock: it begins IMMEDIATE.
    """
    Lender.objects.select_for_update().values_list("pk").get(pk=lender.pk)
    assert transaction.get_connection().in_atomic_block


def lock_parties() -> None:
    """Hold the parties of all lenders until the transaction ends, against other imports.

    Two lenders may bring one ID number at the same moment, and it is one party. On
    SQLite the transaction is the lock.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [_PARTIES])


def newest_import() -> int:
    """The newest import recording of any lender, 0 when there is none."""
    newest = Recording.objects.filter(kind=Recording.Kind.IMPORT).order_by("-pk")
    return newest.values_list("pk", flat=True).first() or 0


def newest_recording(*, lender: Lender) -> int:
    """The newest recording of the lender's book, 0 when there is none."""
    newest = Recording.objects.filter(lender=lender).order_by("-pk").values_list("pk", flat=True)
    return newest.first() or 0


def record(
    *,
    lender: Lender,
    kind: Recording.Kind,
    at: datetime,
    actor: Actor,
    run: Run | None = None,
    number: int | None = None,
) -> Recording:
    """Lock the book and enter a recording on it, at `at` or, if later, at the last one's moment.

    `number` is one that was taken beforehand; the book must not have moved since.
    """
    lock_book(lender=lender)
    last = Recording.objects.filter(lender=lender).order_by("-pk").first()
    assert number is None or last is None or number > last.pk
    return Recording.objects.create(
        pk=number,
        lender=lender,
        kind=kind,
        recorded_at=at if last is None else max(at, last.recorded_at),
        actor_id=actor.staff,
        run=run,
    )
