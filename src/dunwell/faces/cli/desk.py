"""`dunwell desk timings|put-off`: what steps take and which are put off, of nobody."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Annotated

import typer

from dunwell.faces.cli.day_asked import day_told
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.cli.work_capacity import lender_named
from dunwell.flows.contact.put_off_counts import put_off_counts
from dunwell.flows.contact.timings import act_times
from dunwell.store.people.permissions import system_actor

app = typer.Typer(no_args_is_help=True, help="工作台 / the desk")


@app.callback()
def _desk() -> None:
    """工作台：通话、记录、承诺、短信 / calls, records, promises and messages."""


@app.command()
def timings(
    lender: Annotated[
        str, typer.Option("--lender", help="机构代码 / code of the lender")
    ] = "default",
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="最后一天，默认今天 / the last day, today")
    ] = None,
    days: Annotated[int, typer.Option(help="往前几天 / how many days", min=1, max=366)] = 28,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """每步用了几秒、几键，不分人 / seconds and keystrokes of each step, of nobody in particular."""
    until = day_told(as_of) + timedelta(days=1)
    rows = act_times(
        actor=system_actor("command-line"), lender=lender_named(lender).pk,
        since=until - timedelta(days=days), until=until,
    )  # fmt: skip
    if as_json:
        answer({"until": until, "days": days, "acts": [asdict(row) for row in rows]})
        return
    if not rows:
        tell("DESK-NO-TIMES")
    for row in rows:
        tell(
            "DESK-TIMES", act=row.act, acts=row.acts, average=f"{row.average_tenths / 10:.1f}",
            median=f"{row.median_tenths / 10:.1f}", p95=f"{row.p95_tenths / 10:.1f}",
            keys=f"{row.average_keys_tenths / 10:.1f}",
        )  # fmt: skip


@app.command("put-off")
def put_off(
    lender: Annotated[
        str, typer.Option("--lender", help="机构代码 / code of the lender")
    ] = "default",
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="最后一天，默认今天 / the last day, today")
    ] = None,
    days: Annotated[int, typer.Option(help="往前几天 / how many days", min=1, max=366)] = 28,
    as_json: Annotated[bool, typer.Option("--json", help="JSON")] = False,
) -> None:
    """策略的哪些步骤被放到后面、多少次、为什么 / which steps people put off, how often and why."""
    until = day_told(as_of) + timedelta(days=1)
    rows = put_off_counts(
        actor=system_actor("command-line"), lender=lender_named(lender).pk,
        since=until - timedelta(days=days), until=until,
    )  # fmt: skip
    if as_json:
        answer({"until": until, "days": days, "steps": [asdict(row) for row in rows]})
        return
    if not rows:
        tell("DESK-NO-PUT-OFFS")
    for row in rows:
        tell(
            "DESK-PUT-OFFS", plan=row.plan or "—", step=row.step, action=row.action,
            put_off=row.put_off, cases=row.cases, items=row.items,
            reasons=[f"{code} {times}" for code, times in row.reasons.items()],
        )  # fmt: skip
