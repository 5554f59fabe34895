"""Two strategies compared over a book: moves, money and work are those of each borrower alone."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from dunwell.bulk.compile.comparison import compare_strategies
from dunwell.core.decision_table import Value
from dunwell.core.strategy import PlanStanding, Strategy, parse_strategy, plan_of, step_of
from tests.bulk.compile.test_strategy import Row, _fill, borrower_table
from tests.core.strategy.strategies import (
    DAY,
    borrowers,
    default_strategy,
    shipped,
    standings,
)


def _gentler() -> Strategy:
    """The shipped strategy, with visits from 5,000 yuan on instead of 2,000."""
    content = deepcopy(shipped("strategy/default.yaml"))
    small, large = content["stages"][1]["rules"][3:]
    small["when"]["overdue_fen"] = {"until": 500_000}
    large["when"]["overdue_fen"] = {"from": 500_000}
    return parse_strategy(content, file="gentler.yaml")


@settings(max_examples=8)
@given(data=st.data())
def test_a_comparison_counts_what_each_borrower_would_get(data: st.DataObject) -> None:
    first, second = default_strategy(), _gentler()
    facts = borrowers().map(lambda one: {**one, "bucket": "M2", "held": False})
    row = st.tuples(facts, standings(["phone_then_visit", "phone_steady"]))
    rows: list[Row] = data.draw(st.lists(row, min_size=1, max_size=30))
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        borrower_table(connection)
        _fill(connection, rows)
        found = compare_strategies(
            connection, first=first, second=second, source="borrower", day=DAY
        )
    moves: Counter[tuple[str, str]] = Counter()
    due: Counter[tuple[int, str]] = Counter()
    for one, standing in rows:
        plans = []
        for side, strategy in enumerate((first, second)):
            chosen = plan_of(strategy, one)
            before = None if standing is None else PlanStanding(*standing)
            step = step_of(strategy, chosen, standing=before, facts=one, day=DAY)
            plans.append(chosen.plan)
            due[side, step.action] += step.due_on == DAY
        moves[plans[0], plans[1]] += 1
    moved = {plans: count for plans, count in moves.items() if plans[0] != plans[1]}
    assert {(one.first_plan, one.second_plan): one.borrowers for one in found.moves} == moved
    assert found.borrowers == len(rows) and found.moved == sum(moved.values())
    assert found.overdue_fen == sum(_fen(one) for one, _ in rows)
    for work in found.work:
        assert (work.first_due, work.second_due) == (due[0, work.action], due[1, work.action])


def _fen(facts: dict[str, Value]) -> int:
    return int(facts["overdue_fen"] or 0)


def test_only_the_moved_and_their_money_are_listed() -> None:
    first, second = default_strategy(), _gentler()
    base = {
        **dict.fromkeys(first.rest.fields, None),
        "bucket": "M2",
        "promise_state": "none",
        "legal_state": "none",
        "held": False,
        **{name: False for name in first.rest.fields if name.startswith("freeze_")},
    }
    rows: list[Row] = [({**base, "overdue_fen": fen}, None) for fen in (100_000, 300_000, 600_000)]
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        borrower_table(connection)
        _fill(connection, rows)
        found = compare_strategies(
            connection, first=first, second=second, source="borrower", day=DAY
        )
    assert found.moves == (("phone_then_visit", "phone_steady", 1, 300_000),)
    assert (found.borrowers, found.moved_overdue_fen) == (3, 300_000)
    work = {one.action: one for one in found.work}
    assert (work["visit"].first_due, work["visit"].second_due) == (0, 0)
    assert (work["visit"].first_ahead, work["visit"].second_ahead) == (2, 1)
