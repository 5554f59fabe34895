"""The steps of a day run as they go: kept with the run, and told to whoever watches.

Called by the day run only. A watcher is the command line's progress, the web page's,
or a test that kills the process at a step.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from django.db import OperationalError

from dunwell.store.runs import log
from dunwell.store.runs.models import Run

STEPS = (
    "snapshot",
    "extract",
    "age",
    "roll_up",
    "decide",
    "features",
    "grade",
    "strategy",
    "write",
    "seal",
)
"""Every step of a day, in order. A dry run ends with `strategy`, a recomputed day with `decide`."""

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class StepNews:
    """A step (or a part of one) begins, has read rows, or is done with its counts."""

    day: date
    step: str
    state: Literal["begun", "part", "rows", "done"]
    part: str = ""
    counts: dict[str, int] = field(default_factory=dict)


Watch = Callable[[StepNews], None]


@dataclass(frozen=True, slots=True)
class StepTaken:
    """A step that is done: its counts and how long it took."""

    name: str
    seconds: float
    counts: dict[str, int]


@dataclass(slots=True)
class Steps:
    """The steps of one day. `run` is None where nothing is kept."""

    day: date
    run: Run | None
    clock: Clock
    watch: Watch
    taken: list[StepTaken] = field(default_factory=list)

    @contextmanager
    def step(self, name: str) -> Iterator[dict[str, int]]:
        """Do one step; the block fills the counts."""
        counts: dict[str, int] = {}
        started_at = self.clock()
        self.watch(StepNews(self.day, name, "begun"))
        yield counts
        finished_at = self.clock()
        self.taken.append(StepTaken(name, (finished_at - started_at).total_seconds(), counts))
        if self.run is not None:
            # A note that finds the file locked is left out: the work itself may go on.
            with suppress(OperationalError):
                log.note_step(
                    self.run,
                    place=STEPS.index(name) + 1,
                    name=name,
                    started_at=started_at,
                    finished_at=finished_at,
                    counts=counts,
                )
        self.watch(StepNews(self.day, name, "done", counts=counts))

    def part(self, step: str, part: str) -> None:
        """Say that a part of a step begins."""
        self.watch(StepNews(self.day, step, "part", part))

    def rows(self, step: str, part: str, count: int) -> None:
        """Say how many rows of a part are through."""
        self.watch(StepNews(self.day, step, "rows", part, {"rows": count}))
