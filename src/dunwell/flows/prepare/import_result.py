"""What an import answers: counts per table, rejects, quality, and where it was recorded.

Made by import_book, shown by the command line and the import pages. Codes and
figures only; the faces have the sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from dunwell.bulk.intake.batch import LeftOut, StagedBatch
from dunwell.bulk.intake.problems import Problem
from dunwell.bulk.intake.summary import Summary
from dunwell.bulk.intake.tables import NATIVE
from dunwell.flows.prepare.book_changes import Changes

SHOWN_REJECTS = 100
_FILES = {table.name: table.file for table in NATIVE}


@dataclass(frozen=True)
class TableResult:
    """One table of the batch: rows read, and what became of them."""

    rows: int
    new: int
    changed: int
    unchanged: int
    rejected: int


@dataclass(frozen=True)
class ImportResult:
    """The outcome of an import, or what it would be (`dry_run`).

    `batch` and `recording` are None when nothing was written; `seen_before` tells
    that the same files were imported once.
    """

    layout: str
    lender: str
    lender_is_new: bool
    as_of: date
    dry_run: bool
    digest: str
    seen_before: bool
    tables: Mapping[str, TableResult]
    left: int
    rejects: Sequence[Problem]
    rejects_total: int
    flags: Mapping[str, int]
    quality: Mapping[str, int]
    left_out: Sequence[LeftOut]
    batch: int | None
    recording: int | None

    @property
    def changed_nothing(self) -> bool:
        """Whether the book already said all of it."""
        return not self.left and not any(t.new or t.changed for t in self.tables.values())

    def counts(self) -> dict[str, Any]:
        """The counts as plain data, for the batch's row and the journal."""
        return {
            "tables": {name: asdict(table) for name, table in self.tables.items()},
            "left": self.left,
            "rejects": self.rejects_total,
            "flags": dict(self.flags),
        }


def table_results(summary: Summary, changes: Changes) -> dict[str, TableResult]:
    """Counts per native table that the batch brought, in the order of the format."""
    results = {}
    for name, file in [*_FILES.items(), ("tape", "tape")]:
        rejected = summary.rejected_rows.get(name, 0)
        staged = summary.rows.get(name, 0)
        if not staged and not rejected:
            continue
        counts = changes.tables.get(file)
        new, changed = (counts.new, counts.changed) if counts else (0, 0)
        results[file] = TableResult(
            rows=staged + rejected,
            new=new,
            changed=changed,
            unchanged=staged - new - changed,
            rejected=rejected,
        )
    return results


def quality_of(summary: Summary, changes: Changes) -> dict[str, int]:
    """How good the batch is, as counts; a face divides."""
    return {
        "borrowers": summary.borrowers,
        "with_phone": summary.with_phone,
        "with_valid_phone": summary.with_valid_phone,
        "with_id": summary.with_id,
        "with_valid_id": summary.with_valid_id,
        "sums_compared": summary.sums_compared,
        "sums_wrong": summary.sums_wrong,
        "dpd_compared": summary.dpd_compared,
        "dpd_mismatched": summary.dpd_mismatched,
        "unnamed_borrowers": changes.unnamed_borrowers,
        "same_id_other_name": changes.same_id_other_name,
    }


def rejects_total(summary: Summary) -> int:
    """How many rows were rejected."""
    return sum(summary.rejected_rows.values())


def first_rejects(batch: StagedBatch) -> list[Problem]:
    """The rejects a result carries; the file of rejects has all of them."""
    return batch.problems(rows=SHOWN_REJECTS)
