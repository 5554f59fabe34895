"""The page of one plan of a draft: its steps as rows, written back into the text.

Buttons that add, drop and move steps or conditions draw the form anew and keep nothing; saving
puts the plan into the draft even where it is not sound yet, and says at the row what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dunwell.core.refusal import Refusal
from dunwell.core.strategy import (
    ACTIONS,
    FALLBACKS,
    StepWithoutNeed,
    StretchBeforeRelief,
)
from dunwell.faces.web.access.acting import acting, sentence_of
from dunwell.faces.web.outbox.labels import template_words
from dunwell.faces.web.strategy import labels
from dunwell.faces.web.strategy.faults import refusals_in
from dunwell.faces.web.strategy.plan_form import (
    WORDS,
    StepRow,
    plan_said,
    shaped,
    steps_of,
    steps_typed,
)
from dunwell.faces.web.strategy.plan_text import (
    PlanPlace,
    plan_at,
    with_plan,
    with_plan_after,
    without_plan,
)
from dunwell.faces.web.strategy.rules import plans_of_text
from dunwell.faces.web.work.labels import NEEDS as NEED_WORDS
from dunwell.faces.web.work.labels import action_words
from dunwell.flows.contact.work_messages import AFTER_FAILED_CALLS, OTHERWISE
from dunwell.flows.improve.drafts import Draft, draft_of, rewrite_draft
from dunwell.store.policy.document_kinds import MAIN

SAVING = ("save", "text", "further")
_STEP = re.compile(r"\.steps\[(\d+)\]")
_ID = re.compile(r"[a-z][a-z0-9_]{1,39}")


@require_http_methods(["GET", "POST"])
def plan(request: HttpRequest, token: str, name: str) -> HttpResponse:
    """One plan: `act` shapes the form, saves it, saves it as a further plan, or removes it."""
    who = acting(request)
    draft = draft_of(actor=who.actor, home=settings.HOME, token=token)
    place, rows = _place(draft, name)
    said = {each: str(place.plan.get(each, "")) for each in WORDS} | {"id": name}
    problem, saved = "", False
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "remove":
            _write(request, draft, without_plan(draft.text, place))
            messages.success(request, _("方案已从草稿里删除。"))
            return redirect("strategy:draft", token)
        rows = steps_typed(request.POST)
        said = {each: request.POST.get(each, "").strip() for each in WORDS}
        if act not in SAVING:
            rows = shaped(rows, act)
        else:
            written, problem = _written(draft, name, place, said, rows, further=act == "further")
            if written is not None:
                kept = _write(request, draft, written)
                name = said["id"] if act == "further" else name
                problem = _told(kept.text, name, rows)
                saved = True
                if act == "text":
                    return redirect("strategy:text", token)
                if not problem and not any(row.errors for row in rows):
                    messages.success(request, _("方案已改到草稿里。"))
                    return redirect(reverse("strategy:draft", args=[token]) + f"#plan-{name}")
    return render(
        request, "strategy/plan.html", _context(draft, name, said, rows, problem, saved=saved)
    )


def _place(draft: Draft, name: str) -> tuple[PlanPlace, list[StepRow]]:
    """The plan and its rows; one that only the text can show is not found here."""
    try:
        place = plan_at(draft.text, name) if draft.kind == "strategy" else None
        if place is None:
            raise Http404
        return place, steps_of(place.plan)
    except (Refusal, yaml.YAMLError, AttributeError, KeyError, TypeError) as unread:
        raise Http404 from unread


def _written(
    draft: Draft,
    name: str,
    place: PlanPlace,
    said: Mapping[str, str],
    rows: list[StepRow],
    *,
    further: bool,
) -> tuple[str | None, str]:
    """The text of the draft with the plan as it was typed, or what is wrong with its head."""
    written, problem = plan_said(said, rows)
    if further and not _ID.fullmatch(said["id"]):
        return None, _("新方案的编号：小写字母、数字和下划线，字母开头。")
    if further and said["id"] in dict(plans_of_text(draft.text)):
        return None, _("已有编号“{id}”的方案，请换一个。").format(id=said["id"])
    if written is None:
        return None, problem or _("还没有存：见标出的步骤。")
    if further:
        return with_plan_after(draft.text, place, said["id"], written), ""
    return with_plan(draft.text, place, written, [row.origin for row in rows]), ""


def _write(request: HttpRequest, draft: Draft, text: str) -> Draft:
    who = acting(request)
    return rewrite_draft(actor=who.actor, home=settings.HOME, token=draft.token, text=text)


def _told(text: str, name: str, rows: list[StepRow]) -> str:
    """Put what is unsound about this plan at its rows; answers what belongs to no row."""
    for number, row in enumerate(rows):
        row.origin = number  # they are in the text now
    whole = []
    for refusal in _own(
        refusals_in("strategy", text, labels.document_title("strategy", MAIN)), name
    ):
        path = str(refusal.figures.get("path", ""))
        found = _STEP.search(path)
        at = int(found[1]) if found else int(str(refusal.figures.get("step", 0)))
        if 1 <= at <= len(rows):
            rows[at - 1].errors.append(_at_row(refusal))
        else:
            whole.append(sentence_of(refusal))
    return " ".join(whole)


def _own(refusals: Iterable[Refusal], name: str) -> Iterable[Refusal]:
    path = f"plans.{name}"
    for each in refusals:
        told = str(each.figures.get("path", ""))
        if told == path or told.startswith((f"{path}.", f"{path}[")):
            yield each


def _at_row(refusal: Refusal) -> str:
    if isinstance(refusal, StepWithoutNeed):
        need = str(NEED_WORDS[str(refusal.figures["needs"])])
        return _("请勾上前提：{need}").format(need=need)
    if isinstance(refusal, StretchBeforeRelief):
        return _("展期之前必须先谈过减免：请在前面的步骤里，或在这一步一起，勾上减免罚息或减息。")
    return sentence_of(refusal)


def _context(
    draft: Draft,
    name: str,
    said: Mapping[str, str],
    rows: list[StepRow],
    problem: str,
    *,
    saved: bool,
) -> dict[str, Any]:
    return {
        "draft": draft,
        "title": labels.document_title(draft.kind, draft.name),
        "plan": name,
        "said": said,
        "rows": rows,
        "problem": problem,
        "saved": saved,
        "actions": [(code, action_words(code)) for code in ACTIONS],
        "fallbacks": [(code, action_words(code)) for code in FALLBACKS],
        "after_calls": template_words(AFTER_FAILED_CALLS),
        "otherwise": template_words(OTHERWISE),
        "followers": [(code, words) for code, words in plans_of_text(draft.text) if code != name],
    }
