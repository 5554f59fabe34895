"""The SQL form of a card answers what core.risk.score answers, for any card and any facts."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.bulk.compile.card import GRADED_COLUMNS, card_sql
from dunwell.core.risk import Card, Fact, score
from dunwell.core.risk.card import Item
from tests.core.risk.cards import cards, facts_for


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


@given(st.data())
def test_the_sql_of_a_card_equals_the_one_case_function(
    connection: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    card = data.draw(cards())
    rows = data.draw(st.lists(facts_for(card), min_size=1, max_size=12))
    assert _graded(connection, card, rows) == [_told(card, row) for row in rows]


@given(st.data())
def test_a_card_of_more_losses_than_one_number_holds_is_equal_too(
    connection: duckdb.DuckDBPyConnection, data: st.DataObject
) -> None:
    card = data.draw(cards(most_items=40))
    rows = data.draw(st.lists(facts_for(card), min_size=1, max_size=4))
    assert _graded(connection, card, rows) == [_told(card, row) for row in rows]


def _graded(
    connection: duckdb.DuckDBPyConnection, card: Card, rows: Sequence[dict[str, Fact]]
) -> list[tuple[object, ...]]:
    columns = ", ".join(f"{item.feature} {_kind(item)}" for item in card.items)
    connection.execute(f"CREATE OR REPLACE TABLE facts (n INTEGER, {columns})")
    marks = ", ".join("?" * (1 + len(card.items)))
    connection.executemany(
        f"INSERT INTO facts VALUES ({marks})",
        [(n, *(row[feature] for feature in card.features)) for n, row in enumerate(rows)],
    )
    query = card_sql(card, source="facts", keys=["n"])
    answer = connection.execute(f"SELECT {', '.join(GRADED_COLUMNS)} FROM ({query}) ORDER BY n")
    return answer.fetchall()


def _kind(item: Item) -> str:
    if not item.values:
        return "DOUBLE"
    return "BOOLEAN" if item.values == (False, True) else "VARCHAR"


def _told(card: Card, facts: dict[str, Fact]) -> tuple[object, ...]:
    scored = score(card, facts)
    empty = [None] * (3 - len(scored.reasons))
    return (
        scored.score,
        scored.grade,
        *(line.item.feature for line in scored.reasons),
        *empty,
        *(line.lost for line in scored.reasons),
        *empty,
        scored.probability_ppm,
    )
