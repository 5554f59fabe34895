"""`dunwell standing list|set|withdraw`: what stands about a case's people.

For operators and scripts; people at work use the case page. The command line acts as
itself: it may let something stand and end it, but approvals and the lifting of a freeze
need a person, and are refused here.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from django.db import transaction
from django.utils import timezone

from dunwell.core.days import parse_day
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words.gate_answer import minute
from dunwell.flows.contact.standings import Said, stand, withdraw
from dunwell.flows.contact.what_stands import Shown, what_stands
from dunwell.store.people.permissions import system_actor

SCREEN_ZONE = ZoneInfo("Asia/Shanghai")

app = typer.Typer(no_args_is_help=True, help="在起作用的事项 / what stands")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只检查，不写入 / check, write nothing")]
CaseNumber = Annotated[int, typer.Option("--case", help="案件编号 / number of the case")]
Why = Annotated[str, typer.Option("--why", help="理由 / reason")]


@app.callback()
def _standing() -> None:
    """同意、冻结、批准、退订、拒绝、材料 / consents, freezes, approvals, opt-outs, refusals."""


@app.command("list")
def list_standing(case: CaseNumber, as_json: AsJson = False) -> None:
    """列出一案现在起作用的事项 / what stands about a case now."""
    found = what_stands(actor=system_actor("command-line"), now=timezone.now(), case=case)
    if as_json:
        answer({"case": case, "standing": [_plain(each) for each in found.rows]})
        return
    if not found.rows:
        tell("STANDING-NONE", case=case)
    for each in found.rows:
        row = each.row
        about = f"#{each.contact.pk}" if each.contact else ""
        tell(
            "STANDING-LINE",
            number=row.pk,
            what=row.what,
            kind=row.kind,
            where=f"{row.channel} {about}".strip() or "—",
            from_at=minute(row.from_at.astimezone(SCREEN_ZONE)),
            until_at=minute(row.until_at.astimezone(SCREEN_ZONE)) if row.until_at else "—",
            by=row.by_label,
            why=row.why,
        )


@app.command("set")
def set_standing(
    case: CaseNumber,
    what: Annotated[
        str, typer.Option(help="freeze | consent | approval | opt_out | refusal | evidence")
    ],
    kind: Annotated[str, typer.Option(help="种类，见 docs/zh/gate.md / see docs/en/gate.md")],
    why: Why,
    contact: Annotated[
        int | None, typer.Option(help="联系方式编号 / number of the contact")
    ] = None,
    channel: Annotated[str, typer.Option(help="call | ai_voice | sms | visit | letter")] = "",
    until: Annotated[
        str | None, typer.Option(help="最后一天（含） / last day (included), YYYY-MM-DD")
    ] = None,
    dated_on: Annotated[
        str | None, typer.Option("--dated-on", help="材料日期 / date of the document")
    ] = None,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """登记一项 / let something stand."""
    said = Said(
        what=what,
        kind=kind,
        why=why,
        contact=contact,
        channel=channel,
        until_at=None if until is None else end_of(parse_day(until)),
        dated_on=None if dated_on is None else parse_day(dated_on),
    )
    with transaction.atomic():
        row = stand(actor=system_actor("command-line"), now=timezone.now(), case=case, said=said)
        transaction.set_rollback(dry_run)
    _done("STANDING-SET", as_json, case=case, number=row.pk, what=what, kind=kind, dry_run=dry_run)


@app.command("withdraw")
def withdraw_standing(
    number: Annotated[int, typer.Argument(help="编号 / its number")],
    case: CaseNumber,
    why: Why,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """撤销一项 / end what stands."""
    with transaction.atomic():
        withdraw(
            actor=system_actor("command-line"), now=timezone.now(), case=case, standing=number,
            why=why,
        )  # fmt: skip
        transaction.set_rollback(dry_run)
    _done("STANDING-WITHDRAWN", as_json, case=case, number=number, dry_run=dry_run)


def end_of(day: date) -> datetime:
    """The moment a day of Beijing is over."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), tzinfo=SCREEN_ZONE)


def _plain(shown: Shown) -> dict[str, Any]:
    row = shown.row
    return {
        "standing": row.pk,
        "what": row.what,
        "kind": row.kind,
        "channel": row.channel or None,
        "contact": shown.contact and shown.contact.pk,
        "from_at": row.from_at.astimezone(SCREEN_ZONE).isoformat(),
        "until_at": row.until_at and row.until_at.astimezone(SCREEN_ZONE).isoformat(),
        "dated_on": row.dated_on,
        "by": row.by_label,
        "why": row.why,
    }


def _done(code: str, as_json: bool, *, dry_run: bool, **figures: object) -> None:
    if as_json:
        answer({**figures, "written": not dry_run})
    elif dry_run:
        tell("STANDING-DRY-RUN", **figures)
    else:
        tell(code, **figures)
