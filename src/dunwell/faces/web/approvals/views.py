"""The approvals pages: the list of requests, and one request with what it takes to decide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import sentence_of
from dunwell.faces.web.access.labels import ROLES
from dunwell.faces.web.approvals import labels
from dunwell.faces.web.approvals.whom import whom_asked
from dunwell.faces.web.cases.listing import masked_names
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.frame.address import with_query
from dunwell.faces.web.frame.listing import Choice, Column, Filter, Listing
from dunwell.flows.follow_up.approvals import approve, decline
from dunwell.flows.follow_up.approvals import withdraw as withdraw_request
from dunwell.flows.follow_up.inbox import (
    Asked,
    Inbox,
    RequestShown,
    View,
    inbox,
    request_shown,
)
from dunwell.store.people.permissions import NotPermitted

VIEWS: dict[View, Any] = {
    "waiting": gettext_lazy("等我批"),
    "mine": gettext_lazy("我提的"),
    "answered": gettext_lazy("已答复"),
}
COLUMNS = (
    Column(key="name", label=gettext_lazy("客户"), kind="link", lead=True),
    Column(key="kind", label=gettext_lazy("申请"), kind="pill"),
    Column(key="worth", label=gettext_lazy("价值"), kind="money", unit=gettext_lazy("元")),
    Column(key="why", label=gettext_lazy("理由")),
    Column(key="by", label=gettext_lazy("提出人")),
    Column(key="role", label=gettext_lazy("谁批")),
    Column(key="at", label=gettext_lazy("提出时间"), kind="moment"),
    Column(key="needed", label=gettext_lazy("希望之前"), kind="day"),
    Column(key="verdict", label=gettext_lazy("结果"), kind="pill"),
)


@require_GET
def requests(request: HttpRequest) -> HttpResponse:
    """The requests of a view; `?view=` waiting (for me), mine, answered."""
    reader = reader_of(request)
    view = _view(request)
    kinds = frozenset(k for k in request.GET.get("kind", "").split(",") if k in labels.KINDS)
    after = request.GET.get("after", "")
    found = inbox(
        actor=reader.actor, lender=reader.lender.pk, day=reader.day, view=view, kinds=kinds,
        after=int(after) if after.isdecimal() and len(after) < 16 else None,
    )  # fmt: skip
    first = next((each.request.pk for each in found.asked if each.may_answer), None)
    context = {
        "reader": reader,
        "views": [
            {
                "label": words,
                "on": code == view,
                "href": with_query(request, view=code, kind=None, after=None),
                "count": found.waiting_for_me if code == "waiting" else None,
            }
            for code, words in VIEWS.items()
        ],
        "listing": _listing(request, found, view),
        "first_href": reverse("approvals:request", args=[first]) if first else "",
    }
    return render(request, "approvals/list.html", context)


@require_GET
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One request: what is wanted, what it is worth, what was decided before, and the answer."""
    reader = reader_of(request)
    return _page(request, reader, number)


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Approve or decline with a reason; then on to the next that waits."""
    reader = reader_of(request)
    verdict = request.POST.get("verdict", "")
    decide = approve if verdict == "approved" else decline
    try:
        decide(
            actor=reader.actor,
            now=timezone.now(),
            request=number,
            why=request.POST.get("why", ""),
        )
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _page(request, reader, number, error=sentence_of(refusal))
    words = (
        _("已同意，提出人会看到。") if verdict == "approved" else _("已答复不同意，理由已留痕。")
    )
    messages.success(request, words)
    shown = _shown(reader, number)
    following = shown.next_waiting
    return redirect("approvals:request", following) if following else redirect("approvals:list")


@require_POST
def withdraw(request: HttpRequest, number: int) -> HttpResponse:
    """Take one's own request back before it is answered."""
    reader = reader_of(request)
    try:
        withdraw_request(
            actor=reader.actor, now=timezone.now(), request=number,
            why=request.POST.get("why", ""),
        )  # fmt: skip
    except NotPermitted:
        raise
    except Refusal as refusal:
        return _page(request, reader, number, error=sentence_of(refusal))
    messages.success(request, _("申请已撤回。"))
    return redirect(f"{reverse('approvals:list')}?view=mine")


def _shown(reader: Reader, number: int) -> RequestShown:
    return request_shown(
        actor=reader.actor, lender=reader.lender.pk, day=reader.day, now=timezone.now(),
        request=number,
    )  # fmt: skip


