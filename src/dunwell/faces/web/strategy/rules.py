"""The page of one rule of a draft: conditions and answer by form, written back into the text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from dunwell.core.borrower_fields import CATEGORIES, CLASS_FIELDS, FIVE_CLASSES, STRATEGY_FIELDS
from dunwell.core.decision_table import Fields
from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import acting
from dunwell.faces.web.strategy import labels
from dunwell.faces.web.strategy.conditions import fact_value, in_words
from dunwell.faces.web.strategy.rule_form import Row, fields_left, rows_of, rows_typed, when_typed
from dunwell.faces.web.strategy.rule_text import (
    RulePlace,
    rule_at,
    with_rule,
    with_rule_after,
    with_rule_moved,
    without_rule,
)
from dunwell.flows.improve.drafts import Draft, draft_of, rewrite_draft
from dunwell.store.policy.seeds import read_yaml

FIELDS_OF: Mapping[str, Fields] = {
    "strategy": STRATEGY_FIELDS,
    "categories": CLASS_FIELDS,
    "five_classes": CLASS_FIELDS,
}
ANSWERS = {"strategy": "plan", "categories": "category", "five_classes": "class"}
"""The key of a rule that says what it leads to."""
MOVES = {"up": -1, "down": 1}


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, token: str, path: str) -> HttpResponse:
    """One rule: `act` is a new condition, save, save as a further rule, remove, up or down."""
    who = acting(request)
    draft = draft_of(actor=who.actor, home=settings.HOME, token=token)
    place = _place(draft, path)
    fields = FIELDS_OF[draft.kind]
    said = {name: place.rule.get(name, "") for name in ("id", "why", "why_en")}
    said["answer"] = place.rule.get(ANSWERS[draft.kind], "")
    rows = rows_of(place.rule["when"], fields)
    problem = ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        if act == "remove":
            return _written(request, draft, without_rule(draft.text, place), _("规则已删除。"))
        if act in MOVES:
            moved = with_rule_moved(draft.text, path, by=MOVES[act])
            return _written(request, draft, moved, _("规则的次序已改。"), at=path)
        rows = rows_typed(request.POST, fields)
        said = {name: request.POST.get(name, "").strip() for name in said}
        when = when_typed(rows, fields) if act != "condition" else None
        problem = _problem(said) if act != "condition" else ""
        if when is not None and not problem:
            told = {**place.rule, "when": when, "why": said["why"], "why_en": said["why_en"],
                    ANSWERS[draft.kind]: said["answer"], "id": said["id"]}  # fmt: skip
            further = act == "further"
            text = (with_rule_after if further else with_rule)(draft.text, place, told)
            return _written(
                request, draft, text, _("已加一条规则。") if further else _("规则已改。")
            )
    return render(request, "strategy/rule.html", _context(draft, path, said, rows, problem))


def _place(draft: Draft, path: str) -> RulePlace:
    found = rule_at(draft.text, path) if draft.kind in FIELDS_OF else None
    if found is None or "when" not in found.rule or not isinstance(found.rule["when"], dict):
        raise Http404
    return found


def _problem(said: Mapping[str, str]) -> str:
    if not all(said.values()):
        return _("编号、结果和两种语言的理由都要写。")
    return ""


def _written(
    request: HttpRequest, draft: Draft, text: str, told: str, *, at: str = ""
) -> HttpResponse:
    """Keep the text, then the draft's page, at the rule where one was moved."""
    who = acting(request)
    rewrite_draft(actor=who.actor, home=settings.HOME, token=draft.token, text=text)
    messages.success(request, told)
    *_path, part, name = f".{at}".replace(".rules.", ".").split(".")
    anchor = f"#rule-{part or 'rules'}-{name}" if at else ""
    return redirect(reverse("strategy:draft", args=[draft.token]) + anchor)


def _context(
    draft: Draft, path: str, said: Mapping[str, str], rows: list[Row], problem: str
) -> dict[str, Any]:
    return {
        "draft": draft,
        "title": labels.document_title(draft.kind, draft.name),
        "path": path,
        "said": said,
        "rows": rows,
        "problem": problem,
        "answers": _answers(draft),
        "answer_label": {"strategy": pgettext("strategy", "方案"), "categories": _("分到"),
                         "five_classes": _("分到")}[draft.kind],
        "fields": fields_left(rows, FIELDS_OF[draft.kind]),
    }  # fmt: skip


def _answers(draft: Draft) -> list[tuple[str, str]]:
    """What a rule may lead to: the plans of the text, or the codes there are."""
    if draft.kind == "categories":
        return [(code, fact_value("category", code)) for code in CATEGORIES]
    if draft.kind == "five_classes":
        return [(code, fact_value("five_class", code)) for code in FIVE_CLASSES]
    return plans_of_text(draft.text)


def plans_of_text(text: str) -> list[tuple[str, str]]:
    """The plans of a strategy by name, with their titles; none where it cannot be read."""
    try:
        said = read_yaml(text, file="draft")
    except Refusal:
        return []
    plans = said.get("plans", {}) if isinstance(said, dict) else {}
    return [
        (name, in_words(str(plan.get("title", name)), str(plan.get("title_en", name))))
        for name, plan in plans.items()
        if isinstance(plan, dict)
    ]
