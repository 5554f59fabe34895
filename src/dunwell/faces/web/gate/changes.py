"""Pages that change a pack: propose with a preview, and the other person's answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dunwell.core.permit import Pack
from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import acting, refused, sentence_of
from dunwell.faces.web.gate import labels
from dunwell.faces.web.gate.forms import ChangeForm
from dunwell.faces.web.gate.packs import change_shown, dated_shown, may_grow
from dunwell.flows.conduct.pack_pages import shown_pack, shown_proposal
from dunwell.flows.conduct.publish_pack import (
    look_again,
    preview_change,
    propose_change,
    rule_on_proposal,
)
from dunwell.flows.conduct.refusals import NoSuchProposal
from dunwell.store.people.permissions import NotPermitted, require
from dunwell.store.policy.models import Proposal
from dunwell.store.policy.packs import NoSuchPack
from dunwell.store.policy.published import change_of, set_of


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, name: str, parameter: str) -> HttpResponse:
    """The form of a change; `act=preview` looks, `act=propose` writes it down."""
    who = acting(request)
    require(who.actor, "pack.propose", day=who.day)
    try:
        pack = shown_pack(actor=who.actor, day=who.day, name=name).pack
        number = pack.parameters[parameter]
    except (NoSuchPack, KeyError) as unknown:
        raise Http404 from unknown
    asked = request.GET.get("joins", "")
    joins = int(asked) if asked.isdecimal() else None
    form = ChangeForm(request.POST or None, parameter=number, day=who.day)
    looked = None
    if request.method == "POST" and form.is_valid():
        wanted = form.wanted(pack=name, parameter=parameter)
        try:
            if request.POST.get("act") == "propose":
                why = form.cleaned_data["why"]
                row = propose_change(
                    actor=who.actor, now=who.now, wanted=wanted, why=why, joins=joins
                )
                messages.success(request, _("已提出，等另一位同事批准。"))
                return redirect("gate:proposal", joins or row.pk)
            looked = preview_change(actor=who.actor, now=who.now, wanted=wanted, joins=joins)
        except NotPermitted:
            raise
        except Refusal as refusal:
            refused(form, refusal)
    context = {
        "pack": pack,
        "name": parameter,
        "title": labels.title_of(number),
        "values": [dated_shown(number, dated) for dated in number.values],
        "form": form,
        "preview": looked.preview if looked else None,
        "joins": joins,
    }
    return render(request, "gate/propose.html", context)


@require_GET
def proposal(request: HttpRequest, number: int) -> HttpResponse:
    """One change: from what to what, why, what it would have changed, and its answer."""
    return _proposal_page(request, number)


@require_POST
def answer(request: HttpRequest, number: int) -> HttpResponse:
    """The second person's answer."""
    who = acting(request)
    approve = request.POST.get("answer") == "approve"
    try:
        rule_on_proposal(
            actor=who.actor,
            now=who.now,
            proposal=number,
            approve=approve,
            why=request.POST.get("why", ""),
            seen=request.POST.get("seen", ""),
        )
    except (NotPermitted, NoSuchProposal):
        raise
    except Refusal as refusal:
        return _proposal_page(request, number, error=sentence_of(refusal), status=400)
    messages.success(request, _("已发布，从生效日起算。") if approve else _("已记为不批准。"))
    return redirect("gate:proposal", number)


def _number_shown(each: Proposal, pack: Pack) -> dict[str, Any]:
    return {
        **change_shown(each, pack),
        "name": each.parameter,
        "after": dated_shown(pack.parameters[each.parameter], change_of(each)[2]),
    }


def _proposal_page(
    request: HttpRequest, number: int, *, error: str = "", status: int = 200
) -> HttpResponse:
    who = acting(request)
    row = shown_proposal(actor=who.actor, day=who.day, proposal=number)
    pack = shown_pack(actor=who.actor, day=who.day, name=row.pack).pack
    parameter = pack.parameters[row.parameter]
    open_still = not hasattr(row, "ruling")
    together = set_of(row)
    context: dict[str, Any] = {
        "change": change_shown(row, pack),
        "row": row,
        "last": together[-1],
        "numbers": [_number_shown(each, pack) for each in together],
        "grows": may_grow(row, who),
        "pack": pack,
        "before": [dated_shown(parameter, dated) for dated in parameter.values],
        "after": dated_shown(parameter, change_of(row)[2]),
        "own": row.proposed_by_id == who.actor.staff,
        "answers": open_still and who.may("pack.approve"),
        "error": error,
        "preview": look_again(actor=who.actor, now=who.now, proposal=row)
        if open_still and who.may("policy.see")
        else None,
    }
    return render(request, "gate/proposal.html", context, status=status)
