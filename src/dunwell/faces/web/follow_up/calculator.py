"""The calculator's page: a month of the borrower, the ways to pay, one of them agreed or asked for.

Nothing is kept until a way is agreed (own authority) or submitted. What is typed of an income
is posted, so it stands in no address.
"""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dunwell.core.money import format_yuan
from dunwell.core.plan import Relief
from dunwell.core.plan.offers import Shape
from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import refused, sentence_of
from dunwell.faces.web.access.labels import ROLES
from dunwell.faces.web.approvals.labels import percent
from dunwell.faces.web.cases.listing import masked_names
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.follow_up import labels
from dunwell.faces.web.follow_up.board import desk_href
from dunwell.faces.web.follow_up.plan_cards import card, key_of, terms_in
from dunwell.faces.web.follow_up.plan_form import CalculatorForm
from dunwell.flows.follow_up.plan_calculator import Card, Situation
from dunwell.flows.follow_up.plan_file import plans_on
from dunwell.flows.follow_up.plans import agree_plan, propose_plan
from dunwell.flows.follow_up.reckon import Reckoned, Terms, Told, reckon, wish_of
from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.cases.models import Case
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.promises.models import Plan

PLAN_KINDS = ("plan", "relief", "extension")


@require_http_methods(["GET", "POST"])
def calculator(request: HttpRequest, case: int) -> HttpResponse:
    """The ways to pay for a case (GET); reckoned anew, or one of them proposed (POST)."""
    reader = reader_of(request)
    form = CalculatorForm(request.POST if request.method == "POST" else None)
    told, terms = Told(), None
    if form.is_valid():
        told, terms = _told(form), _terms(form)
    found = reckon(actor=reader.actor, now=timezone.now(), case=case, told=told, terms=terms)
    if not form.is_bound:
        form = CalculatorForm(**_known(found.situation))
    if found.own_refused is not None:
        refused(form, found.own_refused)
    elif form.is_bound and form.is_valid() and request.POST.get("act") == "propose":
        done = _propose(request, reader, case, found, form)
        if done is not None:
            return done
    return render(
        request,
        "follow_up/calculator.html",
        _context(request, found, form, reader),
        status=400 if form.errors else 200,
    )


@require_POST
def agree(request: HttpRequest, case: int) -> HttpResponse:
    """Write down that the borrower agreed to what was approved."""
    reader = reader_of(request)
    number = request.POST.get("request", "")
    try:
        plan = agree_plan(
            actor=reader.actor, now=timezone.now(), case=case,
            request=int(number) if number.isdecimal() and len(number) < 16 else 0,
        )  # fmt: skip
    except NotPermitted:
        raise
    except Refusal as refusal:
        messages.error(request, sentence_of(refusal))
        return redirect("follow_up:calculator", case)
    messages.success(request, _("计划已约定；按计划还款期间不再催收。"))
    return redirect("follow_up:plan", plan.pk)


def _propose(
    request: HttpRequest, reader: Reader, case: int, found: Reckoned, form: CalculatorForm
) -> HttpResponse | None:
    """Agree to the chosen way or ask for it; None: it was refused, and the form says why."""
    chosen = terms_in(request.POST.get("offer", ""))
    if chosen is None:
        form.add_error(None, _("还没有选择方案。请在「可以怎样还」里选一种。"))
        return None
    shape, count, relief = chosen
    wish = wish_of(found.situation, Terms(cast(Shape, shape), count, relief))
    asked: dict[str, Any] = {"actor": reader.actor, "now": timezone.now(), "case": case}
    try:
        proposed = propose_plan(
            wish=wish, why=request.POST.get("why", ""), means=found.situation.means, **asked
        )
        if proposed.request is None:
            plan = agree_plan(wish=wish, **asked)
            messages.success(request, _("计划已约定；按计划还款期间不再催收。"))
            return redirect("follow_up:plan", plan.pk)
    except NotPermitted:
        raise
    except Refusal as refusal:
        form.add_error(None, sentence_of(refusal))
        return None
    role = ROLES.get(proposed.request.role, proposed.request.role)
    messages.success(request, _("已提交，由{role}审批。").format(role=role))
    return redirect("follow_up:calculator", case)


def _told(form: CalculatorForm) -> Told:
    return Told(means=form.means(), payday=form.cleaned_data.get("payday"))


def _terms(form: CalculatorForm) -> Terms | None:
    if not form.wishes():
        return None
    given = form.cleaned_data
    shape = given.get("shape") or "equal"
    return Terms(cast(Shape, shape), given.get("installments") or 1, form.relief())


def _known(situation: Situation) -> dict[str, Any]:
    """What the lender's book says of the month."""
    income = situation.means.income_fen
    return {
        "income": format_yuan(income, mark="") if income is not None else "",
        "payday": situation.payday,
        "dependants": situation.means.dependants or None,
    }


