"""What is put off at desks, for whoever adjusts the strategy: by step, never by person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dunwell.faces.web.cases.listing import masked_names
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.desk.past import put_off_words
from dunwell.faces.web.frame.figures import in_reader
from dunwell.faces.web.work.labels import action_words, in_language, joined
from dunwell.flows.contact.put_off_counts import (
    StepPutOff,
    put_off_counts,
    waiting_for_a_supervisor,
)
from dunwell.store.policy.put_off_reasons import put_off_reasons

WEEKS = 4


@require_GET
def put_offs_page(request: HttpRequest) -> HttpResponse:
    """Which steps people put off, how often and why; and what waits for a supervisor."""
    reader = reader_of(request, "day.see")
    until = reader.day + timedelta(days=1)
    rows = put_off_counts(
        actor=reader.actor, lender=reader.lender.pk, since=until - timedelta(weeks=WEEKS),
        until=until,
    )  # fmt: skip
    return render(
        request,
        "desk/put_offs.html",
        {
            "reader": reader,
            "weeks": WEEKS,
            "rows": [_row(each) for each in rows],
            "waiting": _waiting(reader) if reader.may("case.assign") else None,
        },
    )


def _row(told: StepPutOff) -> dict[str, Any]:
    reasons = put_off_reasons()
    return {
        "plan": in_language(told.title) if told.plan else _("没有策略"),
        "step": told.step or "—",
        "action": action_words(told.action),
        "put_off": told.put_off,
        "cases": told.cases,
        "items": told.items or "—",
        "share": f"{told.put_off * 100 / told.items:.0f}%" if told.items else "—",
        "reasons": joined(
            [
                f"{in_reader(reasons[code].zh, reasons[code].en) if code in reasons else code}"
                f" {times}"
                for code, times in told.reasons.items()
            ]
        ),
    }


def _waiting(reader: Reader) -> list[dict[str, Any]]:
    rows = waiting_for_a_supervisor(actor=reader.actor, scope=reader.scope, now=timezone.now())
    names = masked_names([row.case for row in rows])
    return [
        {"case": row.case_id, "name": name or f"#{row.case_id}", "words": put_off_words(row)}
        for row, name in zip(rows, names, strict=True)
    ]
