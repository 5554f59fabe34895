"""Hypothesis makes borrowers, and small strategies that are read as any other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.core.decision_table import Field, Value
from dunwell.core.strategy import Strategy, parse_strategy, read_strategy
from dunwell.store.policy.seeds import read_yaml

HOUSE = Path(__file__).parents[3] / "src" / "dunwell" / "packs" / "house"
DAY = date(2026, 11, 23)


def shipped(name: str) -> Any:
    """The content of a YAML file of the house pack."""
    return read_yaml((HOUSE / name).read_text("utf-8"), file=name)


def default_strategy() -> Strategy:
    return parse_strategy(shipped("strategy/default.yaml"), file="default.yaml")


def borrowers() -> st.SearchStrategy[dict[str, Value]]:
    """Facts of a borrower: every field with a value it may have, unknown included."""
    return st.fixed_dictionaries({name: _values(one) for name, one in STRATEGY_FIELDS.items()})


def standings(plans: Sequence[str]) -> st.SearchStrategy[tuple[str, int, date] | None]:
    """Where somebody stood before: nowhere, in a plan, or in one that is gone."""
    ago = st.integers(0, 80).map(lambda days: DAY - timedelta(days=days))
    return st.none() | st.tuples(st.sampled_from([*plans, "gone"]), st.integers(1, 14), ago)


def made_strategies() -> st.SearchStrategy[Strategy]:
    """Strategies of four plans with exits, fallbacks and rounds; their rules always answer."""
    return st.fixed_dictionaries({f"p{n}": _plans() for n in range(4)}).map(_made)


def _values(field: Field) -> st.SearchStrategy[Value]:
    if field.kind == "flag":
        known: st.SearchStrategy[Value] = st.booleans()
    elif field.kind == "choice":
        known = st.sampled_from(field.choices)
    else:
        small = st.sampled_from([0, 1, 2, 3, 4, 6, 7, 30, 31, 90])
        sums = st.sampled_from([0, 4_999, 5_000, 199_999, 200_000, 500_000])
        known = small if field.unit != "fen" else sums
    return known if field.always_known else st.none() | known


_EXITS = st.sampled_from(
    [
        {"failed_in_row": {"from": 3}},
        {"days_since_conversation": {"until": 7}},
        {"reachability": ["unknown", "lost"]},
        {"monthly_income_fen": "unknown"},
    ]
)


def _steps() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"action": st.sampled_from(["none", "remind", "phone", "sms"]), "wait_days": st.just(9)},
        optional={
            "again_days": st.integers(1, 9),
            "exit": _EXITS,
            "fallback": st.fixed_dictionaries(
                {"action": st.sampled_from(["sms", "none"]), "when": _EXITS}
            ),
        },
    )


def _plans() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "title": st.just("方案"),
            "title_en": st.just("plan"),
            "steps": st.lists(_steps(), min_size=1, max_size=4),
            "rounds": st.integers(1, 2),
        },
        optional={"then": st.just("p3")},
    )


def _made(plans: dict[str, dict[str, Any]]) -> Strategy:
    plans["p3"].pop("then", None)
    why = {"why": "因为", "why_en": "because"}
    title = {"title": "阶段", "title_en": "stage"}
    content = {
        "id": "made",
        "title": "做的",
        "title_en": "made",
        "judged": True,
        "rest": [{"id": "held", "when": {"held": True}, "plan": "p0", **why}],
        "stages": [
            {
                "id": "one",
                **title,
                "when": {"grade": ["A", "unknown"]},
                "rules": [{"id": "a", "when": {}, "plan": "p1", **why}],
            },
            {
                "id": "two",
                **title,
                "when": {"not": {"grade": ["A", "unknown"]}},
                "rules": [
                    {"id": "b", "when": {"ability": "yes"}, "plan": "p2", **why},
                    {"id": "c", "when": {"not": {"ability": "yes"}}, "plan": "p3", **why},
                ],
            },
        ],
        "plans": plans,
    }
    return read_strategy(content, file="made.yaml")
