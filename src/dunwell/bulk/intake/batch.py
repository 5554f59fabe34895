"""A staged batch: what was read, what was left out, and the questions a face asks of it.

Made by `stage.stage_files`, read by the import flow, which writes the state, and
by faces for preview, summary and the file of rejects. Personal values leave this
module masked. Amounts are fen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

import duckdb

from dunwell.bulk.intake.layouts import LENDER_SAYS
from dunwell.bulk.intake.masking import mask_sql
from dunwell.bulk.intake.orphans import move_orphans
from dunwell.bulk.intake.problems import Problem, iter_problems, write_problems
from dunwell.bulk.intake.scratch import open_stage
from dunwell.bulk.intake.summary import Summary, summarise
from dunwell.bulk.intake.tables import NATIVE, PERSONAL


@dataclass(frozen=True)
class Source:
    """One sheet: a CSV or Parquet file, or one sheet of a workbook."""

    source_id: int
    file: str
    sheet: str | None
    table: str
    format: str
    sha256: str
    encoding: str | None
    delimiter: str | None
    header_row: int
    rows: int
    staged: int
    rejected: int


@dataclass(frozen=True)
class LeftOut:
    """A column, sheet or file that was not taken; `code` says why."""

    file: str
    sheet: str | None
    column: str | None
    code: str


@dataclass(frozen=True)
class StagedBatch:
    """Files read into `path`, a DuckDB database; see the package's docstring for its tables."""

    path: Path
    layout: str
    as_of: date
    sources: tuple[Source, ...]
    left_out: tuple[LeftOut, ...]
    columns_present: Mapping[str, tuple[str, ...]]

    @property
    def digest(self) -> str:
        """SHA-256 over the files' own digests, sorted: the same files are the same batch."""
        files = sorted({source.sha256 for source in self.sources})
        return hashlib.sha256("\n".join(files).encode()).hexdigest()

    def connect(self, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
        """Open the staged tables. The caller closes the connection."""
        return open_stage(self.path, read_only=read_only)

    def summary(self) -> Summary:
        """Count what there is and how good it is, before any work starts on it."""
        with self.connect() as connection:
            return summarise(connection, layout=self.layout, as_of=self.as_of)

    def preview(self, *, rows: int = 20) -> dict[str, list[dict[str, Any]]]:
        """The first rows of each filled table in file order, personal fields masked."""
        with self.connect() as connection:
            shown = {name: _first_rows(connection, name, rows) for name in _shown()}
        return {name: found for name, found in shown.items() if found}

    def problems(
        self, *, rows: int | None = 200, kind: Literal["reject", "flag"] = "reject"
    ) -> list[Problem]:
        """Rejects (or flags) in file order; None lists them all."""
        with self.connect() as connection:
            return list(iter_problems(connection, self._places(), kind=kind, rows=rows))

    def write_rejects(
        self,
        path: Path,
        *,
        sentences: Sequence[tuple[str, Callable[[str, Mapping[str, Any]], str]]],
    ) -> int:
        """Write all rejects as CSV for Excel, with (heading, say) columns; answer how many."""
        with self.connect() as connection:
            problems = iter_problems(connection, self._places(), kind="reject", rows=None)
            return write_problems(problems, path=path, sentences=sentences)

    def reject_orphans(
        self, *, table: str, parent_keys: Sequence[str], parent_table: str | None = None
    ) -> int:
        """Move rows of `table` whose parent is one of `parent_keys` to `reject`.

        For parents of the `orphan` table the state does not know either. Answers how many rows
        moved; a loan takes its own rows along.
        """
        with self.connect(read_only=False) as connection:
            return move_orphans(
                connection, table=table, parent_keys=parent_keys, parent_table=parent_table
            )

    def as_data(self) -> dict[str, Any]:
        """Layout, files and what was left out, as plain data for JSON."""
        return {
            "layout": self.layout,
            "as_of": self.as_of.isoformat(),
            "digest": self.digest,
            "sources": [asdict(source) for source in self.sources],
            "left_out": [asdict(left) for left in self.left_out],
            "columns_present": {name: list(c) for name, c in self.columns_present.items()},
        }

    def _places(self) -> list[tuple[str, str | None]]:
        return [(source.file, source.sheet) for source in self.sources]


def _shown() -> dict[str, dict[str, str]]:
    """SQL of each column of each table as it may be shown."""
    shown = {
        table.name: {
            field.stored: mask_sql(field.stored, field.kind)
            if field.kind in PERSONAL
            else field.stored
            for field in table.fields
        }
        for table in NATIVE
    }
    return shown | {"tape": {column: column for column in LENDER_SAYS}}


def _first_rows(
    connection: duckdb.DuckDBPyConnection, table: str, rows: int
) -> list[dict[str, Any]]:
    columns = _shown()[table]
    cells = ", ".join(columns.values())
    found = connection.execute(
        f"SELECT source_row, {cells} FROM {table} ORDER BY source_id, source_row LIMIT {rows}"
    ).fetchall()
    return [dict(zip(("source_row", *columns), row, strict=True)) for row in found]
