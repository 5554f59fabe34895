"""What a staged batch would change on a lender's book: worked out, nothing written.

Called by import_book, before and (should the book have moved meanwhile) inside the
lock. Asks the state for the keys and facts the batch names, hands them to
bulk.merge, and answers counts. After it, the moved rows stand in the batch's own
DuckDB file. With no lender yet, nothing is known and everything is new.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import duckdb

from dunwell.bulk.intake.batch import StagedBatch
from dunwell.bulk.merge import difference, facts, keys, payments, people, tape
from dunwell.bulk.merge.difference import Counts
from dunwell.bulk.merge.facts import FactTable
from dunwell.bulk.merge.rows import Query, empty_table, load_csv, one_number
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.keyed_marks import mark_people
from dunwell.store.book import current
from dunwell.store.book.copying import KeyKind, copy_out, named_keys
from dunwell.store.book.models import Borrower

Columns = tuple[tuple[str, str], ...]


class OlderTape(Refusal):
    """The tape is of a day before the newest tape the book knows. Figures: tape_on, newest_on."""

    code = "BOOK-OLDER-TAPE"


@dataclass(frozen=True)
class Changes:
    """How every table of the batch stands to the book. `left` loans are on the tape no more."""

    tables: Mapping[str, Counts]
    left: int
    unnamed_borrowers: int
    same_id_other_name: int
    new_parties: int

    @property
    def nothing(self) -> bool:
        """Whether the book already says all of it."""
        return not self.left and not any(c.new or c.changed for c in self.tables.values())


def work_out_changes(
    *,
    connection: duckdb.DuckDBPyConnection,
    batch: StagedBatch,
    lender_id: int | None,
    workdir: Path,
    tell: Callable[[int, int], None],
) -> Changes:
    """Compare the batch with the book as it is now.

    Rows that the book speaks against move to the batch's rejects. Refuses OlderTape.
    """
    connection.execute("DROP SCHEMA IF EXISTS merge CASCADE")
    connection.execute("CREATE SCHEMA merge")
    is_known = lender_id is not None and Borrower.objects.filter(lender=lender_id).exists()
    book = _Book(connection, lender_id if is_known else None, workdir)
    steps = _steps(book, batch)
    for place, step in enumerate(steps):
        tell(place, len(steps))
        step()
    tables = _compare_all(book, batch)
    tell(len(steps), len(steps))
    return Changes(
        tables=tables,
        left=one_number(connection, tape.LEFT_NOW) if batch.layout == "tape" else 0,
        unnamed_borrowers=one_number(
            connection,
            "SELECT count(*) FROM merge.place WHERE is_new"
            " AND borrower_no NOT IN (SELECT borrower_no FROM borrower)",
        ),
        same_id_other_name=one_number(
            connection, "SELECT count(*) FROM merge.place WHERE other_name"
        ),
        new_parties=one_number(
            connection, "SELECT count(DISTINCT party_id) FROM merge.place WHERE is_new_party"
        ),
    )


@dataclass
class _Book:
    """The state's side of the comparison: asks by key, and keeps the answers in `merge`.

    A book without a single borrower (`lender_id` None) is not asked.
    """

    connection: duckdb.DuckDBPyConnection
    lender_id: int | None
    workdir: Path

    def ask(
        self,
        table: str,
        columns: Columns,
        *,
        keys_sql: str,
        kind: KeyKind,
        export: Callable[..., None],
        never_null: frozenset[str] = frozenset(),
    ) -> None:
        """Make merge.<table> of what the state knows under the keys of `keys_sql`."""
        named = f"SELECT DISTINCT key FROM ({keys_sql}) WHERE key IS NOT NULL"
        of_lender = table not in {"known_party", "party_use"}
        if (of_lender and self.lender_id is None) or not self._any(named):
            empty_table(self.connection, table=table, columns=columns)
            return
        answer, scratch = self.workdir / f"{table}.csv", self.workdir / "named.csv"
        with named_keys(kind=kind, rows=Query(self.connection, named, scratch)):
            export(path=answer)
        load_csv(self.connection, table=table, columns=columns, path=answer, never_null=never_null)

    def facts(self, table: FactTable, *, owners_sql: str) -> None:
        """Make merge.known_<table>: the current facts of the owners in `owners_sql`."""
        names = [name for name, _ in table.columns]
        self.ask(
            f"known_{table.name}",
            (("row_id", "BIGINT"), *table.columns),
            keys_sql=owners_sql,
            kind="number",
            export=partial(
                current.facts_of_owners, table=table.state_table, owner=table.owner, columns=names
            ),
            never_null=table.never_null,
        )

    def numbered(self, table: FactTable, *, number: str, numbers_sql: str) -> None:
        """Make merge.known_<table> of the current facts with the lender-wide numbers given."""
        self.ask(
            f"known_{table.name}",
            (("row_id", "BIGINT"), *table.columns),
            keys_sql=numbers_sql,
            kind="text",
            export=partial(
                current.facts_by_number,
                table=table.state_table,
                number=number,
                lender_id=self.lender_id or 0,
                columns=[name for name, _ in table.columns],
            ),
            never_null=table.never_null,
        )

    def _any(self, sql: str) -> bool:
        return self.connection.execute(f"SELECT 1 FROM ({sql}) LIMIT 1").fetchone() is not None


def _steps(book: _Book, batch: StagedBatch) -> list[Callable[[], None]]:
    steps: list[Callable[[], None]] = [
        partial(_settle_keys, book),
        partial(mark_people, book.connection, workdir=book.workdir),
        partial(_settle_people, book),
        partial(_ask_facts_of_loans, book),
        partial(_ask_facts_of_borrowers, book),
        partial(payments.check_reversals, book.connection),
    ]
    if batch.layout == "tape":
        steps.append(partial(_lay_tape, book, batch.as_of))
    return steps


def _settle_keys(book: _Book) -> None:
    lender = book.lender_id or 0
    book.ask(
        "known_borrower",
        keys.KNOWN_BORROWER,
        keys_sql=keys.BORROWERS_SAID,
        kind="text",
        export=partial(current.borrowers_named, lender_id=lender),
    )
    keys.settle_borrowers(book.connection)
    book.ask(
        "known_loan",
        keys.KNOWN_LOAN,
        keys_sql=keys.LOANS_SAID,
        kind="text",
        export=partial(current.loans_named, lender_id=lender),
    )
    keys.settle_loans(book.connection)
    if not lender:
        empty_table(book.connection, table="known_branch", columns=keys.KNOWN_BRANCH)
    else:
        path = book.workdir / "branches.csv"
        copy_out(sql=f"SELECT code, id FROM people_branch WHERE lender_id = {lender:d}", path=path)
        load_csv(book.connection, table="known_branch", columns=keys.KNOWN_BRANCH, path=path)
    keys.settle_branches(book.connection)


def _settle_people(book: _Book) -> None:
    book.facts(
        facts.BORROWER_TERMS,
        owners_sql="SELECT borrower_id AS key FROM merge.borrower_of WHERE NOT is_new",
    )
    book.ask(
        "known_party",
        people.KNOWN_PARTY,
        keys_sql=people.ID_INDEXES_SAID,
        kind="hex",
        export=current.parties_named,
    )
    book.ask(
        "party_use",
        people.PARTY_USE,
        keys_sql="SELECT party_id AS key FROM merge.borrower_of WHERE NOT is_new",
        kind="number",
        export=current.borrowers_per_party,
    )
    people.settle_parties(book.connection)


def _ask_facts_of_loans(book: _Book) -> None:
    told = "SELECT DISTINCT o.loan_id AS key FROM {} s JOIN merge.loan_of o USING (loan_no)"
    known = told + " WHERE NOT o.is_new"
    book.facts(facts.LOAN_TERMS, owners_sql=known.format("loan"))
    book.facts(facts.INSTALLMENT, owners_sql=known.format("installment"))
    book.facts(facts.HOLD, owners_sql=known.format("hold"))
    book.numbered(facts.PAYMENT, number="payment_no", numbers_sql=payments.PAYMENTS_SAID)
    book.numbered(
        facts.ADJUSTMENT,
        number="adjustment_no",
        numbers_sql="SELECT adjustment_no AS key FROM adjustment",
    )
    standing = facts.PAYMENT
    book.ask(
        "standing_reversal",
        (("row_id", "BIGINT"), *standing.columns),
        keys_sql=payments.LOANS_WITH_REVERSALS,
        kind="number",
        export=partial(
            current.facts_of_owners,
            table=standing.state_table,
            owner="loan_id",
            columns=[name for name, _ in standing.columns],
        ),
    )


def _ask_facts_of_borrowers(book: _Book) -> None:
    told = "SELECT DISTINCT o.borrower_id AS key FROM {} s JOIN merge.borrower_of o"
    known = told + " USING (borrower_no) WHERE NOT o.is_new"
    with_contacts = f"{known.format('contact')} UNION {known.format('borrower')}"
    book.facts(facts.CONTACT, owners_sql=with_contacts)
    book.facts(facts.ASSET, owners_sql=known.format("asset"))
    book.facts(facts.REASON, owners_sql=known.format("reason"))


def _lay_tape(book: _Book, tape_on: date) -> None:
    columns: Columns = (("row_id", "BIGINT"), *facts.TAPE_LINE.columns, ("loan_no", "VARCHAR"))
    if book.lender_id is None:
        empty_table(book.connection, table="known_tape_line", columns=columns)
    else:
        path = book.workdir / "tape.csv"
        names = [name for name, _ in facts.TAPE_LINE.columns]
        current.tape_lines(lender_id=book.lender_id, columns=names, path=path)
        load_csv(
            book.connection,
            table="known_tape_line",
            columns=columns,
            path=path,
            never_null=facts.TAPE_LINE.never_null,
        )
    newest = tape.newest_tape_on(book.connection)
    if newest is not None and newest > tape_on:
        raise OlderTape(tape_on=tape_on.isoformat(), newest_on=newest.isoformat())
    book.ask(
        "paid",
        tape.PAID,
        keys_sql=tape.TAPE_LOANS_SAID,
        kind="number",
        export=partial(current.paid_on_loans, until=tape_on),
    )


def _compare_all(book: _Book, batch: StagedBatch) -> dict[str, Counts]:
    connection, on_tape = book.connection, batch.layout == "tape"
    for table in facts.EVERY:
        if table is not facts.TAPE_LINE:
            difference.said(connection, table)
    if on_tape:
        tape.lines_of_tape(connection, tape_on=batch.as_of)
    counts = {}
    for table in facts.EVERY:
        if table is facts.TAPE_LINE and not on_tape:
            continue
        counts[table.files] = difference.compare(
            connection,
            table,
            present=_present(batch, table),
            counted=_COUNTED.get(table.name, "true"),
        )
    counts["borrowers"] = _people_counts(connection)
    counts["loans"] = _loan_counts(connection, counts["loans"])
    return counts


_COUNTED = {
    "contact": "listed",
    # Lines of loans that left are told apart, as `left`.
    "tape_line": "left_on IS NULL",
}


def _present(batch: StagedBatch, table: FactTable) -> tuple[str, ...] | None:
    """The staged columns the files brought for `table`; None: all of it was said."""
    if batch.layout == "native" or table in (facts.BORROWER_TERMS, facts.LOAN_TERMS):
        staged = {"borrower_terms": "borrower", "loan_terms": "loan"}.get(table.name, table.name)
        present = batch.columns_present
        return present.get(staged if batch.layout == "native" else batch.layout, ())
    return None


def _people_counts(connection: duckdb.DuckDBPyConnection) -> Counts:
    """A borrower row changes by its terms, its name or ID number, its party or its mobile."""
    total = one_number(connection, "SELECT count(*) FROM borrower")
    new = one_number(
        connection,
        "SELECT count(*) FROM borrower JOIN merge.place USING (borrower_no) WHERE is_new",
    )
    changed = one_number(
        connection,
        """SELECT count(*) FROM (
            SELECT borrower_id FROM merge.moved_borrower_terms
            UNION SELECT borrower_id FROM merge.moved_contact WHERE NOT listed
            UNION SELECT borrower_id FROM merge.place
                WHERE renamed OR gets_id OR party_id <> was_party_id
        ) WHERE borrower_id > 0""",
    )
    return Counts(new=new, changed=changed, unchanged=total - new - changed)


def _loan_counts(connection: duckdb.DuckDBPyConnection, terms: Counts) -> Counts:
    """A loan row changes by its terms or by its borrower."""
    total = terms.new + terms.changed + terms.unchanged
    new = one_number(connection, "SELECT count(*) FROM merge.loan_of WHERE is_new")
    changed = one_number(
        connection,
        """SELECT count(*) FROM (
            SELECT loan_id FROM merge.moved_loan_terms
            UNION SELECT loan_id FROM merge.loan_of WHERE borrower_id <> was_borrower_id
        ) WHERE loan_id > 0""",
    )
    return Counts(new=new, changed=changed, unchanged=total - new - changed)
