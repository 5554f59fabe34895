"""What each sheet is: its layout and table, its header row, and what every column means.

Called by `stage` and `detect`. A column map wins over the synonym table. Columns
the process does not need are left out by name; columns nobody knows stop a
native or lp batch (unless ignored) and are left out of a tape; two columns of
one meaning and missing needed columns stop the batch.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from dunwell.bulk.intake.columns import Column, read_columns
from dunwell.bulk.intake.headers import (
    file_names,
    meaning,
    normal,
    proposal,
)
from dunwell.bulk.intake.layouts import LAYOUTS
from dunwell.bulk.intake.mapping import ColumnChoice, ColumnMap
from dunwell.bulk.intake.refusals import Note
from dunwell.bulk.intake.sheets import Sheet
from dunwell.bulk.intake.tables import Field, Table

HEADER_WITHIN = 10
"""The header stands within the first so many rows; titles may stand above it."""

NEEDED = {
    "tape": (
        ("loan_no", "contract_no"),
        ("name",),
        ("lender_past_due_days", "first_overdue_on", "oldest_due_on"),
        ("overdue", "overdue_principal", "overdue_interest", "overdue_penalty", "overdue_fee"),
    )
}
"""Groups of columns of which one must be there, where `required` is not the whole story."""


@dataclass(frozen=True)
class Plan:
    """A sheet, what it is, and what its columns mean."""

    sheet: Sheet
    layout: str
    table: Table
    header_row: int
    columns: tuple[Column, ...]

    def taken(self) -> list[tuple[Column, Field]]:
        """Columns that are staged, with their field, in file order."""
        return [(c, self.table.field(c.field)) for c in self.columns if c.field is not None]

    @property
    def missing(self) -> tuple[str, ...]:
        """Needed columns that are not there; alternatives joined by ` / `."""
        return missing_of(self.table, {c.field for c in self.columns})


def plan_sheet(sheet: Sheet, *, layout: str, mapping: ColumnMap | None) -> Plan:
    """The best reading of `sheet` under `layout` (auto tries all). Never refuses: see `check`."""
    named = _table_named(sheet, mapping)
    plans = [_read_as(sheet, found, table, mapping) for found, table in _candidates(layout, named)]
    return max(plans, key=lambda plan: _fit(plan, named))


def missing_of(table: Table, fields: Iterable[str | None]) -> tuple[str, ...]:
    """Which needed columns of `table` are not among `fields`."""
    have = set(fields)
    groups = NEEDED.get(table.name) or tuple((name,) for name in table.required)
    return tuple(" / ".join(group) for group in groups if not have.intersection(group))


def recognised(plan: Plan) -> bool:
    """Whether the sheet is surely what the plan takes it for."""
    return not plan.missing


def named_native(sheet: Sheet, mapping: ColumnMap | None) -> bool:
    """Whether the sheet bears the name of a native table."""
    return _table_named(sheet, mapping) in LAYOUTS["native"]


def looks_like_data(sheet: Sheet) -> bool:
    """Whether the first filled row holds long numbers: then there is no header to show."""
    first = next((row for row in sheet.head if any(row)), ())
    return any(re.search(r"[0-9]{6,}|[0-9]+\.[0-9]{2}$", cell) for cell in first)


def _candidates(layout: str, named: str | None) -> list[tuple[str, Table]]:
    layouts = LAYOUTS if layout == "auto" else {layout: LAYOUTS[layout]}
    every = [(name, table) for name, tables in layouts.items() for table in tables.values()]
    if layout == "native" and named in LAYOUTS["native"]:
        return [("native", LAYOUTS["native"][named])]
    if named in LAYOUTS["native"]:
        # A file that bears a native name is that table, or a tape or lp, no other native table.
        return [(n, t) for n, t in every if n != "native" or t.name == named]
    return every


def _fit(plan: Plan, named: str | None) -> tuple[bool, int, bool, int]:
    """Nothing missing first, then most columns taken, then the name, then fewest unknown."""
    unknown = sum(c.note is Note.COLUMN_UNKNOWN for c in plan.columns)
    return not plan.missing, len(plan.taken()), plan.table.name == named, -unknown


def _table_named(sheet: Sheet, mapping: ColumnMap | None) -> str | None:
    """The table a sheet's or file's name tells; the map's word first."""
    stem = PurePosixPath(sheet.file).stem
    if mapping is not None:
        for name in (f"{sheet.file}/{sheet.sheet}", sheet.sheet, sheet.file, stem):
            if name is not None and name in mapping.sheets:
                return mapping.sheets[name]
    for name in (sheet.sheet, stem):
        if name is None:
            continue
        words = [normal(word) for word in re.split(r"[^A-Za-z\u4e00-\u9fff]+", name)]
        told = {file_names()[word] for word in (normal(name), *words) if word in file_names()}
        if len(told) == 1:
            return told.pop()
    return None


def _read_as(sheet: Sheet, layout: str, table: Table, mapping: ColumnMap | None) -> Plan:
    choices = dict(mapping.tables.get(table.name, {})) if mapping is not None else {}
    said = {normal(header): choice for header, choice in choices.items()}
    rows = sheet.head[:HEADER_WITHIN]
    known = [sum(_is_header(cell, table, said) for cell in row) for row in rows]
    best = max(range(len(rows)), key=lambda i: (known[i], -i), default=0)
    header = rows[best] if rows else ()
    width = len(header) if sheet.storage in ("plain", "uneven") else sheet.width
    return Plan(
        sheet=replace(sheet, width=width),
        layout=layout,
        table=table,
        header_row=best + 1,
        columns=tuple(read_columns(header, sheet.head[best + 1 :], table, said)),
    )


def _is_header(cell: str, table: Table, said: Mapping[str, ColumnChoice]) -> bool:
    if not cell.strip():
        return False
    return normal(cell) in said or meaning(cell, table=table.name).field is not None


def propose(plan: Plan) -> dict[int, str]:
    """For unknown columns, the field most alike that no other column is taken for."""
    taken = {column.field for column in plan.columns}
    likely = {
        column.position: proposal(column.header, table=plan.table.name).field
        for column in plan.columns
        if column.note is Note.COLUMN_UNKNOWN
    }
    return {position: f for position, f in likely.items() if f is not None and f not in taken}
