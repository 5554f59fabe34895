"""Payments against what the state knows: a reversal must undo a payment of its own loan.

Called by flows.prepare.book_changes after keys. The payment may stand in the
batch or in the state. It can be undone once, not before it was paid, and for no
more than its amount; a reversal cannot itself be undone.
"""

from __future__ import annotations

import duckdb

from dunwell.bulk.merge.rejects import reject, yuan_sql

NO_PAYMENT = "BOOK-REVERSAL-OF-NOTHING"
OTHER_LOAN = "BOOK-REVERSAL-OTHER-LOAN"
TWICE = "BOOK-REVERSED-TWICE"
OF_REVERSAL = "BOOK-REVERSAL-OF-REVERSAL"
TOO_EARLY = "BOOK-REVERSAL-TOO-EARLY"
TOO_MUCH = "BOOK-REVERSAL-TOO-MUCH"
NOT_POSITIVE = "BOOK-PAYMENT-NOT-POSITIVE"

PAYMENTS_SAID = """
    SELECT payment_no AS key FROM payment
    UNION SELECT reverses FROM payment WHERE reverses IS NOT NULL"""
"""The payment numbers to ask the state for."""

LOANS_WITH_REVERSALS = """
    SELECT DISTINCT o.loan_id AS key FROM payment s JOIN merge.loan_of o USING (loan_no)
    WHERE s.reverses IS NOT NULL AND NOT o.is_new"""
"""The loans whose standing payments are asked for, to see what was undone before."""

_TARGETS = """
CREATE OR REPLACE TABLE merge.target AS
WITH every AS (
    SELECT p.payment_no, o.loan_id, p.paid_on, p.amount_fen, p.reverses
    FROM payment p JOIN merge.loan_of o USING (loan_no)
    UNION ALL
    SELECT k.payment_no, k.loan_id, k.paid_on, k.amount_fen, nullif(k.reverses, '')
    FROM merge.known_payment k WHERE k.payment_no NOT IN (SELECT payment_no FROM payment)
)
SELECT s.payment_no AS reversal_no, t.payment_no IS NULL AS nothing,
    t.loan_id <> o.loan_id AS other, t.reverses IS NOT NULL AS of_reversal,
    t.paid_on > s.paid_on AS early, t.paid_on AS target_on,
    s.amount_fen > t.amount_fen AS too_much, t.amount_fen AS target_fen,
    EXISTS (SELECT 1 FROM merge.standing_reversal r
        WHERE r.reverses = s.reverses AND r.loan_id = o.loan_id AND r.payment_no <> s.payment_no
        AND r.payment_no NOT IN (SELECT payment_no FROM payment))
    OR row_number() OVER (PARTITION BY s.reverses ORDER BY s.source_id, s.source_row) > 1 AS twice
FROM payment s JOIN merge.loan_of o USING (loan_no)
LEFT JOIN every t ON t.payment_no = s.reverses
WHERE s.reverses IS NOT NULL"""

_WRONG = (
    ("nothing", NO_PAYMENT, "json_object('payment_no', reverses)"),
    ("other", OTHER_LOAN, "json_object('payment_no', reverses)"),
    ("of_reversal", OF_REVERSAL, "json_object('payment_no', reverses)"),
    ("twice", TWICE, "json_object('payment_no', reverses)"),
)


def check_reversals(connection: duckdb.DuckDBPyConnection) -> None:
    """Reject payments of nothing, and reversals that undo nothing, too much, too early or twice.

    Reads loan_of, known_payment and standing_reversal (current reversals of the loans concerned).
    """
    reject(
        connection,
        table="payment",
        where="amount_fen <= 0",
        key="loan_no",
        column="amount",
        code=NOT_POSITIVE,
        value=yuan_sql("amount_fen"),
    )
    connection.execute(_TARGETS)
    for column, code, figures in _WRONG:
        reject(
            connection,
            table="payment",
            where=f"payment_no IN (SELECT reversal_no FROM merge.target WHERE {column})",
            key="loan_no",
            column="reverses",
            code=code,
            figures=figures,
        )
    reject(
        connection,
        table="payment",
        where="payment_no IN (SELECT reversal_no FROM merge.target WHERE early)",
        key="loan_no",
        column="paid_on",
        code=TOO_EARLY,
        figures="json_object('paid_on', (SELECT CAST(target_on AS VARCHAR) FROM merge.target"
        " WHERE reversal_no = payment_no))",
    )
    reject(
        connection,
        table="payment",
        where="payment_no IN (SELECT reversal_no FROM merge.target WHERE too_much)",
        key="loan_no",
        column="amount",
        code=TOO_MUCH,
        figures=f"json_object('most', (SELECT {yuan_sql('target_fen')} FROM merge.target"
        " WHERE reversal_no = payment_no))",
        value=yuan_sql("amount_fen"),
    )
