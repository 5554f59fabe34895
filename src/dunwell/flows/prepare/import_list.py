"""The imports there were: lists of batches, and one batch with its steps.

Called by `dunwell book batches|show` and by the import pages. Nothing here is
personal: files by name, counts, codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from dunwell.core.refusal import Refusal
from dunwell.store.book.models import Batch
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, lenders_seen, require


class NoSuchBatch(Refusal):
    """There is no such batch, or this actor may not see it. Figures: batch."""

    code = "BOOK-NO-SUCH-BATCH"


class UnknownLender(Refusal):
    """There is no lender of this code. Figures: lender, known."""

    code = "BOOK-NO-SUCH-LENDER"


@dataclass(frozen=True)
class BatchLine:
    """One import in a list."""

    batch: int
    lender: str
    status: str
    layout: str
    as_of: date | None
    made_at: datetime
    made_by: str
    files: int
    rows: int
    written: int
    rejected: int

    def as_data(self) -> dict[str, Any]:
        """The line as plain data for JSON."""
        return asdict(self)


def batches_of(*, actor: Actor, lender_code: str, now: datetime, most: int) -> Sequence[BatchLine]:
    """The newest imports of one lender. Refuses UnknownLender and NotPermitted."""
    lender = Lender.objects.filter(code=lender_code).first()
    require(
        actor,
        "book.see",
        day=timezone.localdate(now),
        lender=None if lender is None else lender.pk,
    )
    if lender is None:
        known = ", ".join(Lender.objects.order_by("code").values_list("code", flat=True))
        raise UnknownLender(lender=lender_code, known=known)
    found = Batch.objects.filter(lender=lender).select_related("lender", "made_by")
    return [_line(batch) for batch in found.order_by("-pk")[:most]]


def batches_seen(*, actor: Actor, now: datetime, most: int) -> Sequence[BatchLine]:
    """The newest imports of every lender whose book the actor may see."""
    found = Batch.objects.select_related("lender", "made_by").order_by("-pk")
    lenders = lenders_seen(actor, timezone.localdate(now), "book.see")
    if lenders is not None:
        found = found.filter(lender__in=lenders)
    return [_line(batch) for batch in found[:most]]


def batch_seen(*, actor: Actor, batch: int, now: datetime, permission: str = "book.see") -> Batch:
    """One batch. Refuses NoSuchBatch where there is none or the actor may not see it."""
    found = Batch.objects.select_related("lender", "run", "made_by").filter(pk=batch).first()
    lenders = lenders_seen(actor, timezone.localdate(now), permission)
    if found is None or (lenders is not None and found.lender_id not in lenders):
        raise NoSuchBatch(batch=batch)
    return found


def batch_shown(*, actor: Actor, batch: int, now: datetime) -> dict[str, Any]:
    """One batch in full as plain data: files, counts, quality, steps with their seconds."""
    found = batch_seen(actor=actor, batch=batch, now=now)
    run = found.run
    steps = [] if run is None else list(run.steps.all())
    seconds = None
    if run is not None and run.finished_at is not None:
        seconds = round((run.finished_at - run.started_at).total_seconds(), 3)
    return {
        "batch": found.pk,
        "status": found.status,
        "lender": found.lender.code,
        "layout": found.layout,
        "as_of": found.as_of,
        "digest": found.digest,
        "made_at": found.made_at,
        "made_by": found.made_by.username if found.made_by else None,
        "recording": found.recording_id,
        "files": found.files,
        "tables": found.counts.get("tables", {}),
        "left": found.counts.get("left", 0),
        "rejects": found.counts.get("rejects", 0),
        "flags": found.counts.get("flags", {}),
        "quality": found.quality,
        "code": (run.report or {}).get("code") if run else None,
        "seconds": seconds,
        "steps": [
            {
                "name": step.name,
                "seconds": None
                if step.finished_at is None
                else round((step.finished_at - step.started_at).total_seconds(), 3),
            }
            for step in steps
        ],
    }


def _line(batch: Batch) -> BatchLine:
    tables = batch.counts.get("tables", {}).values()
    return BatchLine(
        batch=batch.pk,
        lender=batch.lender.code,
        status=batch.status,
        layout=batch.layout,
        as_of=batch.as_of,
        made_at=batch.made_at,
        made_by=batch.made_by.username if batch.made_by else "",
        files=len(batch.files),
        rows=sum(table["rows"] for table in tables),
        written=sum(table["new"] + table["changed"] for table in tables),
        rejected=batch.counts.get("rejects", 0),
    )
