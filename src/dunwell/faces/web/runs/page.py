"""What the page of one day run shows: figures, moves with their reasons, flows, steps."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from dunwell.core.ageing import DEFAULT_BUCKETS
from dunwell.core.cases import KINDS
from dunwell.faces.web.cases.labels import EVENTS, WHYS
from dunwell.faces.web.cases.labels import KINDS as KIND_WORDS
from dunwell.faces.web.gate.calendar import calendar_words
from dunwell.faces.web.runs.labels import KIND_SENTENCES, bucket_word
from dunwell.faces.words.day_labels import (
    STATE_OF_PLAN,
    STATE_OF_PROMISE,
    STEP_OF_DAY,
    count_word,
    word,
)
from dunwell.flows.prepare.day_runs import RunShown
from dunwell.store.people.models import Lender
from dunwell.store.policy.calendar_year import read_ends
from dunwell.store.runs.models import Run, RunStep

Row = dict[str, Any]


def run_context(shown: RunShown, *, seen: frozenset[int] | None, sees_cases: bool) -> Row:
    """Everything the template asks for; rows of lenders the reader may not see are left out.

    Whoever sees no cases is not led to them.
    """
    run, report = shown.run, shown.run.report
    lenders = Lender.objects.all() if seen is None else Lender.objects.filter(pk__in=seen)
    names = dict(lenders.order_by("code").values_list("code", "name"))

    def rows(name: str) -> list[Row]:
        return [row for row in report.get(name, []) if row["lender"] in names]

    return {
        "run": run,
        "state": "recomputed" if run.recompute_only and run.status == "done" else run.status,
        "seconds": shown.seconds,
        "failed": report.get("failed"),
        "calendar": calendar_words(read_ends(report)),
        "report": report,
        "several": len(names) > 1,
        "kinds": [_kind(run, kind, rows("moves"), names, sees_cases) for kind in KINDS],
        "flows": _flows(rows("matrix")),
        "overdue": _overdue(rows("overdue"), names),
        "agreed": _agreed(rows("promises"), rows("plans"), names),
        "aged_apart": report.get("aged_apart", {}).get("loans", 0),
        "steps": [_step(step) for step in shown.steps],
    }


def _kind(
    run: Run, kind: str, moves: Iterable[Row], names: dict[str, str], sees_cases: bool
) -> Row:
    """One kind of move: how many, how much, each reason, and the list of those cases."""
    own = [row for row in moves if row["kind"] == kind]
    icon, tone = EVENTS[kind]
    return {
        "kind": kind,
        "label": KIND_WORDS[kind],
        "definition": KIND_SENTENCES[kind],
        "icon": icon,
        "tone": tone,
        "cases": sum(row["cases"] for row in own),
        "whys": [
            {
                "why": WHYS.get(row["why"], row["why"]),
                "lender": names[row["lender"]],
                "cases": row["cases"],
                "overdue_fen": row["overdue_fen"],
                "paid_fen": row["paid_fen"],
                "href": _cases_href(run, kind, row["lender"]) if sees_cases else "",
            }
            for row in sorted(own, key=lambda row: -row["cases"])
        ],
    }


def _cases_href(run: Run, kind: str, lender: str) -> str:
    listed = reverse("cases:list")
    return f"{listed}?moved={kind}&on={run.day.isoformat()}&status=all&lender={lender}"


def _flows(matrix: Iterable[Row]) -> Row | None:
    """The matrix of buckets: where cases stood before, and where they stand now."""
    cells: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for row in matrix:
        cell = cells[row["from_bucket"], row["to_bucket"]]
        cell[0] += row["cases"]
        cell[1] += row["after_fen"] if row["to_bucket"] != "closed" else row["before_fen"]
    if not cells:
        return None
    order = ["none", "closed", "current", *(each.name for each in DEFAULT_BUCKETS.ranges)]
    before = [name for name in order if any(name == start for start, _end in cells)]
    after = [name for name in [*order[2:], "closed"] if any(name == end for _start, end in cells)]
    return {
        "heads": [bucket_word(name) for name in after],
        "rows": [
            {
                "label": bucket_word(start),
                "cells": [_cell(start, end, cells, order) for end in after],
            }
            for start in before
        ],
    }


def _cell(
    start: str, end: str, cells: dict[tuple[str, str], list[int]], order: list[str]
) -> Row | None:
    if (start, end) not in cells:
        return None
    cases, fen = cells[start, end]
    worse = end != "closed" and order.index(end) > order.index(start)
    return {
        "cases": cases,
        "fen": fen,
        "tone": "" if start == end else ("wait" if worse else "good"),
        "head": bucket_word(end),
    }


def _overdue(found: Iterable[Row], names: dict[str, str]) -> list[Row]:
    order = {each.name: place for place, each in enumerate(DEFAULT_BUCKETS.ranges, 1)}
    rows = sorted(found, key=lambda row: (row["lender"], order.get(row["bucket"], 0)))
    return [
        {
            **row,
            "lender": names[row["lender"]],
            "outside": "" if row["bucket"] in order else bucket_word(row["bucket"]),
        }
        for row in rows
    ]


def _agreed(promises: Iterable[Row], plans: Iterable[Row], names: dict[str, str]) -> list[Row]:
    """How promises ended and what became of plans that day, a line for each state."""
    language = get_language() or "zh-hans"
    ended = [
        {
            "what": _("承诺"),
            "state": word(STATE_OF_PROMISE, row["state"], language=language),
            "count": row["promises"],
            "fen": row["promised_fen"],
            "lender": names[row["lender"]],
        }
        for row in promises
    ]
    return ended + [
        {
            "what": pgettext("agreement", "还款计划"),
            "state": word(STATE_OF_PLAN, row["state"], language=language),
            "count": row["plans"],
            "fen": row["left_fen"],
            "lender": names[row["lender"]],
        }
        for row in plans
    ]


def _step(step: RunStep) -> Row:
    ended, language = step.finished_at, get_language() or "zh-hans"
    return {
        "label": word(STEP_OF_DAY, step.name, language=language),
        "seconds": (ended - step.started_at).total_seconds() if ended else None,
        "counts": [
            {"label": count_word(name, language=language), "count": count}
            for name, count in step.counts.items()
            if name != "recording" and (count or name == "loans")
        ],
    }
