"""Small days put together by hand: the shipped gains, some hands, some due cases."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import numpy as np
import yaml

from dunwell.core.assign.day import DueCases
from dunwell.core.assign.gain import ACTIONS, GainTable
from dunwell.core.assign.gain_file import parse_gains
from dunwell.core.assign.hands import Hand

SHIPPED = files("dunwell.packs").joinpath("house/gains/default.yaml")


def shipped_text() -> dict[str, Any]:
    return yaml.safe_load(SHIPPED.read_text("utf-8"))


def shipped() -> GainTable:
    return parse_gains(shipped_text(), file="house/gains/default.yaml")


def phone(staff: int, minutes: int = 480, **more: Any) -> Hand:
    return Hand(staff, minutes, frozenset({"phone"}), **more)


def visitor(staff: int, *regions: str, minutes: int = 480, **more: Any) -> Hand:
    return Hand(staff, minutes, frozenset({"visit"}), regions=regions, **more)


def due(*cases: dict[str, Any]) -> DueCases:
    """Cases with what they say of themselves; the rest is ordinary."""
    usual: dict[str, Any] = {
        "action": "phone", "fallback": None, "team": -1, "overdue_fen": 300_000,
        "days": 20, "grade": "C",
        "reachability": "reachable", "holder": -1, "retained": False, "blocked": False,
        "language": "", "region": "",
    }  # fmt: skip
    rows = [{**usual, "case": number, **case} for number, case in enumerate(cases, 1)]
    table = shipped()
    languages = ("", *sorted({row["language"] for row in rows} - {""}))
    regions = tuple(sorted({row["region"] for row in rows}))

    usual_fallback = {"phone": "sms", "visit": "phone", "relief": "phone"}
    for row in rows:
        row["fallback"] = row["fallback"] or usual_fallback.get(row["action"], "none")

    def ints(values: Any) -> np.ndarray:
        return np.array(list(values), dtype=np.int64)

    def places(names: tuple[str, ...], key: str) -> np.ndarray:
        return ints(names.index(row[key]) if row[key] in names else -1 for row in rows)

    return DueCases(
        case=ints(row["case"] for row in rows),
        action=places(ACTIONS, "action"),
        fallback=places(ACTIONS, "fallback"),
        overdue_fen=ints(row["overdue_fen"] for row in rows),
        delinquent_days=ints(row["days"] for row in rows),
        grade=places(table.grades, "grade"),
        reachability=places(table.reachability, "reachability"),
        holder=ints(row["holder"] for row in rows),
        team=ints(row["team"] for row in rows),
        retained=np.array([row["retained"] for row in rows], dtype=bool),
        asked=np.zeros(len(rows), dtype=bool),
        blocked=np.array([row["blocked"] for row in rows], dtype=bool),
        language=places(languages, "language"),
        languages=languages,
        region=places(regions, "region"),
        regions=regions,
    )
