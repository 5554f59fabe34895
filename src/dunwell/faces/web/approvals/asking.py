"""Asking another person: for a hold (停催), to keep a case (留案), for a visit, or for a contact
person. A form, one request, then the request's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import refused
from dunwell.faces.web.approvals.labels import KINDS
from dunwell.faces.web.approvals.whom import whom_choices
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.flows.follow_up.approvals import LEAST_REASON, ask_cease, ask_retain
from dunwell.flows.follow_up.ask_contact import ask_person, ask_visit
from dunwell.flows.prepare.show_decision import case_seen
from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.cases.models import Case
from dunwell.store.people.permissions import NotPermitted, require

USUAL_DAYS = 7
LEADS = {
    "visit": gettext_lazy("主管批准后，闸门在那一天放行一次；须两人同去，遵守时段。"),
    "contact": gettext_lazy("只有本人确已失联（或共债已有材料）时才可申请；批准后只可转告或查找。"),
}


def _day_field(label: Any, *, help_text: Any = "") -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, help_text=help_text)


class WhyForm(forms.Form):
    """The reason, read by whoever decides."""

    why = forms.CharField(
        label=gettext_lazy("理由"), min_length=LEAST_REASON, max_length=400,
        help_text=gettext_lazy("写给批的人看，留痕；不写客户的姓名和号码。"),
    )  # fmt: skip


class CeaseForm(WhyForm):
    """Days that shall not count, for all loans of the case."""

    start_on = _day_field(gettext_lazy("自"))
    end_on = _day_field(gettext_lazy("到哪一天为止（不含当天）"))
    field_order = ("start_on", "end_on", "why")

    def __init__(self, data: Mapping[str, Any] | None = None, *, day: date) -> None:
        super().__init__(data)
        self.fields["start_on"].initial = day
        self.fields["end_on"].initial = day + timedelta(days=USUAL_DAYS)


class RetainForm(WhyForm):
    """The day until which the case stays with its holder."""

    until_on = _day_field(gettext_lazy("到哪一天为止（不含当天）"))
    field_order = ("until_on", "why")

    def __init__(self, data: Mapping[str, Any] | None = None, *, day: date) -> None:
        super().__init__(data)
        self.fields["until_on"].initial = day + timedelta(days=USUAL_DAYS)


class WhomForm(WhyForm):
    """Whom it is about: one of the case's addresses or persons, masked."""

    contact = forms.ChoiceField(label=gettext_lazy("联系谁"))

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        day: date,
        contacts: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        self.fields["contact"].choices = contacts  # type: ignore[attr-defined]  # a ChoiceField
        last = next(name for name in self.field_order or () if name.endswith("_on"))
        self.fields[last].initial = day + timedelta(days=last == "until_on")

    def clean_contact(self) -> int:
        """The contact's number."""
        return int(self.cleaned_data["contact"])


class VisitForm(WhomForm):
    """A visit to one address on one day."""

    visit_on = _day_field(
        gettext_lazy("哪一天去"), help_text=gettext_lazy("只在这一天有效，去过一次即用完。")
    )
    field_order = ("contact", "visit_on", "why")


class ContactForm(WhomForm):
    """A contact person, or a spouse who owes too, until a day."""

    until_on = _day_field(
        gettext_lazy("到哪一天为止（不含当天）"), help_text=gettext_lazy("最多 7 天。")
    )
    field_order = ("contact", "until_on", "why")


FORMS: Mapping[str, Callable[..., forms.Form]] = {
    "cease": CeaseForm, "retain": RetainForm, "visit": VisitForm, "contact": ContactForm,
}  # fmt: skip
FLOWS: Mapping[str, Callable[..., ApprovalRequest]] = {
    "cease": ask_cease, "retain": ask_retain, "visit": ask_visit, "contact": ask_person,
}  # fmt: skip
ABOUT_SOMEBODY = frozenset({"visit", "contact"})


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, case: int, kind: str) -> HttpResponse:
    """The form of a request (GET), and the request itself (POST)."""
    if kind not in FORMS:
        raise Http404
    reader = reader_of(request)
    found = case_seen(actor=reader.actor, scope=reader.scope, case=case, day=reader.day)
    require(
        reader.actor, "approval.ask", day=reader.day, lender=found.lender_id, team=found.team_id,
        holder=found.holder_id,
    )  # fmt: skip
    form = _form(request, found, kind, reader.day)
    if form.is_valid():
        try:
            made = _ask(reader, case, kind, form.cleaned_data)
        except NotPermitted:
            raise
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("已提交，等主管审批。"))
            return redirect("approvals:request", made.pk)
    context = {
        "form": form,
        "case": found,
        "title": _("申请{kind}").format(kind=KINDS[kind][0]),
        "lead": LEADS.get(kind, _("批准后立即生效；不批准会写明原因。")),
        "act": _("提交审批"),
        "address": request.path,
        "back": reverse("cases:case", args=[case]),
    }
    return render(request, "work/act.html", context, status=400 if form.errors else 200)


def _ask(reader: Reader, case: int, kind: str, given: dict[str, Any]) -> ApprovalRequest:
    about = {"actor": reader.actor, "now": timezone.now(), "case": case}
    return FLOWS[kind](**about, **given)


def _form(request: HttpRequest, case: Case, kind: str, day: date) -> forms.Form:
    posted = request.POST if request.method == "POST" else None
    if kind not in ABOUT_SOMEBODY:
        return FORMS[kind](posted, day=day)
    form = FORMS[kind](posted, day=day, contacts=whom_choices(case, kind))
    form.fields["contact"].initial = request.GET.get("contact", "")
    return form
