"""`dunwell plan offers|propose|agree|approve|…`: repayment plans and relief, and approvals.

Amounts are yuan here. Requests and answers need a person: whoever sets DUNWELL_TOKEN acts in
their own name; the command line itself may only do what takes nobody else.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from django.db import transaction
from django.utils import timezone

from dunwell.core.days import parse_day
from dunwell.core.money import format_yuan, parse_yuan
from dunwell.core.plan import payday_aligned
from dunwell.faces.cli.acting import acting
from dunwell.faces.cli.day_asked import day_told
from dunwell.faces.cli.main import language
from dunwell.faces.cli.plan_lines import (
    plain_offer,
    plain_plan,
    plain_request,
    tell_offer,
    tell_plan,
    tell_request,
)
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words.day_labels import STATE_OF_PLAN, word
from dunwell.flows.follow_up.agreed_seen import plan_seen, plans_of_case
from dunwell.flows.follow_up.agreement import agreement_document
from dunwell.flows.follow_up.approvals import approve, decline, withdraw
from dunwell.flows.follow_up.plan_calculator import offers_for
from dunwell.flows.follow_up.plans import SHAPES, Wish, agree_plan, propose_plan
from dunwell.store.approvals.models import ApprovalAnswer
from dunwell.wiring import agreement_writer

app = typer.Typer(no_args_is_help=True, help="还款计划与减免 / plans and relief")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="业务日，默认今天 / the day, today")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="只检查，不写入 / check, write nothing")]
CaseNumber = Annotated[int, typer.Option("--case", help="案件编号 / number of the case")]
Request = Annotated[int, typer.Argument(help="申请编号 / number of the request")]
Number = Annotated[int, typer.Argument(help="计划编号 / number of the plan")]
Why = Annotated[str, typer.Option("--why", help="理由 / reason")]
Shape = Annotated[str, typer.Option(help=f"{' | '.join(SHAPES)}")]
Days = Annotated[str, typer.Option(help="还款日，逗号分隔 / days, by commas: YYYY-MM-DD,…")]
Count = Annotated[int, typer.Option(help="期数，配合 --payday / installments on paydays")]
Payday = Annotated[int, typer.Option(min=1, max=31, help="每月几号 / day of the month")]
Penalty = Annotated[str, typer.Option("--relief-penalty", help="减免罚息（元） / yuan")]
Interest = Annotated[str, typer.Option("--relief-interest", help="减免利息（元） / yuan")]


@app.callback()
def _plan() -> None:
    """计划：测算、申请、审批、签订、跟踪；先减免，后延期 / relief before a longer term."""


@app.command()
def offers(case: CaseNumber, as_json: AsJson = False) -> None:
    """测算：一案现在有哪些方案 / the cards for a case now."""
    situation, cards = offers_for(actor=acting(), now=timezone.now(), case=case)
    if as_json:
        told = [plain_offer(card) for card in cards]
        answer({"case": case, "debt_fen": situation.debt.total_fen, "offers": told})
        return
    tell("PLAN-DEBT", case=case, debt=format_yuan(situation.debt.total_fen), day=situation.day)
    for card in cards:
        tell_offer(card)


@app.command()
def propose(
    case: CaseNumber,
    why: Why,
    shape: Shape = "equal",
    days: Days = "",
    count: Count = 1,
    payday: Payday = 15,
    relief_penalty: Penalty = "0",
    relief_interest: Interest = "0",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """提出方案；超出权限的变成审批申请 / check a wish, ask where it takes another person."""
    wish = _wish(shape, days, count, payday, relief_penalty, relief_interest)
    with transaction.atomic():
        found = propose_plan(actor=acting(), now=timezone.now(), case=case, wish=wish, why=why)
        transaction.set_rollback(dry_run)
    request = found.request.pk if found.request else None
    if as_json:
        answer({**plain_offer(found.card), "request": request, "written": not dry_run})
        return
    tell_offer(found.card)
    tell("PLAN-ASKED" if request else "PLAN-OWN-AUTHORITY", request=request)


@app.command()
def agree(
    case: CaseNumber,
    request: Annotated[int | None, typer.Option(help="已批准的申请 / approved request")] = None,
    shape: Shape = "equal",
    days: Days = "",
    count: Count = 1,
    payday: Payday = 15,
    relief_penalty: Penalty = "0",
    relief_interest: Interest = "0",
    dry_run: DryRun = False,
    as_json: AsJson = False,
) -> None:
    """签订：客户同意了 / the borrower agreed."""
    wish = None
    if request is None:
        wish = _wish(shape, days, count, payday, relief_penalty, relief_interest)
    with transaction.atomic():
        plan = agree_plan(actor=acting(), now=timezone.now(), case=case, wish=wish, request=request)
        seen = plan_seen(actor=acting(), day=timezone.localdate(), plan=plan.pk)
        transaction.set_rollback(dry_run)
    if as_json:
        answer({**plain_plan(seen), "written": not dry_run})
        return
    tell_plan(seen)


@app.command("approve")
def approve_request(request: Request, why: Why, as_json: AsJson = False) -> None:
    """同意一项申请，须另一人 / approve what somebody else asked."""
    _answered(approve, request, why, as_json)


@app.command("decline")
def decline_request(request: Request, why: Why, as_json: AsJson = False) -> None:
    """不同意 / decline."""
    _answered(decline, request, why, as_json)


@app.command("withdraw")
def withdraw_request(request: Request, why: Why, as_json: AsJson = False) -> None:
    """撤回自己的申请 / take back one's own request."""
    _answered(withdraw, request, why, as_json)


