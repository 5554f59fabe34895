"""The second person's answer to a proposal, and taking back one's own."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import acting, sentence_of
from dunwell.faces.web.strategy.views import document_page
from dunwell.flows.improve.publish_document import rule_on_document, withdraw_document
from dunwell.flows.improve.refusals import NoSuchDocument
from dunwell.store.people.permissions import NotPermitted


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """Approve, turn down or withdraw, each with a reason."""
    who = acting(request)
    why, said = request.POST.get("why", ""), request.POST.get("answer", "")
    try:
        if said == "withdraw":
            withdraw_document(actor=who.actor, now=who.now, document=number, why=why)
        else:
            approve = said == "approve"
            rule_on_document(
                actor=who.actor, now=who.now, document=number, approve=approve, why=why
            )
    except NotPermitted:
        raise
    except NoSuchDocument as refusal:
        raise Http404 from refusal
    except Refusal as refusal:
        return document_page(request, number, error=sentence_of(refusal), status=400)
    told = {
        "approve": _("已批准，从生效日起算。"),
        "withdraw": _("已撤回，没有生效。"),
    }
    messages.success(request, told.get(said, _("已记为不批准。")))
    return redirect("strategy:document", number)
