"""Current keys and facts of a lender's book, written to CSV files for the import to compare.

Called by flows.prepare.known_book. Every question names the keys it asks for in the
temporary table `named` (store.book.copying): the cost follows the size of what
came, not the size of the book. CROSS JOIN is how SQLite is told to begin with `named`;
to PostgreSQL it means nothing. Binary columns come as hexadecimal text. Table and
column names come from our models, never from a file.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from dunwell.store.book.copying import copy_out, hex_of


def borrowers_named(*, lender_id: int, path: Path) -> None:
    """borrower_no, borrower id, party id, ID number index of the numbers in `named`."""
    copy_out(
        sql=f"SELECT b.borrower_no, b.id, b.party_id, {hex_of('p.id_no_index')}"
        " FROM named n CROSS JOIN book_borrower b CROSS JOIN people_party p"
        f" WHERE b.lender_id = {lender_id:d} AND b.borrower_no = n.key AND p.id = b.party_id",
        path=path,
    )


def loans_named(*, lender_id: int, path: Path) -> None:
    """loan_no, loan id, borrower id of the loan numbers in `named`."""
    copy_out(
        sql="SELECT l.loan_no, l.id, l.borrower_id FROM named n CROSS JOIN book_loan l"
        f" WHERE l.lender_id = {lender_id:d} AND l.loan_no = n.key",
        path=path,
    )


def parties_named(*, path: Path) -> None:
    """ID number index, party id, name index of the indexes (bytes) in `named`."""
    copy_out(
        sql=f"SELECT {hex_of('p.id_no_index')}, p.id, {hex_of('p.name_index')}"
        " FROM named n CROSS JOIN people_party p WHERE p.id_no_index = n.key",
        path=path,
    )


def borrowers_per_party(*, path: Path) -> None:
    """Party id and how many borrower numbers, of whatever lender, stand for it."""
    copy_out(
        sql="SELECT b.party_id, count(*) FROM named n CROSS JOIN book_borrower b"
        " WHERE b.party_id = n.key GROUP BY b.party_id",
        path=path,
    )


def facts_of_owners(*, table: str, owner: str, columns: Sequence[str], path: Path) -> None:
    """id and `columns` of the current rows whose `owner` column is in `named`."""
    copy_out(
        sql=f"SELECT f.id, {_shown(columns)} FROM named n CROSS JOIN {table} f"
        f" WHERE f.{owner} = n.key AND f.replaced_id IS NULL",
        path=path,
    )


def facts_by_number(
    *, table: str, number: str, lender_id: int, columns: Sequence[str], path: Path
) -> None:
    """id and `columns` of the lender's current rows whose `number` column is in `named`."""
    copy_out(
        sql=f"SELECT f.id, {_shown(columns)} FROM named n CROSS JOIN {table} f"
        f" CROSS JOIN book_loan l WHERE f.{number} = n.key AND f.replaced_id IS NULL"
        f" AND l.id = f.loan_id AND l.lender_id = {lender_id:d}",
        path=path,
    )


def tape_lines(*, lender_id: int, columns: Sequence[str], path: Path) -> None:
    """id, `columns` and loan_no of every current tape line of the lender."""
    copy_out(
        sql=f"SELECT f.id, {_shown(columns)}, l.loan_no FROM book_tapeline f"
        " JOIN book_loan l ON l.id = f.loan_id"
        f" WHERE l.lender_id = {lender_id:d} AND f.replaced_id IS NULL",
        path=path,
    )


def paid_on_loans(*, until: date, path: Path) -> None:
    """Loan id and what was paid on it up to and including `until`, less reversals."""
    copy_out(
        sql="SELECT f.loan_id, sum(CASE WHEN f.reverses = '' THEN f.amount_fen"
        " ELSE -f.amount_fen END) FROM named n CROSS JOIN book_payment f"
        " WHERE f.loan_id = n.key AND f.replaced_id IS NULL"
        f" AND f.paid_on <= '{until.isoformat()}' GROUP BY f.loan_id",
        path=path,
    )


def _shown(columns: Sequence[str]) -> str:
    return ", ".join(
        hex_of(f"f.{column}") if column.endswith(("_mark", "_index")) else f"f.{column}"
        for column in columns
    )
