"""Borrowers for the made book of bench/ageing_book.py: one per loan, with right ID numbers.

For the import's bench: CSV files as a lender hands them over, names of two or three
characters, resident numbers with a true check digit, mobile numbers of real ranges.
Nobody is real: everything follows from DuckDB's hash of a number.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from bench.ageing_book import make_book

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程"
)
_GIVEN = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲建国华红梅飞鹏波斌宇浩凯健俊帆雪慧琳晨"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

_PEOPLE = f"""
WITH drawn AS (
    SELECT i, hash(i * 7 + 1) AS a, hash(i * 7 + 2) AS b, hash(i * 7 + 3) AS c
    FROM range(0, {{loans}}) people(i)
), numbered AS (
    SELECT *, '3301' || lpad((2 + a % 8)::VARCHAR, 2, '0')
        || strftime(DATE '1970-01-01' + (i // 900)::INTEGER % 12000, '%Y%m%d')
        || lpad((i % 900 + 50)::VARCHAR, 3, '0') AS body FROM drawn
)
SELECT 'B' || lpad(i::VARCHAR, 9, '0') AS borrower_no,
    substr('{_SURNAMES}', (a % {len(_SURNAMES)} + 1)::INTEGER, 1)
        || substr('{_GIVEN}', (b % {len(_GIVEN)} + 1)::INTEGER, 1)
        || CASE WHEN c % 4 > 0 THEN substr('{_GIVEN}', (c % {len(_GIVEN)} + 1)::INTEGER, 1)
           ELSE '' END AS name,
    body || substr('10X98765432', 1 + (({
    " + ".join(f"{w} * substr(body, {p}, 1)::INTEGER" for p, w in enumerate(_WEIGHTS, start=1))
}) % 11), 1) AS id_no,
    '138' || lpad((i % 100000000)::VARCHAR, 8, '0') AS mobile
FROM numbered ORDER BY i
"""


def make_people_book(folder: Path, *, loans: int) -> None:
    """Write borrowers, loans, installments, payments and holds into `folder` as CSV."""
    made = folder / "made"
    made.mkdir(parents=True)
    make_book(made, loans=loans)
    with duckdb.connect() as connection:
        connection.execute(
            f"COPY ({_PEOPLE.format(loans=loans)}) TO '{folder / 'borrowers.csv'}' (HEADER)"
        )
        connection.execute(
            "COPY (SELECT loan_no, 'B' || substr(loan_no, 2) AS borrower_no, allocation_order"
            f" FROM '{made / 'loans.parquet'}') TO '{folder / 'loans.csv'}' (HEADER)"
        )
        for table in ("installments", "payments"):
            connection.execute(
                f"COPY (FROM '{made / table}.parquet') TO '{folder / table}.csv' (HEADER)"
            )
        # Of two holds that begin on one day the longer stands.
        connection.execute(
            'COPY (SELECT loan_no, start, max("end") AS "end" FROM '
            f"'{made / 'holds.parquet'}' GROUP BY ALL) TO '{folder / 'holds.csv'}' (HEADER)"
        )
    for path in made.iterdir():
        path.unlink()
    made.rmdir()
