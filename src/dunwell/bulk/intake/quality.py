"""Flags on staged rows: what does not add up or lies in the future. Nothing is stopped here.

Called by `stage` when all tables are settled; `identity` judges ID numbers and
phones. Sums are only judged where the batch brings both sides.
"""

from __future__ import annotations

from datetime import date

import duckdb

from dunwell.bulk.intake.identity import flag_ids, flag_phones
from dunwell.bulk.intake.quick import literal
from dunwell.bulk.intake.refusals import Flag

_PAST_DAYS = (
    ("loan", "loan_no", "disbursed_on"),
    ("payment", "payment_no", "paid_on"),
    ("tape", "loan_no", "last_paid_on"),
    ("tape", "loan_no", "synthetic_due_on"),
    ("reason", "borrower_no", "noted_on"),
    ("asset", "borrower_no", "evidenced_on"),
)
"""Days that cannot lie after the as-of day."""


def flag_rows(connection: duckdb.DuckDBPyConnection, *, as_of: date) -> None:
    """Add to `flag` every remark that needs no state."""
    flag_ids(connection)
    flag_phones(connection)
    _flag_sums(connection)
    for table, key, column in _PAST_DAYS:
        connection.execute(
            f"INSERT INTO flag SELECT source_id, source_row, '{table}', {key}, '{column}', "
            f"{literal(Flag.FUTURE_DAY)}, CAST(to_json({{'day': CAST({column} AS VARCHAR)}}) AS "
            f"VARCHAR) FROM {table} WHERE {column} > DATE '{as_of}' "
            "ORDER BY source_id, source_row"
        )


def _flag_sums(connection: duckdb.DuckDBPyConnection) -> None:
    """A loan's principal against the principal of its installments."""
    connection.execute(
        "INSERT INTO flag SELECT l.source_id, l.source_row, 'loan', l.loan_no, 'principal', "
        f"{literal(Flag.SUM_WRONG)}, "
        "CAST(to_json({'told': l.principal_fen, 'sum': s.sum_fen}) AS VARCHAR) "
        "FROM loan l JOIN (SELECT loan_no, CAST(sum(principal_fen) AS BIGINT) AS sum_fen "
        "FROM installment GROUP BY loan_no) s USING (loan_no) "
        "WHERE l.principal_fen <> s.sum_fen ORDER BY l.source_id, l.source_row"
    )
