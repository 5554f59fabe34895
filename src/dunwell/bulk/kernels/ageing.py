"""The ageing kernel: ages every loan that the five views of a connection name.

The SQL is in ageing_dues.sql (what is owed), ageing.sql (the answer) and
ageing_installments.sql; what views it reads is in this package's docstring. Its
meaning is dunwell.core.ageing, proved equal by tests. Called by bulk.shards and
by the day run. Amounts are whole fen in BIGINT, days are DATE.
"""

from __future__ import annotations

from datetime import date, timedelta
from importlib.resources import files

import duckdb

from dunwell.core.ageing import CURRENT, AgeingTerms
from dunwell.core.allocation import LEGAL_ORDER, parse_order

LOAN_AGE_COLUMNS = (
    "loan_key",
    "days_past_due",
    "delinquent_days",
    "oldest_unpaid_due_date",
    "delinquent_date",
    "overdue_principal_fen",
    "overdue_interest_fen",
    "overdue_fee_fen",
    "overdue_penalty_fen",
    "overdue_cost_fen",
    "overdue_fen",
    "outstanding_fen",
    "overpaid_fen",
    "bucket",
    "held",
)
INSTALLMENT_AGE_COLUMNS = (
    "loan_key",
    "seq",
    "due_date",
    "unpaid_fen",
    "late_days",
    "delinquent_days",
    "bucket",
)

_STEPS = (
    "money",
    "balance",
    "open_due",
    "open_loan",
    "held_span",
    "effective",
    "adjusted_due",
    "settle_turn",
)


def age_views(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of: date,
    terms: AgeingTerms,
    with_installments: bool = False,
) -> None:
    """Make the table `loan_age`, one row per loan, and if asked `installment_age`, unordered.

    Refuses (UnreadableOrder) an allocation_order that dunwell.core.allocation refuses.
    """
    _set_terms(connection, as_of=as_of, terms=terms)
    _set_orders(connection)
    connection.execute(_text("ageing_dues.sql"))
    connection.execute(_text("ageing.sql"))
    if with_installments:
        connection.execute(_text("ageing_installments.sql"))
    connection.execute("DROP VIEW due")
    connection.execute("".join(f"DROP TABLE {step};" for step in _STEPS))


def _set_terms(connection: duckdb.DuckDBPyConnection, *, as_of: date, terms: AgeingTerms) -> None:
    late_before = as_of + timedelta(days=terms.due_day_counts)
    connection.execute(f"""
        SET VARIABLE as_of = DATE '{as_of}';
        SET VARIABLE late_before = DATE '{late_before}';
        SET VARIABLE grace_days = {terms.grace_days}::INTEGER;
        CREATE OR REPLACE TEMP MACRO bucket_days(delinquent_days, days_past_due) AS
            {terms.bucket_on};
        CREATE OR REPLACE TEMP MACRO bucket_of(days) AS {_bucket_case(terms)};
    """)


def _bucket_case(terms: AgeingTerms) -> str:
    branches = []
    for bucket in terms.buckets.ranges:
        upper = "" if bucket.to_days is None else f" AND days <= {bucket.to_days}"
        branches.append(f"WHEN days >= {bucket.from_days}{upper} THEN {_quoted(bucket.name)}")
    return (
        f"CASE {' '.join(branches)} ELSE {_quoted(CURRENT)} END" if branches else _quoted(CURRENT)
    )


def _set_orders(connection: duckdb.DuckDBPyConnection) -> None:
    """Make settle_turn: for each order, as the book writes it, the turn of each component."""
    found = connection.execute("SELECT DISTINCT coalesce(allocation_order, '') FROM loan")
    written_orders = {""} | {row[0] for row in found.fetchall()}
    rows = []
    for written in sorted(written_orders):
        order = parse_order(written)
        turns = (str(order.index(component)) for component in LEGAL_ORDER)
        rows.append(f"({_quoted(written)}, {', '.join(turns)})")
    columns = ", ".join(f"{component}_turn" for component in LEGAL_ORDER)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE settle_turn AS
        SELECT * FROM (VALUES {", ".join(rows)}) AS orders(written, {columns});
    """)


def _text(name: str) -> str:
    return files("dunwell.bulk.kernels").joinpath(name).read_text("utf-8")


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
