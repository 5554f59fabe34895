"""The report of a day: what opened, rolled, eased, closed and why, and how buckets flowed.

Kept with the run as JSON (codes and figures, lenders by code, amounts in fen); read
by `dunwell day show`, the runs page and, later, the KPI room. Its keys are a public
interface, described on the day-run page of the docs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from dunwell.core.cases import KINDS, Move
from dunwell.flows.prepare.day_steps import StepTaken
from dunwell.flows.prepare.reage import Reaged
from dunwell.store.people.models import Lender

Counts = Mapping[str, list[dict[str, Any]]]
Row = dict[str, object]


def standing_report(
    *, counts: Counts, steps: Iterable[StepTaken], known: Mapping[str, object]
) -> Row:
    """The report of a recomputed day: where borrowers stood; nothing moved."""
    taken = {step.name: step.counts for step in steps}
    return {
        **known,
        "loans": taken.get("age", {}).get("loans", 0),
        "overdue": _named(counts["overdue"]),
    }


def report_of(
    *,
    counts: Counts,
    steps: Iterable[StepTaken],
    known: Mapping[str, object],
    reaged: Reaged | None = None,
    promises: Iterable[Mapping[str, Any]] = (),
    plans: Iterable[Mapping[str, Any]] = (),
) -> Row:
    """The report of a computed day.

    `known` says how much of the book, of house policy and of the calendar it knew; `reaged`
    adds what was aged apart while it was written, `promises` how promises ended, `plans` what
    became of plans.
    """
    rows = {name: _named(found) for name, found in counts.items()}
    taken = {step.name: step.counts for step in steps}
    decided = taken.get("decide", {})
    cases = Counter(dict.fromkeys(KINDS, 0))
    for row in rows["moves"]:
        cases[row["kind"]] += row["cases"]
    apart = list(reaged.moves.values()) if reaged else []
    cases.update(move.kind for move in apart)
    return {
        **known,
        "loans": taken.get("age", {}).get("loans", 0),
        "ages_changed": decided.get("age_change", 0) + (reaged.ages_changed if reaged else 0),
        "cases_changed": decided.get("case_change", 0) + (reaged.cases_changed if reaged else 0),
        "cases": dict(cases),
        "moves": rows["moves"],
        "matrix": rows["matrix"],
        "overdue": rows["overdue"],
        "decided": rows.get("decided", []),
        "promises": _named(promises),
        "plans": _named(plans),
        "decisions_changed": taken.get("strategy", {}).get("decision_change", 0),
        "aged_apart": {
            "loans": reaged.loans if reaged else 0,
            "moves": dict(Counter(f"{move.kind}.{move.why}" for move in _sorted(apart))),
        },
    }


def _named(found: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows with the lender's code in place of its key."""
    codes = dict(Lender.objects.values_list("pk", "code"))
    return [{"lender": codes[each.pop("lender_id")], **each} for each in map(dict, found)]


def _sorted(moves: Iterable[Move]) -> list[Move]:
    return sorted(moves, key=lambda move: (move.kind, move.why))
