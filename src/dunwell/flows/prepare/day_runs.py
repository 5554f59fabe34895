"""Day runs that were: one shown whole, or many listed.

Called by `dunwell day show` and the runs pages. Reads what runs kept; computes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from dunwell.core.refusal import Refusal
from dunwell.store.people.permissions import Actor, require
from dunwell.store.runs.models import Run, RunStep


class NoSuchRun(Refusal):
    """No day run of that day or number. Figures: day, run."""

    code = "DAY-NO-SUCH-RUN"


@dataclass(frozen=True, slots=True)
class RunShown:
    """A run with its steps in order."""

    run: Run
    steps: Sequence[RunStep]

    @property
    def seconds(self) -> float | None:
        """How long it took; None while it runs."""
        if self.run.finished_at is None:
            return None
        return (self.run.finished_at - self.run.started_at).total_seconds()


def day_run_of(*, actor: Actor, today: date, day: date | None = None) -> RunShown:
    """The newest day run of `day` (None: of the latest day run): one that is done, else any.

    Refuses NotPermitted and NoSuchRun.
    """
    require(actor, "day.see", day=today)
    runs = Run.objects.filter(kind=Run.Kind.DAY).order_by("-day", "-pk")
    if day is not None:
        runs = runs.filter(day=day)
    written = runs.filter(status=Run.Status.DONE, recompute_only=False)
    run = written.first() or runs.filter(status=Run.Status.DONE).first() or runs.first()
    if run is None:
        raise NoSuchRun(day=day.isoformat() if day else None, run=None)
    return _shown(run)


def day_run_numbered(*, actor: Actor, today: date, number: int) -> RunShown:
    """The day run of that number. Refuses NotPermitted and NoSuchRun."""
    require(actor, "day.see", day=today)
    run = Run.objects.filter(kind=Run.Kind.DAY, pk=number).first()
    if run is None:
        raise NoSuchRun(day=None, run=number)
    return _shown(run)


def day_runs(*, actor: Actor, today: date, size: int, before: int | None = None) -> Sequence[Run]:
    """The newest runs first, `size` of them and one more where there are more.

    `before` is the number of the last run of the page before. Refuses NotPermitted.
    """
    require(actor, "day.see", day=today)
    runs = Run.objects.filter(kind=Run.Kind.DAY).select_related("actor").order_by("-pk")
    if before is not None:
        runs = runs.filter(pk__lt=before)
    return list(runs[: size + 1])


def _shown(run: Run) -> RunShown:
    return RunShown(run, list(run.steps.all()))
