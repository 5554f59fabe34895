"""Pages of the day runs: the newest first, and one run whole."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dunwell.faces.web.access.acting import acting
from dunwell.faces.web.runs.listing import PAGE_ROWS, run_listing
from dunwell.faces.web.runs.page import run_context
from dunwell.flows.prepare.day_runs import NoSuchRun, day_run_numbered, day_runs
from dunwell.store.people.permissions import holds, lenders_seen


@require_GET
def run_list(request: HttpRequest) -> HttpResponse:
    """Every day run, the newest first, a page at a time."""
    who = acting(request)
    after = request.GET.get("after", "")
    before = int(after) if after.isdecimal() else None
    found = day_runs(actor=who.actor, today=who.day, size=PAGE_ROWS, before=before)
    return render(request, "runs/list.html", {"runs": run_listing(request, found)})


@require_GET
def run_page(request: HttpRequest, number: int) -> HttpResponse:
    """One run: its steps, what moved and why, how buckets flowed; of lenders one may see."""
    who = acting(request)
    try:
        shown = day_run_numbered(actor=who.actor, today=who.day, number=number)
    except NoSuchRun as refusal:
        raise Http404 from refusal
    seen = lenders_seen(who.actor, who.day, "day.see")
    sees_cases = holds(who.actor, "case.see", day=who.day)
    return render(request, "runs/run.html", run_context(shown, seen=seen, sees_cases=sees_cases))
