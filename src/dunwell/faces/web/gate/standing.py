"""What stands about a case's people: the panel of the case page, and the forms that change it.

A form comes into the panel where scripts run, else it is a page of its own. A refusal of
what was typed comes back beside the form.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import refused
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.gate import labels
from dunwell.faces.web.gate.stand_forms import FIELDS, WHO, ReasonForm, StandForm
from dunwell.flows.contact.standings import stand, withdraw
from dunwell.flows.contact.what_stands import Shown, Standings, contacts_of, what_stands
from dunwell.flows.prepare.case_file import NoSuchCase
from dunwell.store.book.models import Contact
from dunwell.store.cases.lists import visible_cases
from dunwell.store.cases.models import Case
from dunwell.store.people.permissions import Actor, NotPermitted
from dunwell.store.vault.masks import mask_address, mask_phone
from dunwell.store.vault.sealed import open_sealed

OWING = frozenset({"self", "guarantor", "spouse_obligor"})


def stands_shown(*, actor: Actor, now: datetime, case: Case) -> dict[str, Any]:
    """What the panel asks for; empty for whoever may not see the gate's answers."""
    try:
        found = what_stands(actor=actor, now=now, case=case.pk)
    except NotPermitted:
        return {}
    strangers = any(each.role not in OWING for each in contacts_of(case) if each.phone_sealed)
    return {
        "rows": [_row(each, case) for each in found.rows],
        "adds": [
            {
                "what": what,
                "words": labels.label_of(labels.ADDS, what),
                "mark": labels.MARKS[what],
                "href": reverse("gate:stand", args=[case.pk, what]),
            }
            for what in FIELDS
            if _may_add(what, found) and (what != "refusal" or strangers)
        ],
    }


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, case: int, what: str) -> HttpResponse:
    """The form by which something comes to stand; GET shows it, POST says it."""
    if what not in FIELDS:
        raise Http404
    reader, now = reader_of(request, "permit.see"), timezone.now()
    found = _case(reader, case)
    standings = what_stands(actor=reader.actor, now=now, case=case)
    if not _may_add(what, standings):
        permission = "permit.approve" if what == "approval" else "standing.keep"
        raise NotPermitted(permission=permission, lender=found.lender_id, team=found.team_id)
    form = StandForm(
        request.POST if request.method == "POST" else None,
        what=what, contacts=_choices(found, what), day=reader.day,
    )  # fmt: skip
    if form.is_valid():
        try:
            stand(actor=reader.actor, now=now, case=case, said=form.said())
        except NotPermitted:
            raise
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("已登记，即时生效。"))
            return redirect(f"{reverse('cases:case', args=[case])}#stands")
    context = {
        "title": labels.label_of(labels.ADDS, what),
        "lead": labels.label_of(labels.LEADS, what),
        "act": labels.label_of(labels.ACTS, what),
        "address": reverse("gate:stand", args=[case, what]),
    }
    return _form_page(request, found, form, context)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, case: int, number: int) -> HttpResponse:
    """Ask why (GET), then end what stands (POST)."""
    reader, now = reader_of(request, "permit.see"), timezone.now()
    found = _case(reader, case)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            withdraw(
                actor=reader.actor, now=now, case=case, standing=number,
                why=form.cleaned_data["why"],
            )  # fmt: skip
        except NotPermitted:
            raise
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("已撤销，即时生效。"))
            return redirect(f"{reverse('cases:case', args=[case])}#stands")
    rows = what_stands(actor=reader.actor, now=now, case=case).rows
    shown = next((each for each in rows if each.row.pk == number), None)
    if request.method == "GET" and shown is None:
        raise Http404
    title = _title(shown) if shown else ""
    context = {
        "title": _("撤销：{what}").format(what=title),
        "lead": _("撤销后即时生效；记录保留，谁登记、谁撤销都看得到。"),
        "act": _("撤销"),
        "address": reverse("gate:end", args=[case, number]),
    }
    return _form_page(request, found, form, context)


def _form_page(
    request: HttpRequest, case: Case, form: ReasonForm, context: dict[str, Any]
) -> HttpResponse:
    piece = request.headers.get("HX-Request") == "true" and request.method == "GET"
    return render(
        request,
        "gate/stand_form.html" if piece else "gate/stand.html",
        {**context, "form": form, "case": case, "piece": piece},
        status=400 if form.errors else 200,
    )


def _case(reader: Reader, case: int) -> Case:
    found = visible_cases(reader.scope).filter(pk=case).first()
    if found is None:
        raise NoSuchCase(case=case)
    return found


def _may_add(what: str, found: Standings) -> bool:
    return found.may_approve if what == "approval" else found.may_keep


def _row(shown: Shown, case: Case) -> dict[str, Any]:
    row = shown.row
    number = _number(shown.contact, by_address=row.kind == "visit") if shown.contact else ""
    channel = labels.label_of(labels.CHANNELS, row.channel) if row.channel else ""
    tone = {"freeze": "stop", "opt_out": "stop", "refusal": "stop"}.get(row.what, "good")
    return {
        "number": row.pk,
        "what": labels.label_of(labels.WHATS, row.what),
        "kind": labels.kind_words(row.what, row.kind),
        "pill": {"tone": "wait" if tone == "stop" else tone, "mark": labels.MARKS[row.what]},
        "about": " · ".join(filter(None, (number, channel))),
        "from_at": row.from_at,
        "until_at": row.until_at,
        "dated_on": row.dated_on,
        "by": labels.person_words(shown.by),
        "why": row.why,
        "end_href": reverse("gate:end", args=[case.pk, row.pk]) if shown.may_end else "",
    }


def _title(shown: Shown) -> str:
    what = labels.label_of(labels.WHATS, shown.row.what)
    kind = labels.kind_words(shown.row.what, shown.row.kind)
    return f"{what} · {kind}" if kind else what


def _choices(case: Case, what: str) -> Sequence[tuple[str, str]]:
    """The case's contacts, masked: who a refusal, a consent or an approval may be about."""
    return [
        (str(each.pk), _number(each, by_address=False))
        for each in contacts_of(case)
        if _fits(what, each)
    ]


def _fits(what: str, contact: Contact) -> bool:
    if what == "approval":
        return True
    owes, has_phone = contact.role in OWING, bool(contact.phone_sealed)
    if what in WHO:  # the borrower's own word needs no naming
        return owes and contact.role != "self" and has_phone
    return not owes and has_phone


def _number(contact: Contact, *, by_address: bool) -> str:
    column = "phone_sealed"
    if (by_address or not contact.phone_sealed) and contact.address_sealed:
        column = "address_sealed"
    sealed = getattr(contact, column)
    text = (
        open_sealed(sealed, table="book_contact", column=column, row=contact.pk) if sealed else ""
    )
    masked = mask_phone(text) if column == "phone_sealed" else mask_address(text)
    return f"{labels.label_of(labels.ROLES, contact.role)} {masked}".strip()
