"""Writing a computed day back: only rows that differ, by staging, in one transaction.

Called by run_day inside that transaction: a kill leaves the state before or after,
never between. Loans whose facts changed while the run computed are set aside and
aged one by one, so that a payment entered meanwhile is never overwritten.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
from django.db import connection
from django.db.models import Model, Q

from dunwell.bulk.results import ResultRows
from dunwell.bulk.rollup import forget_parties
from dunwell.flows.prepare.day_source import FACTS, Snapshot
from dunwell.flows.prepare.day_tables import AGE_COLUMNS, CASE_COLUMNS
from dunwell.flows.prepare.reage import MOST_LOANS, Reaged, reage_loans
from dunwell.store.book.big_loads import big_load
from dunwell.store.book.copying import copy_in
from dunwell.store.book.models import LoanAge, Recording
from dunwell.store.book.recording import lock_book
from dunwell.store.cases.models import Case, CaseEvent, CaseSpell
from dunwell.store.cases.shape import record_shape
from dunwell.store.people.models import Lender
from dunwell.store.runs.models import Run

_EVENT_COLUMNS = {
    "party_id": "bigint",
    "lender_id": "bigint",
    "day": "date",
    "kind": "varchar(10)",
    "from_bucket": "varchar(20)",
    "to_bucket": "varchar(20)",
    "overdue_fen": "bigint",
    "paid_fen": "bigint",
    "why": "varchar(40)",
    "figures": "text",
}
_FEW_CHANGES = {Recording.Kind.PAYMENT, Recording.Kind.REVERSAL}
"""Recordings that only ever add rows: what they touched is found by the key of new rows."""


class BookMoved(Exception):
    """More loans changed while the run computed than can be aged one by one: compute again."""


@dataclass(slots=True)
class Written:
    """How many rows were written, and what was aged apart because it changed meanwhile."""

    rows: dict[str, int] = field(default_factory=dict)
    reaged: Reaged | None = None


def write_day(
    *,
    computed: duckdb.DuckDBPyConnection,
    run: Run,
    day: date,
    snapshot: Snapshot,
    workdir: Path,
    on_part: Callable[[str], None],
) -> Written:
    """Write ages, cases, spells, events and the day's shape; `on_part` hears before each.

    Runs in the caller's transaction and holds every lender's book to its end. Raises
    BookMoved when too many loans changed since the snapshot; then nothing is written.
    """
    for lender in Lender.objects.order_by("pk"):
        lock_book(lender=lender)
    touched = _touched_loans(snapshot)
    written = Written()
    if touched:
        named = ", ".join(str(loan) for loan in sorted(touched))
        forget_parties(computed, f"SELECT party_id FROM owner WHERE loan_key IN ({named})")
    scratch = workdir / "staged.csv"
    on_part("ages")
    written.rows["ages"] = _write_ages(computed, scratch)
    on_part("cases")
    written.rows["cases"] = _write_cases(computed, scratch)
    on_part("events")
    written.rows["events"] = _write_events(computed, run, scratch)
    if touched:
        on_part("touched")
        written.reaged = reage_loans(loans=touched, day=day, run=run)
    on_part("shape")
    written.rows["shape"] = record_shape(day=day)
    return written


def _touched_loans(snapshot: Snapshot) -> set[int]:
    """Loans of which anything was entered or replaced after the snapshot."""
    later = Recording.objects.filter(pk__gt=snapshot.recording).values_list("kind", flat=True)
    kinds = set(later.distinct())
    if not kinds:
        return set()
    touched: set[int] = set()
    for model in FACTS:
        rows = Q(pk__gt=snapshot.newest[model])
        if kinds - _FEW_CHANGES:
            # No index says this: the scan is worth it, for it happens when files meet the run.
            rows = Q(entered_id__gt=snapshot.recording) | Q(replaced_id__gt=snapshot.recording)
        found = model._default_manager.filter(rows).values_list("loan_id", flat=True).distinct()
        touched.update(found[: MOST_LOANS + 1])
        if len(touched) > MOST_LOANS:
            raise BookMoved
    return touched


def _write_ages(computed: duckdb.DuckDBPyConnection, scratch: Path) -> int:
    columns = ["loan_id", *AGE_COLUMNS]
    selected = f"SELECT {', '.join(columns)} FROM age_change"
    new = ResultRows(computed, f"{selected} WHERE is_new ORDER BY loan_id", path=scratch)
    table = LoanAge._meta.db_table
    coming = computed.execute("SELECT count(*) FROM age_change WHERE is_new").fetchall()[0][0]
    with big_load(table=table, coming_rows=coming):
        count = copy_in(table=table, columns=columns, rows=new)
    changed = ResultRows(computed, f"{selected} WHERE NOT is_new ORDER BY loan_id", path=scratch)
    return count + _update_staged(LoanAge, ["loan_id"], columns, changed)


def _write_cases(computed: duckdb.DuckDBPyConnection, scratch: Path) -> int:
    columns = list(CASE_COLUMNS)
    selected = f"SELECT {', '.join(columns)} FROM case_change"
    new = ResultRows(computed, f"{selected} WHERE is_new ORDER BY ALL", path=scratch)
    count = copy_in(table=Case._meta.db_table, columns=columns, rows=new)
    changed = ResultRows(computed, f"{selected} WHERE NOT is_new ORDER BY ALL", path=scratch)
    return count + _update_staged(Case, ["party_id", "lender_id"], columns, changed)


def _update_staged(
    model: type[Model], key: Sequence[str], columns: Sequence[str], rows: ResultRows
) -> int:
    """Stage rows of the model's own columns and update those the key names, in one statement."""
    table = model._meta.db_table
    stage = f"staged_{table}"
    sets = ", ".join(f"{name} = {stage}.{name}" for name in columns if name not in key)
    same = " AND ".join(f"{table}.{name} = {stage}.{name}" for name in key)
    empty = f"SELECT {', '.join(columns)} FROM {table} WHERE 1 = 0"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {stage}")
        cursor.execute(f"CREATE TEMPORARY TABLE {stage} AS {empty}")
        copy_in(table=stage, columns=columns, rows=rows)
        _analyze(stage)
        cursor.execute(f"UPDATE {table} SET {sets} FROM {stage} WHERE {same}")
        count = cursor.rowcount
        cursor.execute(f"DROP TABLE {stage}")
    return int(count)


