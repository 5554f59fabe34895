"""`dunwell world make`: an invented micro-lender in a folder, needed by demo, bench and tests.

Needs no state. Reads the clock only when no day is given, and then says which day it took.
Shows a bar on a terminal and plain lines elsewhere; with --json only the result is printed.
"""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from dunwell.core.days import parse_day
from dunwell.core.money import format_yuan
from dunwell.faces.cli.main import language
from dunwell.faces.words import say
from dunwell.world import WorldSummary, make_world

SCREEN_ZONE = ZoneInfo("Asia/Shanghai")
PLAIN_STEPS = 10
"""Lines of progress where no terminal is watching."""

app = typer.Typer(no_args_is_help=True, help="虚拟小贷公司 / an invented micro-lender")


@app.callback()
def _world() -> None:
    """虚拟小贷公司：数据皆为虚构 / an invented micro-lender, nobody in it is real."""


@app.command()
def make(
    loans: Annotated[int, typer.Option(help="借据笔数 / how many loans")],
    out: Annotated[Path, typer.Option(help="输出目录 / folder to write to")],
    seed: Annotated[int, typer.Option(help="种子 / same seed, same bytes")] = 1,
    layout: Annotated[str, typer.Option(help="native | tape")] = "native",
    sheet: Annotated[str, typer.Option(help="tape: xlsx | csv")] = "xlsx",
    flaws: Annotated[bool, typer.Option("--flaws", help="tape: 掺入常见错误 / with flaws")] = False,
    as_of: Annotated[str | None, typer.Option(help="截止日，默认今天 / default today")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """生成虚拟小贷公司的数据文件 / write the files of an invented micro-lender."""
    day = parse_day(as_of) if as_of is not None else datetime.now(tz=SCREEN_ZONE).date()
    if as_of is None:
        _tell("WORLD-DAY-ASSUMED", as_of=day.isoformat())
    watcher: AbstractContextManager[_Bar | _Lines | None] = nullcontext()
    if not as_json:
        watcher = _Bar() if sys.stderr.isatty() else _Lines()
    with watcher as progress:
        summary = make_world(
            loans=loans,
            seed=seed,
            as_of=day,
            out=out,
            layout=layout,
            sheet=sheet,
            flaws=flaws,
            on_progress=progress,
        )
    if as_json:
        typer.echo(json.dumps(summary.as_data() | {"out": str(out)}, ensure_ascii=False))
    else:
        _report(summary, out=out, day=day)


def _report(summary: WorldSummary, *, out: Path, day: date) -> None:
    made = say(
        "WORLD-MADE",
        {
            "folder": str(out),
            "as_of": day.isoformat(),
            "borrowers": f"{summary.borrowers:,}",
            "loans": f"{summary.loans:,}",
            "overdue_loans": f"{summary.overdue_loans:,}",
            "overdue": format_yuan(summary.overdue_fen),
        },
        language=language(),
    )
    typer.echo(made)
    typer.echo("  ".join(f"{bucket} {count:,}" for bucket, count in summary.buckets.items()))
    for name, rows in summary.rows.items():
        typer.echo(f"  {name:<13}{rows:>12,}")


def _tell(code: str, **figures: object) -> None:
    """Say something beside the result: on stderr, so that --json stays JSON."""
    typer.echo(say(code, figures, language=language()), err=True)


class _Bar:
    """A bar on the terminal."""

    def __enter__(self) -> _Bar:
        self._bar = Progress(
            BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=Console(stderr=True)
        )
        self._task = self._bar.add_task("", total=None)
        self._bar.start()
        return self

    def __call__(self, done: int, total: int) -> None:
        self._bar.update(self._task, completed=done, total=total)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()


class _Lines:
    """A plain line each tenth of the way."""

    def __init__(self) -> None:
        self._said = 0

    def __enter__(self) -> _Lines:
        return self

    def __call__(self, done: int, total: int) -> None:
        step = done * PLAIN_STEPS // total
        if step > self._said:
            self._said = step
            _tell("WORLD-PROGRESS", done=f"{done:,}", total=f"{total:,}")

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None
