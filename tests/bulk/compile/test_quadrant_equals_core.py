"""The SQL form of the quadrant answers what core.risk.quadrant answers, for any facts."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.bulk.compile.quadrant import QUADRANT_COLUMNS, quadrant_sql
from dunwell.core.features import FEATURE_OF
from dunwell.core.risk.quadrant import quadrant
from tests.core.risk.test_quadrant import shipped

TABLES = shipped()
KINDS = {"int": "BIGINT", "flag": "BOOLEAN", "choice": "VARCHAR"}
NUMBERS = st.one_of(
    st.sampled_from([0, 1, 2, 30, 31, 60, 61, 182, 183, 300_000, 800_000, 900_000, 10_000_000]),
    st.integers(0, 12_000_000),
)


def _value(name: str) -> st.SearchStrategy[Any]:
    feature = FEATURE_OF[name]
    known: st.SearchStrategy[Any] = NUMBERS
    if feature.kind == "choice":
        known = st.sampled_from(feature.choices)
    elif feature.kind == "flag":
        known = st.booleans()
    return known if feature.always_known else st.one_of(st.none(), known)


FACTS = st.fixed_dictionaries({name: _value(name) for name in TABLES.reads})


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


@given(st.lists(FACTS, min_size=1, max_size=20))
def test_the_sql_of_the_quadrant_equals_the_one_case_function(
    connection: duckdb.DuckDBPyConnection, rows: list[dict[str, Any]]
) -> None:
    columns = ", ".join(f"{name} {KINDS[FEATURE_OF[name].kind]}" for name in TABLES.reads)
    connection.execute(f"CREATE OR REPLACE TABLE facts (n INTEGER, {columns})")
    marks = ", ".join("?" * (1 + len(TABLES.reads)))
    connection.executemany(
        f"INSERT INTO facts VALUES ({marks})",
        [(n, *(row[name] for name in TABLES.reads)) for n, row in enumerate(rows)],
    )
    query = quadrant_sql(TABLES, source="facts", keys=["n"])
    answer = connection.execute(f"SELECT {', '.join(QUADRANT_COLUMNS)} FROM ({query}) ORDER BY n")
    said = [quadrant(TABLES, row) for row in rows]
    assert answer.fetchall() == [
        (one.ability, one.willingness, one.ability_rule, one.willingness_rule) for one in said
    ]
