"""Acts on a decision: overrule it with a reason and an end, take that back, make it again.

A form comes into the card of the case page where scripts run, else it is a page of its own.
A refusal of what was typed comes back beside the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from dunwell.core.decision import DECIDED
from dunwell.core.refusal import Refusal
from dunwell.core.risk import GRADES
from dunwell.faces.web.access.acting import refused
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.work import labels
from dunwell.faces.web.work.fact_words import told
from dunwell.faces.web.work.plan_card import decision_words, now_words
from dunwell.flows.prepare.decision_panel import plans_to_choose
from dunwell.flows.prepare.overrule import LEAST_REASON, MOST_DAYS, overrule, withdraw_overrule
from dunwell.flows.prepare.recompute_decision import recompute_decision
from dunwell.flows.prepare.show_decision import case_seen, show_decision
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision, Overrule
from dunwell.store.people.permissions import NotPermitted, require

USUAL_DAYS = 14
"""For how long an overruling is proposed to count."""


class WhyForm(forms.Form):
    """A reason, kept in the journal."""

    why = forms.CharField(
        label=gettext_lazy("理由"), min_length=LEAST_REASON, max_length=200,
        help_text=gettext_lazy("写给以后看到这个改判的人；留痕。"),
    )  # fmt: skip


class OverruleForm(WhyForm):
    """The value that is to count, and until when."""

    value = forms.ChoiceField(label=gettext_lazy("改为"))
    until_on = forms.DateField(
        label=gettext_lazy("到哪一天为止（不含当天）"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    field_order = ("value", "until_on", "why")

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, choices: list[tuple[str, str]], day: date
    ) -> None:
        super().__init__(data)
        value, until_on = self.fields["value"], self.fields["until_on"]
        assert isinstance(value, forms.ChoiceField)
        value.choices = choices
        until_on.initial = day + timedelta(days=USUAL_DAYS)
        until_on.help_text = _("最多 {days} 天；更久就该改规则。").format(days=MOST_DAYS)


@require_http_methods(["GET", "POST"])
def overrule_page(request: HttpRequest, case: int, what: str) -> HttpResponse:
    """The form by which a grade or plan is overruled; GET shows it, POST says it."""
    if what not in Overrule.What.values:
        raise Http404
    reader = reader_of(request)
    found = _case(reader, case)
    choices = _choices(reader, found, what)
    posted = request.POST if request.method == "POST" else None
    form = OverruleForm(posted, choices=choices, day=reader.day)
    if form.is_valid():
        try:
            overrule(
                actor=reader.actor, day=reader.day, now=timezone.now(), case=case, what=what,
                **form.cleaned_data,
            )  # fmt: skip
        except NotPermitted:
            raise
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("已改判，这一案已重新判定。"))
            return redirect(_back(case))
    title = str(labels.OVERRULE_ACTS[what])
    lead = _("规则得出的结果仍会一并显示；到期自动恢复，也可以提前撤销。")
    return _form_page(request, found, form, title=title, lead=lead, act=title)


@require_http_methods(["GET", "POST"])
def withdraw_page(request: HttpRequest, case: int, number: int) -> HttpResponse:
    """Ask why (GET), then let the derived value count again (POST)."""
    reader = reader_of(request)
    found = _case(reader, case)
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            withdraw_overrule(
                actor=reader.actor, day=reader.day, now=timezone.now(), case=case,
                overruled=number, why=form.cleaned_data["why"],
            )  # fmt: skip
        except NotPermitted:
            raise
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("已撤销改判，规则的结果重新生效。"))
            return redirect(_back(case))
    lead = _("撤销后立即按规则重新判定；谁改判、谁撤销都留痕。")
    title = _("撤销改判")
    return _form_page(request, found, form, title=title, lead=lead, act=title)


@require_GET
def decision_page(request: HttpRequest, case: int, number: int) -> HttpResponse:
    """One decision as it was made, its facts, and whether making it again gives the same."""
    reader = reader_of(request)
    found = case_seen(actor=reader.actor, scope=reader.scope, case=case, day=reader.day)
    row = get_object_or_404(Decision.objects.select_related("entered"), pk=number, case=found)
    # Asked as of today with what was known then: who may see it is a matter of today.
    asked: dict[str, Any] = {
        "actor": reader.actor, "scope": reader.scope, "case": case, "day": reader.day,
        "known_at": row.entered.at,
    }  # fmt: skip
    shown = show_decision(**asked)
    again = recompute_decision(**asked)
    context = {
        "case": found,
        "entered_at": row.entered.at,
        "entered_why": labels.label_of(labels.DECIDING_WHYS, row.entered.why),
        "plan": decision_words(shown),
        "now_words": now_words(row, shown.steps),
        "equal": again.equal,
        "different": ", ".join(again.different),
        "figures": len(DECIDED),
        "facts": [told(name, value) for name, value in shown.facts.items()],
        "policy": row.policy[:12],
    }
    return render(request, "work/decision.html", context)


def _case(reader: Reader, case: int) -> Case:
    found = case_seen(actor=reader.actor, scope=reader.scope, case=case, day=reader.day)
    require(
        reader.actor, "decision.overrule", day=reader.day, lender=found.lender_id,
        team=found.team_id,
    )  # fmt: skip
    return found


def _choices(reader: Reader, case: Case, what: str) -> list[tuple[str, str]]:
    if what == Overrule.What.GRADE:
        return [(grade, grade) for grade in GRADES]
    plans = plans_to_choose(actor=reader.actor, case=case, day=reader.day)
    return [(code, labels.in_language(words)) for code, words in plans.items()]


def _back(case: int) -> str:
    return f"{reverse('cases:case', args=[case])}#plan"


def _form_page(
    request: HttpRequest, case: Case, form: forms.Form, *, title: str, lead: str, act: str
) -> HttpResponse:
    piece = request.headers.get("HX-Request") == "true" and request.method == "GET"
    context = {
        "form": form, "case": case, "piece": piece, "title": title, "lead": lead, "act": act,
        "address": request.path, "back": _back(case.pk),
    }  # fmt: skip
    template = "work/act_form.html" if piece else "work/act.html"
    return render(request, template, context, status=400 if form.errors else 200)
