"""`dunwell age`: the days past due, amounts and buckets of a lender's native files.

Needs no state and changes nothing but the answer files. Reads the clock only when
no day is given, and then says which day it took. Exit 0 done, 1 bad data, 2 wrong
usage; with --json only the result, or the error, is printed on stdout.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, NoReturn
from zoneinfo import ZoneInfo

import typer

from dunwell.bulk.age_files import BookAge, age_files
from dunwell.bulk.native import BadBook
from dunwell.bulk.runners import RunnerName, runner_named
from dunwell.core.ageing import (
    DEFAULT_BUCKETS,
    AgeingTerms,
    BucketOn,
    Buckets,
    DayCount,
    parse_buckets,
)
from dunwell.core.days import parse_day
from dunwell.core.money import format_yuan
from dunwell.core.refusal import Refusal
from dunwell.faces.cli.main import language
from dunwell.faces.words import say

SCREEN_ZONE = ZoneInfo("Asia/Shanghai")

app = typer.Typer(help="计算逾期 / how late every loan is")

_Day = Annotated[
    str | None, typer.Option(help="截止日，默认今天 / the day of the question, default today")
]
_InstallmentsOut = Annotated[
    Path | None, typer.Option(help="逾期各期的答案文件 / answer file of the late installments")
]
_Ranges = Annotated[
    str | None, typer.Option(help='天数区间 / ranges of days, e.g. "1-3,4-30,31-60,61+"')
]
_Ignore = Annotated[
    bool, typer.Option("--ignore-unknown", help="忽略不认识的列 / ignore unknown columns")
]


@app.command()
def age(
    book: Annotated[
        Path,
        typer.Option(exists=True, file_okay=False, help="账册目录 / folder of the native files"),
    ],
    out: Annotated[Path, typer.Option(help="答案文件 .csv | .parquet / answer file")],
    as_of: _Day = None,
    day_count: Annotated[
        DayCount, typer.Option(help="到期日当天算 0 天或 1 天 / due today is day 0 or day 1")
    ] = "exclusive",
    grace_days: Annotated[
        int, typer.Option(min=0, max=366, help="宽限天数 / days of grace, off delinquent_days only")
    ] = 0,
    buckets: _Ranges = None,
    bucket_on: Annotated[
        BucketOn, typer.Option(help="按哪个天数分档 / the count a bucket follows")
    ] = "delinquent_days",
    installments_out: _InstallmentsOut = None,
    runner: Annotated[RunnerName, typer.Option(help="执行方式 / who does the work")] = "loop",
    ignore_unknown: _Ignore = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """按账册文件计算每笔借据的逾期 / age every loan of the native files in a folder."""
    day = _day(as_of)
    terms = AgeingTerms(
        day_count=day_count,
        grace_days=grace_days,
        buckets=_buckets(buckets),
        bucket_on=bucket_on,
    )
    for path, option in ((out, "--out"), (installments_out, "--installments-out")):
        if path is not None and not path.parent.is_dir():
            _wrong_usage(option, "AGEING-NO-FOLDER", {"folder": str(path.parent)})
    try:
        aged = age_files(
            folder=book,
            as_of=day,
            terms=terms,
            out=out,
            runner=runner_named(runner, dask_address=os.environ.get("DUNWELL_DASK_ADDRESS")),
            installments_out=installments_out,
            ignore_unknown=ignore_unknown,
            on_progress=None if as_json else _progress,
        )
    except BadBook as refused:
        name_problems(refused, as_json=as_json)
        raise typer.Exit(1) from None
    if as_json:
        typer.echo(json.dumps(_data(aged, day, out, installments_out), ensure_ascii=False))
    else:
        _report(aged, day, out)


def _day(text: str | None) -> date:
    if text is None:
        day = datetime.now(tz=SCREEN_ZONE).date()
        typer.echo(_say("AGEING-DAY-ASSUMED", {"as_of": day.isoformat()}), err=True)
        return day
    try:
        return parse_day(text)
    except Refusal as refused:
        _wrong_usage("--as-of", refused.code, refused.figures)


def _buckets(text: str | None) -> Buckets:
    if text is None:
        return DEFAULT_BUCKETS
    try:
        return parse_buckets(text)
    except Refusal as refused:
        _wrong_usage("--buckets", refused.code, refused.figures)


def _wrong_usage(option: str, code: str, figures: Mapping[str, object]) -> NoReturn:
    raise typer.BadParameter(_say(code, figures), param_hint=option)


def _progress(done: int, total: int) -> None:
    if total > 1:
        at_end = done == total or not sys.stderr.isatty()
        line = _say("AGEING-PROGRESS", {"done": done, "total": total})
        typer.echo(line if at_end else f"{line}\r", err=True, nl=at_end)


def name_problems(refused: BadBook, *, as_json: bool) -> None:
    """Say each fault of a book, in words and, if asked, as JSON on stdout."""
    problems = [
        {
            "code": problem.code,
            "figures": problem.figures,
            "sentence": _say(problem.code, problem.figures),
        }
        for problem in refused.problems
    ]
    sentence = _say(refused.code, refused.figures)
    if as_json:
        error = {"code": refused.code, "figures": refused.figures, "sentence": sentence}
        body = {"error": {**error, "problems": problems}}
        typer.echo(json.dumps(body, ensure_ascii=False, default=str))
    for problem in problems:
        typer.echo(f"{problem['code']}: {problem['sentence']}", err=True)
    typer.echo(f"{refused.code}: {sentence}", err=True)


def _data(aged: BookAge, day: date, out: Path, installments_out: Path | None) -> dict[str, object]:
    return {
        "as_of": day.isoformat(),
        "loans": aged.loans,
        "late_loans": aged.late_loans,
        "held_loans": aged.held_loans,
        "overdue_fen": aged.overdue_fen,
        "buckets": [
            {"bucket": bucket, "loans": loans, "overdue_fen": overdue_fen}
            for bucket, loans, overdue_fen in aged.buckets
        ],
        "out": str(out),
        "installments_out": str(installments_out) if installments_out is not None else None,
    }


def _report(aged: BookAge, day: date, out: Path) -> None:
    figures = {
        "as_of": day.isoformat(),
        "loans": f"{aged.loans:,}",
        "late_loans": f"{aged.late_loans:,}",
        "held_loans": f"{aged.held_loans:,}",
        "overdue": format_yuan(aged.overdue_fen),
        "out": str(out),
    }
    typer.echo(_say("AGEING-DONE", figures))
    for bucket, loans, overdue_fen in aged.buckets:
        typer.echo(f"  {bucket:<10}{loans:>12,}{format_yuan(overdue_fen):>24}")


def _say(code: str, figures: Mapping[str, object]) -> str:
    return say(code, figures, language=language())
