"""From aged loans to cases: roll-up, moves, and what is to be written, for a whole book in SQL.

The meaning is dunwell.core.cases, proved equal by tests. Called by the day run on
one DuckDB connection that has the tables

    loan_age     as the ageing kernel answers
    owner        loan_key, party_id, lender_id, has_left BOOLEAN
    payment, adjustment   as the kernel reads them
    stored_age, stored_case   what the last run left in the state database

Makes age_change, case_change and case_event (rows to write) and the counts of
the report. Amounts are fen in BIGINT, days DATE.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from typing import Any

import duckdb

from dunwell.bulk.shards import sql_text
from dunwell.core.ageing import Buckets
from dunwell.core.cases import EntryTerms


def set_terms(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of: date,
    buckets: Buckets,
    entry: Mapping[int, EntryTerms],
) -> None:
    """Lay down the day, the order of buckets, and each lender's entry terms."""
    places = [f"({sql_text(each.name)}, {place})" for place, each in enumerate(buckets.ranges, 1)]
    lines = [
        f"({lender}, {terms.least_days}, {terms.least_overdue_fen})"
        for lender, terms in entry.items()
    ]
    connection.execute(f"SET VARIABLE as_of = DATE '{as_of}'")
    connection.execute("CREATE OR REPLACE TEMP TABLE bucket_place (bucket VARCHAR, place INTEGER)")
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE entry_line"
        " (lender_id BIGINT, least_days INTEGER, least_overdue_fen BIGINT)"
    )
    for table, rows in (("bucket_place", places), ("entry_line", lines)):
        if rows:
            connection.execute(f"INSERT INTO {table} VALUES {', '.join(rows)}")


def roll_up_borrowers(connection: duckdb.DuckDBPyConnection) -> int:
    """Make `standing`; answers how many borrowers are overdue or have an open case."""
    return _make(connection, "standing")


def decide_moves(connection: duckdb.DuckDBPyConnection) -> int:
    """Make `move` from `standing`; answers how many cases move."""
    return _make(connection, "moves", counted="move")


def find_changes(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Make age_change, case_change and case_event; answers how many rows each has."""
    connection.execute(_text("changes"))
    return {name: _count(connection, name) for name in ("age_change", "case_change", "case_event")}


def forget_parties(connection: duckdb.DuckDBPyConnection, parties: str) -> None:
    """Take the parties that the query `parties` (party_id) names out of all that is to be written.

    Somebody changed their loans while the run computed: they are aged one by one instead.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE set_aside AS {parties}")
    named = "party_id IN (FROM set_aside)"
    connection.execute(
        f"DELETE FROM age_change WHERE loan_id IN (SELECT loan_key FROM owner WHERE {named})"
    )
    for table in ("case_change", "case_event", "move", "standing"):
        connection.execute(f"DELETE FROM {table} WHERE {named}")


def report_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, list[dict[str, Any]]]:
    """The report's counts as rows of codes and figures, in a settled order."""
    connection.execute(_text("report"))
    return {
        name: _rows(connection, f"FROM report_{name} ORDER BY ALL")
        for name in ("moves", "matrix", "overdue")
    }


def _make(connection: duckdb.DuckDBPyConnection, name: str, *, counted: str | None = None) -> int:
    connection.execute(_text(name))
    return _count(connection, counted or name)


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0])


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[dict[str, Any]]:
    answer = connection.execute(query)
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def _text(name: str) -> str:
    return files("dunwell.bulk.rollup").joinpath(f"{name}.sql").read_text("utf-8")
