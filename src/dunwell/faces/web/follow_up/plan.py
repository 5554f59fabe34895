"""The page of one plan: its schedule and how it goes, beside the contract's own."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from dunwell.core.money import format_yuan
from dunwell.faces.web.cases.listing import masked_names
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.follow_up import labels
from dunwell.faces.web.follow_up.board import desk_href
from dunwell.flows.follow_up.agreement import agreement_document
from dunwell.flows.follow_up.plan_file import PlanFile, plan_file
from dunwell.store.promises.models import Plan
from dunwell.wiring import agreement_writer

EVENTS: dict[str, tuple[Any, str, str]] = {
    "agreed": (gettext_lazy("约定"), "handshake", "accent"),
    "going": (gettext_lazy("恢复按期"), "circle-check", "good"),
    "late": (gettext_lazy("逾期"), "clock", "wait"),
    "broken": (gettext_lazy("中断，恢复合同的逾期天数"), "circle-x", "stop"),
    "watch": (gettext_lazy("还清，进入观察"), "eye", "good"),
    "done": (gettext_lazy("完成，减免生效"), "circle-check", "good"),
    "document": (gettext_lazy("协议生成"), "file-text", ""),
}

CONTENT_TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


@require_GET
def plan_page(request: HttpRequest, number: int) -> HttpResponse:
    """One plan as it stands today."""
    reader = reader_of(request)
    found = plan_file(actor=reader.actor, day=reader.day, now=timezone.now(), plan=number)
    return render(request, "follow_up/plan.html", plan_context(found, reader=reader))


@require_GET
def agreement(request: HttpRequest, number: int, form: str) -> HttpResponse:
    """The agreement to hand to the borrower, as docx or PDF; it names them and is journalled."""
    reader = reader_of(request, "plan.offer")
    write = agreement_writer(form)
    made = agreement_document(actor=reader.actor, now=timezone.now(), plan=number)
    response = HttpResponse(
        write(made.agreement, sha256=made.sha256), content_type=CONTENT_TYPES[form]
    )
    name = f"dunwell-agreement-{made.agreement.number}.{form}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


def plan_context(found: PlanFile, *, reader: Reader) -> dict[str, Any]:
    """Everything the page asks for."""
    plan, standing = found.going.plan, found.going.standing
    case = plan.case
    until = standing.ended_on or reader.day
    return {
        "reader": reader,
        "plan": plan,
        "case": case,
        "name": masked_names([case])[0] or f"#{case.pk}",
        "standing": standing,
        "state": labels.mark_of("plan", standing.state),
        "lead": _lead(found),
        "terms": debt_terms(plan),
        "total": {
            "label": _("计划共还"),
            "fen": sum(each.amount_fen for each in found.going.lines),
        },
        "lines": [
            {
                "seq": each.line.seq,
                "due_on": each.line.due_on,
                "amount_fen": each.line.amount_fen,
                "paid_fen": each.paid_fen,
                "full": each.paid_fen == each.line.amount_fen,
                "late": each.paid_fen < each.line.amount_fen and each.line.due_on < until,
            }
            for each in found.lines
        ],
        "contract": found.contract,
        "contract_owed_fen": sum(each.owed_fen for each in found.contract),
        "contract_unpaid_fen": sum(each.unpaid_fen for each in found.contract),
        "events": [_event(each) for each in found.events],
        "desk_href": desk_href(case),
        "may_paper": reader.may("plan.offer", case=case),
        "may_call": reader.may("permit.ask", case=case),
    }


def debt_terms(plan: Plan) -> list[dict[str, Any]]:
    """What was owed and what is let go, as the terms of an equation."""
    parts = [
        (_("本金"), plan.principal_fen),
        (_("利息"), plan.interest_fen),
        (_("罚息"), plan.penalty_fen),
        (_("费用"), plan.fee_fen),
        (_("实现债权费用"), plan.cost_fen),
        (_("罚息减免"), -plan.relief_penalty_fen),
        (_("利息减免"), -plan.relief_interest_fen),
    ]
    return [{"label": label, "fen": fen} for label, fen in parts if fen]


def _lead(found: PlanFile) -> str:
    standing = found.going.standing
    paid, left = format_yuan(standing.paid_fen), format_yuan(standing.left_fen)
    if standing.state == "broken":
        return _("已还 {paid}，余 {left}。计划中断后按合同的逾期天数算：{days} 天。").format(
            paid=paid, left=left, days=found.contract_late_days
        )
    if standing.next_due_on is not None:
        words = _("已还 {paid}，还剩 {left}；下一期 {on}。").format(
            paid=paid, left=left, on=standing.next_due_on.isoformat()
        )
        if standing.past_due_days:
            words += _("这一期已晚 {days} 天，超过 {most} 天计划中断。").format(
                days=standing.past_due_days, most=found.going.plan.breaks_after_days
            )
        return words
    return _("已按计划还清 {paid}；观察 {days} 天。").format(
        paid=paid, days=found.going.plan.watch_days
    )


def _event(event: Any) -> dict[str, Any]:
    title, mark, tone = EVENTS.get(event.kind, (event.kind, "circle", ""))
    paid = event.figures.get("paid_fen") if isinstance(event.figures, dict) else None
    detail = _("已还 {paid}").format(paid=format_yuan(paid)) if paid else ""
    return {"on": event.day, "title": title, "mark": mark, "tone": tone, "detail": detail}
