"""The log of a run: its row, its steps, and what is left of one that was killed.

Called by the day run and the import. Rows are written as the work goes, outside
its transaction, so that a killed run still tells how far it came; `finish` goes
into the transaction that writes the results.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor
from dunwell.store.runs.models import Run, RunStep


def begin(
    *,
    kind: Run.Kind,
    day: date,
    at: datetime,
    actor: Actor,
    lender: Lender | None = None,
    recompute_only: bool = False,
) -> Run:
    """Enter a run as `running`."""
    return Run.objects.create(
        kind=kind,
        lender=lender,
        day=day,
        status=Run.Status.RUNNING,
        started_at=at,
        actor_id=actor.staff,
        recompute_only=recompute_only,
    )


def abandon_killed(*, kind: Run.Kind, at: datetime) -> list[int]:
    """Mark runs of a kind that never ended; call it while holding the turn. Answers their ids."""
    killed = Run.objects.filter(kind=kind, status=Run.Status.RUNNING)
    ids = list(killed.order_by("pk").values_list("pk", flat=True))
    if ids:
        killed.update(status=Run.Status.ABANDONED, finished_at=at)
    return ids


def note_step(
    run: Run,
    *,
    place: int,
    name: str,
    started_at: datetime,
    finished_at: datetime,
    counts: Mapping[str, int],
) -> None:
    """Keep what a step counted and took; doing a place again replaces it."""
    RunStep.objects.update_or_create(
        run=run,
        place=place,
        defaults={
            "name": name,
            "started_at": started_at,
            "finished_at": finished_at,
            "counts": dict(counts),
        },
    )


def finish(run: Run, *, at: datetime, report: Mapping[str, object]) -> None:
    """Close a run as done, with its report."""
    run.status = Run.Status.DONE
    run.finished_at = at
    run.report = dict(report)
    run.save(update_fields=["status", "finished_at", "report", "known_recording"])


def fail(run: Run, *, at: datetime, code: str) -> None:
    """Close a run that could not go on, with the code of what stopped it. A done one stays."""
    going = Run.objects.filter(pk=run.pk, status=Run.Status.RUNNING)
    going.update(status=Run.Status.FAILED, finished_at=at, report={"failed": code})


def last_done(*, kind: Run.Kind, day: date | None = None) -> Run | None:
    """The newest completed run of the latest day, or of `day`; mere recomputations do not count."""
    done = Run.objects.filter(kind=kind, status=Run.Status.DONE, recompute_only=False)
    if day is not None:
        done = done.filter(day=day)
    return done.order_by("-day", "-pk").first()
