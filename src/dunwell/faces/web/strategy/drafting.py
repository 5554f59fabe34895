"""Pages of a draft: begun from what counts, changed by form or as text, previewed, proposed.

A draft is seen by who made it only. The preview runs in a worker; its page asks each second how
far it is.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRefresh

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import Acting, acting, refused, sentence_of
from dunwell.faces.web.cases.reader import reader_of
from dunwell.faces.web.strategy import labels, rules
from dunwell.faces.web.strategy.arms import power_shown
from dunwell.faces.web.strategy.differing import differing
from dunwell.faces.web.strategy.faults import faults_in
from dunwell.faces.web.strategy.forms import BeginForm, ProposeForm, TextForm
from dunwell.faces.web.strategy.looking import looked_shown
from dunwell.faces.web.strategy.views import content, kind_href
from dunwell.faces.words import say
from dunwell.faces.worker import looks
from dunwell.flows.improve.documents_seen import SEE, document_seen
from dunwell.flows.improve.drafts import (
    STEPS,
    Draft,
    Looked,
    begin_draft,
    begin_look,
    discard_draft,
    draft_of,
    looked,
    propose_draft,
    rewrite_draft,
)
from dunwell.flows.improve.experiment_plan import (
    first_experiment,
    plan_experiment,
    propose_experiment,
)
from dunwell.flows.improve.refusals import NoSuchDocument
from dunwell.store.people.permissions import NotPermitted, require
from dunwell.store.policy.document_kinds import MAIN


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest, kind: str) -> HttpResponse:
    """For whom a change is meant; then its draft. `?of=` begins from a version of the past."""
    reader = reader_of(request, SEE)
    require(reader.actor, "strategy.propose", day=reader.day, lender=reader.lender.pk)
    if kind not in labels.KINDS:
        raise Http404
    form = BeginForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        draft = begin_draft(
            actor=reader.actor,
            day=reader.day,
            home=settings.HOME,
            kind=kind,
            lender=reader.lender.pk if form.cleaned_data["whom"] == "lender" else None,
            name=form.cleaned_data["name"] or MAIN,
            text=_text_of(request, acting(request))
            or (first_experiment(day=reader.day) if kind == "experiment" else None),
        )
        return redirect("strategy:draft", draft.token)
    context = {
        "reader": reader,
        "kind": kind,
        "title": labels.kind_title(kind),
        "kind_href": kind_href(kind),
        "form": form,
        "named": kind == "strategy",
    }
    return render(request, "strategy/begin.html", context)


@require_GET
def draft_page(request: HttpRequest, token: str) -> HttpResponse:
    """The draft: what it changes, what is wrong with it, what it would do."""
    who = acting(request)
    return _page(request, who, draft_of(actor=who.actor, home=settings.HOME, token=token))


@require_http_methods(["GET", "POST"])
def text(request: HttpRequest, token: str) -> HttpResponse:
    """The text of a draft; saving it checks it and stays here while something is wrong."""
    who = acting(request)
    draft = draft_of(actor=who.actor, home=settings.HOME, token=token)
    form = TextForm(request.POST or None, initial={"text": draft.text})
    faults = None
    if request.method == "POST" and form.is_valid():
        draft = rewrite_draft(
            actor=who.actor, home=settings.HOME, token=token, text=form.cleaned_data["text"]
        )
        faults = faults_in(draft.kind, draft.name, draft.text)
        if not faults and request.POST.get("act") != "check":
            messages.success(request, _("已保存，没有问题。"))
            return redirect("strategy:draft", token)
    context = {
        "draft": draft,
        "title": labels.document_title(draft.kind, draft.name),
        "kind_href": kind_href(draft.kind),
        "form": form,
        "faults": faults,
        "lines": draft.text.count("\n"),
    }
    return render(request, "strategy/text.html", context)


@require_POST
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Begin the preview on today's book."""
    who = acting(request)
    assert who.actor.staff is not None
    start = partial(looks.start, draft=token, asked_by=who.actor.staff)
    begin_look(actor=who.actor, home=settings.HOME, token=token, start=start)
    return redirect("strategy:draft", token)


