"""Reading the journal: its entries, narrowed and paged by key, and the same as a sheet.

Called by the journal's page. A reader sees the house's entries and those of the lenders they
watch over; nothing personal stands in them. Taking a sheet away leaves an entry of its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet

from dunwell.flows.prepare.export_cases import (
    Exported,
    ExportTooLarge,
    Sheet,
    SheetColumn,
    Writer,
)
from dunwell.store.journal.append import HOUSE, append
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import Actor, lenders_seen, require

SEE = "journal.see"
MOST_ROWS = 200_000
COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn("number", "count"),
    SheetColumn("at", "text"),
    SheetColumn("day", "day"),
    SheetColumn("actor", "text"),
    SheetColumn("verb", "text"),
    SheetColumn("subject", "text"),
    SheetColumn("why", "text"),
    SheetColumn("figures", "text"),
    SheetColumn("stream", "text"),
    SheetColumn("place", "count"),
    SheetColumn("hash", "text"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalFilter:
    """What the list is narrowed to; empty and None mean any. Moments: [from_at, until_at)."""

    room: str = ""
    """What stands before the dot of a verb."""
    person: int | None = None
    subject: str = ""
    unsealed: bool = False
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """One page, the newest first, and how many entries the filter holds."""

    rows: Sequence[Entry]
    next_before: int | None
    total: int


def journal_page(
    *, actor: Actor, day: date, wanted: JournalFilter, size: int, before: int | None = None
) -> JournalPage:
    """A page of the entries the actor may read. Refuses NotPermitted."""
    require(actor, SEE, day=day)
    rows = _narrowed(_seen(actor, day), wanted)
    ahead = rows if before is None else rows.filter(pk__lt=before)
    found = list(ahead.select_related("actor", "seal").order_by("-pk")[: size + 1])
    more = len(found) > size
    return JournalPage(found[:size], found[size - 1].pk if more else None, rows.count())


def people_in_journal(*, actor: Actor, day: date) -> list[Staff]:
    """Whoever could have acted: for the filter by person. Refuses NotPermitted."""
    require(actor, SEE, day=day)
    return list(Staff.objects.order_by("username"))


def export_journal(
    *, actor: Actor, day: date, now: datetime, wanted: JournalFilter, write: Writer
) -> Exported:
    """Write the filtered entries, oldest first, with their places in the chains.

    Refuses NotPermitted, and ExportTooLarge for more than MOST_ROWS entries.
    """
    require(actor, SEE, day=day)
    found = _narrowed(_seen(actor, day), wanted)
    rows = found.count()
    if rows > MOST_ROWS:
        raise ExportTooLarge(most=MOST_ROWS)
    with transaction.atomic():
        entry = append(
            stream=HOUSE, verb="journal.export", subject="journal", actor=actor, at=now, day=day,
            figures={"rows": rows, "form": write.ending},
        )  # fmt: skip
    sheet = Sheet(
        columns=[SheetColumn(c.key, c.kind, write.titles(c.key)) for c in COLUMNS],
        rows=_lines(found.filter(pk__lt=entry)),
        watermark=write.watermark(actor.label, now, entry),
    )
    filename = f"dunwell-journal-{day.isoformat()}-{entry}.{write.ending}"
    return Exported(write.write(sheet), filename, rows, entry)


def _seen(actor: Actor, day: date) -> QuerySet[Entry]:
    lenders = lenders_seen(actor, day, SEE)
    rows = Entry.objects.all()
    return rows if lenders is None else rows.filter(Q(lender=None) | Q(lender__in=lenders))


def _narrowed(rows: QuerySet[Entry], wanted: JournalFilter) -> QuerySet[Entry]:
    if wanted.room:
        rows = rows.filter(verb__startswith=f"{wanted.room}.")
    if wanted.person is not None:
        rows = rows.filter(actor=wanted.person)
    if wanted.subject:
        rows = rows.filter(subject=wanted.subject)
    if wanted.unsealed:
        rows = rows.filter(seal=None)
    if wanted.from_at is not None:
        rows = rows.filter(at__gte=wanted.from_at)
    if wanted.until_at is not None:
        rows = rows.filter(at__lt=wanted.until_at)
    return rows


def _lines(rows: QuerySet[Entry]) -> Iterator[Sequence[Any]]:
    for entry in rows.select_related("seal").order_by("pk").iterator(chunk_size=2_000):
        seal = getattr(entry, "seal", None)
        yield (
            entry.pk, entry.at.isoformat(), entry.day, entry.actor_label, entry.verb,
            entry.subject, entry.why, entry.figures, entry.stream,
            seal.place if seal else None, seal.hash if seal else None,
        )  # fmt: skip
