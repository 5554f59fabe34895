"""Acts on a case page: a payment, a reversal, a hold, a value shown in full.

Each reads its form, calls one flow and answers with the page. A refusal that
concerns what was typed comes back beside the form; any other is a page of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dunwell.core.money import format_yuan
from dunwell.core.refusal import Refusal
from dunwell.faces.web.cases.forms import HoldForm, PaymentForm
from dunwell.faces.web.cases.labels import WHAT, label_of
from dunwell.faces.web.cases.page import case_context
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.words import say
from dunwell.flows.house.reveal import reveal as reveal_value
from dunwell.flows.prepare.case_file import CaseFile, case_file
from dunwell.flows.prepare.holds import end_hold as flow_end_hold
from dunwell.flows.prepare.holds import place_hold as flow_place_hold
from dunwell.flows.prepare.payments import enter_payment as flow_enter_payment
from dunwell.flows.prepare.payments import reverse_payment as flow_reverse_payment
from dunwell.store.book.models import Hold, Payment

Act = Callable[[Reader, Mapping[str, Any]], str]


@require_http_methods(["GET", "POST"])
def reveal(request: HttpRequest, case_id: int, what: str, row: int) -> HttpResponse:
    """Ask why (GET), then show one value in full and write down who asked for it (POST)."""
    reader = reader_of(request, "personal.reveal")
    address = reverse("cases:reveal", args=[case_id, what, row])
    context = {"address": address, "value": label_of(WHAT, what), "error": ""}
    if request.method == "POST":
        try:
            text = reveal_value(
                actor=reader.actor,
                day=reader.day,
                now=timezone.now(),
                case=case_id,
                what=what,
                row=row,
                why=request.POST.get("why", ""),
            )
        except Refusal as refusal:
            context["error"] = _sentence(refusal)
        else:
            response = HttpResponse(format_html('<span class="masked num">{}</span>', text))
            response.headers["Cache-Control"] = "no-store"
            return response
    return render(request, "components/reveal_form.html", context)


@require_POST
def enter_payment(request: HttpRequest, case_id: int) -> HttpResponse:
    """Enter a payment; the loan and its case re-age at once."""

    def act(reader: Reader, given: Mapping[str, Any]) -> str:
        flow_enter_payment(
            actor=reader.actor,
            day=reader.day,
            now=timezone.now(),
            loan=given["loan"],
            payment_no=given["payment_no"],
            amount_fen=given["amount"],
            paid_on=given["paid_on"],
            channel=given["channel"],
        )
        return _("登记还款 {sum}，已重算。").format(sum=format_yuan(given["amount"]))

    return _act_with_form(request, case_id, form_class=PaymentForm, act=act)


@require_POST
def place_hold(request: HttpRequest, case_id: int) -> HttpResponse:
    """Stop the count of days for one loan."""

    def act(reader: Reader, given: Mapping[str, Any]) -> str:
        flow_place_hold(
            actor=reader.actor,
            day=reader.day,
            now=timezone.now(),
            loan=given["loan"],
            start_on=given["start_on"],
            end_on=given["end_on"],
            reason=given["reason"],
        )
        return _("{loan} 已停催，已重算。").format(loan=given["loan"].loan_no)

    return _act_with_form(request, case_id, form_class=HoldForm, act=act)


@require_POST
def reverse_payment(request: HttpRequest, case_id: int, payment_id: int) -> HttpResponse:
    """Take a payment back by a further row dated today."""
    reader = reader_of(request)
    loans = [sheet.loan.pk for sheet in _file(reader, case_id).loans]
    payment = get_object_or_404(Payment, pk=payment_id, loan__in=loans, replaced=None)
    flow_reverse_payment(
        actor=reader.actor,
        day=reader.day,
        now=timezone.now(),
        payment=payment,
        reversed_on=reader.day,
        why=request.POST.get("why", ""),
    )
    messages.success(request, _("已冲正 {no}，已重算。").format(no=payment.payment_no))
    return redirect("cases:case", case_id)


@require_POST
def end_hold(request: HttpRequest, case_id: int, hold_id: int) -> HttpResponse:
    """Let a hold end today: today counts again."""
    reader = reader_of(request)
    loans = [sheet.loan.pk for sheet in _file(reader, case_id).loans]
    hold = get_object_or_404(Hold, pk=hold_id, loan__in=loans, replaced=None)
    flow_end_hold(
        actor=reader.actor,
        day=reader.day,
        now=timezone.now(),
        hold=hold,
        end_on=max(reader.day, hold.start_on),
        why=request.POST.get("why", "") or _("页面上恢复"),
    )
    messages.success(request, _("已恢复，已重算。"))
    return redirect("cases:case", case_id)


def _act_with_form(
    request: HttpRequest, case_id: int, *, form_class: type[PaymentForm | HoldForm], act: Act
) -> HttpResponse:
    """Read a form of the case page and act; say what was done, or show the form with its errors."""
    reader = reader_of(request)
    file = _file(reader, case_id)
    form = form_class(request.POST, loans=[sheet.loan for sheet in file.loans], day=reader.day)
    if form.is_valid():
        try:
            messages.success(request, act(reader, form.cleaned_data))
            return redirect("cases:case", case_id)
        except Refusal as refusal:
            form.add_error(None, _sentence(refusal))
    context = case_context(
        file,
        reader=reader,
        payment_form=form if isinstance(form, PaymentForm) else None,
        hold_form=form if isinstance(form, HoldForm) else None,
    )
    return render(request, "cases/case.html", context, status=400)


def _file(reader: Reader, case_id: int) -> CaseFile:
    return case_file(actor=reader.actor, scope=reader.scope, case_id=case_id, day=reader.day)


def _sentence(refusal: Refusal) -> str:
    return say(refusal.code, refusal.figures, language=get_language() or "zh-hans")
