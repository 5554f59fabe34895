"""Rows with personal values, sealed and waiting in files: done before the book is locked.

Called by import_book. A sealed value is bound to its row, so row numbers are taken
first; numbers that are not used mean nothing. What stands here in plain comes from
the staged batch and leaves only sealed or as a keyed hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from dunwell.bulk.merge import people
from dunwell.bulk.merge.rows import CHUNK_ROWS, one_number
from dunwell.store.book.models import Borrower, BorrowerTerms, Contact, Loan, Recording
from dunwell.store.book.numbering import reserve_numbers
from dunwell.store.book.spool import Spool
from dunwell.store.people.models import Party
from dunwell.store.vault import blind_index_many, seal_many

PARTY_COLUMNS = (
    "id", "kind", "id_type", "name_sealed", "id_no_sealed", "id_no_index",
    "name_index", "initials_index",
)  # fmt: skip
TERMS_COLUMNS = (
    "id", "borrower_id", "name_mark", "id_no_mark", "employer_mark", "employer_sealed",
    "language", "monthly_income_fen", "payday", "flags", "contact_prefs", "entered_id",
)  # fmt: skip
CONTACT_COLUMNS = (
    "id", "borrower_id", "key_mark", "phone_index", "name_sealed", "phone_sealed",
    "address_sealed", "role", "relation", "tier", "source", "legal_basis", "birth_year",
    "entered_id",
)  # fmt: skip


@dataclass(frozen=True)
class Numbers:
    """The first row numbers taken for what is new, and the number of the recording."""

    recording: int
    party: int
    borrower: int
    loan: int
    terms: int
    contact: int

    def real(self, column: str, first: int) -> str:
        """SQL that turns a negative id of the comparison into the real one."""
        return f"CASE WHEN {column} < 0 THEN {first - 1:d} - {column} ELSE {column} END"


@dataclass(frozen=True)
class SealedRows:
    """Everything that had to be sealed, ready to be written."""

    numbers: Numbers
    parties: Spool
    terms: Spool
    contacts: Spool


def take_numbers(connection: duckdb.DuckDBPyConnection) -> Numbers:
    """Take row numbers for everything the comparison found new."""

    def count(sql: str) -> int:
        return one_number(connection, f"SELECT count(*) FROM {sql}")

    new_parties = "(SELECT DISTINCT party_id FROM merge.place WHERE is_new_party)"
    return Numbers(
        recording=reserve_numbers(Recording, 1),
        party=reserve_numbers(Party, count(new_parties)),
        borrower=reserve_numbers(Borrower, count("merge.borrower_of WHERE is_new")),
        loan=reserve_numbers(Loan, count("merge.loan_of WHERE is_new")),
        terms=reserve_numbers(BorrowerTerms, count("merge.moved_borrower_terms")),
        contact=reserve_numbers(Contact, count("merge.moved_contact")),
    )


def seal_rows(
    connection: duckdb.DuckDBPyConnection,
    *,
    numbers: Numbers,
    workdir: Path,
    tell: Callable[[int], None],
) -> SealedRows:
    """Seal every new party, borrower's terms and contact; `tell` hears the rows done so far."""
    sealed = SealedRows(
        numbers=numbers,
        parties=Spool(workdir / "parties.rows"),
        terms=Spool(workdir / "terms.rows"),
        contacts=Spool(workdir / "contacts.rows"),
    )
    done = 0
    for spool, sql, row_maker in (
        (sealed.parties, people.NEW_PARTIES, _party_rows),
        (sealed.terms, _terms_sql(numbers), _terms_rows),
        (sealed.contacts, _contacts_sql(numbers), _contact_rows),
    ):
        for rows in _chunks(connection, sql):
            spool.add(row_maker(rows, numbers, spool.count))
            done += len(rows)
            tell(done)
    return sealed


def _party_rows(
    rows: Sequence[tuple[Any, ...]], numbers: Numbers, done: int
) -> list[tuple[Any, ...]]:
    places, names, id_types, ids, id_indexes, name_indexes = zip(*rows, strict=True)
    keys = [numbers.party + place - 1 for place in places]
    told = [name or "" for name in names]
    columns = (
        keys,
        [Party.Kind.COMPANY.value if t == "uscc" else Party.Kind.PERSON.value for t in id_types],
        [id_type or "" for id_type in id_types],
        seal_many(told, table="people_party", column="name_sealed", rows=keys),
        seal_many(ids, table="people_party", column="id_no_sealed", rows=keys),
        _bytes(id_indexes),
        _bytes(name_indexes),
        blind_index_many(names, kind="initials"),
    )
    return list(zip(*columns, strict=True))


def _terms_sql(numbers: Numbers) -> str:
    return (
        f"SELECT {numbers.real('borrower_id', numbers.borrower)} AS borrower_id, name_mark,"
        " id_no_mark, employer_mark, employer, language, monthly_income_fen, payday, flags,"
        " contact_prefs FROM merge.moved_borrower_terms ORDER BY 1"
    )


def _terms_rows(
    rows: Sequence[tuple[Any, ...]], numbers: Numbers, done: int
) -> list[tuple[Any, ...]]:
    keys = list(range(numbers.terms + done, numbers.terms + done + len(rows)))
    owners, names, ids, marks, employers, *rest = zip(*rows, strict=True)
    sealed = seal_many(employers, table="book_borrowerterms", column="employer_sealed", rows=keys)
    columns = (keys, owners, _bytes(names), _bytes(ids), _bytes(marks), sealed, *rest)
    return [(*row, numbers.recording) for row in zip(*columns, strict=True)]


def _contacts_sql(numbers: Numbers) -> str:
    return (
        f"SELECT {numbers.real('borrower_id', numbers.borrower)} AS borrower_id, key_mark,"
        " phone_index, name, phone, address, role, relation, tier, source, legal_basis,"
        " birth_year FROM merge.moved_contact ORDER BY 1"
    )


def _contact_rows(
    rows: Sequence[tuple[Any, ...]], numbers: Numbers, done: int
) -> list[tuple[Any, ...]]:
    keys = list(range(numbers.contact + done, numbers.contact + done + len(rows)))
    owners, marks, indexes, names, phones, addresses, *rest = zip(*rows, strict=True)
    columns = (
        keys,
        owners,
        _bytes(marks),
        _bytes(indexes),
        seal_many(names, table="book_contact", column="name_sealed", rows=keys),
        seal_many(phones, table="book_contact", column="phone_sealed", rows=keys),
        seal_many(addresses, table="book_contact", column="address_sealed", rows=keys),
        *rest,
    )
    return [(*row, numbers.recording) for row in zip(*columns, strict=True)]


def _bytes(texts: Sequence[str | None]) -> list[bytes | None]:
    return [None if text is None else bytes.fromhex(text) for text in texts]


def _chunks(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[list[tuple[Any, ...]]]:
    cursor = connection.cursor()
    cursor.execute(sql)
    while rows := cursor.fetchmany(CHUNK_ROWS):
        yield rows
