"""What the ageing kernel promises beside equality: keys of any type, one row for every loan."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest

from dunwell.bulk.kernels.ageing import INSTALLMENT_AGE_COLUMNS, LOAN_AGE_COLUMNS, age_views
from dunwell.bulk.shards import VIEWS, empty_view
from dunwell.core.ageing import AgeingTerms, parse_buckets
from dunwell.core.allocation import UnreadableOrder

AS_OF = date(2026, 3, 2)
TERMS = AgeingTerms()
UUID = "7f6c1a52-0c51-4c28-9d33-4f8d8ad2b0c1"


def connect(key_type: str = "BIGINT", **views: str) -> duckdb.DuckDBPyConnection:
    """A connection with the five views; those not given are empty."""
    connection = duckdb.connect()
    for name in VIEWS:
        connection.execute(
            f"CREATE VIEW {name} AS {views.get(name) or empty_view(name, key_type=key_type)}"
        )
    return connection


def rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[tuple[object, ...]]:
    return connection.execute(query).fetchall()


LINE = (
    "SELECT {key} AS loan_key, 1 AS seq, DATE '2026-02-20' AS due_date, 1000::BIGINT AS"
    " principal_fen, 10::BIGINT AS interest_fen, 0::BIGINT AS fee_fen, 0::BIGINT AS penalty_fen"
)


@pytest.mark.parametrize(
    ("key", "key_type"), [("7", "BIGINT"), ("'借据-7'", "VARCHAR"), (f"'{UUID}'", "UUID")]
)
def test_a_loan_may_have_a_key_of_any_type(key: str, key_type: str) -> None:
    connection = connect(key_type, installment=LINE.format(key=f"{key}::{key_type}"))
    age_views(connection, as_of=AS_OF, terms=TERMS, with_installments=True)
    assert rows(connection, "SELECT days_past_due, overdue_fen FROM loan_age") == [(10, 1010)]
    [(kind,)] = rows(connection, "SELECT DISTINCT typeof(loan_key) FROM installment_age")
    assert kind == key_type


def test_the_tables_have_the_published_columns() -> None:
    connection = connect(installment=LINE.format(key="7"))
    age_views(connection, as_of=AS_OF, terms=TERMS, with_installments=True)
    for table, columns in (
        ("loan_age", LOAN_AGE_COLUMNS),
        ("installment_age", INSTALLMENT_AGE_COLUMNS),
    ):
        described = rows(connection, f"DESCRIBE {table}")
        assert tuple(row[0] for row in described) == columns
        assert {row[1] for row in described if str(row[0]).endswith("_fen")} == {"BIGINT"}


def test_every_loan_that_any_view_names_has_exactly_one_row() -> None:
    connection = connect(
        loan="SELECT unnest([1, 2])::BIGINT AS loan_key, NULL::VARCHAR AS allocation_order",
        installment=LINE.format(key="unnest([2, 3])::BIGINT"),
        payment="SELECT 4::BIGINT AS loan_key, DATE '2027-01-01' AS paid_on,"
        " 5::BIGINT AS amount_fen UNION ALL SELECT 5, DATE '2026-01-01', 5",
        adjustment="SELECT 6::BIGINT AS loan_key, NULL::INTEGER AS seq, 'charge' AS kind,"
        " 'fee' AS component, 5::BIGINT AS amount_fen, DATE '2027-01-01' AS effective_on",
        hold="SELECT 7::BIGINT AS loan_key, DATE '2026-01-01' AS start_on, NULL::DATE AS end_on"
        " UNION ALL SELECT 7, DATE '2026-02-01', NULL",
    )
    age_views(connection, as_of=AS_OF, terms=TERMS)
    found = rows(connection, "SELECT loan_key, overpaid_fen, held FROM loan_age ORDER BY loan_key")
    assert found == [
        (1, 0, False),
        (2, 0, False),
        (3, 0, False),
        (4, 0, False),
        (5, 5, False),
        (6, 0, False),
        (7, 0, True),
    ]


def test_it_can_run_again_in_one_connection_for_another_day_and_other_terms() -> None:
    connection = connect(installment=LINE.format(key="7"))
    age_views(connection, as_of=AS_OF, terms=TERMS)
    terms = AgeingTerms(day_count="inclusive", buckets=parse_buckets("1-9,10+"))
    age_views(connection, as_of=date(2026, 3, 1), terms=terms)
    assert rows(connection, "SELECT days_past_due, bucket FROM loan_age") == [(10, "10+")]


def test_only_its_answers_are_left_in_the_connection() -> None:
    connection = connect(installment=LINE.format(key="7"))
    age_views(connection, as_of=AS_OF, terms=TERMS)
    left = {row[0] for row in rows(connection, "SELECT table_name FROM duckdb_tables()")}
    assert left == {"loan_age"}
    views = "SELECT view_name FROM duckdb_views() WHERE NOT internal"
    assert {row[0] for row in rows(connection, views)} == set(VIEWS)


def test_an_order_that_cannot_be_read_stops_the_shard() -> None:
    connection = connect(
        loan="SELECT 7::BIGINT AS loan_key, 'interest first' AS allocation_order",
        installment=LINE.format(key="7"),
    )
    with pytest.raises(UnreadableOrder):
        age_views(connection, as_of=AS_OF, terms=TERMS)


def test_amounts_beyond_what_a_book_can_hold_raise_instead_of_wrapping_round() -> None:
    huge = LINE.format(key="7").replace("1000::BIGINT", "9000000000000000000::BIGINT")
    connection = connect(
        installment=f"{huge} UNION ALL {huge.replace('1 AS seq', '2 AS seq')}",
    )
    with pytest.raises(duckdb.Error):
        age_views(connection, as_of=AS_OF, terms=TERMS)
