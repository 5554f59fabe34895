"""`dunwell day`: run the day, and show what a run did."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

import typer
from django.conf import settings
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

from dunwell.bulk.runners import runner_named
from dunwell.core.days import parse_day
from dunwell.core.money import format_yuan
from dunwell.core.refusal import Refusal
from dunwell.faces.cli.day_asked import day_told, say_aside
from dunwell.faces.cli.main import language
from dunwell.faces.cli.promise import tell_reminded
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words.day_labels import (
    KIND_OF_MOVE,
    RESULT_OF_DAY,
    STATE_OF_PLAN,
    STATE_OF_PROMISE,
    STATE_OF_RUN,
    STEP_OF_DAY,
    WHY_MOVED,
    count_word,
    word,
)
from dunwell.flows.contact.work_messages import queue_work_messages
from dunwell.flows.follow_up.reminders import Reminded, remind_due
from dunwell.flows.prepare.day_once import DayResult
from dunwell.flows.prepare.day_runs import RunShown, day_run_of
from dunwell.flows.prepare.day_steps import STEPS, StepNews
from dunwell.flows.prepare.run_day import run_day
from dunwell.store.people.permissions import system_actor
from dunwell.store.policy.calendar_year import read_ends
from dunwell.wiring import gateway_of

app = typer.Typer(no_args_is_help=True, help="日运行 / the day run")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="业务日，默认今天 / the day, today")]


FARTHEST_AHEAD_DAYS = 92
"""A written day cannot be unwritten: farther off, the year was most likely mistyped."""


class FarAhead(Refusal):
    """A day far in the future would be written. Figures: day, days, latest."""

    code = "DAY-FAR-AHEAD"


class UnreadableMoment(Refusal):
    """A moment that is not ISO 8601. Figures: value."""

    code = "DAY-UNREADABLE-MOMENT"


@app.callback()
def _day() -> None:
    """日运行：账龄、归户、入催与结案 / ages, cases, what opens and closes."""


@app.command()
def run(
    as_of: AsOf = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只算不写 / compute, write nothing")
    ] = False,
    known_at: Annotated[
        str | None, typer.Option(help="按某一时刻所知重算 / as known at a moment (dry run)")
    ] = None,
    runner: Annotated[
        str | None, typer.Option(help="loop|pool|dask，默认按规模 / by size of the book")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """跑一个业务日，漏跑的日子先补上 / run a day, and the days missed before it."""
    day = day_told(as_of)
    if not dry_run:
        _refuse_far_ahead(day)
    with ExitStack() as shown:
        outcome = run_day(
            actor=system_actor("command-line"),
            day=day,
            clock=timezone.now,
            home=settings.HOME,
            dry_run=dry_run,
            known_at=_moment(known_at),
            runner=runner_named(runner) if runner else None,
            watch=shown.enter_context(_Progress()),
        )
    reminded = None if dry_run else _remind(day)
    if as_json:
        told = asdict(reminded) if reminded else None
        answer(asdict(outcome) | {"dry_run": dry_run, "reminded": told})
        return
    if outcome.abandoned:
        tell("DAY-ABANDONED", runs=outcome.abandoned)
    if outcome.unchanged_since is not None:
        tell("DAY-UNCHANGED", day=day, run=outcome.unchanged_since)
    if dry_run and outcome.missed_days:
        tell("DAY-MISSED", count=len(outcome.missed_days), first=outcome.missed_days[0])
    for result in outcome.results:
        _tell_result(result)
    if reminded is not None and reminded.due:
        tell_reminded(reminded)


@app.command()
def show(as_of: AsOf = None, as_json: AsJson = False) -> None:
    """看一个业务日运行的步骤和结果，默认最近一次 / show a run, by default the latest."""
    shown = day_run_of(
        actor=system_actor("command-line"),
        today=timezone.localdate(),
        day=parse_day(as_of) if as_of else None,
    )
    if as_json:
        answer(_as_json(shown))
        return
    run = shown.run
    status = word(STATE_OF_RUN, run.status, language=language())
    tell("DAY-SHOWN", day=run.day, run=run.pk, status=status, seconds=_seconds(shown.seconds))
    for step in shown.steps:
        took = (step.finished_at - step.started_at).total_seconds() if step.finished_at else None
        _tell_step(step.name, took, step.counts)
    _tell_report(run.report)


def _refuse_far_ahead(day: date) -> None:
    today = timezone.localdate()
    latest = today + timedelta(days=FARTHEST_AHEAD_DAYS)
    if day > latest:
        raise FarAhead(day=day, days=(day - today).days, latest=latest)


def _remind(day: date) -> Reminded | None:
    """After the day is written: its messages, and the reminders of promises due tomorrow.

    Only of today's day.
    """
    if day != timezone.localdate():
        return None
    queue_work_messages(
        actor=system_actor("command-line"),
        day=day,
        now=timezone.now(),
        gateway_of=lambda lender: gateway_of(lender=lender, home=settings.HOME),
    )
    return remind_due(
        actor=system_actor("command-line"),
        now=timezone.now(),
        gateway_of=lambda lender: gateway_of(lender=lender, home=settings.HOME),
    )


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise UnreadableMoment(value=text) from None
    return timezone.make_aware(moment) if moment.tzinfo is None else moment.astimezone(UTC)


def _tell_result(result: DayResult) -> None:
    tell(RESULT_OF_DAY[result.mode], day=result.day, run=result.run)
    for step in result.steps:
        _tell_step(step.name, step.seconds, step.counts)
    _tell_report(result.report)


def _tell_step(name: str, seconds: float | None, counts: dict[str, int]) -> None:
    words = [
        f"{count_word(key, language=language())} {count:,}"
        for key, count in counts.items()
        if count and key != "recording"
    ]
    step = word(STEP_OF_DAY, name, language=language())
    tell("DAY-STEP", step=step, seconds=_seconds(seconds), counts=words)


def _tell_report(report: dict[str, Any]) -> None:
    """What moved and why, where the overdue borrowers stand, and whether the calendar ends soon."""
    ends = read_ends(report)
    if ends is not None and ends.near:
        tell(ends.code, **ends.figures)
    for move in report.get("moves", []):
        tell(
            "DAY-MOVE",
            lender=move["lender"],
            kind=word(KIND_OF_MOVE, move["kind"], language=language()),
            why=word(WHY_MOVED, move["why"], language=language()),
            cases=move["cases"],
            overdue=format_yuan(move["overdue_fen"]),
        )
    for ended in report.get("promises", []):
        tell(
            "DAY-PROMISES",
            lender=ended["lender"],
            state=word(STATE_OF_PROMISE, ended["state"], language=language()),
            strict=word(STATE_OF_PROMISE, ended["strict"], language=language()),
            promises=ended["promises"],
            promised=format_yuan(ended["promised_fen"]),
            paid=format_yuan(ended["paid_fen"]),
        )
    for moved in report.get("plans", []):
        tell(
            "DAY-PLANS",
            lender=moved["lender"],
            state=word(STATE_OF_PLAN, moved["state"], language=language()),
            plans=moved["plans"],
            left=format_yuan(moved["left_fen"]),
        )
    for bucket in report.get("overdue", []):
        tell(
            "DAY-OVERDUE",
            lender=bucket["lender"],
            bucket=bucket["bucket"],
            borrowers=bucket["borrowers"],
            overdue=format_yuan(bucket["overdue_fen"]),
        )


def _as_json(shown: RunShown) -> dict[str, Any]:
    run = shown.run
    return {
        "day": run.day,
        "run": run.pk,
        "status": run.status,
        "recompute_only": run.recompute_only,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "seconds": shown.seconds,
        "report": run.report,
        "steps": [
            {
                "name": step.name,
                "seconds": (step.finished_at - step.started_at).total_seconds()
                if step.finished_at
                else None,
                "counts": step.counts,
            }
            for step in shown.steps
        ],
    }


def _seconds(seconds: float | None) -> str:
    return "…" if seconds is None else f"{seconds:.1f}"


class _Progress:
    """How far the day is: a bar per day on a terminal, else a line per step, on stderr."""

    def __init__(self) -> None:
        self._bars: dict[date, TaskID] = {}
        self._bar: Progress | None = None
        if sys.stderr.isatty():
            columns = (
                TextColumn("{task.description}"),
                BarColumn(),
                TextColumn("{task.fields[at]}"),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)

    def __enter__(self) -> _Progress:
        if self._bar:
            self._bar.start()
        return self

    def __exit__(self, *error: object) -> None:
        if self._bar:
            self._bar.stop()

    def __call__(self, news: StepNews) -> None:
        """Hear of a step."""
        step = word(STEP_OF_DAY, news.step, language=language())
        place = STEPS.index(news.step) + (news.state == "done")
        if self._bar:
            if news.day not in self._bars:
                self._bars[news.day] = self._bar.add_task(str(news.day), total=len(STEPS), at="")
            rows = f" {news.part} {news.counts['rows']:,}" if news.state == "rows" else ""
            self._bar.update(self._bars[news.day], completed=place, at=f"{step}{rows}")
        elif news.state == "done":
            say_aside("DAY-GOING", day=news.day, place=place, steps=len(STEPS), step=step)
