"""What the mapping page shows before anything is staged: sheets, columns, proposals, samples.

`detect` refuses only files that cannot be opened at all; everything a person can
mend on the page (unknown, doubled, missing columns) comes back as data.
`proposed_map` turns the answer into a ColumnMap for the person to change.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from dunwell.bulk.intake.batch import LeftOut
from dunwell.bulk.intake.layouts import LAYOUTS
from dunwell.bulk.intake.mapping import ColumnChoice, ColumnMap
from dunwell.bulk.intake.masking import mask_sql
from dunwell.bulk.intake.plan import Plan, plan_sheet, propose, recognised
from dunwell.bulk.intake.quick import literal
from dunwell.bulk.intake.sheets import open_sheets
from dunwell.bulk.intake.tables import Kind

SAMPLES = 3
"""So many values of a column are shown, masked."""


@dataclass(frozen=True)
class DetectedColumn:
    """A column of a sheet, the field it is taken for, and how sure that is.

    `field` is a proposal where confidence is below 0.9; `note` says why a column would be left
    out; `unit_fen` is set where the header names a unit other than yuan.
    """

    position: int
    header: str
    field: str | None
    confidence: float
    note: str | None
    unit_fen: int | None
    samples: tuple[str, ...]


@dataclass(frozen=True)
class DetectedSheet:
    """A sheet, the table it is taken for, and what is wrong with that."""

    file: str
    sheet: str | None
    layout: str
    table: str
    recognised: bool
    header_row: int
    encoding: str | None
    delimiter: str | None
    columns: tuple[DetectedColumn, ...]
    missing: tuple[str, ...]
    doubled: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class DetectedColumns:
    """All sheets of the files, and the layout most of them have."""

    layout: str
    sheets: tuple[DetectedSheet, ...]
    left_out: tuple[LeftOut, ...]

    def as_data(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def detect(
    paths: Sequence[Path],
    *,
    workdir: Path,
    layout: str = "auto",
    mapping: ColumnMap | None = None,
) -> DetectedColumns:
    """Look at the files without reading them through.

    Refuses (FileRefused) files that cannot be opened.
    """
    passing = workdir / "passing"
    try:
        sheets, unread = open_sheets(paths, workdir=passing)
    finally:
        shutil.rmtree(passing, ignore_errors=True)
    plans = [plan_sheet(sheet, layout=layout, mapping=mapping) for sheet in sheets]
    known = [plan.layout for plan in plans if recognised(plan)] or [plan.layout for plan in plans]
    with duckdb.connect(":memory:") as connection:
        found = tuple(_sheet(connection, plan) for plan in plans)
    return DetectedColumns(
        layout=Counter(known).most_common(1)[0][0] if known else layout,
        sheets=found,
        left_out=tuple(LeftOut(file, sheet, None, code) for file, sheet, code in unread),
    )


def proposed_map(detected: DetectedColumns, *, keep_proposals: bool = True) -> ColumnMap:
    """The map that says what was detected; without proposals, unsure columns are left out."""
    tables: dict[str, dict[str, ColumnChoice]] = {}
    for sheet in detected.sheets:
        columns = tables.setdefault(sheet.table, {})
        for column in sheet.columns:
            sure = column.confidence >= 0.9 or keep_proposals
            columns[column.header] = ColumnChoice(field=column.field if sure else None)
    return ColumnMap(layout=detected.layout, tables=tables)


def _sheet(connection: duckdb.DuckDBPyConnection, plan: Plan) -> DetectedSheet:
    proposals = propose(plan)
    taken = Counter(column.field for column in plan.columns if column.field is not None)
    return DetectedSheet(
        file=plan.sheet.file,
        sheet=plan.sheet.sheet,
        layout=plan.layout,
        table=plan.table.name,
        recognised=recognised(plan),
        header_row=plan.header_row,
        encoding=plan.sheet.encoding,
        delimiter=plan.sheet.delimiter,
        columns=tuple(
            DetectedColumn(
                position=column.position,
                header=column.header,
                field=column.field or proposals.get(column.position),
                confidence=0.5 if column.position in proposals else column.confidence,
                note=None if column.note is None else column.note.value,
                unit_fen=None if column.form.unit_fen == 100 else column.form.unit_fen,
                samples=_samples(connection, plan, column.position, column.field),
            )
            for column in plan.columns
        ),
        missing=plan.missing,
        doubled=tuple(field for field, times in taken.items() if times > 1),
        fields=tuple(field.name for field in LAYOUTS[plan.layout][plan.table.name].fields),
    )


def _samples(
    connection: duckdb.DuckDBPyConnection, plan: Plan, position: int, field: str | None
) -> tuple[str, ...]:
    """The first filled cells below the header; a column nobody knows is masked as a name is."""
    kind = Kind.NAME if field is None else plan.table.field(field).kind
    below = plan.sheet.head[plan.header_row :]
    cells = [row[position] for row in below if position < len(row) and row[position].strip()]
    return tuple(
        str(row[0])
        for cell in cells[:SAMPLES]
        for row in connection.execute(f"SELECT {mask_sql(literal(cell), kind)}").fetchall()
    )
