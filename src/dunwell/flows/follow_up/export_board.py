"""The follow-up board as a sheet: masked, watermarked with who and when, written in the journal.

Called by the board's page. The list asked for, or all of them one below the other; how a sheet
is written is the writer's business. Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from dunwell.flows.follow_up.board import LISTS, Section, follow_up_scope, section_of
from dunwell.flows.prepare.export_cases import Exported, Sheet, SheetColumn, Writer
from dunwell.store.cases.lists import visible_cases
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.permissions import Actor, require
from dunwell.store.vault.masks import mask_name
from dunwell.store.vault.sealed import open_many

MOST_ROWS = 5_000
"""Of each list: more is no work of one day."""

COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn("list", "text"),
    SheetColumn("case", "count"),
    SheetColumn("name", "text"),
    SheetColumn("state", "text"),
    SheetColumn("amount_fen", "money"),
    SheetColumn("paid_fen", "money"),
    SheetColumn("on", "day"),
    SheetColumn("reminded_on", "day"),
    SheetColumn("bucket", "text"),
    SheetColumn("team", "text"),
    SheetColumn("holder", "text"),
)


def export_follow_up(
    *,
    actor: Actor,
    lender: int,
    day: date,
    now: datetime,
    mine: bool,
    only: str,
    words: Callable[[str], str],
    write: Writer,
) -> Exported:
    """Write the lists (or the one named by `only`) to a file; one journal row tells of it.

    `words` says a list or state in the reader's language. Refuses people without case.export.
    """
    scope = follow_up_scope(actor=actor, lender=lender, day=day)
    team = min(scope.teams) if scope.teams else None
    require(actor, "case.export", lender=lender, team=team, day=day)
    seen = visible_cases(scope)
    if mine:
        seen = seen.filter(holder=actor.staff)
    codes = (only,) if only in LISTS else LISTS
    sections = [
        section_of(code, seen, lender=lender, day=day, now=now, most=MOST_ROWS) for code in codes
    ]
    rows = sum(len(section.lines) for section in sections)
    with transaction.atomic():
        entry = append(
            stream=stream_of(lender), verb="case.export", subject=f"lender:{lender}", actor=actor,
            at=now, lender=lender, day=day,
            figures={"rows": rows, "form": write.ending, "list": only or "follow_up"},
        )  # fmt: skip
    sheet = Sheet(
        columns=[SheetColumn(c.key, c.kind, write.titles(c.key)) for c in COLUMNS],
        rows=_rows(sections, words),
        watermark=write.watermark(actor.label, now, entry),
    )
    filename = f"dunwell-follow-up-{day.isoformat()}-{entry}.{write.ending}"
    return Exported(write.write(sheet), filename, rows, entry)


def _rows(sections: Sequence[Section], words: Callable[[str], str]) -> Iterator[Sequence[Any]]:
    for section in sections:
        parties = [line.case.party for line in section.lines]
        names = open_many(
            [party.name_sealed for party in parties],
            table="people_party",
            column="name_sealed",
            rows=[party.pk for party in parties],
        )
        for line, name in zip(section.lines, names, strict=True):
            case = line.case
            told = {
                "list": words(section.code),
                "case": case.pk,
                "name": mask_name(name),
                "state": words(line.state),
                "amount_fen": line.amount_fen,
                "paid_fen": line.paid_fen,
                "on": line.on,
                "reminded_on": line.reminded_on,
                "bucket": case.bucket,
                "team": case.team.name if case.team else None,
                "holder": case.holder.display_name if case.holder else None,
            }
            yield [told[column.key] for column in COLUMNS]
