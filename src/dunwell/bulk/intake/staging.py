"""One sheet's cells become typed rows; rows with a cell that cannot be read become rejects.

Called by `stage` once per sheet. The plain forms are read by SQL in one pass over
the cells, the rest by way of `leftovers`. Good rows go to the table, every wrong
cell of a bad row to `reject`; rows of totals are left out with a flag, blank rows
without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb

from dunwell.bulk.intake.leftovers import count_leftovers, read_leftovers
from dunwell.bulk.intake.masking import mask_sql
from dunwell.bulk.intake.plan import Plan
from dunwell.bulk.intake.quick import literal, quick_value, says_nothing, trimmed
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
    lookup: str | None = None


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
    cells = _cells(plan)
    typed = _typed(below, cells, plan.table, quick_only=True)
    total, waiting = _insert(connection, plan.table, typed, source_id, into)
    if not waiting:
        return total
    rest = f"raw.rest_{source_id}"
    connection.execute(
        f"CREATE TABLE {rest} AS SELECT * FROM {below} "
        "WHERE row_no IN (SELECT row_no FROM raw.typed WHERE bad)"
    )
    blank = _drop_blank(connection, rest, plan)
    _drop_totals(connection, rest, plan, source_id)
    cells = _with_leftovers(connection, rest, cells, source_id)
    typed = _typed(rest, cells, plan.table, quick_only=False)
    if _insert(connection, plan.table, typed, source_id, into)[1]:
        _reject(connection, typed, plan.table, cells, source_id)
    for name in (rest, *(f"raw.{cell.lookup}" for cell in cells if cell.lookup is not None)):
        connection.execute(f"DROP TABLE {name}")
    return total - blank


def _cells(plan: Plan) -> list[_Cell]:
    taken = {field.name: column for column, field in plan.taken()}
    return [
        _Cell(
            field,
            taken[field.name].header,
            f"c{taken[field.name].position}",
            taken[field.name].form,
        )
        if field.name in taken
        else _Cell(field, field.name, None, Form())
        for field in plan.table.fields
    ]


def _with_leftovers(
    connection: duckdb.DuckDBPyConnection, rest: str, cells: Sequence[_Cell], source_id: int
) -> list[_Cell]:
    """Read what is not plain in `rest`; the cells then know where their leftovers lie."""
    columns = [(cell.cell, cell.field, cell.form) for cell in cells if cell.cell is not None]
    left = dict(zip(columns, count_leftovers(connection, rest, columns), strict=True))
    found: list[_Cell] = []
    for number, cell in enumerate(cells):
        if cell.cell is not None and left[cell.cell, cell.field, cell.form]:
            name = f"left_{source_id}_{number}"
            read_leftovers(
                connection, rest, cell=cell.cell, field=cell.field, form=cell.form, name=name
            )
            cell = replace(cell, lookup=name)
        found.append(cell)
    return found


def _insert(
    connection: duckdb.DuckDBPyConnection, table: Table, typed: str, source_id: int, into: str
) -> tuple[int, int]:
    """Put the good rows of `typed` into the table; answer how many there were, and how many bad."""
    stored = ", ".join(field.stored for field in table.fields)
    values = ", ".join(f"v_{field.name}" for field in table.fields)
    # By way of a table: a filter on `bad` would be pushed below the projections, and every
    # cell be read twice (measured: twice the time).
    connection.execute(
        f"CREATE OR REPLACE TABLE raw.typed AS SELECT row_no, {values}, bad FROM ({typed})"
    )
    connection.execute(
        f"INSERT INTO {into} (source_id, source_row, {stored}) "
        f"SELECT {source_id}, row_no, {values} FROM raw.typed WHERE NOT bad"
    )
    return (
        _one(connection, "SELECT count(*) FROM raw.typed"),
        _one(connection, "SELECT count(*) FROM raw.typed WHERE bad"),
    )


def _typed(below: str, cells: Sequence[_Cell], table: Table, *, quick_only: bool) -> str:
    """Rows with value v_, code e_ and figures g_ per field, and whether any is bad.

    `quick_only` takes a cell that is not plain for bad: its row waits for the second pass.
    """
    first, joins = ["r.*"], []
    for cell in cells:
        name = cell.field.name
        first.append(f"{_value(cell)} AS x_{name}")
        if cell.lookup is not None:
            first.append(f"{cell.lookup}.code AS k_{name}, {cell.lookup}.figures AS g_{name}")
            joins.append(f"LEFT JOIN raw.{cell.lookup} ON r.{cell.cell} = {cell.lookup}.cell")
    finished, judged, wrong = ["*"], ["*"], ["surplus IS NOT NULL"]
    for cell in cells:
        name = cell.field.name
        value = FINISHES.get((table.name, name), f"x_{name}")
        finished.append(f"{value} AS v_{name}")
        judged.append(f"{_code(cell, table, quick_only=quick_only)} AS e_{name}")
        wrong.append(f"e_{name} IS NOT NULL")
    inner = f"SELECT {', '.join(first)} FROM {below} AS r {' '.join(joins)}"
    middle = f"SELECT {', '.join(finished)} FROM ({inner})"
    outer = f"SELECT {', '.join(judged)} FROM ({middle})"
    return f"SELECT *, ({' OR '.join(wrong)}) AS bad FROM ({outer})"


def _value(cell: _Cell) -> str:
    if cell.cell is None:
        return f"CAST(NULL AS {cell.field.sql_type})"
    quick = quick_value(f"r.{cell.cell}", cell.field, cell.form)
    return quick if cell.lookup is None else f"coalesce({quick}, {cell.lookup}.value)"


def _code(cell: _Cell, table: Table, *, quick_only: bool) -> str:
    field, name = cell.field, cell.field.name
    cases: list[str] = []
    if quick_only and cell.cell is not None:
        left = f"{cell.cell} IS NOT NULL AND x_{name} IS NULL AND NOT {says_nothing(cell.cell)}"
        cases.append(f"WHEN {left} THEN ''")
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


def _drop_blank(connection: duckdb.DuckDBPyConnection, rest: str, plan: Plan) -> int:
    filled = " || ".join(f"coalesce({trimmed(f'c{i}')}, '')" for i in range(plan.sheet.width))
    before = _one(connection, f"SELECT count(*) FROM {rest}")
    connection.execute(f"DELETE FROM {rest} WHERE surplus IS NULL AND ({filled}) = ''")
    return before - _one(connection, f"SELECT count(*) FROM {rest}")


def _drop_totals(
    connection: duckdb.DuckDBPyConnection, rest: str, plan: Plan, source_id: int
) -> None:
    firsts = ", ".join(f"nullif({trimmed(f'c{i}')}, '')" for i in range(min(4, plan.sheet.width)))
    totals = f"regexp_full_match(coalesce({firsts}, ''), {literal(_TOTALS)})"
    connection.execute(
        f"INSERT INTO flag SELECT {source_id}, row_no, {literal(plan.table.name)}, NULL, NULL, "
        f"{literal(Flag.TOTALS_ROW)}, '{{}}' FROM {rest} WHERE {totals}"
    )
    connection.execute(f"DELETE FROM {rest} WHERE {totals}")


def _reject(
    connection: duckdb.DuckDBPyConnection,
    typed: str,
    table: Table,
    cells: Sequence[_Cell],
    source_id: int,
) -> None:
    """One reject per wrong cell of the rows that `typed` finds bad."""
    connection.execute(
        f"CREATE OR REPLACE TABLE raw.bad AS SELECT * FROM ({typed}) "
        "WHERE row_no IN (SELECT row_no FROM raw.typed WHERE bad)"
    )
    start = f"INSERT INTO reject SELECT {source_id}, row_no, {literal(table.name)}, {key_of(table)}"
    for cell in cells:
        name = cell.field.name
        shown = "NULL" if cell.cell is None else mask_sql(cell.cell, cell.field.kind)
        figures = "'{}'" if cell.lookup is None else f"coalesce(g_{name}, '{{}}')"
        connection.execute(
            f"{start}, {literal(cell.header)}, {shown}, e_{name}, {figures} "
            f"FROM raw.bad WHERE e_{name} IS NOT NULL"
        )
    connection.execute(
        f"{start}, NULL, NULL, {literal(TooManyCells.code)}, '{{}}' "
        "FROM raw.bad WHERE surplus IS NOT NULL"
    )
    connection.execute("DROP TABLE raw.bad")


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])