@app.command()
def show(number: Number, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """一个计划：各期、进度、经过 / one plan, its lines and what happened."""
    seen = plan_seen(actor=acting(), day=day_told(as_of), plan=number)
    if as_json:
        answer(plain_plan(seen))
        return
    tell_plan(seen)
    for each in seen.events:
        kind = word(STATE_OF_PLAN, each.kind, language=language())
        tell("PLAN-EVENT", day=each.day, kind=kind)


@app.command("list")
def list_plans(case: CaseNumber, as_of: AsOf = None, as_json: AsJson = False) -> None:
    """一案的计划和申请 / the plans and requests of a case."""
    day = day_told(as_of)
    plans, requests = plans_of_case(actor=acting(), day=day, case=case)
    seen = [plan_seen(actor=acting(), day=day, plan=plan.pk) for plan in plans]
    if as_json:
        answer(
            {
                "case": case,
                "plans": [plain_plan(each) for each in seen],
                "requests": [plain_request(each) for each in requests],
            }
        )
        return
    for each in seen:
        tell_plan(each)
    for row in requests:
        tell_request(row)
    if not plans and not requests:
        tell("PLAN-NONE", case=case)


@app.command()
def document(
    number: Number,
    out: Annotated[Path, typer.Option(help="写到哪个文件 / file.docx or file.pdf")],
    as_json: AsJson = False,
) -> None:
    """还款协议 / the agreement, as docx or PDF."""
    write = agreement_writer(out.suffix.removeprefix("."))
    with transaction.atomic():
        found = agreement_document(actor=acting(), now=timezone.now(), plan=number)
        out.write_bytes(write(found.agreement, sha256=found.sha256))
    if as_json:
        answer({"plan": number, "file": str(out), "sha256": found.sha256, "same": found.same})
        return
    tell("PLAN-DOCUMENT" if found.same else "PLAN-DOCUMENT-CHANGED", plan=number, file=out)


def _wish(shape: str, days: str, count: int, payday: int, penalty: str, interest: str) -> Wish:
    if shape not in SHAPES:
        raise typer.BadParameter(" | ".join(SHAPES), param_hint="--shape")
    named = tuple(parse_day(each.strip()) for each in days.split(",")) if days else ()
    today = timezone.localdate()
    return Wish(
        shape=shape,
        days=named or payday_aligned(first_after=today, payday=payday, count=count),
        relief_penalty_fen=parse_yuan(penalty),
        relief_interest_fen=parse_yuan(interest),
    )


def _answered(act: Callable[..., ApprovalAnswer], request: int, why: str, as_json: bool) -> None:
    found = act(actor=acting(), now=timezone.now(), request=request, why=why)
    told: dict[str, Any] = {"request": request, "verdict": found.verdict}
    if as_json:
        answer(told)
        return
    tell("APPROVAL-DONE", **told)
