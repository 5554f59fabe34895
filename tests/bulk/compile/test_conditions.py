"""A condition in SQL is true of a row exactly where the rules say it holds."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.bulk.compile.conditions import literal, sql_of
from dunwell.core.decision_table import When, holds
from tests.core.decision_table.conditions import conditions, rows

TYPES = {
    "days": "BIGINT",
    "change": "BIGINT",
    "grade": "VARCHAR",
    "reach": "VARCHAR",
    "held": "BOOLEAN",
    "frozen": "BOOLEAN",
}


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"threads": 1}) as opened:
        yield opened


@given(
    whens=st.lists(conditions(), min_size=1, max_size=5),
    facts=st.lists(rows(), min_size=1, max_size=40),
)
def test_sql_answers_as_the_rules_do(
    connection: duckdb.DuckDBPyConnection, whens: list[When], facts: list[dict[str, object]]
) -> None:
    columns = ", ".join(f'CAST("{name}" AS {kind}) AS "{name}"' for name, kind in TYPES.items())
    named = ", ".join(f'"{name}"' for name in ("number", *TYPES))
    values = ", ".join(
        f"({n}, {', '.join(literal(row[name]) for name in TYPES)})"  # type: ignore[arg-type]
        for n, row in enumerate(facts)
    )
    asked = ", ".join(sql_of(when) for when in whens)
    answered = connection.execute(
        f"WITH fact AS (SELECT number, {columns} FROM (VALUES {values}) AS given({named})) "
        f"SELECT {asked} FROM fact ORDER BY number"
    ).fetchall()
    expected = [tuple(holds(when, row) for when in whens) for row in facts]  # type: ignore[arg-type]
    assert answered == expected


def test_a_quote_in_a_word_stays_inside_it() -> None:
    assert literal("O'Neil") == "'O''Neil'"
