"""The book gets the same plan and the same step as each borrower alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dunwell.bulk.compile.classification import classification_sql
from dunwell.bulk.compile.conditions import literal
from dunwell.bulk.compile.strategy import PLAN_COLUMNS, STEP_COLUMNS, plan_sql, step_sql
from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.core.category import classify, parse_categories, parse_five_classes
from dunwell.core.decision_table import Value
from dunwell.core.strategy import PlanStanding, Strategy, plan_of, step_of
from tests.core.strategy.strategies import (
    DAY,
    borrowers,
    default_strategy,
    made_strategies,
    shipped,
    standings,
)

_TYPES = {"int": "BIGINT", "choice": "VARCHAR", "flag": "BOOLEAN"}
Row = tuple[dict[str, Value], tuple[str, int, date] | None]


def borrower_table(connection: duckdb.DuckDBPyConnection) -> None:
    """An empty table `borrower` with every field and the standing."""
    fields = [f'"{one.name}" {_TYPES[one.kind]}' for one in STRATEGY_FIELDS.values()]
    standing = "standing_plan VARCHAR, standing_step INTEGER, standing_since_on DATE"
    connection.execute(f"CREATE TABLE borrower (number INTEGER, {', '.join(fields)}, {standing})")


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"threads": 1}) as opened:
        borrower_table(opened)
        yield opened


def _fill(connection: duckdb.DuckDBPyConnection, rows: list[Row]) -> None:
    connection.execute("DELETE FROM borrower")
    written = []
    for number, (facts, standing) in enumerate(rows):
        plan, step, since_on = standing or (None, None, None)
        since = f"DATE '{since_on}'" if since_on else "NULL"
        values = [literal(facts[name]) for name in STRATEGY_FIELDS]
        written.append(
            f"({number}, {', '.join(values)}, {literal(plan)}, {literal(step)}, {since})"
        )
    connection.execute(f"INSERT INTO borrower VALUES {', '.join(written)}")


def _answered(connection: duckdb.DuckDBPyConnection, strategy: Strategy) -> list[tuple[Any, ...]]:
    planned = plan_sql(strategy, source="borrower")
    stepped = step_sql(strategy, source=f"({planned})", day=DAY)
    columns = ", ".join((*PLAN_COLUMNS, *STEP_COLUMNS))
    return connection.execute(f"SELECT {columns} FROM ({stepped}) ORDER BY number").fetchall()


def _one_by_one(strategy: Strategy, rows: list[Row]) -> list[tuple[Any, ...]]:
    answers = []
    for facts, standing in rows:
        chosen = plan_of(strategy, facts)
        before = None if standing is None else PlanStanding(*standing)
        due = step_of(strategy, chosen, standing=before, facts=facts, day=DAY)
        stepped = tuple(getattr(due, name) for name in STEP_COLUMNS)
        answers.append((chosen.stage, chosen.rule, chosen.plan, *stepped))
    return answers


@settings(max_examples=25)
@given(data=st.data())
def test_the_shipped_strategy_answers_the_book_as_it_answers_one(
    connection: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    strategy = default_strategy()
    row = st.tuples(borrowers(), standings(list(strategy.plans)))
    rows = data.draw(st.lists(row, min_size=1, max_size=30))
    _fill(connection, rows)
    assert _answered(connection, strategy) == _one_by_one(strategy, rows)


@settings(max_examples=40)
@given(strategy=made_strategies(), data=st.data())
def test_any_strategy_answers_the_book_as_it_answers_one(
    connection: duckdb.DuckDBPyConnection, strategy: Strategy, data: st.DataObject
) -> None:
    row = st.tuples(borrowers(), standings(list(strategy.plans)))
    rows = data.draw(st.lists(row, min_size=1, max_size=20))
    _fill(connection, rows)
    assert _answered(connection, strategy) == _one_by_one(strategy, rows)


@settings(max_examples=25)
@given(facts=st.lists(borrowers(), min_size=1, max_size=30))
@pytest.mark.parametrize(
    ("name", "parse"),
    [
        ("categories.yaml", parse_categories),
        ("five_classes/days_only.yaml", parse_five_classes),
        ("five_classes/days_and_signs.yaml", parse_five_classes),
    ],
)
def test_classes_of_the_book_are_those_of_each_borrower(
    connection: duckdb.DuckDBPyConnection, name: str, parse: Any, facts: list[dict[str, Value]]
) -> None:
    classes = parse(shipped(name), file=name)
    _fill(connection, [(one, None) for one in facts])
    asked = classification_sql(classes, source="borrower", code="_code", rule="_named")
    found = connection.execute(f"SELECT _code, _named FROM ({asked}) ORDER BY number").fetchall()
    assert found == [tuple(classify(classes, one)[:2]) for one in facts]
