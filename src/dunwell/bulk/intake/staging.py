"""One sheet's cells become typed rows; rows with a cell that cannot be read become rejects.

Called by `stage` once per sheet. The plain forms are read by SQL in one pass over
the cells, the rest by way of `leftovers`. Good rows go to the table, every wrong
cell of a bad row to `reject`; rows of totals are left out with a flag, blank rows
without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from dunwell.bulk.intake.leftovers import count_leftovers, read_leftovers
from dunwell.bulk.intake.masking import mask_sql
from dunwell.bulk.intake.plan import Plan
from dunwell.bulk.intake.quick import literal, quick_value, trimmed
from dunwell.bulk.intake.refusals import Flag, Missing, Negative, TooManyCells
from dunwell.bulk.intake.rules import FINISHES, ROW_RULES, key_of
from dunwell.bulk.intake.tables import Field, Kind, Table
from dunwell.bulk.intake.values import Form

_TOTALS = r"(?i)(本页|本表)?(合\s*计|总\s*计|小\s*计|汇\s*总|total|grand\s+total|sum)\s*[::]?"


@dataclass(frozen=True)
class _Cell:
    """A field of the table, and the cell it is read from; no cell if the sheet lacks it."""

    field: Field
    header: str
    cell: str | None
    form: Form
    lookup: str | None


def create_table(connection: duckdb.DuckDBPyConnection, table: Table, *, into: str) -> None:
    """Make the empty typed table `into`."""
    columns = ", ".join(f"{field.stored} {field.sql_type}" for field in table.fields)
    connection.execute(f"CREATE TABLE {into} (source_id INTEGER, source_row BIGINT, {columns})")


def stage_cells(
    connection: duckdb.DuckDBPyConnection,
    plan: Plan,
    *,
    relation: str,
    source_id: int,
    into: str,
) -> int:
    """Read all rows of `relation` below the header; answer how many rows held anything."""
    below = f"(SELECT * FROM {relation} WHERE row_no > {plan.header_row})"
    cells = _cells(connection, plan, below, source_id)
    read = f"raw.read_{source_id}"
    typed = _typed(below, cells, plan.table)
    stored = ", ".join(f.stored for f in plan.table.fields)
    values = ", ".join(f"v_{f.name}" for f in plan.table.fields)
    connection.execute(
        f"INSERT INTO {into} (source_id, source_row, {stored}) "
        f"SELECT {source_id}, row_no, {values} FROM ({typed}) WHERE NOT bad"
    )
    total = _one(connection, f"SELECT count(*) FROM {below}")
    good = _one(connection, f"SELECT count(*) FROM {into} WHERE source_id = {source_id}")
    if good < total:
        connection.execute(f"CREATE TABLE {read} AS SELECT * FROM ({typed}) WHERE bad")
        total -= _drop_blank(connection, read, plan)
        _drop_totals(connection, read, plan, source_id)
        _reject(connection, read, plan.table, cells, source_id)
        connection.execute(f"DROP TABLE {read}")
    for cell in cells:
        if cell.lookup is not None:
            connection.execute(f"DROP TABLE raw.{cell.lookup}")
    return total


def _cells(
    connection: duckdb.DuckDBPyConnection, plan: Plan, below: str, source_id: int
) -> list[_Cell]:
    taken = {field.name: (column, field) for column, field in plan.taken()}
    columns = [(f"c{column.position}", field, column.form) for column, field in taken.values()]
    left = count_leftovers(connection, below, columns) if columns else []
    lookups: dict[str, str] = {}
    for number, ((cell, field, form), count) in enumerate(zip(columns, left, strict=True)):
        if count:
            name = lookups[field.name] = f"left_{source_id}_{number}"
            read_leftovers(connection, below, cell=cell, field=field, form=form, name=name)
    cells: list[_Cell] = []
    for field in plan.table.fields:
        column = taken[field.name][0] if field.name in taken else None
        cells.append(
            _Cell(
                field=field,
                header=field.name if column is None else column.header,
                cell=None if column is None else f"c{column.position}",
                form=Form() if column is None else column.form,
                lookup=lookups.get(field.name),
            )
        )
    return cells


def _typed(below: str, cells: Sequence[_Cell], table: Table) -> str:
    """Rows with value v_, code e_ and figures g_ per field, and whether any is bad."""
    first = ["r.*"]
    joins = []
    for cell in cells:
        name = cell.field.name
        first.append(f"{_value(cell)} AS x_{name}")
        if cell.lookup is not None:
            first.append(f"{cell.lookup}.code AS k_{name}, {cell.lookup}.figures AS g_{name}")
            joins.append(f"LEFT JOIN raw.{cell.lookup} ON r.{cell.cell} = {cell.lookup}.cell")
    finished = ["*"]
    for cell in cells:
        name = cell.field.name
        value = FINISHES.get((table.name, name), f"x_{name}")
        finished.append(f"{value} AS v_{name}")
    judged = ["*"] + [f"{_code(cell, table)} AS e_{cell.field.name}" for cell in cells]
    wrong = " OR ".join(
        ["surplus IS NOT NULL"] + [f"e_{cell.field.name} IS NOT NULL" for cell in cells]
    )
    inner = f"SELECT {', '.join(first)} FROM {below} AS r {' '.join(joins)}"
    middle = f"SELECT {', '.join(finished)} FROM ({inner})"
    outer = f"SELECT {', '.join(judged)} FROM ({middle})"
    return f"SELECT *, ({wrong}) AS bad FROM ({outer})"


def _value(cell: _Cell) -> str:
    if cell.cell is None:
        return f"CAST(NULL AS {cell.field.sql_type})"
    quick = quick_value(f"r.{cell.cell}", cell.field, cell.form)
    return quick if cell.lookup is None else f"coalesce({quick}, {cell.lookup}.value)"


def _code(cell: _Cell, table: Table) -> str:
    field, name = cell.field, cell.field.name
    cases: list[str] = []
    if cell.lookup is not None:
        cases.append(f"WHEN k_{name} IS NOT NULL THEN k_{name}")
    if field.required:
        cases.append(f"WHEN v_{name} IS NULL THEN {literal(Missing.code)}")
    if field.kind is Kind.MONEY and not field.signed:
        cases.append(f"WHEN v_{name} < 0 THEN {literal(Negative.code)}")
    cases += [
        f"WHEN {rule.wrong} THEN {literal(rule.refusal.code)}"
        for rule in ROW_RULES
        if rule.table == table.name and rule.field == name
    ]
    return f"CASE {' '.join(cases)} END" if cases else "CAST(NULL AS VARCHAR)"


def _drop_blank(connection: duckdb.DuckDBPyConnection, read: str, plan: Plan) -> int:
    filled = " || ".join(f"coalesce({trimmed(f'c{i}')}, '')" for i in range(plan.sheet.width))
    before = _one(connection, f"SELECT count(*) FROM {read}")
    connection.execute(f"DELETE FROM {read} WHERE surplus IS NULL AND ({filled}) = ''")
    return before - _one(connection, f"SELECT count(*) FROM {read}")


def _drop_totals(
    connection: duckdb.DuckDBPyConnection, read: str, plan: Plan, source_id: int
) -> None:
    firsts = ", ".join(f"nullif({trimmed(f'c{i}')}, '')" for i in range(min(4, plan.sheet.width)))
    totals = f"regexp_full_match(coalesce({firsts}, ''), {literal(_TOTALS)})"
    connection.execute(
        f"INSERT INTO flag SELECT {source_id}, row_no, {literal(plan.table.name)}, NULL, NULL, "
        f"{literal(Flag.TOTALS_ROW)}, '{{}}' FROM {read} WHERE {totals}"
    )
    connection.execute(f"DELETE FROM {read} WHERE {totals}")


def _reject(
    connection: duckdb.DuckDBPyConnection,
    read: str,
    table: Table,
    cells: Sequence[_Cell],
    source_id: int,
) -> None:
    start = f"INSERT INTO reject SELECT {source_id}, row_no, {literal(table.name)}, {key_of(table)}"
    for cell in cells:
        name = cell.field.name
        shown = "NULL" if cell.cell is None else mask_sql(cell.cell, cell.field.kind)
        figures = "'{}'" if cell.lookup is None else f"coalesce(g_{name}, '{{}}')"
        connection.execute(
            f"{start}, {literal(cell.header)}, {shown}, e_{name}, {figures} "
            f"FROM {read} WHERE e_{name} IS NOT NULL"
        )
    connection.execute(
        f"{start}, NULL, NULL, {literal(TooManyCells.code)}, '{{}}' "
        f"FROM {read} WHERE surplus IS NOT NULL"
    )


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])
