"""Payments against what the state knows: a reversal must undo a payment of its own loan.

Called by flows.prepare.book_changes after keys. The payment may stand in the
batch or in the state. It is undone on its own day or later and for no more than its
amount, in one row or several; a reversal cannot itself be undone. The ageing refuses
loans where this does not hold, so such rows must not come in.
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
IS_REVERSED = "BOOK-PAYMENT-IS-REVERSED"
NOT_POSITIVE = "BOOK-PAYMENT-NOT-POSITIVE"

PAYMENTS_SAID = """
    SELECT payment_no AS key FROM payment
    UNION SELECT reverses FROM payment WHERE reverses IS NOT NULL"""
"""The payment numbers to ask the state for."""

LOANS_WITH_REVERSALS = """
    SELECT o.loan_id AS key FROM payment s JOIN merge.loan_of o USING (loan_no)
    WHERE s.reverses IS NOT NULL AND NOT o.is_new
    UNION SELECT k.loan_id FROM merge.known_payment k JOIN payment s USING (payment_no)
    JOIN merge.loan_of o USING (loan_no)
    WHERE (k.loan_id, k.paid_on, k.amount_fen) <> (o.loan_id, s.paid_on, s.amount_fen)"""
"""The loans whose standing payments are asked for, to see what was undone before."""

_TARGETS = """
CREATE OR REPLACE TABLE merge.target AS
WITH every AS (
    SELECT p.payment_no, o.loan_id, p.paid_on, p.amount_fen, p.reverses
    FROM payment p JOIN merge.loan_of o USING (loan_no)
    UNION ALL
    SELECT k.payment_no, k.loan_id, k.paid_on, k.amount_fen, nullif(k.reverses, '')
    FROM merge.known_payment k WHERE k.payment_no NOT IN (SELECT payment_no FROM payment)
), undone AS (
    SELECT reverses, sum(amount_fen)::BIGINT AS fen FROM merge.standing_reversal
    WHERE reverses <> '' AND payment_no NOT IN (SELECT payment_no FROM payment) GROUP BY reverses
), said AS (
    SELECT s.*, o.loan_id, coalesce(u.fen, 0) + coalesce(sum(s.amount_fen) OVER (
        PARTITION BY s.reverses ORDER BY s.paid_on, s.payment_no
        ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)::BIGINT AS before_fen
    FROM payment s JOIN merge.loan_of o USING (loan_no) LEFT JOIN undone u USING (reverses)
    WHERE s.reverses IS NOT NULL
)
SELECT s.payment_no AS reversal_no, t.payment_no IS NULL AS nothing,
    t.loan_id <> s.loan_id AS other, t.reverses IS NOT NULL AS of_reversal,
    t.paid_on > s.paid_on AS early, t.paid_on AS target_on, s.before_fen >= t.amount_fen AS twice,
    s.before_fen + s.amount_fen > t.amount_fen AS too_much,
    greatest(t.amount_fen - s.before_fen, 0) AS left_fen
FROM said s LEFT JOIN every t ON t.payment_no = s.reverses"""

_UNDONE = """payment_no IN (
    SELECT s.payment_no FROM payment s JOIN merge.loan_of o USING (loan_no)
    JOIN merge.standing_reversal r ON r.reverses = s.payment_no
        AND r.payment_no NOT IN (SELECT payment_no FROM payment)
    GROUP BY s.payment_no, s.amount_fen, s.paid_on, o.loan_id
    HAVING sum(r.amount_fen) > s.amount_fen OR min(r.paid_on) < s.paid_on
        OR count(*) FILTER (WHERE r.loan_id <> o.loan_id) > 0)"""
"""Payments sent again so changed that a reversal the book holds would no longer fit them."""

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
    reject(
        connection,
        table="payment",
        where=_UNDONE,
        key="loan_no",
        column="payment_no",
        code=IS_REVERSED,
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
        figures=f"json_object('most', (SELECT {yuan_sql('left_fen')} FROM merge.target"
        " WHERE reversal_no = payment_no))",
        value=yuan_sql("amount_fen"),
    )
