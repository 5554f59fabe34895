"""Staging: from the files a lender hands over to typed tables, in one call.

The main road of the intake: open the sheets, plan what each is, check the plans,
read every sheet, settle keys, spread a tape or lp into native tables, flag what
does not add up. Called by the import flow and by the ageing command.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb

from dunwell.bulk.intake import lp, tape
from dunwell.bulk.intake.batch import LeftOut, Source, StagedBatch
from dunwell.bulk.intake.check import check_plans
from dunwell.bulk.intake.keys import settle_keys
from dunwell.bulk.intake.layouts import LENDER_SAYS, LP, TAPE
from dunwell.bulk.intake.mapping import ColumnMap
from dunwell.bulk.intake.orphans import list_orphans
from dunwell.bulk.intake.plan import Plan, plan_sheet
from dunwell.bulk.intake.quality import flag_rows
from dunwell.bulk.intake.refusals import NoRows, Note
from dunwell.bulk.intake.reversals import settle_reversals
from dunwell.bulk.intake.scratch import attach_scratch, detach_scratch, open_stage
from dunwell.bulk.intake.sheets import load_cells, open_sheets
from dunwell.bulk.intake.staging import create_table, stage_cells
from dunwell.bulk.intake.tables import NATIVE, Table

Layout = Literal["auto", "native", "tape", "lp"]


@dataclass(frozen=True)
class StageProgress:
    """How far the staging is. `step` is a code; `done` of `total` are sheets."""

    step: Literal["open", "read", "settle", "flag", "done"]
    file: str | None
    done: int
    total: int


def stage_files(
    *,
    paths: Sequence[Path],
    workdir: Path,
    as_of: date,
    layout: Layout = "auto",
    mapping: ColumnMap | None = None,
    ignore_unknown: bool = False,
    borrower_no_for_id: Callable[[str], str] | None = None,
    on_progress: Callable[[StageProgress], None] | None = None,
) -> StagedBatch:
    """Read `paths` into `workdir`/stage.duckdb: good rows typed, bad rows rejected with reasons.

    `borrower_no_for_id` gives the number of a tape's borrower whom the lender gives none; let
    it be a keyed hash. Refuses (FileRefused) what cannot be taken as a whole, before staging.
    """
    tell = on_progress or (lambda progress: None)
    if layout == "auto" and mapping is not None and mapping.layout != "auto":
        layout = mapping.layout  # type: ignore[assignment]  # checked when the map was read
    passing = workdir / "passing"
    try:
        tell(StageProgress("open", None, 0, 0))
        sheets, unread = open_sheets(paths, workdir=passing)
        plans = [plan_sheet(sheet, layout=layout, mapping=mapping) for sheet in sheets]
        plans, left_out = check_plans(plans, mapping=mapping, ignore_unknown=ignore_unknown)
        path = workdir / "stage.duckdb"
        path.unlink(missing_ok=True)
        with open_stage(path) as connection:
            attach_scratch(connection, passing / "raw.duckdb")
            _create(connection)
            read = _read_all(connection, plans, passing, tell)
            tell(StageProgress("settle", None, len(plans), len(plans)))
            sources = _settle(connection, plans, read, as_of, borrower_no_for_id)
            tell(StageProgress("flag", None, len(plans), len(plans)))
            list_orphans(connection)
            flag_rows(connection, as_of=as_of)
            detach_scratch(connection)
    finally:
        # What passes through on the way to the stage is as personal as the files themselves.
        shutil.rmtree(passing, ignore_errors=True)
    tell(StageProgress("done", None, len(plans), len(plans)))
    return StagedBatch(
        path=path,
        layout=plans[0].layout,
        as_of=as_of,
        sources=sources,
        left_out=(*_unread(unread), *left_out, *_hollow(sources)),
        columns_present=_present(plans),
    )


def _unread(unread: Sequence[tuple[str, str | None, str]]) -> list[LeftOut]:
    return [LeftOut(file, sheet, None, code) for file, sheet, code in unread]


def _hollow(sources: Sequence[Source]) -> list[LeftOut]:
    return [LeftOut(s.file, s.sheet, None, Note.NO_ROWS) for s in sources if s.rows == 0]


def _create(connection: duckdb.DuckDBPyConnection) -> None:
    for table in NATIVE:
        create_table(connection, table, into=table.name)
    told = {field.stored: field.sql_type for field in TAPE.fields}
    told |= {"borrower_no": "VARCHAR", "synthetic_due_on": "DATE"}
    columns = ", ".join(f"{name} {told[name]}" for name in LENDER_SAYS)
    connection.execute(f"CREATE TABLE tape (source_id INTEGER, source_row BIGINT, {columns})")
    place = "source_id INTEGER, source_row BIGINT, table_name VARCHAR, key VARCHAR"
    connection.execute(
        f"CREATE TABLE reject ({place}, column_name VARCHAR, value_masked VARCHAR, code VARCHAR, "
        "figures VARCHAR)"
    )
    connection.execute(
        f"CREATE TABLE flag ({place}, column_name VARCHAR, code VARCHAR, figures VARCHAR)"
    )
    connection.execute(
        "CREATE TABLE orphan (table_name VARCHAR, parent_table VARCHAR, parent_key VARCHAR, "
        "row_count BIGINT)"
    )
    create_table(connection, TAPE, into=tape.ROWS)
    create_table(connection, LP, into=lp.ROWS)


def _read_all(
    connection: duckdb.DuckDBPyConnection,
    plans: Sequence[Plan],
    passing: Path,
    tell: Callable[[StageProgress], None],
) -> list[Source]:
    sources: list[Source] = []
    for number, plan in enumerate(plans):
        tell(StageProgress("read", plan.sheet.file, number, len(plans)))
        name = f"cells_{number}"
        relation = load_cells(connection, plan.sheet, name=name, workdir=passing)
        rows = stage_cells(
            connection, plan, relation=relation, source_id=number, into=_into(plan.table)
        )
        connection.execute(f"DROP TABLE raw.{name}")
        if rows == 0 and plan.layout != "native":
            # A tape of no loans would say that all have left it: a wrong file, not news.
            raise NoRows(file=plan.sheet.file)
        sources.append(_source(plan, number, rows))
    return sources


def _into(table: Table) -> str:
    return {"tape": tape.ROWS, "lp": lp.ROWS}.get(table.name, table.name)


def _settle(
    connection: duckdb.DuckDBPyConnection,
    plans: Sequence[Plan],
    sources: Sequence[Source],
    as_of: date,
    borrower_no_for_id: Callable[[str], str] | None,
) -> tuple[Source, ...]:
    """Settle keys and spread; answer the sources with the rows kept and rejected of each."""
    tables = {plan.table.name: plan.table for plan in plans}
    if "tape" in tables:
        tape.spread_tape(
            connection,
            as_of=as_of.isoformat(),
            borrower_no_for_id=borrower_no_for_id,
            headers={f.name: column.header for plan in plans for column, f in plan.taken()},
        )
    elif "lp" in tables:
        lp.spread_lp(connection)
    else:
        for table in tables.values():
            settle_keys(connection, table, ref=table.name)
        settle_reversals(connection)
    staged: dict[int, int] = {}
    for table in tables.values():
        staged |= _counts(connection, _into(table), "count(*)")
    rejected = _counts(connection, "reject", "count(DISTINCT source_row)")
    return tuple(
        replace(
            source,
            staged=staged.get(source.source_id, 0),
            rejected=rejected.get(source.source_id, 0),
        )
        for source in sources
    )


def _source(plan: Plan, number: int, rows: int) -> Source:
    sheet = plan.sheet
    return Source(
        source_id=number,
        file=sheet.file,
        sheet=sheet.sheet,
        table=plan.table.name,
        format=sheet.format,
        sha256=sheet.sha256,
        encoding=sheet.encoding,
        delimiter=sheet.delimiter,
        header_row=plan.header_row,
        rows=rows,
        staged=0,
        rejected=0,
    )


def _present(plans: Sequence[Plan]) -> dict[str, tuple[str, ...]]:
    """Staged columns the files brought, by table; of a tape, by the names of its own columns."""
    present: dict[str, list[str]] = {}
    for plan in plans:
        told = present.setdefault(plan.table.name, [])
        told += [field.stored for _, field in plan.taken() if field.stored not in told]
    return {name: tuple(columns) for name, columns in present.items()}


def _counts(connection: duckdb.DuckDBPyConnection, ref: str, count: str) -> dict[int, int]:
    rows = connection.execute(f"SELECT source_id, {count} FROM {ref} GROUP BY source_id").fetchall()
    return {int(source): int(kept) for source, kept in rows}