def _write_events(computed: duckdb.DuckDBPyConnection, run: Run, scratch: Path) -> int:
    """Spells and events of every move; the case of a move is found by party and lender."""
    case, spell, event = (model._meta.db_table for model in (Case, CaseSpell, CaseEvent))
    columns = list(_EVENT_COLUMNS)
    moves = ResultRows(
        computed,
        f"SELECT {', '.join(columns)} FROM case_event ORDER BY party_id, lender_id",
        path=scratch,
    )
    of_case = f"JOIN {case} ON {case}.party_id = m.party_id AND {case}.lender_id = m.lender_id"
    figures = "m.figures::jsonb" if connection.vendor == "postgresql" else "m.figures"
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged_move")
        typed = ", ".join(f"{name} {kind}" for name, kind in _EVENT_COLUMNS.items())
        cursor.execute(f"CREATE TEMPORARY TABLE staged_move ({typed})")
        count = copy_in(table="staged_move", columns=columns, rows=moves)
        _analyze("staged_move")
        cursor.execute(
            f"INSERT INTO {spell} (case_id, opened_on, closed_why)"
            f" SELECT {case}.id, m.day, '' FROM staged_move m {of_case}"
            f" WHERE m.kind IN ('opened', 'reopened') ORDER BY {case}.id"
        )
        cursor.execute(
            f"UPDATE {spell} SET closed_on = m.day, closed_why = m.why"
            f" FROM staged_move m {of_case}"
            f" WHERE m.kind = 'closed' AND {spell}.case_id = {case}.id"
            f" AND {spell}.closed_on IS NULL"
        )
        cursor.execute(
            f"INSERT INTO {event} (case_id, day, kind, from_bucket, to_bucket, overdue_fen,"
            f" paid_fen, why, run_id, figures)"
            f" SELECT {case}.id, m.day, m.kind, m.from_bucket, m.to_bucket, m.overdue_fen,"
            f" m.paid_fen, m.why, %s, {figures} FROM staged_move m {of_case} ORDER BY {case}.id",
            [run.pk],
        )
        cursor.execute("DROP TABLE staged_move")
    return count


def _analyze(table: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {table}")


def counts_of(written: Written) -> Mapping[str, int]:
    """The rows written by table, and the loans aged apart."""
    apart = written.reaged.loans if written.reaged else 0
    return {**written.rows, "set_aside": apart}
