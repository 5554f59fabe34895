"""The outbox: messages by where they stand, and replies that wait for a person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from dunwell.faces.web.cases.listing import masked_names
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.frame.address import with_query
from dunwell.faces.web.frame.listing import Choice, Column, Filter, Listing
from dunwell.faces.web.gate.now import moment_words
from dunwell.faces.web.outbox import labels
from dunwell.flows.contact.message_list import (
    MOST_COUNTED,
    SEE,
    ReplySeen,
    Waiting,
    messages_page,
    waiting_replies,
    what_waits,
)
from dunwell.store.cases.models import Case
from dunwell.store.outreach.models import Message
from dunwell.store.policy.message_templates import templates

MESSAGE_COLUMNS = (
    Column(key="name", label=gettext_lazy("客户"), kind="link", lead=True),
    Column(key="state", label=gettext_lazy("状态"), kind="pill"),
    Column(key="template", label=gettext_lazy("模板")),
    Column(key="code", label=gettext_lazy("原因")),
    Column(key="queued_at", label=gettext_lazy("排入"), kind="moment"),
    Column(key="due_at", label=gettext_lazy("最早发送"), kind="moment", shown=False),
    Column(key="handed_at", label=gettext_lazy("交网关"), kind="moment"),
    Column(key="settled_at", label=gettext_lazy("了结"), kind="moment", shown=False),
    Column(key="parts", label=gettext_lazy("段数"), kind="count", shown=False),
    Column(key="attempts", label=gettext_lazy("交出次数"), kind="count", shown=False),
    Column(key="gateway", label=gettext_lazy("网关"), shown=False),
    Column(key="number", label=gettext_lazy("短信编号"), shown=False),
)
REPLY_COLUMNS = (
    Column(key="name", label=gettext_lazy("客户"), kind="link", lead=True),
    Column(key="kind", label=gettext_lazy("种类"), kind="pill"),
    Column(key="text", label=gettext_lazy("写了什么")),
    Column(key="phone", label=gettext_lazy("手机号"), kind="masked"),
    Column(key="at", label=gettext_lazy("收到"), kind="moment"),
)
SHOWN_WORDS = 40
"""Characters of a reply that the list shows."""


@require_GET
def outbox(request: HttpRequest) -> HttpResponse:
    """The messages of a tab (`?view=`), the newest first; replies, the longest waiting first."""
    reader, now = reader_of(request, SEE), timezone.now()
    view = request.GET.get("view", "")
    view = view if view in labels.VIEWS else "all"
    waiting = what_waits(actor=reader.actor, now=now, lender=reader.lender.pk)
    make = _replies if view == "replies" else _messages
    listing = make(request, reader, view, now)
    first = listing.rows[0]["href"] if view in ("unknown", "replies") and listing.rows else ""
    return render(
        request,
        "outbox/list.html",
        {
            "reader": reader,
            "views": _views(request, view, waiting),
            "listing": listing,
            "first_href": first,
        },
    )


def _views(request: HttpRequest, view: str, waiting: Waiting) -> list[dict[str, Any]]:
    counts = {
        "queued": waiting.queued, "unknown": waiting.unknown, "replies": waiting.replies,
    }  # fmt: skip
    return [
        {
            "label": words,
            "on": code == view,
            "href": with_query(request, view=code, template=None, after=None),
            "count": _counted(counts[code]) if code in counts else "",
        }
        for code, (words, _states) in labels.VIEWS.items()
    ]


def _counted(count: int) -> str:
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)


def _messages(request: HttpRequest, reader: Reader, view: str, now: datetime) -> Listing:
    found = messages_page(
        actor=reader.actor, day=reader.day, lender=reader.lender.pk,
        states=labels.VIEWS[view][1], template=request.GET.get("template", ""),
        case=_number(request.GET.get("case", "")), before=_number(request.GET.get("after", "")),
    )  # fmt: skip
    names = masked_names([row.case for row in found.rows])
    title, text = labels.EMPTY[view]
    return Listing(
        request=request,
        name="messages",
        columns=MESSAGE_COLUMNS,
        rows=[_message(row, name, now) for row, name in zip(found.rows, names, strict=True)],
        filters=[_templates(), *_one_case(request)],
        next_after=str(found.next_before or ""),
        empty_title=title,
        empty_text=text,
    )


def _why(row: Message, now: datetime) -> str:
    """Why it stands where it does, and from when it may go where it waits for its hour."""
    waits = row.state == Message.State.QUEUED and row.not_before > now
    until = moment_words(row.not_before, now=now) if waits else ""
    return " · ".join(filter(None, (labels.code_words(row.code), until))) or "—"


def _message(row: Message, name: str, now: datetime) -> dict[str, Any]:
    return {
        "href": reverse("outbox:message", args=[row.pk]),
        "name": name or f"#{row.case_id}",
        "state": labels.pill(labels.STATES, row.state),
        "template": labels.template_words(row.template),
        "code": _why(row, now),
        "queued_at": row.queued_at,
        "due_at": row.not_before,
        "handed_at": row.handed_at,
        "settled_at": row.settled_at,
        "parts": row.parts,
        "attempts": row.attempts,
        "gateway": row.gateway,
        "number": f"#{row.pk}",
    }


def _replies(request: HttpRequest, reader: Reader, view: str, now: datetime) -> Listing:
    found = waiting_replies(
        actor=reader.actor, now=now, lender=reader.lender.pk, after=_place(request)
    )
    cases: list[Case] = [each.row.case for each in found.replies if each.row.case is not None]
    names = dict(zip((case.pk for case in cases), masked_names(cases), strict=True))
    title, text = labels.EMPTY[view]
    return Listing(
        request=request,
        name="replies",
        columns=REPLY_COLUMNS,
        rows=[_reply(each, names.get(each.row.case_id or 0, "")) for each in found.replies],
        next_after="{:%Y-%m-%dT%H:%M:%S.%f%z}_{}".format(*found.next_after)
        if found.next_after
        else "",
        empty_title=title,
        empty_text=text,
    )


def _reply(each: ReplySeen, name: str) -> dict[str, Any]:
    cut = each.text[:SHOWN_WORDS]
    return {
        "href": reverse("outbox:reply", args=[each.row.pk]),
        "name": name or _("未知号码"),
        "kind": labels.pill(labels.KINDS, each.row.kind),
        "text": cut if cut == each.text else f"{cut}……",
        "phone": each.phone,
        "at": each.row.at,
    }


def _templates() -> Filter:
    choices = [Choice(value=name, label=labels.template_words(name)) for name in templates()]
    return Filter(key="template", label=_("模板"), choices=choices, many=False)


def _one_case(request: HttpRequest) -> list[Filter]:
    """The case the list was opened for, as a chip that can be taken away."""
    case = request.GET.get("case", "")
    if _number(case) is None:
        return []
    return [Filter(key="case", label=_("案件"), choices=[Choice(value=case, label=f"#{case}")])]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 16 else None


def _place(request: HttpRequest) -> tuple[datetime, int] | None:
    at, _line, number = request.GET.get("after", "").partition("_")
    try:
        place = datetime.fromisoformat(at), int(number)
    except ValueError:
        return None
    return place if place[0].tzinfo is not None else None
