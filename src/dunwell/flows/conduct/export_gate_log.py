"""The gate's log as a sheet: what was asked, allowed and refused, by which rules of which packs.

Called by the log's page, for whoever may read the journal too. Nothing personal stands in it;
taking it away leaves an entry in the journal.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from dunwell.flows.house.journal_seen import SEE
from dunwell.flows.prepare.export_cases import (
    Exported,
    ExportTooLarge,
    Sheet,
    SheetColumn,
    Writer,
)
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.log import LogFilter, narrowed, visible
from dunwell.store.permits.models import Permit

MOST_ROWS = 200_000
COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn("number", "count"),
    SheetColumn("at", "text"),
    SheetColumn("verdict", "text"),
    SheetColumn("channel", "text"),
    SheetColumn("role", "text"),
    SheetColumn("purpose", "text"),
    SheetColumn("codes", "text"),
    SheetColumn("person", "text"),
    SheetColumn("case", "count"),
    SheetColumn("next", "text"),
    SheetColumn("pack", "text"),
)


def export_gate_log(
    *,
    actor: Actor,
    day: date,
    now: datetime,
    lender: int,
    teams: frozenset[int] | None,
    wanted: LogFilter,
    write: Writer,
) -> Exported:
    """Write the filtered questions, oldest first, in codes as the packs name them.

    Refuses NotPermitted, and ExportTooLarge for more than MOST_ROWS questions.
    """
    require(actor, "permit.see", day=day, lender=lender, team=min(teams) if teams else None)
    require(actor, SEE, day=day, lender=lender)
    found = narrowed(visible(lender=lender, teams=teams), wanted)
    rows = found.count()
    if rows > MOST_ROWS:
        raise ExportTooLarge(most=MOST_ROWS)
    with transaction.atomic():
        entry = append(
            stream=stream_of(lender), verb="permit.export", subject=f"lender:{lender}",
            actor=actor, at=now, lender=lender, day=day,
            figures={"rows": rows, "form": write.ending},
        )  # fmt: skip
    sheet = Sheet(
        columns=[SheetColumn(c.key, c.kind, write.titles(c.key)) for c in COLUMNS],
        rows=_lines(found),
        watermark=write.watermark(actor.label, now, entry),
    )
    filename = f"dunwell-gate-{day.isoformat()}-{entry}.{write.ending}"
    return Exported(write.write(sheet), filename, rows, entry)


def _lines(rows: QuerySet[Permit]) -> Iterator[Sequence[Any]]:
    for row in rows.order_by("pk").iterator(chunk_size=2_000):
        yield (
            row.pk, row.asked_at.isoformat(), row.verdict, row.channel, row.role, row.purpose,
            row.codes, row.actor_label, row.case_id,
            row.next_allowed_at.isoformat() if row.next_allowed_at else None, row.pack_hash,
        )  # fmt: skip
