"""Writing what an import changes: parents first, replaced rows closed, new versions entered.

Called by import_book inside its transaction, under the book's lock. Every fact
enters with the recording's number; a changed one closes the row it replaces.
Large first loads set indexes aside (store.book.big_loads).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
from django.db import connection as state

from dunwell.bulk.merge import facts, people
from dunwell.bulk.merge.facts import FactTable
from dunwell.bulk.merge.rows import Query, one_number
from dunwell.flows.prepare.sealed_rows import (
    CONTACT_COLUMNS,
    PARTY_COLUMNS,
    TERMS_COLUMNS,
    SealedRows,
)
from dunwell.store.book.big_loads import big_load
from dunwell.store.book.copying import Rows, copy_in, named_keys
from dunwell.store.people.models import Branch, Lender


@dataclass
class BookWriter:
    """Writes one import's changes; `tell` hears the rows written so far."""

    connection: duckdb.DuckDBPyConnection
    lender: Lender
    sealed: SealedRows
    workdir: Path
    tell: Callable[[int], None]
    done: int = 0

    def write(self, *, on_tape: bool) -> None:
        """Write everything: branches, parties, borrowers, loans, then their facts."""
        numbers = self.sealed.numbers
        self._insert("people_party", PARTY_COLUMNS, self.sealed.parties, self.sealed.parties.count)
        self._write_borrowers()
        self._replace(facts.BORROWER_TERMS)
        self._insert(
            "book_borrowerterms", TERMS_COLUMNS, self.sealed.terms, self.sealed.terms.count
        )
        self._replace(facts.CONTACT)
        self._insert(
            "book_contact", CONTACT_COLUMNS, self.sealed.contacts, self.sealed.contacts.count
        )
        self._name_branches()
        self._write_loans()
        for table in facts.EVERY:
            if table in (facts.BORROWER_TERMS, facts.CONTACT):
                continue
            if table is not facts.TAPE_LINE or on_tape:
                self._replace(table)
                self._enter(table, numbers.recording)

    def _write_borrowers(self) -> None:
        numbers = self.sealed.numbers
        sql = (
            f"SELECT {numbers.real('borrower_id', numbers.borrower)} AS id,"
            f" {self.lender.pk:d} AS lender_id, borrower_no,"
            f" {numbers.real('party_id', numbers.party)} AS party_id"
            f" FROM ({people.NEW_BORROWERS}) ORDER BY 1"
        )
        columns = ("id", "lender_id", "borrower_no", "party_id")
        self._insert("book_borrower", columns, self._query(sql), self._count(sql))
        self._point(
            f"SELECT {numbers.real('party_id', numbers.party)}, borrower_id"
            f" FROM ({people.MOVED_BORROWERS})",
            "UPDATE book_borrower SET party_id = %s WHERE id = %s",
        )

    def _write_loans(self) -> None:
        numbers = self.sealed.numbers
        owner = numbers.real("borrower_id", numbers.borrower)
        sql = (
            f"SELECT {numbers.real('loan_id', numbers.loan)} AS id,"
            f" {self.lender.pk:d} AS lender_id, loan_no, {owner} AS borrower_id"
            " FROM merge.loan_of WHERE is_new ORDER BY 1"
        )
        columns = ("id", "lender_id", "loan_no", "borrower_id")
        self._insert("book_loan", columns, self._query(sql), self._count(sql))
        self._point(
            f"SELECT {owner}, loan_id FROM merge.loan_of"
            " WHERE NOT is_new AND borrower_id <> was_borrower_id ORDER BY loan_id",
            "UPDATE book_loan SET borrower_id = %s WHERE id = %s",
        )

    def _name_branches(self) -> None:
        """Open the branches the loans name for the first time, and number them in the batch."""
        new = self.connection.execute(
            "SELECT DISTINCT code, branch FROM merge.branch_of WHERE branch_id < 0 ORDER BY code"
        ).fetchall()
        for code, name in new:
            branch = Branch.objects.create(lender=self.lender, code=code, name=name)
            self.connection.execute(
                "UPDATE merge.branch_of SET branch_id = ? WHERE code = ?", [branch.pk, code]
            )
        if new and not _is_view(self.connection, "moved_loan_terms"):
            # The comparison was made with the passing numbers.
            self.connection.execute(
                "UPDATE merge.moved_loan_terms AS m SET branch_id = b.branch_id"
                " FROM merge.loan_of o JOIN loan s USING (loan_no)"
                " JOIN merge.branch_of b USING (branch)"
                " WHERE m.branch_id < 0 AND o.loan_id = m.loan_id"
            )

    def _replace(self, table: FactTable) -> None:
        """Close the current rows that changed ones take the place of."""
        sql = f"SELECT row_id AS key FROM merge.moved_{table.name} WHERE row_id IS NOT NULL"
        if not self._count(sql):
            return
        with named_keys(kind="number", rows=self._query(sql)), state.cursor() as cursor:
            cursor.execute(
                f"UPDATE {table.state_table} SET replaced_id = %s"
                " WHERE id IN (SELECT key FROM named)",
                [self.sealed.numbers.recording],
            )

    def _enter(self, table: FactTable, recording: int) -> None:
        numbers = self.sealed.numbers
        first = numbers.loan if table.owner == "loan_id" else numbers.borrower
        keys = [name for name, _ in table.key]
        values = [value.name for value in table.values]
        told = [f"{numbers.real(table.owner, first)} AS {table.owner}", *keys, *values]
        sql = (
            f"SELECT {', '.join(told)}, {recording:d} AS entered_id"
            f" FROM merge.moved_{table.name} ORDER BY {', '.join(['1', *keys])}"
        )
        columns = (table.owner, *keys, *values, "entered_id")
        self._insert(table.state_table, columns, self._query(sql), self._count(sql))

    def _insert(self, table: str, columns: Sequence[str], rows: Rows, count: int) -> None:
        if not count:
            return
        before = self.done
        with big_load(table=table, coming_rows=count):
            copy_in(
                table=table,
                columns=columns,
                rows=rows,
                on_rows=lambda written: self.tell(before + written),
            )
        self.done = before + count
        self.tell(self.done)

    def _point(self, sql: str, update: str) -> None:
        """Run `update` for each row of `sql`: the few keys that now belong to another."""
        with state.cursor() as cursor:
            for rows in self._query(sql).chunks():
                cursor.executemany(update, rows)

    def _query(self, sql: str) -> Query:
        return Query(self.connection, sql, self.workdir / "rows.csv")

    def _count(self, sql: str) -> int:
        return one_number(self.connection, f"SELECT count(*) FROM ({sql})")


def rows_to_write(connection: duckdb.DuckDBPyConnection, *, on_tape: bool) -> int:
    """How many rows `BookWriter.write` will insert."""
    tables = [t for t in facts.EVERY if t is not facts.TAPE_LINE or on_tape]
    parts = [f"(SELECT count(*) FROM merge.moved_{table.name})" for table in tables]
    parts += [
        "(SELECT count(DISTINCT party_id) FROM merge.place WHERE is_new_party)",
        "(SELECT count(*) FROM merge.borrower_of WHERE is_new)",
        "(SELECT count(*) FROM merge.loan_of WHERE is_new)",
    ]
    return one_number(connection, f"SELECT {' + '.join(parts)}")


def _is_view(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    row = connection.execute(
        "SELECT 1 FROM duckdb_views() WHERE schema_name = 'merge' AND view_name = ?", [name]
    ).fetchone()
    return row is not None