def _page(request: HttpRequest, reader: Reader, number: int, *, error: str = "") -> HttpResponse:
    shown = _shown(reader, number)
    asked = shown.asked
    context = {
        "reader": reader,
        "number": number,
        "case": asked.request.case,
        "name": masked_names([asked.request.case])[0] or f"#{asked.request.case_id}",
        "asked": asked,
        "kind": labels.kind_mark(asked.request.kind),
        "verdict": labels.verdict_mark(_verdict(asked)),
        "role": ROLES.get(asked.request.role, asked.request.role),
        "wanted": labels.told(labels.wanted_of(asked.request.wanted) | whom_asked(asked.request)),
        "lines": labels.lines_of(asked.request.wanted),
        "policy": labels.policy_of(asked.request.wanted, asked.request.role),
        "precedents": shown.precedents,
        "earlier": [_earlier(each) for each in shown.precedents.newest],
        "next_href": reverse("approvals:request", args=[shown.next_waiting])
        if shown.next_waiting
        else "",
        "given": {request.POST.get("verdict", ""): request.POST.get("why", "")},
        "decline_whys": labels.DECLINE_WHYS,
        "error": error,
        **_after(asked, reader),
    }
    return render(request, "approvals/request.html", context, status=400 if error else 200)


def _after(asked: Asked, reader: Reader) -> dict[str, str]:
    """Where an approved plan goes on: to be agreed with the borrower, or the plan itself."""
    row = asked.request
    plan = getattr(row, "plan", None)
    if plan is not None:
        return {"plan_href": reverse("follow_up:plan", args=[plan.pk])}
    approved = asked.answer is not None and asked.answer.verdict == "approved"
    agrees = row.kind in ("plan", "relief", "extension") and reader.may("plan.offer", case=row.case)
    if approved and agrees:
        return {"agree_href": reverse("follow_up:calculator", args=[row.case_id])}
    return {}


def _verdict(asked: Asked) -> str:
    return asked.answer.verdict if asked.answer else "waiting"


def _earlier(asked: Asked) -> dict[str, Any]:
    answer, row = asked.answer, asked.request
    assert answer is not None
    wanted = labels.wanted_of(row.wanted)
    facts = labels.told({k: wanted.get(k) for k in ("relief_ppm", "installments", "until_on")})
    return {
        "href": reverse("approvals:request", args=[row.pk]),
        "facts": [f"{each['label']} {each['text']}" for each in facts],
        "worth_fen": row.worth_fen,
        "verdict": labels.verdict_mark(answer.verdict),
        "by": answer.by.display_name,
        "at": answer.at,
        "why": answer.why,
    }


def _listing(request: HttpRequest, found: Inbox, view: View) -> Listing:
    names = masked_names([each.request.case for each in found.asked])
    empty = {
        "waiting": (_("没有等您批的申请"), _("超出经办人权限的减免、分期、停催、留案等会到这里。")),
        "mine": (_("您还没有提过申请"), _("在案件的还款计划试算里，超出权限的方案可以提交审批。")),
        "answered": (_("还没有答复过的申请"), _("同意、不同意和撤回的申请都留在这里。")),
    }[view]
    return Listing(
        request=request,
        name="requests",
        columns=COLUMNS,
        rows=[_row(each, name, view) for each, name in zip(found.asked, names, strict=True)],
        filters=[
            Filter(
                key="kind",
                label=_("申请"),
                choices=[
                    Choice(value=code, label=words, count=found.counts.get(code, 0))
                    for code, (words, _icon) in labels.KINDS.items()
                ],
            )
        ],
        next_after="" if found.next_key is None else str(found.next_key),
        empty_title=empty[0],
        empty_text=empty[1],
    )


def _row(asked: Asked, name: str, view: View) -> dict[str, Any]:
    row = asked.request
    return {
        "href": reverse("approvals:request", args=[row.pk]),
        "muted": view != "answered" and asked.answer is not None,
        "name": name or f"#{row.case_id}",
        "kind": labels.kind_mark(row.kind),
        "worth": row.worth_fen,
        "why": row.why,
        "by": row.asked_by.display_name,
        "role": ROLES.get(row.role, row.role),
        "at": row.asked_at,
        "needed": row.needed_by,
        "verdict": labels.verdict_mark(_verdict(asked)),
    }


def _view(request: HttpRequest) -> View:
    wanted = request.GET.get("view", "")
    return next((code for code in VIEWS if code == wanted), "waiting")
