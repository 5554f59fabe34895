"""`dunwell features`: what every borrower of a lender's native files is like on a day.

Needs no state and changes nothing but the answer file, which `dunwell grade` reads. Reads
the clock only when no day is given, and then says which day it took. Exit 0 done, 1 bad
data, 2 wrong usage; with --json only the result, or the error, is printed on stdout.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from dunwell.bulk.feature_files import feature_files
from dunwell.bulk.native import BadBook
from dunwell.core.ageing import AgeingTerms, DayCount
from dunwell.core.days import parse_day
from dunwell.core.refusal import Refusal
from dunwell.faces.cli.age import SCREEN_ZONE, name_problems
from dunwell.faces.cli.main import language
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words import say

app = typer.Typer(help="客户特征 / what every borrower is like on a day")

_Book = Annotated[
    Path, typer.Argument(exists=True, file_okay=False, help="账册目录 / folder of the native files")
]
_Day = Annotated[
    str | None, typer.Option(help="截止日，默认今天 / the day of the question, default today")
]
_DayCount = Annotated[
    DayCount, typer.Option(help="到期日当天算 0 天或 1 天 / due today is day 0 or day 1")
]
_Grace = Annotated[
    int, typer.Option(min=0, max=366, help="宽限天数 / days of grace, off delinquent_days only")
]
_Ignore = Annotated[
    bool, typer.Option("--ignore-unknown", help="忽略不认识的列 / ignore unknown columns")
]


@app.command()
def features(
    book: _Book,
    out: Annotated[Path, typer.Option(help="答案文件 .csv | .parquet / answer file")],
    as_of: _Day = None,
    day_count: _DayCount = "exclusive",
    grace_days: _Grace = 0,
    ignore_unknown: _Ignore = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """按账册文件写出每位客户截至某日的特征 / write the features of every borrower on a day."""
    day = _day(as_of)
    if not out.parent.is_dir():
        missing = say("AGEING-NO-FOLDER", {"folder": str(out.parent)}, language=language())
        raise typer.BadParameter(missing, param_hint="--out")
    try:
        found = feature_files(
            folder=book,
            as_of=day,
            terms=AgeingTerms(day_count=day_count, grace_days=grace_days),
            out=out,
            ignore_unknown=ignore_unknown,
        )
    except BadBook as refused:
        name_problems(refused, as_json=as_json)
        raise typer.Exit(1) from None
    figures = {"borrowers": found.borrowers, "overdue_borrowers": found.overdue_borrowers}
    if as_json:
        answer({"as_of": day, **figures, "out": str(out)})
        return
    shown = {name: f"{count:,}" for name, count in figures.items()}
    tell("FEATURES-DONE", as_of=day.isoformat(), out=str(out), **shown)


def _day(text: str | None) -> date:
    if text is None:
        day = datetime.now(tz=SCREEN_ZONE).date()
        typer.echo(
            say("AGEING-DAY-ASSUMED", {"as_of": day.isoformat()}, language=language()), err=True
        )
        return day
    try:
        return parse_day(text)
    except Refusal as refused:
        sentence = say(refused.code, refused.figures, language=language())
        raise typer.BadParameter(sentence, param_hint="--as-of") from None
