"""The list of day runs: day, state, time, and how many cases moved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dunwell.faces.web.frame.figures import span_words
from dunwell.faces.web.frame.listing import Column, Listing
from dunwell.store.runs.models import Run

PAGE_ROWS = 50
COLUMNS = (
    Column(key="day", label=gettext_lazy("业务日"), kind="link", lead=True),
    Column(key="state", label=gettext_lazy("状态"), kind="state"),
    Column(key="opened", label=gettext_lazy("入催"), kind="count", unit=gettext_lazy("件")),
    Column(key="rolled", label=gettext_lazy("升期"), kind="count", unit=gettext_lazy("件")),
    Column(key="eased", label=gettext_lazy("降期"), kind="count", unit=gettext_lazy("件")),
    Column(key="closed", label=gettext_lazy("结案"), kind="count", unit=gettext_lazy("件")),
    Column(key="changed", label=gettext_lazy("借据变动"), kind="count", unit=gettext_lazy("笔")),
    Column(key="seconds", label=gettext_lazy("用时")),
    Column(key="started", label=gettext_lazy("开始"), kind="moment"),
    Column(key="number", label=gettext_lazy("编号"), shown=False),
)


def run_listing(request: HttpRequest, found: Sequence[Run]) -> Listing:
    """One page of runs; `found` holds one more where there is a next page."""
    shown = found[:PAGE_ROWS]
    return Listing(
        request=request,
        name="runs",
        columns=COLUMNS,
        rows=[_row(run) for run in shown],
        next_after=str(shown[-1].pk) if len(found) > PAGE_ROWS else "",
        empty_title=_("还没有日运行"),
        empty_text=_("导入台账后运行 dunwell day run，每天的步骤、变动和原因会列在这里。"),
        long=False,
    )


def _row(run: Run) -> dict[str, Any]:
    cases = run.report.get("cases", {})
    ended = run.finished_at
    return {
        "href": reverse("runs:run", args=[run.pk]),
        "day": run.day.isoformat(),
        "state": "recomputed" if run.recompute_only and run.status == "done" else run.status,
        "opened": _of(cases, "opened", "reopened"),
        "rolled": _of(cases, "rolled"),
        "eased": _of(cases, "eased"),
        "closed": _of(cases, "closed"),
        "changed": run.report.get("ages_changed"),
        "seconds": span_words((ended - run.started_at).total_seconds()) if ended else "",
        "started": run.started_at,
        "number": run.pk,
        "muted": run.recompute_only or run.status != "done",
    }


def _of(cases: dict[str, int], *kinds: str) -> int | None:
    return sum(cases.get(kind, 0) for kind in kinds) if cases else None
