"""The made book of bench/ageing_book.py as rows of the state database, for the day run's bench.

Loaded raw, without the import flow: keys are numbers, personal columns hold bytes of
the right length. The second day's payments are made here too: what happens between
two runs. Needs a migrated, empty database.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from django.db import connection, transaction
from django.utils import timezone

from bench.ageing_book import make_book
from dunwell.bulk.results import ResultRows
from dunwell.store.book.big_loads import big_load
from dunwell.store.book.copying import copy_in
from dunwell.store.book.models import Recording
from dunwell.store.people.models import Lender

_TABLES = {
    "people_party": """
        SELECT party AS id, 'person' AS kind, 'ric' AS id_type, {sealed} AS name_sealed,
            {sealed} AS id_no_sealed, {index} AS id_no_index, {index} AS name_index,
            {index} AS initials_index
        FROM (SELECT DISTINCT loan // 2 + 1 AS party FROM loan) ORDER BY party""",
    "book_borrower": """
        SELECT DISTINCT loan // 2 + 1 AS id, 'B' || (loan // 2 + 1) AS borrower_no,
            {lender} AS lender_id, loan // 2 + 1 AS party_id
        FROM loan ORDER BY id""",
    "book_loan": """
        SELECT loan + 1 AS id, loan_no, loan // 2 + 1 AS borrower_id, {lender} AS lender_id
        FROM loan ORDER BY id""",
    "book_loanterms": """
        SELECT loan + 1 AS loan_id, {recording} AS entered_id, 'cash' AS product,
            '' AS contract_no, '' AS repay_method, '' AS day_count_basis,
            coalesce(allocation_order, '') AS allocation_order, '' AS cost_sheet_ref
        FROM loan ORDER BY loan_id""",
    "book_installment": """
        SELECT loan + 1 AS loan_id, {recording} AS entered_id, seq, due_date, principal_fen,
            interest_fen, fee_fen, penalty_fen
        FROM installment ORDER BY loan_id, seq""",
    "book_payment": """
        SELECT loan + 1 AS loan_id, {recording} AS entered_id, payment_no, paid_on, amount_fen,
            'bank' AS channel, coalesce(reverses, '') AS reverses
        FROM payment WHERE {paid}""",
    "book_hold": """
        SELECT DISTINCT ON (loan, start) loan + 1 AS loan_id, {recording} AS entered_id,
            start AS start_on, "end" AS end_on, 'agreed' AS reason
        FROM hold ORDER BY loan, start""",
}


SETTLED_OF_HUNDRED = 55
"""So many of a hundred loans are paid up whole: of the others about a third is late, and what
is late changes every day, which makes 15 % of all."""

_SETTLING = f"""
    SELECT loan_no, loan, 'S' || loan AS payment_no, min(due_date) AS paid_on,
        sum(principal_fen + interest_fen + fee_fen + penalty_fen)::BIGINT AS amount_fen,
        NULL::VARCHAR AS reverses
    FROM installment WHERE hash(loan * 7 + 3) % 100 < {SETTLED_OF_HUNDRED}
    GROUP BY loan_no, loan"""


def fill(folder: Path, *, loans: int, as_of: str) -> Lender:
    """Make a book of `loans` below `folder` (kept for the next call) and load it."""
    if not (folder / "loans.parquet").exists():
        make_book(folder, loans=loans)
    lender = Lender.objects.create(code="bench", name="bench")
    recording = Recording.objects.create(
        lender=lender, kind=Recording.Kind.IMPORT, recorded_at=timezone.now()
    )
    with duckdb.connect() as duck, transaction.atomic():
        _open(duck, folder)
        for table, query in _TABLES.items():
            _load(duck, folder, table, query, lender.pk, recording.pk, f"paid_on <= '{as_of}'")
    return lender


def next_day(folder: Path, *, lender: Lender, on: str) -> None:
    """Load the payments of the day `on`."""
    recording = Recording.objects.create(
        lender=lender, kind=Recording.Kind.IMPORT, recorded_at=timezone.now()
    )
    with duckdb.connect() as duck, transaction.atomic():
        _open(duck, folder)
        query = _TABLES["book_payment"]
        _load(duck, folder, "book_payment", query, lender.pk, recording.pk, f"paid_on = '{on}'")


def _open(duck: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """The book's tables as views; the loans that are settled get one payment more."""
    duck.execute("SET memory_limit = '2GB'")
    for name in ("loan", "installment", "hold"):
        duck.execute(
            f"CREATE VIEW {name} AS SELECT *, substr(loan_no, 2)::BIGINT AS loan"
            f" FROM read_parquet('{folder / f'{name}s.parquet'}')"
        )
    duck.execute(
        "CREATE VIEW payment AS SELECT payment_no, loan, paid_on, amount_fen, reverses"
        f" FROM (SELECT *, substr(loan_no, 2)::BIGINT AS loan"
        f" FROM read_parquet('{folder / 'payments.parquet'}'))"
        f" WHERE hash(loan * 7 + 3) % 100 >= {SETTLED_OF_HUNDRED} OR payment_no NOT LIKE 'R%'"
        f" UNION ALL SELECT payment_no, loan, paid_on, amount_fen, reverses FROM ({_SETTLING})"
    )


def _load(
    duck: duckdb.DuckDBPyConnection,
    folder: Path,
    table: str,
    query: str,
    lender: int,
    recording: int,
    paid: str,
) -> None:
    text = query.format(
        lender=lender,
        recording=recording,
        paid=paid,
        sealed=_bytes("repeat(md5(party::VARCHAR), 2)"),
        index=_bytes("left(md5(party::VARCHAR || 'x'), 32)"),
    )
    rows = ResultRows(duck, text, path=folder / "load.csv")
    count = duck.execute(f"SELECT count(*) FROM ({text})").fetchall()[0][0]
    with big_load(table=table, coming_rows=count):
        copy_in(table=table, columns=rows.columns, rows=rows)


def _bytes(hex_text: str) -> str:
    """SQL for a column of bytes, as the database's own loader takes them."""
    return f"'\\x' || {hex_text}" if connection.vendor == "postgresql" else f"unhex({hex_text})"
