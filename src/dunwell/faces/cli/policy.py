"""`dunwell policy`: house parameters shown and set, each with its source or reason."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils import timezone

from dunwell.core.days import parse_day
from dunwell.faces.cli import calendar
from dunwell.faces.cli.day_asked import day_told
from dunwell.faces.cli.main import language
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words import say
from dunwell.flows.house.set_policy import Shown, set_policy, show_policy
from dunwell.store.people.permissions import system_actor

app = typer.Typer(no_args_is_help=True, help="内部参数 / house parameters")
app.add_typer(calendar.app, name="calendar")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
LenderCode = Annotated[
    str | None, typer.Option("--lender", help="机构代码，省略为全部机构 / code, or all lenders")
]
Name = Annotated[str, typer.Argument(help="参数名，如 ageing.grace_days / name of the parameter")]


@app.callback()
def _policy() -> None:
    """内部参数：按日期生效，附来源或理由 / dated values with their source or reason."""


@app.command()
def show(
    name: Annotated[str | None, typer.Argument(help="参数名，省略为全部 / name, or all")] = None,
    lender: LenderCode = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="哪一天，默认今天 / the day, today")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """看某一天生效的参数 / show what counts on a day."""
    today = timezone.localdate()
    on = day_told(as_of)
    shown = show_policy(
        actor=system_actor("command-line"), day=today, on=on, lender=lender, name=name
    )
    if as_json:
        answer([_as_json(each) for each in shown])
        return
    for each in shown:
        _tell("POLICY-SHOWN", each)
        if each.in_force.parameter.overdue_for_check(today):
            tell("POLICY-RECHECK", parameter=each.name, by=each.in_force.parameter.recheck_by)


@app.command("set")
def set_(
    name: Name,
    value: Annotated[str, typer.Argument(help="新值：数字或选项名 / a number or a choice")],
    from_on: Annotated[str, typer.Option("--from", help="自哪天生效 / the day it counts from")],
    why: Annotated[str, typer.Option(help="理由，记入日志 / the reason, kept in the journal")],
    lender: LenderCode = None,
    as_json: AsJson = False,
) -> None:
    """设定一个新值，旧值保留 / set a new value; the old ones stay."""
    shown = set_policy(
        actor=system_actor("command-line"),
        day=timezone.localdate(),
        now=timezone.now(),
        name=name,
        lender=lender,
        value=value,
        from_on=parse_day(from_on),
        why=why,
    )
    if as_json:
        answer(_as_json(shown))
    else:
        _tell("POLICY-SET", shown)


def _tell(code: str, shown: Shown) -> None:
    force, english = shown.in_force, language() == "en"
    print(
        say(
            code,
            {
                "parameter": shown.name,
                "value": shown.told,
                "unit": force.parameter.unit,
                "from_on": force.from_on,
                "origin": force.origin,
                "why": (english and force.why_en) or force.why,
                "title": (english and force.parameter.title_en) or force.parameter.title,
            },
            language=language(),
        )
    )


def _as_json(shown: Shown) -> dict[str, Any]:
    force = shown.in_force
    return {
        "name": shown.name,
        "id": force.parameter.id,
        "title": force.parameter.title,
        "unit": force.parameter.unit,
        "value": force.value,
        "told": shown.told,
        "from": force.from_on,
        "origin": force.origin,
        "why": force.why,
        "recheck_by": force.parameter.recheck_by,
    }