def _context(
    request: HttpRequest, found: Reckoned, form: CalculatorForm, reader: Reader
) -> dict[str, Any]:
    situation, case = found.situation, found.situation.case
    cards = [*([found.own] if found.own else []), *found.cards]
    chosen = _chosen(request, found, cards)
    spare = situation.means.spare_fen(living_floor_fen=situation.house.terms.living_floor_fen)
    requests = _requests(case)
    return {
        "reader": reader,
        "case": case,
        "name": masked_names([case])[0] or f"#{case.pk}",
        "address": request.path,
        "desk_href": desk_href(case),
        "form": form,
        "spare": format_yuan(spare) if spare is not None else "",
        "terms": _debt_terms(situation),
        "total": {"label": _("合计"), "fen": situation.debt.total_fen},
        "cards": _different(cards, situation, chosen),
        "plans": [
            {
                "agreed_on": each.plan.agreed_on,
                "state": labels.mark_of("plan", each.standing.state),
                "href": reverse("follow_up:plan", args=[each.plan.pk]),
            }
            for each in plans_on(case=case, day=reader.day, now=timezone.now())
        ],
        "requests": requests,
        "why": request.POST.get("why", ""),
        "none_fits": _none_fits(cards),
        **_words(situation),
    }


def _none_fits(cards: list[Card]) -> str:
    """What to say when every way asks for more than can be spared."""
    if all(each.offer.strain == "beyond" for each in cards):
        return _("这些方案都超出负担。先别约定还不上的金额：可以登记困难、谈部分还款，或申请停催。")
    return ""


def _words(situation: Situation) -> dict[str, str]:
    terms = situation.house.terms
    otherwise = situation.otherwise_fen
    basis = _("不做计划，预计回收 {sum}（按当前等级的履约概率）。")
    return {
        "limits_words": _("罚息最多减 {penalty}，利息最多减 {interest}，最多 {most} 期").format(
            penalty=percent(terms.most_penalty_relief_ppm),
            interest=percent(terms.most_interest_relief_ppm),
            most=terms.most_installments,
        ),
        "basis_words": basis.format(sum=format_yuan(otherwise))
        if otherwise is not None
        else _("这一案还没有判定，算不出盈亏平衡。"),
        "rate_definition": _(
            "综合年化：减免后的息费 ÷ 本金，按放款到最后一期的 {days} 天折成一年；上限 CN-M04。"
        ).format(days=situation.borrowed_days),
        "strain_definition": _(
            "负担：最大的一期占每月可支配的份额；七成以内负担得起，超过全部即超出负担。"
        ),
        "break_even_definition": _("盈亏平衡：履约概率达到多少，才不比不做计划收得少。"),
    }


def _debt_terms(situation: Situation) -> list[dict[str, Any]]:
    debt = situation.debt
    parts = [
        (_("本金"), debt.principal_fen),
        (_("利息"), debt.interest_fen),
        (_("罚息"), debt.penalty_fen),
        (_("费用"), debt.fee_fen),
        (_("实现债权费用"), debt.cost_fen),
    ]
    return [{"label": label, "fen": fen} for label, fen in parts if fen]


def _different(cards: list[Card], situation: Situation, chosen: str) -> list[dict[str, Any]]:
    """The cards, each terms once, one's own first."""
    rows: dict[str, dict[str, Any]] = {}
    for each in cards:
        rows.setdefault(
            key_of(each.offer),
            card(
                each.offer, break_even_ppm=each.break_even_ppm, approver=each.role,
                cap_ppm=situation.house.terms.cap_ppm, chosen=chosen,
            ),
        )  # fmt: skip
    return list(rows.values())


def _chosen(request: HttpRequest, found: Reckoned, cards: list[Card]) -> str:
    """Terms just typed; else what was chosen before, while it is still among the cards."""
    if found.own is not None and request.POST.get("act") != "propose":
        return key_of(found.own.offer)
    before = request.POST.get("offer", "")
    return before if before in {key_of(each.offer) for each in cards} else _gentlest(cards)


def _gentlest(cards: list[Card]) -> str:
    """The first way that fits, else none: nobody is led beyond means."""
    for each in cards:
        if each.offer.strain == "fits" and each.offer.within_cap and each.role is not None:
            return key_of(each.offer)
    return ""


def _requests(case: Case) -> list[dict[str, Any]]:
    """What waits for an answer, and what was approved and is not agreed yet."""
    used = Plan.objects.filter(case=case).exclude(approval=None).values("approval")
    rows = (
        ApprovalRequest.objects.filter(case=case, kind__in=PLAN_KINDS)
        .exclude(pk__in=used)
        .exclude(answer__verdict__in=("declined", "withdrawn"))
        .select_related("answer")
        .order_by("-pk")[:5]
    )
    return [
        {
            "number": row.pk,
            "href": reverse("approvals:request", args=[row.pk]),
            "role": ROLES.get(row.role, row.role),
            "approved": getattr(row, "answer", None) is not None,
            "relief": Relief(
                row.wanted.get("relief_penalty_fen", 0), row.wanted.get("relief_interest_fen", 0)
            ).total_fen,
            "installments": len(row.wanted.get("days", [])),
        }
        for row in rows
    ]
