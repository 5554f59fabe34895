"""A made book for the ageing bench: native Parquet files, the same bytes' worth for every run.

Monthly loans of 12 installments over two years; nine kinds of payer by hash: on
time, late by days or weeks, in two halves, part payments, stopped half-way,
never paid, ahead of time. Payments lie in order of arrival, some after the day; one in 200 is
reversed later; one loan in 25 has holds, some overlapping, some open. No random
numbers: every figure follows from DuckDB's hash of the loan's number.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

AS_OF = "2026-11-22"

_DRAW = """
CREATE MACRO draw(key, salt, below) AS (hash(key * 1000 + salt) % below)::BIGINT;
"""

_LOANS = """
SELECT 'L' || lpad(i::VARCHAR, 9, '0') AS loan_no,
    'B' || lpad((i // 2)::VARCHAR, 9, '0') AS borrower_no,
    CASE WHEN draw(i, 1, 20) = 0 THEN 'principal>interest>fee>penalty' END AS allocation_order
FROM range({loans}) loans(i)
"""

_INSTALLMENTS = """
SELECT 'L' || lpad(i::VARCHAR, 9, '0') AS loan_no, seq::INTEGER AS seq,
    (DATE '2024-12-01' + draw(i, 2, 700)::INTEGER + to_months(seq::INTEGER))::DATE AS due_date,
    50000 + draw(i, 3, 200000) AS principal_fen,
    (12 - seq) * (100 + draw(i, 4, 900)) AS interest_fen,
    CASE WHEN draw(i, 5, 4) = 0 THEN 1000 + draw(i, 6, 5) * 500 ELSE 0 END AS fee_fen,
    CASE WHEN draw(i * 16 + seq, 7, 9) = 0 THEN 10 + draw(i * 16 + seq, 8, 3000) ELSE 0 END
        AS penalty_fen
FROM range({loans}) loans(i), range(1, 13) lines(seq)
"""

# kind 0-4 on time, 5 a few days late, 6 weeks late, 7 in two halves, 8 part payments,
# 9 stopped half-way, 10 never paid; kind 11 pays ahead, beyond the day.
_PAYMENTS = """
WITH line AS (
    SELECT loan_no, seq, due_date,
        principal_fen + interest_fen + fee_fen + penalty_fen AS due_fen,
        substr(loan_no, 2)::BIGINT AS i
    FROM read_parquet('{installments}')
),
payer AS (
    SELECT *, draw(i, 9, 12) AS kind, draw(i * 16 + seq, 10, 30)::INTEGER AS days FROM line
),
part AS (
    SELECT i, seq, 1 AS part, loan_no, kind,
        CASE WHEN kind <= 4 OR kind = 9 THEN due_date - days % 3
             WHEN kind IN (5, 7, 8) THEN due_date + days % 9
             WHEN kind = 11 THEN due_date - 40
             ELSE due_date + 10 + days END AS paid_on,
        CASE WHEN kind = 7 THEN due_fen // 2
             WHEN kind = 8 THEN due_fen * 9 // 10
             ELSE due_fen END AS amount_fen
    FROM payer WHERE NOT (kind = 10 OR (kind = 9 AND seq > 3 + i % 5))
    UNION ALL
    SELECT i, seq, 2, loan_no, kind, due_date + 9 + days, due_fen - due_fen // 2
    FROM payer WHERE kind = 7
),
made AS (
    SELECT 'P' || lpad(((i * 16 + seq) * 2 + part)::VARCHAR, 11, '0') AS payment_no,
        loan_no, paid_on, amount_fen
    FROM part WHERE paid_on <= DATE '{as_of}' + 10
),
undone AS (
    SELECT replace(payment_no, 'P', 'R') AS payment_no, loan_no, paid_on + 3 AS paid_on, amount_fen,
        payment_no AS reverses
    FROM made WHERE hash(payment_no) % 200 = 0
)
SELECT *, NULL::VARCHAR AS reverses FROM made
UNION ALL
SELECT * FROM undone
ORDER BY paid_on, hash(payment_no)
"""

_HOLDS = """
SELECT 'L' || lpad(i::VARCHAR, 9, '0') AS loan_no,
    DATE '2026-04-01' + draw(i, 20 + n, 220)::INTEGER AS start,
    CASE WHEN draw(i, 30 + n, 9) > 0 THEN DATE '2026-04-01'
        + draw(i, 20 + n, 220)::INTEGER + 1 + draw(i, 40 + n, 45)::INTEGER END AS "end"
FROM range({loans}) loans(i), range(0, 3) holds(n)
WHERE draw(i, 50, 25) = 0 AND n <= draw(i, 51, 3)
"""


def make_book(folder: Path, *, loans: int) -> None:
    """Write loans, installments, payments and holds of a made book into `folder`, as Parquet."""
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute(f"SET temp_directory = '{folder / 'spill'}'")
        connection.execute("SET memory_limit = '4GB'")
        connection.execute(_DRAW)
        for table, text in _TABLES.items():
            query = text.format(
                loans=loans, as_of=AS_OF, installments=folder / "installments.parquet"
            )
            connection.execute(
                f"COPY ({query}) TO '{folder / f'{table}.parquet'}' (FORMAT parquet)"
            )


_TABLES = {
    "loans": _LOANS,
    "installments": _INSTALLMENTS,
    "payments": _PAYMENTS,
    "holds": _HOLDS,
}
