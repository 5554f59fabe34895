"""A tape against the book: what it says of each loan, who left it, the installment it makes.

Called by flows.prepare.book_changes after keys. A loan is left when it stands on no
tape of the newest day (several tapes of one day are parts of one). A loan that has
a schedule of its own keeps it: the tape's amounts stand beside. Otherwise the tape's
overdue amounts are its one installment. They are net of what was paid, so what was
paid is put back on top: with the payments counted, exactly the tape's amount is open.
"""

from __future__ import annotations

from datetime import date

import duckdb

from dunwell.bulk.merge.facts import TAPE_LINE
from dunwell.bulk.merge.rows import quoted

PAID = (("loan_id", "BIGINT"), ("paid_fen", "BIGINT"))

TAPE_LOANS_SAID = """
    SELECT o.loan_id AS key FROM tape t JOIN merge.loan_of o USING (loan_no) WHERE NOT o.is_new"""
"""The loans of the tape the state knows: their schedule and payments are asked for."""

_SCHEDULES = """
CREATE OR REPLACE TABLE merge.tape_loan AS
WITH schedule AS (
    SELECT loan_id, count(*) AS lines, min(seq) AS seq, min(due_date) AS due_date
    FROM merge.known_installment GROUP BY loan_id
)
SELECT o.loan_id,
    coalesce(s.lines > 0 AND NOT (s.lines = 1 AND s.seq = 1
        AND coalesce(k.synthetic_due_on = s.due_date, false)), false) AS own_schedule
FROM tape t JOIN merge.loan_of o USING (loan_no)
LEFT JOIN schedule s USING (loan_id) LEFT JOIN merge.known_tape_line k USING (loan_id)"""

_GROSS = """
CREATE OR REPLACE VIEW merge.said_installment AS
WITH settled AS (
    SELECT p.loan_id, p.paid_fen, least(p.paid_fen, coalesce(k.fee_fen, 0)) AS fee,
        coalesce(k.penalty_fen, 0) AS owed_penalty, coalesce(k.interest_fen, 0) AS owed_interest
    FROM merge.paid p LEFT JOIN merge.known_installment k ON k.loan_id = p.loan_id AND k.seq = 1
), penalised AS (
    SELECT *, least(paid_fen - fee, owed_penalty) AS penalty FROM settled
), interested AS (
    SELECT *, least(paid_fen - fee - penalty, owed_interest) AS interest FROM penalised
)
SELECT o.loan_id, i.seq, i.due_date,
    i.principal_fen + coalesce(g.paid_fen - g.fee - g.penalty - g.interest, 0) AS principal_fen,
    i.interest_fen + coalesce(g.interest, 0) AS interest_fen,
    i.fee_fen + coalesce(g.fee, 0) AS fee_fen,
    i.penalty_fen + coalesce(g.penalty, 0) AS penalty_fen
FROM installment i JOIN merge.loan_of o USING (loan_no)
JOIN merge.tape_loan t ON t.loan_id = o.loan_id AND NOT t.own_schedule
LEFT JOIN interested g ON g.loan_id = o.loan_id"""


def newest_tape_on(connection: duckdb.DuckDBPyConnection) -> date | None:
    """The day of the newest tape the state knows. Reads merge.known_tape_line."""
    row = connection.execute(
        "SELECT max(greatest(tape_on, left_on)) FROM merge.known_tape_line"
    ).fetchone()
    return row[0] if row else None


def lines_of_tape(connection: duckdb.DuckDBPyConnection, *, tape_on: date) -> None:
    """Make merge.said_tape_line and, in place of the plain one, merge.said_installment.

    Reads loan_of, known_tape_line (every current line of the lender, with loan_no),
    known_installment and paid.
    """
    connection.execute(_SCHEDULES)
    connection.execute(_GROSS)
    day = f"DATE {quoted(tape_on.isoformat())}"
    said = {
        "tape_on": day,
        "synthetic_due_on": "CASE WHEN l.own_schedule THEN NULL ELSE t.synthetic_due_on END",
        "left_on": "CAST(NULL AS DATE)",
        "lender_stage": "coalesce(t.lender_stage, '')",
    }
    values = TAPE_LINE.values
    on_it = ", ".join(
        f"{said.get(value.name, f't.{value.staged}')} AS {value.name}" for value in values
    )
    gone = ", ".join(
        f"{day} AS left_on" if value.name == "left_on" else f"k.{value.name}" for value in values
    )
    connection.execute(
        f"""
        CREATE OR REPLACE VIEW merge.said_tape_line AS
        SELECT l.loan_id, {on_it} FROM tape t JOIN merge.loan_of o USING (loan_no)
        JOIN merge.tape_loan l USING (loan_id)
        UNION ALL
        SELECT k.loan_id, {gone} FROM merge.known_tape_line k
        WHERE k.left_on IS NULL AND k.tape_on < {day}
          AND k.loan_no NOT IN (SELECT loan_no FROM tape)
          AND k.loan_no NOT IN (SELECT key FROM reject WHERE key IS NOT NULL)"""
    )


LEFT_NOW = (
    "SELECT count(*) FROM merge.moved_tape_line WHERE was_left_on IS NULL AND left_on IS NOT NULL"
)
"""How many loans left with this tape."""
