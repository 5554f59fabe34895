"""Reversals against the payments they undo, where the batch brings both.

Called by `stage` once keys are settled. The ageing refuses a loan whose reversals
are wrong, so such rows are rejected here; payments the batch does not bring are
left for the flow as orphans.
"""

from __future__ import annotations

import duckdb

from dunwell.bulk.intake.quick import literal
from dunwell.bulk.intake.refusals import (
    CellRefused,
    ReversedTooEarly,
    ReversedTooMuch,
    ReversesOtherLoan,
    ReversesReversal,
)

_RULES: tuple[tuple[type[CellRefused], str, str, str], ...] = (
    (ReversesReversal, "reverses", "undone_reverses IS NOT NULL", "'{}'"),
    (ReversesOtherLoan, "loan_no", "loan_no <> undone_loan_no", "'{}'"),
    (
        ReversedTooEarly,
        "paid_on",
        "paid_on < undone_on",
        "CAST(to_json({'paid_on': CAST(undone_on AS VARCHAR)}) AS VARCHAR)",
    ),
    (
        ReversedTooMuch,
        "amount",
        # In order of day and number: the rows that still fit are kept.
        "sum(amount_fen) OVER (PARTITION BY reverses ORDER BY paid_on, payment_no "
        "ROWS UNBOUNDED PRECEDING) > undone_fen",
        "CAST(to_json({'paid_fen': undone_fen}) AS VARCHAR)",
    ),
)


def settle_reversals(connection: duckdb.DuckDBPyConnection) -> None:
    """Reject reversals that cannot undo their payment, rule by rule."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE pair AS SELECT r.rowid AS rid, r.*, "
        "p.reverses AS undone_reverses, p.loan_no AS undone_loan_no, p.paid_on AS undone_on, "
        "p.amount_fen AS undone_fen FROM payment r JOIN payment p ON r.reverses = p.payment_no"
    )
    connection.execute("CREATE OR REPLACE TEMP TABLE wrong_reversal (rid BIGINT)")
    for refusal, column, wrong, figures in _RULES:
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE told AS SELECT * FROM (SELECT *, ({wrong}) AS wrong, "
            f"{figures} AS figures FROM pair) WHERE wrong"
        )
        connection.execute(
            "INSERT INTO reject SELECT source_id, source_row, 'payment', loan_no, "
            f"{literal(column)}, NULL, {literal(refusal.code)}, figures FROM told "
            "ORDER BY source_id, source_row"
        )
        connection.execute("INSERT INTO wrong_reversal SELECT rid FROM told")
        connection.execute("DELETE FROM pair WHERE rid IN (SELECT rid FROM told)")
    connection.execute("DELETE FROM payment WHERE rowid IN (SELECT rid FROM wrong_reversal)")
    for name in ("pair", "told", "wrong_reversal"):
        connection.execute(f"DROP TABLE {name}")
