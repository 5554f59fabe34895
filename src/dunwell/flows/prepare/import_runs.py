"""The rows that tell of an import while it runs and after it: run, steps, batch.

Called by import_book, inside its turn. A killed import leaves its run `running`;
whoever has the turn next marks it abandoned. Steps are kept in memory and
written at the end, because on SQLite nobody else writes while the book is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dunwell.flows.prepare.stage_book import StagedBook
from dunwell.store.book.models import Batch
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor
from dunwell.store.runs.models import Run, RunStep


@dataclass
class StepClock:
    """When each step began and ended; `on_progress` hears (step, rows done, rows in all)."""

    clock: Callable[[], datetime]
    on_progress: Callable[[str, int, int], None]
    steps: list[dict[str, Any]] = field(default_factory=list)

    def begin(self, name: str, total: int = 0) -> Callable[[int], None]:
        """Open a step, closing the one before; the answer tells how far it is."""
        self.end()
        self.steps.append({"name": name, "started_at": self.clock(), "counts": {}})
        self.on_progress(name, 0, total)
        return lambda done: self.on_progress(name, done, total)

    def end(self, **counts: int) -> None:
        """Close the open step, if any."""
        if self.steps and "finished_at" not in self.steps[-1]:
            self.steps[-1] |= {"finished_at": self.clock(), "counts": counts}


def mark_abandoned(*, lender: Lender, at: datetime) -> int:
    """Mark the lender's imports that still say `running` as killed. Only inside the turn."""
    killed = Run.objects.filter(lender=lender, kind=Run.Kind.IMPORT, status=Run.Status.RUNNING)
    Batch.objects.filter(run__in=killed, status=Batch.Status.RUNNING).update(
        status=Batch.Status.ABANDONED
    )
    return killed.update(status=Run.Status.ABANDONED, finished_at=at)


def open_batch(
    *, staged: StagedBook, lender: Lender, actor: Actor, at: datetime, batch: Batch | None
) -> Batch:
    """Enter the run and the batch as running; `batch` is the one a page made for an upload."""
    run = Run.objects.create(
        kind=Run.Kind.IMPORT,
        lender=lender,
        day=staged.batch.as_of,
        status=Run.Status.RUNNING,
        started_at=at,
        actor_id=actor.staff,
    )
    batch = batch or Batch(lender=lender, made_at=at, made_by_id=actor.staff)
    batch.run = run
    batch.status = Batch.Status.RUNNING
    batch.layout = staged.batch.layout
    batch.digest = staged.batch.digest
    batch.as_of = staged.batch.as_of
    batch.files = [
        {"file": source.file, "sheet": source.sheet, "table": source.table, "rows": source.rows,
         "sha256": source.sha256}
        for source in staged.batch.sources
    ]  # fmt: skip
    batch.save()
    return batch


def close_batch(
    *, batch: Batch, steps: StepClock, counts: dict[str, Any], quality: dict[str, int],
    recording: int | None,
) -> None:  # fmt: skip
    """Say that the import is done, and how long each step took."""
    steps.end()
    batch.status = Batch.Status.IMPORTED
    batch.counts, batch.quality, batch.recording_id = counts, quality, recording
    batch.save()
    _close_run(batch, Run.Status.DONE, steps, {"counts": counts, "quality": quality})


def refuse_batch(*, batch: Batch, steps: StepClock, code: str) -> None:
    """Say that nothing was imported, and why (a code)."""
    steps.end()
    batch.status = Batch.Status.REFUSED
    batch.save(update_fields=["status"])
    _close_run(batch, Run.Status.FAILED, steps, {"code": code})


def _close_run(batch: Batch, status: str, steps: StepClock, report: dict[str, Any]) -> None:
    run = batch.run
    assert run is not None
    run.status, run.finished_at, run.report = status, steps.clock(), report
    run.save(update_fields=["status", "finished_at", "report"])
    RunStep.objects.bulk_create(
        RunStep(run=run, place=place, **step) for place, step in enumerate(steps.steps)
    )
