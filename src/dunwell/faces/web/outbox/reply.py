"""One reply: what somebody wrote, about which case; it is seen to at the desk, or closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import sentence_of
from dunwell.faces.web.cases.listing import masked_names
from dunwell.faces.web.cases.reader import reader_of
from dunwell.faces.web.outbox import labels
from dunwell.flows.contact.message_list import SEE, reply_seen
from dunwell.flows.contact.replies import handle_reply
from dunwell.store.people.permissions import NotPermitted

WAITING = "?view=replies"


@require_GET
def one(request: HttpRequest, number: int) -> HttpResponse:
    """The page of a reply."""
    reader = reader_of(request, SEE)
    seen = reply_seen(actor=reader.actor, now=timezone.now(), reply=number)
    case = seen.row.case
    manages = reader.may("message.manage")
    context = {
        "reader": reader,
        "row": seen.row,
        "case": case,
        "name": (masked_names([case])[0] or f"#{case.pk}") if case else _("未知号码"),
        "phone": seen.phone,
        "text": seen.text,
        "kind": labels.pill(labels.KINDS, seen.row.kind),
        "may_handle": seen.row.handled_at is None
        and (reader.may("note.write", case=case) if case else manages),
        "may_desk": case is not None and reader.may("permit.ask", case=case),
    }
    return render(request, "outbox/reply.html", context)


@require_POST
def handled(request: HttpRequest, number: int) -> HttpResponse:
    """Seen to: on to the case at the desk, or back to what waits."""
    reader = reader_of(request, SEE)
    waiting = f"{reverse('outbox:list')}{WAITING}"
    try:
        row = handle_reply(actor=reader.actor, now=timezone.now(), reply=number)
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.error(request, sentence_of(refusal))
        return redirect(waiting)
    if request.POST.get("then") == "desk" and row.case_id is not None:
        return redirect("desk:case", row.case_id)
    messages.success(request, _("回复已处理。"))
    return redirect(waiting)
