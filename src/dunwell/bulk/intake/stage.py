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
    tell(StageProgress("open", None, 0, 0))
    sheets, unread = open_sheets(paths, workdir=workdir)
    plans = [plan_sheet(sheet, layout=layout, mapping=mapping) for sheet in sheets]
    plans, left_out = check_plans(plans, mapping=mapping, ignore_unknown=ignore_unknown)
    left_out = [LeftOut(file, sheet, None, code) for file, sheet, code in unread] + left_out
    stage_path, raw_path = workdir / "stage.duckdb", workdir / "raw.duckdb"
    stage_path.unlink(missing_ok=True)
    with open_stage(stage_path) as connection:
        attach_scratch(connection, raw_path)
        _create(connection)
        sources = []
        for number, plan in enumerate(plans):
            tell(StageProgress("read", plan.sheet.file, number, len(plans)))
            rows = _read(connection, plan, number, workdir)
            sources.append(_source(plan, number, rows))
        _refuse_hollow(sources, plans)
        tell(StageProgress("settle", None, len(plans), len(plans)))
        counts = _settle(connection, plans, as_of, borrower_no_for_id)
        tell(StageProgress("flag", None, len(plans), len(plans)))
        list_orphans(connection)
        flag_rows(connection, as_of=as_of)
        rejected = _counts(connection, "reject", "count(DISTINCT source_row)")
        detach_scratch(connection, raw_path)
    shutil.rmtree(workdir / "unpacked", ignore_errors=True)
    tell(StageProgress("done", None, len(plans), len(plans)))
    left_out += [
        LeftOut(source.file, source.sheet, None, Note.NO_ROWS)
        for source in sources
        if source.rows == 0
    ]
    return StagedBatch(
        path=stage_path,
        layout=plans[0].layout,
        as_of=as_of,
        sources=tuple(
            replace(
                source,
                staged=counts.get(source.source_id, 0),
                rejected=rejected.get(source.source_id, 0),
            )
            for source in sources
        ),
        left_out=tuple(left_out),
        columns_present=_present(plans),
    )


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


def _read(connection: duckdb.DuckDBPyConnection, plan: Plan, number: int, workdir: Path) -> int:
    name = f"cells_{number}"
    relation = load_cells(connection, plan.sheet, name=name, workdir=workdir)
    rows = stage_cells(
        connection, plan, relation=relation, source_id=number, into=_into(plan.table)
    )
    connection.execute(f"DROP TABLE raw.{name}")
    return rows


def _into(table: Table) -> str:
    return {"tape": tape.ROWS, "lp": lp.ROWS}.get(table.name, table.name)


def _settle(
    connection: duckdb.DuckDBPyConnection,
    plans: Sequence[Plan],
    as_of: date,
    borrower_no_for_id: Callable[[str], str] | None,
) -> dict[int, int]:
    """Settle keys and spread; answer how many rows of each source were kept."""
    layout = plans[0].layout
    if layout == "tape":
        tape.spread_tape(
            connection,
            as_of=as_of.isoformat(),
            borrower_no_for_id=borrower_no_for_id,
            headers={f.name: column.header for plan in plans for column, f in plan.taken()},
        )
        return _counts(connection, tape.ROWS, "count(*)")
    if layout == "lp":
        lp.spread_lp(connection)
        return _counts(connection, lp.ROWS, "count(*)")
    counts: dict[int, int] = {}
    tables = {plan.table.name: plan.table for plan in plans}
    for table in tables.values():
        settle_keys(connection, table, ref=table.name)
    settle_reversals(connection)
    for table in tables.values():
        counts |= _counts(connection, table.name, "count(*)")
    return counts


def _refuse_hollow(sources: Sequence[Source], plans: Sequence[Plan]) -> None:
    """A tape of no loans would say that all have left it: that is a wrong file, not news."""
    for source, plan in zip(sources, plans, strict=True):
        if source.rows == 0 and plan.layout != "native":
            raise NoRows(file=source.file)


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
