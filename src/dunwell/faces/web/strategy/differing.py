"""How two texts of a kind differ, as pages show it: rules and plans in words, then line by line.

Called for a draft against what counts, and for a proposal against what counted when it was
proposed.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from dunwell.core.decision_table import TooTangled
from dunwell.core.refusal import Refusal
from dunwell.core.strategy import Change, Strategy, differences
from dunwell.faces.web.strategy.conditions import example_words, in_words
from dunwell.faces.web.strategy.labels import change_mark
from dunwell.faces.web.strategy.reading import parsed
from dunwell.faces.web.strategy.shown import plans_of, rule_row

CONTEXT_LINES = 2


def differing(kind: str, before: str, after: str) -> dict[str, Any]:
    """What changed between two texts; an empty `before` means that nothing counted."""
    found: dict[str, Any] = {
        "same": before == after,
        "lines": list(_lines(before, after)) if before != after else [],
        "rules": [],
        "plans": [],
        "moves": [],
    }
    if kind == "strategy" and before and before != after:
        try:
            first, second = parsed(kind, before), parsed(kind, after)
            found |= _strategies(first, second)
        except (Refusal, TooTangled):
            # A text that cannot be read yet has no rules to compare; its faults are told beside.
            pass
    return found


def _strategies(first: Strategy, second: Strategy) -> dict[str, Any]:
    told = differences(first, second)
    return {
        "rules": [_rule(change, first, second) for change in told.rules],
        "plans": [_plan(change, first, second) for change in told.plans],
        "moves": [
            {
                "first": in_words(*first.plans[move.first].title),
                "second": in_words(*second.plans[move.second].title),
                "example": example_words({name: move.example[name] for name in move.asked}),
            }
            for move in told.moves
        ],
    }


def _rule(change: Change, first: Strategy, second: Strategy) -> dict[str, Any]:
    stage, name = _placed(change.name, first, second)
    return {
        "stage": stage,
        "name": name,
        "mark": change_mark(change.kind),
        "before": _row(first, change.name),
        "after": _row(second, change.name),
    }


def _plan(change: Change, first: Strategy, second: Strategy) -> dict[str, Any]:
    both = [{plan["id"]: plan for plan in plans_of(each)} for each in (first, second)]
    before, after = (each.get(change.name) for each in both)
    shown = after or before
    assert shown is not None
    return {
        "title": shown["title"],
        "mark": change_mark(change.kind),
        "before": before,
        "after": after,
    }


def _row(strategy: Strategy, path: str) -> dict[str, Any] | None:
    parts = path.split(".")
    table = strategy.rest if parts[0] == "rest" else None
    for stage in strategy.stages:
        if parts[0] == "stages" and stage.id == parts[1] and len(parts) > 2:
            table = stage.table
    found = next((rule for rule in table.rules if rule.id == parts[-1]), None) if table else None
    return rule_row(strategy, found) if found else None


def _placed(path: str, first: Strategy, second: Strategy) -> tuple[str, str]:
    """The stage in words and the rule's id."""
    parts = path.split(".")
    if parts[0] == "rest":
        return _("先问：谁不催"), parts[-1]
    stages = {each.id: each for each in (*first.stages, *second.stages)}
    title = in_words(*stages[parts[1]].title) if parts[1] in stages else parts[1]
    return title, parts[-1] if len(parts) > 2 else _("整个阶段")


def _lines(before: str, after: str) -> Iterator[dict[str, Any]]:
    """Lines that went and came, with a few around them; a gap is a line without a sign."""
    old, new = before.splitlines(), after.splitlines()
    for group in SequenceMatcher(None, old, new, autojunk=False).get_grouped_opcodes(CONTEXT_LINES):
        yield {"sign": "gap", "text": "", "number": ""}
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                for at, text in enumerate(new[j1:j2], j1 + 1):
                    yield {"sign": " ", "text": text, "number": at}
                continue
            for at, text in enumerate(old[i1:i2], i1 + 1):
                yield {"sign": "-", "text": text, "number": at}
            for at, text in enumerate(new[j1:j2], j1 + 1):
                yield {"sign": "+", "text": text, "number": at}
