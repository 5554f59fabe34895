"""What a preview found, as pages show it: who moves with money, and the work before and after.

Called for a draft and for a proposal, which keeps what its preview showed. Titles of plans are
those of the two texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from dunwell.bulk.compile.comparison import AHEAD_DAYS
from dunwell.core.refusal import Refusal
from dunwell.core.strategy import Strategy
from dunwell.faces.web.strategy.conditions import fact_value, in_words
from dunwell.faces.web.strategy.reading import parsed
from dunwell.faces.web.work.labels import action_mark


def looked_shown(found: Mapping[str, Any], *, kind: str, texts: tuple[str, str]) -> dict[str, Any]:
    """A preview's JSON for the page. `texts`: what counted, and what is proposed."""
    if "moves" not in found:
        return {}
    titles = _titles(kind, texts)
    examples = {
        (each["first_plan"], each["second_plan"]): each["cases"]
        for each in found.get("examples", ())
    }
    money = {each["action"]: each for each in found.get("money", ())}
    return {
        "day": found["day"],
        "borrowers": found["borrowers"],
        "overdue_fen": found["overdue_fen"],
        "moved": found["moved"],
        "moved_overdue_fen": found["moved_overdue_fen"],
        "ahead_days": AHEAD_DAYS,
        "moves": [
            {
                "first": titles.get(move["first_plan"], move["first_plan"]),
                "second": titles.get(move["second_plan"], move["second_plan"]),
                "borrowers": move["borrowers"],
                "overdue_fen": move["overdue_fen"],
                "cases": [
                    {"number": case, "href": reverse("cases:case", args=[case])}
                    for case in examples.get((move["first_plan"], move["second_plan"]), ())
                ],
            }
            for move in found["moves"]
        ],
        "work": [
            {**work, "mark": action_mark(work["action"]), "money": money.get(work["action"])}
            for work in found["work"]
            if any(work[name] for name in _COUNTS)
        ],
        "work_differs": any(
            work[f"first_{name}"] != work[f"second_{name}"]
            for work in found["work"]
            for name in ("due", "ahead")
        ),
        "grades": _codes(found["grades"], "grade"),
        "categories": _codes(found["categories"], "category"),
    }


_COUNTS = ("first_due", "second_due", "first_ahead", "second_ahead")


def _codes(moves: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [
        {
            "first": fact_value(name, move["first"]),
            "second": fact_value(name, move["second"]),
            "borrowers": move["borrowers"],
        }
        for move in moves
    ]


def _titles(kind: str, texts: tuple[str, str]) -> dict[str, str]:
    titles: dict[str, str] = {}
    for text in texts if kind == "strategy" else ():
        try:
            said: Strategy = parsed("strategy", text)
        except Refusal:
            continue
        titles |= {plan.id: in_words(*plan.title) for plan in said.plans.values()}
    return titles
