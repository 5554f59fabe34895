"""`dunwell promise list|show|take|move|remind|figures`: promises, and how well they are kept.

Amounts are yuan here. Whoever sets DUNWELL_TOKEN acts in their own name, else the command line.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

import typer
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from dunwell.core.days import parse_day
from dunwell.core.money import format_yuan, parse_yuan
from dunwell.faces.cli.acting import acting
from dunwell.faces.cli.day_asked import day_told
from dunwell.faces.cli.main import language
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.cli.work_capacity import lender_named
from dunwell.faces.words.day_labels import STATE_OF_PROMISE, word
from dunwell.flows.follow_up.agreed_seen import promise_seen, promises_of_case
from dunwell.flows.follow_up.promise_figures import KeptFigures, promise_figures
from dunwell.flows.follow_up.promises import (
    SAID_BY,
    NotTheirLoan,
    Wanted,
    move_promise,
    take_promise,
)
from dunwell.flows.follow_up.reminders import Reminded, remind_due
from dunwell.store.book.models import Loan
from dunwell.store.cases.models import Case
from dunwell.store.promises.models import Promise
from dunwell.wiring import gateway_of

app = typer.Typer(no_args_is_help=True, help="还款承诺 / promises to pay")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="业务日，默认今天 / the day, today")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只检查，不写入 / check, write nothing")]
CaseNumber = Annotated[int, typer.Option("--case", help="案件编号 / number of the case")]
Due = Annotated[str, typer.Option("--due", help="约定还款日 / the promised day, YYYY-MM-DD")]
PPM_OF_PERCENT = 10_000


@app.callback()
def _promise() -> None:
    """承诺：登记、改期、提醒、兑现率；结果按入账计算，不手填 / settled by payments, never typed."""


@app.command("list")
def list_promises(case: CaseNumber, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """一案的全部承诺 / the promises of a case."""
    found = promises_of_case(actor=acting(), day=day_told(as_of), case=case)
    if as_json:
        answer({"case": case, "promises": [_plain(row) for row in found]})
        return
    if not found:
        tell("PROMISE-NONE", case=case)
    for row in found:
        _tell(row)


@app.command()
def show(
    number: Annotated[int, typer.Argument(help="承诺编号 / number of the promise")],
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """一个承诺的经过 / one promise and what happened to it."""
    seen = promise_seen(actor=acting(), day=day_told(as_of), promise=number)
    events = [{"day": each.day, "kind": each.kind, "figures": each.figures} for each in seen.events]
    if as_json:
        answer({**_plain(seen.promise), "events": events})
        return
    _tell(seen.promise)
    for each in seen.events:
        kind = word(STATE_OF_PROMISE, each.kind, language=language())
        tell("PROMISE-EVENT", day=each.day, kind=kind)


@app.command()
def take(
    case: CaseNumber,
    amount: Annotated[str, typer.Option(help="金额（元） / yuan")],
    due: Due,
    loan: Annotated[
        list[str] | None, typer.Option(help="借据号，可多次；不写为全部 / loans; none: any")
    ] = None,
    by: Annotated[str, typer.Option(help=f"谁承诺 / who said so: {', '.join(SAID_BY)}")] = SAID_BY[
        0
    ],
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """登记承诺 / take a promise down."""
    wanted = Wanted(
        amount_fen=parse_yuan(amount), due_on=parse_day(due), said_by=by,
        loans=_loans(case, loan or []),
    )  # fmt: skip
    with transaction.atomic():
        row = take_promise(actor=acting(), now=timezone.now(), case=case, wanted=wanted)
        told = _plain(row)
        transaction.set_rollback(dry_run)
    _done("PROMISE-TAKEN", told, dry_run=dry_run, as_json=as_json)


@app.command()
def move(
    number: Annotated[int, typer.Argument(help="承诺编号 / number of the promise")],
    due: Due,
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """改期：到期日前一次 / move a promise, once, before its day."""
    with transaction.atomic():
        row = move_promise(
            actor=acting(), now=timezone.now(), promise=number, due_on=parse_day(due)
        )
        told = _plain(row)
        transaction.set_rollback(dry_run)
    _done("PROMISE-MOVED", told, dry_run=dry_run, as_json=as_json)


@app.command()
def remind(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """提醒明天到期的承诺 / queue the reminders of promises due tomorrow."""
    with transaction.atomic():
        done = remind_due(
            actor=acting(),
            now=timezone.now(),
            gateway_of=lambda lender: gateway_of(lender=lender, home=settings.HOME),
        )
        transaction.set_rollback(dry_run)
    if as_json:
        answer({**asdict(done), "written": not dry_run})
        return
    tell_reminded(done)


@app.command()
def figures(
    from_on: Annotated[str, typer.Option("--from", help="自（含） / from (included)")],
    until_on: Annotated[str, typer.Option("--until", help="至（不含） / until (not included)")],
    lender: Annotated[str | None, typer.Option(help="机构代码 / code of the lender")] = None,
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """兑现率：笔数与金额，含宽限与不含宽限 / kept rates, with and without the allowance."""
    found = promise_figures(
        actor=acting(),
        day=day_told(as_of),
        from_on=parse_day(from_on),
        until_on=parse_day(until_on),
        lender=None if lender is None else lender_named(lender).pk,
    )
    if as_json:
        told = asdict(found)
        for name, kept in (("allowed", found.allowed), ("strict", found.strict)):
            told[name] |= {"kept_ppm": kept.kept_ppm, "paid_ppm": kept.paid_ppm}
        answer(told)
        return
    _tell_kept("PROMISE-KEPT-ALLOWED", found.allowed)
    _tell_kept("PROMISE-KEPT-STRICT", found.strict)
    tell(
        "PROMISE-KEPT-BESIDE", open=found.open, rescheduled=found.rescheduled,
        reminded=found.reminded, due=found.due,
    )  # fmt: skip


def tell_reminded(done: Reminded) -> None:
    """What reminding did, and which promises a person must see to."""
    tell("PROMISE-REMINDED", due_on=done.due_on, due=done.due, queued=len(done.queued))
    for each in done.left:
        tell("PROMISE-NOT-REMINDED", promise=each.promise, case=each.case, code=each.code)


def _tell_kept(code: str, kept: KeptFigures) -> None:
    tell(
        code,
        matured=kept.matured,
        kept=kept.kept,
        part_kept=kept.part_kept,
        broken=kept.broken,
        by_count=_percent(kept.kept_ppm),
        by_amount=_percent(kept.paid_ppm),
    )


def _percent(ppm: int | None) -> str:
    return "—" if ppm is None else f"{ppm // PPM_OF_PERCENT}.{ppm % PPM_OF_PERCENT // 1_000}%"


def _loans(case: int, numbers: list[str]) -> list[int]:
    """The loans of the case's lender by number. Refuses (NotTheirLoan) numbers it has none of;
    loans of somebody else the flow refuses."""
    row = Case.objects.filter(pk=case).first()
    loans = Loan.objects.filter(lender=row.lender_id if row else None, loan_no__in=numbers)
    found = dict(loans.values_list("loan_no", "pk"))
    unknown = sorted(set(numbers) - found.keys())
    if row is not None and unknown:
        raise NotTheirLoan(loans=unknown)
    return list(found.values())


def _done(code: str, told: dict[str, Any], *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        answer({**told, "written": not dry_run})
        return
    amount = format_yuan(told["amount_fen"])
    tell(code, promise=told["promise"], amount=amount, due_on=told["due_on"])
    if dry_run:
        tell("PROMISE-DRY-RUN")


def _tell(row: Promise) -> None:
    state = row.state
    tell(
        "PROMISE-LINE",
        promise=row.pk,
        amount=format_yuan(row.amount_fen),
        due_on=row.due_on,
        state=word(STATE_OF_PROMISE, state.state, language=language()),
        strict=word(STATE_OF_PROMISE, state.strict, language=language()),
        paid=format_yuan(state.paid_fen),
        by=row.by_label,
    )


def _plain(row: Promise) -> dict[str, Any]:
    state = row.state
    settled: date | None = state.settled_on
    return {
        "promise": row.pk,
        "case": row.case_id,
        "amount_fen": row.amount_fen,
        "made_on": row.made_on,
        "due_on": row.due_on,
        "last_on": state.last_on,
        "state": state.state,
        "strict": state.strict,
        "paid_fen": state.paid_fen,
        "settled_on": settled,
        "reminded_on": state.reminded_on,
        "reschedules": row.reschedules_id,
        "by": row.by_label,
    }
