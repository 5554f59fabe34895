"""Exporting a list of cases: masked, watermarked with who and when, written in the journal.

Called by the list page and the API. How a sheet is written is a port, filled by
wiring; what stands in it is decided here. Amounts are fen, days are dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import IO, Any, Literal

from django.db import transaction

from dunwell.core.refusal import Refusal
from dunwell.store.cases.lists import CaseFilter, Order, Scope, counted, filtered, page_of
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.permissions import Actor, require
from dunwell.store.vault.masks import mask_name
from dunwell.store.vault.sealed import open_many

MOST_ROWS = 200_000
_AT_ONCE = 2_000

Kind = Literal["text", "money", "count", "day"]


class ExportTooLarge(Refusal):
    """More rows than one sheet should hold. Figures: most."""

    code = "CASES-EXPORT-TOO-LARGE"


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column's key (its title is the writer's business until `titled`), and how to write it."""

    key: str
    kind: Kind
    title: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a writer turns into a file: columns, rows in their order, and the watermark."""

    columns: Sequence[SheetColumn]
    rows: Iterator[Sequence[Any]]
    watermark: str


@dataclass(frozen=True, slots=True)
class Writer:
    """A way to write sheets: its ending, the columns' titles, the watermark's words, the act."""

    ending: str
    titles: Callable[[str], str]
    watermark: Callable[[str, datetime, int], str]
    write: Callable[[Sheet], IO[bytes]]


@dataclass(frozen=True, slots=True)
class Exported:
    """The file, ready to read, its name, its rows, and the journal entry that tells of it."""

    file: IO[bytes]
    filename: str
    rows: int
    entry: int


COLUMNS: tuple[SheetColumn, ...] = (
    SheetColumn("case", "count"),
    SheetColumn("name", "text"),
    SheetColumn("status", "text"),
    SheetColumn("bucket", "text"),
    SheetColumn("days_past_due", "count"),
    SheetColumn("delinquent_days", "count"),
    SheetColumn("overdue_principal_fen", "money"),
    SheetColumn("overdue_interest_fen", "money"),
    SheetColumn("overdue_penalty_fen", "money"),
    SheetColumn("overdue_fee_fen", "money"),
    SheetColumn("overdue_fen", "money"),
    SheetColumn("outstanding_fen", "money"),
    SheetColumn("loans_overdue", "count"),
    SheetColumn("loans_total", "count"),
    SheetColumn("team", "text"),
    SheetColumn("holder", "text"),
    SheetColumn("opened_on", "day"),
    SheetColumn("closed_on", "day"),
)


def export_cases(
    *,
    actor: Actor,
    scope: Scope,
    wanted: CaseFilter,
    order: Order,
    day: date,
    now: datetime,
    write: Writer,
) -> Exported:
    """Write the filtered cases to a file, names masked; one journal row tells who took what.

    Refuses people without case.export and lists of more than MOST_ROWS cases.
    """
    team = min(scope.teams) if scope.teams else None
    require(actor, "case.export", lender=scope.lender, team=team, day=day)
    if filtered(scope, wanted).order_by()[MOST_ROWS : MOST_ROWS + 1].exists():
        raise ExportTooLarge(most=MOST_ROWS)
    few = counted(scope, wanted)
    rows = few.cases if not few.over else filtered(scope, wanted).count()
    with transaction.atomic():
        entry = append(
            stream=stream_of(scope.lender),
            verb="case.export",
            subject=f"lender:{scope.lender}",
            actor=actor,
            at=now,
            lender=scope.lender,
            day=day,
            figures={"rows": rows, "form": write.ending, "status": wanted.status},
        )
    sheet = Sheet(
        columns=[SheetColumn(c.key, c.kind, write.titles(c.key)) for c in COLUMNS],
        rows=_rows(scope, wanted, order),
        watermark=write.watermark(actor.label, now, entry),
    )
    filename = f"dunwell-cases-{day.isoformat()}-{entry}.{write.ending}"
    return Exported(write.write(sheet), filename, rows, entry)


def _rows(scope: Scope, wanted: CaseFilter, order: Order) -> Iterator[Sequence[Any]]:
    after: tuple[int, int] | None = None
    while True:
        page = page_of(scope, wanted, order=order, size=_AT_ONCE, after=after)
        names = open_many(
            [case.party.name_sealed for case in page.cases],
            table="people_party",
            column="name_sealed",
            rows=[case.party_id for case in page.cases],
        )
        for case, name in zip(page.cases, names, strict=True):
            yield _row(case, mask_name(name))
        if page.next_key is None:
            return
        after = page.next_key


def _row(case: Case, name: str) -> Sequence[Any]:
    own = {
        "case": case.pk,
        "name": name,
        "team": case.team.name if case.team else None,
        "holder": case.holder.display_name if case.holder else None,
    }
    return [own[c.key] if c.key in own else getattr(case, c.key) for c in COLUMNS]
