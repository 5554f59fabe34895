"""What an import changed, as journal entries: the old values of every changed row.

Called by import_book inside its transaction. One entry tells of up to ROWS_PER_ENTRY
rows of one table. Amounts, days and codes stand with their old value; of personal
and free text only that it changed. Rows are named by their ids.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from dunwell.bulk.merge import facts, people
from dunwell.bulk.merge.facts import FactTable
from dunwell.flows.prepare.sealed_rows import Numbers
from dunwell.store.journal.append import NewEntry, stream_of
from dunwell.store.people.permissions import Actor

ROWS_PER_ENTRY = 500
_LONG_NUMBER = re.compile(r"\d{7,}")


@dataclass(frozen=True)
class ChangeEntries:
    """Makes the entries of one recording."""

    connection: duckdb.DuckDBPyConnection
    numbers: Numbers
    actor: Actor
    at: datetime
    day: date
    lender_id: int

    def every(self, *, on_tape: bool, corrected: list[int]) -> Iterator[NewEntry]:
        """Entries for changed facts, parties corrected, and keys that moved to another owner."""
        for table in facts.EVERY:
            if table is not facts.TAPE_LINE or on_tape:
                yield from self._entries("book.change", table.files, self._changed(table))
        yield from self._entries(
            "book.correct_parties", "parties", ({"party": party} for party in corrected)
        )
        real = self.numbers.real("party_id", self.numbers.party)
        yield from self._entries(
            "book.move_borrowers",
            "borrowers",
            self._moved(
                ("borrower", "was_party", "party"),
                f"SELECT borrower_id, was_party_id, {real} FROM ({people.MOVED_BORROWERS})",
            ),
        )
        real = self.numbers.real("borrower_id", self.numbers.borrower)
        yield from self._entries(
            "book.move_loans",
            "loans",
            self._moved(
                ("loan", "was_borrower", "borrower"),
                f"SELECT loan_id, was_borrower_id, {real} FROM merge.loan_of"
                " WHERE NOT is_new AND borrower_id <> was_borrower_id ORDER BY loan_id",
            ),
        )

    def _entries(
        self, verb: str, table: str, rows: Iterator[Mapping[str, Any]]
    ) -> Iterator[NewEntry]:
        part: list[Mapping[str, Any]] = []
        for row in rows:
            part.append(row)
            if len(part) == ROWS_PER_ENTRY:
                yield self._entry(verb, table, part)
                part = []
        if part:
            yield self._entry(verb, table, part)

    def _entry(self, verb: str, table: str, rows: list[Mapping[str, Any]]) -> NewEntry:
        return NewEntry(
            stream=stream_of(self.lender_id),
            verb=verb,
            subject=f"recording:{self.numbers.recording}",
            actor=self.actor,
            at=self.at,
            day=self.day,
            lender=self.lender_id,
            figures={"table": table, "rows": rows},
        )

    def _changed(self, table: FactTable) -> Iterator[Mapping[str, Any]]:
        owner = table.owner.removesuffix("_id")
        values = [(value.name, value.told) for value in table.values]
        if table.alone:
            values.append((table.owner, True))
        new = ", ".join(name for name, _ in values)
        was = ", ".join(f"was_{name}" for name, _ in values)
        cursor = self.connection.cursor()
        cursor.execute(
            f"SELECT row_id, was_{table.owner}, {new}, {was} FROM merge.moved_{table.name}"
            " WHERE row_id IS NOT NULL ORDER BY row_id"
        )
        while rows := cursor.fetchmany(ROWS_PER_ENTRY):
            for row_id, owner_id, *both in rows:
                now, before = both[: len(values)], both[len(values) :]
                told, untold = _old_values(values, now, before)
                yield {"row": row_id, owner: owner_id, "was": told, "changed": untold}

    def _moved(self, names: tuple[str, ...], sql: str) -> Iterator[Mapping[str, Any]]:
        cursor = self.connection.cursor()
        cursor.execute(sql)
        while rows := cursor.fetchmany(ROWS_PER_ENTRY):
            for row in rows:
                yield dict(zip(names, row, strict=True))


def _old_values(
    values: list[tuple[str, bool]], now: list[Any], before: list[Any]
) -> tuple[dict[str, Any], list[str]]:
    """Old values that may be told, and the names of those that may not."""
    told: dict[str, Any] = {}
    untold: list[str] = []
    for (name, may_tell), new, old in zip(values, now, before, strict=True):
        if new == old:
            continue
        if may_tell and not (isinstance(old, str) and _LONG_NUMBER.search(old)):
            told[name] = old.isoformat() if isinstance(old, date) else old
        else:
            untold.append(name)
    return told, untold
