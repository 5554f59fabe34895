"""Sharing the day: the preview by person and act, and the confirmation that writes just that."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dunwell.core.money import format_yuan
from dunwell.faces.web.access.acting import sentence_of
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.work.board import acts_words, spread_words
from dunwell.faces.words.work_prices import price_sentences
from dunwell.flows.prepare.assign_preview import (
    Preview,
    PreviewIsOld,
    assign_as_shown,
    assign_preview,
)


@require_http_methods(["GET", "POST"])
def assign(request: HttpRequest) -> HttpResponse:
    """What sharing would change (GET); share it, if it is still what was shown (POST)."""
    reader = reader_of(request, "case.assign")
    asked: dict[str, Any] = {
        "actor": reader.actor, "lender": reader.lender, "day": reader.day, "now": timezone.now(),
    }  # fmt: skip
    old = ""
    if request.method == "POST":
        try:
            told = assign_as_shown(**asked, mark=request.POST.get("mark", ""))
        except PreviewIsOld as refusal:
            old = sentence_of(refusal)
        else:
            changed = told.counts["new"] + told.counts["changed"] + told.counts["gone"]
            messages.success(request, _("已分案，改动 {n} 件。").format(n=changed))
            return redirect("work:board")
    context = preview_context(assign_preview(**asked), reader=reader)
    return render(request, "work/assign.html", {**context, "old": old}, status=409 if old else 200)


def preview_context(preview: Preview, *, reader: Reader) -> dict[str, Any]:
    """Everything the preview's template asks for."""
    told, counts = preview.told, preview.told.counts
    moved = counts["new"] + counts["changed"] + counts["gone"] + counts["hand_overs"]
    return {
        "reader": reader,
        "mark": preview.mark,
        "changes": moved,
        "counts": counts,
        "acts": acts_words(told.acts),
        "waiting": acts_words(told.waiting),
        "value": format_yuan(told.value_fen),
        "now_value": format_yuan(sum(preview.now_fen.values())),
        "share": f"{told.value_fen * 10_000 // told.bound_fen / 100:.2f}%"
        if told.bound_fen
        else "",
        "people": [
            {
                "name": preview.people[each.staff].display_name,
                "before": each.before,
                "after": each.after,
                "gained": each.gained,
                "lost": each.lost,
                "minutes": each.minutes,
                "now_fen": preview.now_fen.get(each.staff, 0),
                "then_fen": each.gain_fen,
                "acts": acts_words(each.actions),
            }
            for each in sorted(
                told.people, key=lambda each: preview.people[each.staff].display_name
            )
        ],
        "spread": spread_words(told.spread),
        "prices": price_sentences(told.limits, language=get_language() or "zh-hans"),
        "left_out": [(name, n) for name, n in _left_out(told.left_out) if n],
    }


def _left_out(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [
        (_("未设工时"), counts["no_capacity"]),
        (_("今天不上班"), counts["away"]),
        (_("未通过考核"), counts["not_certified"]),
        (_("暂停中"), counts["suspended"]),
    ]