@require_GET
def news(request: HttpRequest, token: str) -> HttpResponse:
    """The progress bar, asked for each second; when the work has ended, the page anew."""
    who = acting(request)
    draft = draft_of(actor=who.actor, home=settings.HOME, token=token)
    told = looked(home=settings.HOME, draft=draft)
    if told is None or not told.alive:
        return HttpResponseClientRefresh()
    return render(request, "strategy/bar.html", {"bar": _bar(told), "draft": draft})


@require_POST
def propose(request: HttpRequest, token: str) -> HttpResponse:
    """Propose the draft; then a colleague answers it."""
    who = acting(request)
    draft = draft_of(actor=who.actor, home=settings.HOME, token=token)
    form = ProposeForm(request.POST, day=who.day)
    if form.is_valid():
        how: dict[str, Any] = {
            "actor": who.actor,
            "now": who.now,
            "home": settings.HOME,
            "token": token,
            "from_on": form.cleaned_data["from_on"],
            "why": form.cleaned_data["why"],
        }
        try:
            if draft.kind == "experiment":
                row = propose_experiment(**how, confirmed=bool(request.POST.get("confirmed")))
            else:
                row = propose_draft(**how)
        except NotPermitted:
            raise
        except Refusal as refusal:
            refused(form, refusal)
        else:
            messages.success(request, _("已提出，等另一位同事批准。"))
            return redirect("strategy:document", row.pk)
    return _page(request, who, draft, form=form, status=400)


@require_POST
def discard(request: HttpRequest, token: str) -> HttpResponse:
    """Throw the draft away."""
    who = acting(request)
    draft = draft_of(actor=who.actor, home=settings.HOME, token=token)
    discard_draft(actor=who.actor, home=settings.HOME, token=token)
    messages.success(request, _("草稿已删除，生效的版本没有变。"))
    return redirect(kind_href(draft.kind))


def _page(
    request: HttpRequest,
    who: Acting,
    draft: Draft,
    *,
    form: ProposeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    faults = faults_in(draft.kind, draft.name, draft.text)
    told = looked(home=settings.HOME, draft=draft)
    shown = _shown(draft, faulty=bool(faults))
    context: dict[str, Any] = {
        "draft": draft,
        "title": labels.document_title(draft.kind, draft.name),
        "kind_href": kind_href(draft.kind),
        "faults": faults,
        "diff": differing(draft.kind, draft.base, draft.text),
        "previews": draft.kind in labels.PREVIEWED,
        "bar": _bar(told) if told and told.alive else None,
        "broken": _sentence(told.broken) if told and told.broken else "",
        "look": looked_shown(told.found, kind=draft.kind, texts=(draft.base, draft.text))
        if told and told.found
        else None,
        "form": form or ProposeForm(day=who.day),
        **shown,
        **_planned(draft, who, sound=not faults),
        "by_form": draft.kind in rules.FIELDS_OF and not shown["older"],
    }
    return render(request, "strategy/draft.html", context, status=status)


def _shown(draft: Draft, *, faulty: bool) -> dict[str, Any]:
    """The tables of the draft; where it cannot be understood, those of the text it began from."""
    shown = content(draft.kind, draft.text, faulty=faulty)
    older = "unreadable" in shown
    if older and draft.base:
        shown = content(draft.kind, draft.base)
    return {"sections": shown["sections"], "plans": shown["plans"], "older": older}


def _planned(draft: Draft, who: Acting, *, sound: bool) -> dict[str, Any]:
    """What a drafted experiment could show, or why that cannot be said."""
    if draft.kind != "experiment" or not sound:
        return {}
    try:
        plan = plan_experiment(actor=who.actor, day=who.day, text=draft.text, lender=draft.lender)
    except NotPermitted:
        raise
    except Refusal as refusal:
        return {"unplanned": sentence_of(refusal)}
    return {"power": power_shown(plan.as_json())}


def _bar(told: Looked) -> dict[str, int]:
    return {"done": told.step, "total": len(STEPS)}


def _sentence(code: str) -> str:
    return say(code, {}, language=get_language() or "zh-hans")


def _text_of(request: HttpRequest, who: Acting) -> str | None:
    """The text of the version that `?of=` names."""
    number = request.GET.get("of", "")
    if not (number.isascii() and number.isdecimal() and len(number) < 16):
        return None
    try:
        return document_seen(actor=who.actor, day=who.day, document=int(number)).text
    except NoSuchDocument as refusal:
        raise Http404 from refusal
