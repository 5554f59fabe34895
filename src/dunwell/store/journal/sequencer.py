"""The sequencer: gives every committed entry its place in its stream's chain.

The day run, `dunwell journal seal` and the worker call `seal_pending`. Flows that
append never wait for it, and it never waits for them: an entry whose
transaction is still open is sealed by a later call, so places follow commits.
Any number of sequencers may be called at once; they take turns batch by batch.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, Max, OuterRef

from dunwell.store.journal.chain import FIRST_HASH, HASHED, chain_hash
from dunwell.store.journal.models import Entry, Seal
from dunwell.store.vault import keyring

BATCH = 5_000
_LOCK = 0x64756E_73656C  # an advisory lock number of our own
_COLUMNS = ("entry_id", "stream", "place", "key_id", "previous_hash", "hash", "sealed_at")


@dataclass(slots=True)
class Sealed:
    """What one call sealed: entries in all, and per stream."""

    entries: int = 0
    streams: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Head:
    place: int
    hash: str


def seal_pending(*, now: datetime) -> Sealed:
    """Seal every entry that is committed and not sealed yet, in batches of 5,000.

    Each batch is a transaction of its own (unless the caller is in one), so a
    kill loses nothing but time.
    """
    done = Sealed()
    while _seal_batch(now, done) == BATCH:
        pass
    return done


def _seal_batch(now: datetime, done: Sealed) -> int:
    key = keyring().active("journal")
    with transaction.atomic():
        # SQLite's transaction is IMMEDIATE: beginning it already is the lock.
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        sealed = Seal.objects.filter(entry=OuterRef("pk"))
        pending = list(
            Entry.objects.filter(~Exists(sealed)).order_by("pk").values_list(*HASHED)[:BATCH]
        )
        heads = _heads({values[1] for values in pending})
        rows = []
        for values in pending:
            head = heads[values[1]]
            place = head.place + 1
            made = chain_hash(secret=key.secret, previous=head.hash, place=place, values=values)
            rows.append((values[0], values[1], place, key.id, head.hash, made, now))
            heads[values[1]] = _Head(place, made)
            done.streams[values[1]] = done.streams.get(values[1], 0) + 1
        _write(rows)
    done.entries += len(rows)
    return len(rows)


def _heads(streams: set[str]) -> dict[str, _Head]:
    """The last place and hash of each stream."""
    heads = {stream: _Head(0, FIRST_HASH) for stream in streams}
    last = Seal.objects.filter(stream__in=streams).values("stream").annotate(last=Max("place"))
    for each in last:
        seal = Seal.objects.get(stream=each["stream"], place=each["last"])
        heads[seal.stream] = _Head(seal.place, seal.hash)
    return heads


def _write(rows: Sequence[tuple[Any, ...]]) -> None:
    names = ", ".join(_COLUMNS)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY journal_seal ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        moment = connection.ops.adapt_datetimefield_value
        marks = ", ".join(["%s"] * len(_COLUMNS))
        cursor.executemany(
            f"INSERT INTO journal_seal ({names}) VALUES ({marks})",
            [(*row[:-1], moment(row[-1])) for row in rows],
        )
