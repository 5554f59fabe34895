"""One day of a day run: computed from a snapshot, and written in one transaction.

Called by run_day, which says which days and in which mode. `write` keeps ages and
cases; `recompute` and `dry_run` end after computing.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import duckdb
from django.db import transaction

from dunwell.bulk.rollup import report_counts
from dunwell.bulk.runners import Runner
from dunwell.flows.follow_up.promise_figures import plans_moved_on_day, settled_on_day
from dunwell.flows.prepare.day_compute import computed_day, terms_of
from dunwell.flows.prepare.day_deciding import Deciding, decided_counts
from dunwell.flows.prepare.day_policy import policies_of
from dunwell.flows.prepare.day_report import report_of, standing_report
from dunwell.flows.prepare.day_source import Snapshot, snapshot
from dunwell.flows.prepare.day_steps import Clock, Steps, StepTaken, Watch
from dunwell.flows.prepare.day_tables import Known
from dunwell.flows.prepare.day_write import counts_of, write_day
from dunwell.flows.prepare.people_marks import people_mark_now
from dunwell.store.book.models import Recording
from dunwell.store.journal.append import HOUSE, append
from dunwell.store.journal.sequencer import seal_pending
from dunwell.store.people.permissions import Actor
from dunwell.store.policy.house import calendar_ends, newest_value
from dunwell.store.runs import log
from dunwell.store.runs.models import Run

Mode = Literal["write", "dry_run", "recompute"]


@dataclass(frozen=True, slots=True)
class DayResult:
    """One day that was computed: its run (None where none was kept), its report, its steps."""

    day: date
    mode: Mode
    run: int | None
    report: dict[str, object]
    steps: tuple[StepTaken, ...]


@dataclass(frozen=True, slots=True)
class DayWork:
    """What the days of one call share."""

    actor: Actor
    clock: Clock
    workdir: Path
    runner: Runner | None
    watch: Watch


def compute_and_write(
    work: DayWork, *, day: date, mode: Mode, run: Run | None, known_at: datetime | None = None
) -> DayResult:
    """Compute `day` and, in mode `write`, write it under `run`.

    Raises touched.TooMany when too many loans changed meanwhile: nothing is written then.
    """
    steps = Steps(day, run, work.clock, work.watch)
    terms = terms_of(day=day, known_at=known_at)
    policy = newest_value(known_at=known_at)
    deciding, before = None, None
    if mode != "recompute":
        # Before the snapshot: what is said about people later than this does not count.
        at, before = work.clock(), people_mark_now()
        deciding = Deciding(policies_of(lenders=terms.ageing, day=day), at)
    known = _known(known_at)
    folder = work.workdir / day.isoformat()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with ExitStack() as held:
        with steps.step("snapshot") as counts:
            taken = held.enter_context(snapshot(folder))
            counts["recording"] = taken.recording
        computed = held.enter_context(
            computed_day(
                snapshot=taken,
                day=day,
                terms=terms,
                known=known,
                stored=mode != "recompute",
                deciding=deciding,
                runner=work.runner,
                workdir=folder,
                step=steps.step,
                on_rows=lambda table, rows: steps.rows("extract", table, rows),
            )
        )
        told = {
            "known_recording": known.recording if known else taken.recording,
            "known_recordings": taken.recordings,
            "known_policy": policy,
            "known_people": list(taken.people.with_policy_of(before) if before else taken.people),
            "calendar": calendar_ends(day=day, known_at=known_at).report,
        }
        if run is not None:
            run.known_recording = known.recording if known else taken.recording
        if mode == "write" and run is not None and deciding is not None:
            report = _write(work, steps, run, computed, deciding, taken, folder, told)
        else:
            make = standing_report if mode == "recompute" else report_of
            counted = report_counts(computed) | decided_counts(computed, deciding)
            report = make(counts=counted, steps=steps.taken, known=told)
            if run is not None:
                log.finish(run, at=work.clock(), report=report)
    if mode == "write":
        with steps.step("seal") as counts:
            counts["entries"] = seal_pending(now=work.clock()).entries
    shutil.rmtree(folder, ignore_errors=True)
    return DayResult(day, mode, run.pk if run else None, report, tuple(steps.taken))


def _write(
    work: DayWork,
    steps: Steps,
    run: Run,
    computed: duckdb.DuckDBPyConnection,
    deciding: Deciding,
    taken: Snapshot,
    folder: Path,
    told: Mapping[str, object],
) -> dict[str, object]:
    """All results of the day, its run's end and its journal row, in one transaction."""
    with transaction.atomic(), steps.step("write") as counts:
        written = write_day(
            computed=computed,
            actor=work.actor,
            deciding=deciding,
            clock=work.clock,
            run=run,
            day=run.day,
            snapshot=taken,
            workdir=folder,
            on_part=lambda part: steps.part("write", part),
        )
        counts |= counts_of(written)
        report = report_of(
            counts=report_counts(computed) | decided_counts(computed, deciding),
            steps=steps.taken,
            known={**told, "known_recordings": taken.recordings + written.recordings},
            reaged=written.reaged,
            promises=settled_on_day(run.day),
            plans=plans_moved_on_day(run.day),
        )
        steps.part("write", "journal")
        now = work.clock()
        append(
            stream=HOUSE,
            verb="day.run",
            subject=f"run:{run.pk}",
            actor=work.actor,
            at=now,
            day=run.day,
            figures={name: report[name] for name in ("loans", "ages_changed", "cases")},
        )
        log.finish(run, at=now, report=report)
    return report


def _known(known_at: datetime | None) -> Known | None:
    """The facts of a past moment; None is now."""
    if known_at is None:
        return None
    made = Recording.objects.filter(recorded_at__lte=known_at).order_by("-pk")
    newest = made.values_list("pk", flat=True).first() or 0
    later = Recording.objects.filter(pk__lt=newest, recorded_at__gt=known_at).order_by("pk")
    return Known(newest, tuple(later.values_list("pk", flat=True)))
