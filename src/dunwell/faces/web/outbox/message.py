"""One message: to whom (masked), its words, its permit and receipt, everything that became of it.

Where its fate is unknown, whoever may write to the borrower settles it here: what happened, by
whose word, and why. It is never sent again by itself.
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_GET, require_POST

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import refused
from dunwell.faces.web.cases.listing import masked_names
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.gate.labels import person_words
from dunwell.faces.web.outbox import labels
from dunwell.flows.contact.message_fate import LEAST_REASON, send_again, settle_by_hand
from dunwell.flows.contact.message_list import SEE, MessageSeen, message_seen
from dunwell.flows.contact.receipt import show_receipt
from dunwell.store.outreach.models import Message, MessageEvent
from dunwell.store.people.permissions import NotPermitted


class SettleForm(forms.Form):
    """What happened to a message, by whose word, and why."""

    happened = forms.ChoiceField(
        label=pgettext_lazy("message", "结果"),
        choices=list(labels.WHAT_HAPPENED.items()),
        widget=forms.RadioSelect,
    )
    told_by = forms.ChoiceField(
        label=gettext_lazy("依据谁的说法"),
        choices=list(labels.TELLERS.items()),
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label=gettext_lazy("理由"),
        help_text=gettext_lazy("写明怎样得知的，不写姓名和号码；会记入日志。"),
        min_length=LEAST_REASON,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


@require_GET
def one(request: HttpRequest, number: int) -> HttpResponse:
    """The page of a message."""
    return _page(request, reader_of(request, SEE), number, SettleForm())


@require_POST
def settle(request: HttpRequest, number: int) -> HttpResponse:
    """Settle a message of unknown fate; sent again, it goes on as a new message."""
    reader, form = reader_of(request, SEE), SettleForm(request.POST)
    if not form.is_valid():
        return _page(request, reader, number, form)
    given = form.cleaned_data
    told: dict[str, Any] = {
        "actor": reader.actor, "now": timezone.now(), "message": number,
        "told_by": given["told_by"], "why": given["why"],
    }  # fmt: skip
    try:
        if given["happened"] == "again":
            number = send_again(**told).message.pk
            messages.success(request, _("已认定没有送达，并重新排入一次；这是新的一条。"))
        else:
            settle_by_hand(arrived=given["happened"] == "arrived", **told)
            messages.success(request, _("已认定，理由已留痕。"))
    except NotPermitted:
        raise
    except Refusal as refusal:
        refused(form, refusal)
        return _page(request, reader, number, form)
    return redirect("outbox:message", number)


@require_GET
def receipt(request: HttpRequest, number: int) -> HttpResponse:
    """The signed receipt of the permit the message went out under, as its file."""
    reader, now = reader_of(request, SEE), timezone.now()
    row = message_seen(actor=reader.actor, now=now, message=number).row
    document = show_receipt(actor=reader.actor, now=now, permit=row.permit_id or 0)
    name = f"receipt-{row.permit_id}.json"
    return HttpResponse(
        document,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _page(request: HttpRequest, reader: Reader, number: int, form: SettleForm) -> HttpResponse:
    seen = message_seen(actor=reader.actor, now=timezone.now(), message=number)
    row = seen.row
    unknown = row.state == Message.State.UNKNOWN
    context = {
        "reader": reader,
        "row": row,
        "name": masked_names([row.case])[0] or f"#{row.case_id}",
        "phone": seen.phone,
        "text": seen.text,
        "state": labels.pill(labels.STATES, row.state),
        "code": labels.code_words(row.code),
        "template": labels.template_words(row.template),
        "by": row.queued_by.display_name if row.queued_by else person_words(row.queued_label),
        "events": [_event(each) for each in seen.events],
        "form": form if unknown and reader.may("permit.ask", case=row.case) else None,
        "unknown": unknown,
        "again_as": getattr(row, "sent_again_as", None),
        "may_desk": reader.may("permit.ask", case=row.case),
        **_proof(reader, seen),
    }
    return render(request, "outbox/message.html", context, status=400 if form.errors else 200)


def _proof(reader: Reader, seen: MessageSeen) -> dict[str, str]:
    """Where the question to the gate and the receipt are, for whoever may see them."""
    if seen.row.permit_id is None or not reader.may("permit.see", case=seen.row.case):
        return {}
    found = {"permit_href": reverse("gate:question", args=[seen.row.permit_id])}
    if seen.receipt:
        found["receipt_href"] = reverse("outbox:receipt", args=[seen.row.pk])
    return found


def _event(event: MessageEvent) -> dict[str, Any]:
    mark = labels.pill(labels.STATES, event.state)
    told = labels.TELLERS.get(event.figures.get("told_by", ""), "")
    unsent = event.figures.get("unsent_permit")
    given_back = _("许可 #{n} 没有用到，不计入联系").format(n=unsent) if unsent else ""
    why = event.figures.get("why", "")
    said = (labels.code_words(event.code), given_back, str(told), why)
    who = person_words(event.by_label)
    return {
        "title": mark["label"],
        "tone": mark["tone"],
        "mark": mark["mark"],
        "at": event.at,
        "detail": " · ".join(part for part in (*said, who) if part),
    }
