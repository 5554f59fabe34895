"""The table of facts per rule: what `dunwell gate facts --json` and the docs show.

Made from core.permit's own tables, so that it cannot say anything else than they do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dunwell.core.permit import CLOSING, CLOSING_PATHS, PATHS, TABLE, Gate, Rule
from dunwell.core.permit.paths import NOTHING, Path


def facts_table(gate: Gate) -> dict[str, Any]:
    """Every fact with type, default and null; every rule that is on, with what it reads.

    `needs` are read whenever the rule applies; `facts` are all it may read. An absent
    fact that is read refuses as FACT-<path>.
    """
    on = gate.stack.rules
    return {
        "packs": [pack.id for pack in gate.stack.packs],
        "pack_hash": gate.stack.hash,
        "facts": [_fact(path) for path in PATHS],
        "closing_facts": [_fact(path) for path in CLOSING_PATHS],
        "rules": [
            *(_rule(row, "asking", gate) for row in TABLE if row.code in on),
            *(_rule(row, "closing", gate) for row in CLOSING if row.code in on),
        ],
    }


def _fact(path: Path) -> dict[str, Any]:
    fact: dict[str, Any] = {"path": path.path, "type": path.kind, "allowed": path.said}
    if path.default is not NOTHING:
        fact["default"] = _plain(path.default)
    if path.null is not NOTHING:
        fact["null_means"] = _plain(path.null)
    return fact


def _rule(row: Rule[Any], answered: str, gate: Gate) -> dict[str, Any]:
    source = gate.stack.rules[row.code]
    return {
        "code": row.code,
        "title": source.title,
        "title_en": source.title_en,
        "answered": answered,
        "channels": list(row.channels),
        "facts": list(row.facts),
        "needs": list(row.needs),
        "parameters": list(row.parameters),
        "lifted_by": [f"{row.lift}:{kind}" for kind in row.lift_kinds],
        "clause": source.source,
        "clause_en": source.source_en,
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
