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
from django.db.models import Model

from dunwell.bulk.results import ResultRows
from dunwell.bulk.rollup import forget_parties
from dunwell.flows.follow_up.agreed import settle_agreed
from dunwell.flows.follow_up.plan_relief import book_reliefs
from dunwell.flows.prepare.assign_work import Assigned, assign_in_run
from dunwell.flows.prepare.day_deciding import Deciding
from dunwell.flows.prepare.day_decisions import write_decisions
from dunwell.flows.prepare.day_source import Snapshot
from dunwell.flows.prepare.day_steps import Clock
from dunwell.flows.prepare.day_tables import AGE_COLUMNS, CASE_COLUMNS
from dunwell.flows.prepare.people_marks import parties_touched_since
from dunwell.flows.prepare.reage import Reaged
from dunwell.flows.prepare.redecide import Redecided, reage_and_redecide, redecide
from dunwell.flows.prepare.touched import touched_after
from dunwell.store.book.big_loads import big_load
from dunwell.store.book.copying import copy_in
from dunwell.store.book.models import LoanAge
from dunwell.store.book.recording import lock_book
from dunwell.store.cases.models import Case, CaseEvent, CaseSpell
from dunwell.store.cases.shape import record_shape
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor
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
_DAYS = ("days_past_due", "delinquent_days")
"""All that changes of a late loan while nothing happens but time."""


@dataclass(slots=True)
class Written:
    """How many rows were written, and what was aged apart because it changed meanwhile."""

    rows: dict[str, int] = field(default_factory=dict)
    recordings: int = 0
    """Recordings the run itself made: reliefs of plans that were paid."""
    reaged: Reaged | None = None
    redecided: list[Redecided] = field(default_factory=list)


def write_day(
    *,
    computed: duckdb.DuckDBPyConnection,
    actor: Actor,
    deciding: Deciding,
    clock: Clock,
    run: Run,
    day: date,
    snapshot: Snapshot,
    workdir: Path,
    on_part: Callable[[str], None],
) -> Written:
    """Write ages, cases, events, decisions and the day's shape; `on_part` hears before each.

    Whom a payment, a freeze or an overruling reached while the run computed is aged and
    decided one by one.

    Runs in the caller's transaction and holds every lender's book to its end. Raises
    TooMany when too many loans changed since the snapshot; then nothing is written.
    """
    for lender in Lender.objects.order_by("pk"):
        lock_book(lender=lender)
    touched = touched_after(snapshot.recent, snapshot.newest)
    written = Written()
    if touched:
        named = ", ".join(str(loan) for loan in sorted(touched))
        forget_parties(computed, f"SELECT party_id FROM owner WHERE loan_key IN ({named})")
    people = parties_touched_since(snapshot.people)
    scratch = workdir / "staged.csv"
    on_part("ages")
    written.rows["ages"] = _write_ages(computed, scratch)
    on_part("cases")
    written.rows["cases"] = _write_cases(computed, scratch)
    on_part("events")
    written.rows["events"] = _write_events(computed, run, scratch)
    on_part("decisions")
    written.rows["decisions"] = write_decisions(
        computed=computed, deciding=deciding, without=people, run=run, day=day,
        known=snapshot.by_lender, scratch=scratch,
    )  # fmt: skip
    on_part("promises")
    settle_agreed(cases=None, day=day, at=clock())
    booked = book_reliefs(actor=actor, run=run, day=day, at=clock())
    written.recordings = booked.recordings
    touched |= booked.loans
    if touched:
        on_part("touched")
        written.reaged, redecided = reage_and_redecide(
            loans=touched, day=day, at=clock(), why="apart", run=run
        )
        written.redecided.append(redecided)
    if people:
        on_part("people")
        cases = list(Case.objects.filter(party_id__in=people).values_list("pk", flat=True))
        written.redecided.append(redecide(cases=cases, day=day, at=clock(), why="apart", run=run))
    on_part("work")
    written.rows["work"] = assigned(assign_in_run(actor=actor, run=run, day=day, now=clock()))
    on_part("shape")
    written.rows["shape"] = record_shape(day=day)
    return written


def _write_ages(computed: duckdb.DuckDBPyConnection, scratch: Path) -> int:
    return _write_changes(
        LoanAge, "age_change", {"loan_id": "loan_id"}, list(AGE_COLUMNS), computed, scratch
    )


def _write_cases(computed: duckdb.DuckDBPyConnection, scratch: Path) -> int:
    return _write_changes(
        Case, "case_change", {"id": "case_id"}, list(CASE_COLUMNS), computed, scratch
    )


def _write_changes(
    model: type[Model],
    changes: str,
    key: Mapping[str, str],
    columns: Sequence[str],
    computed: duckdb.DuckDBPyConnection,
    scratch: Path,
) -> int:
    """Insert the new rows of `changes` and update the others, those short that only grew older.

    `key` says which column of `changes` holds the model's key.
    """

    def rows(wanted: Sequence[str], where: str) -> ResultRows:
        selected = f"SELECT {', '.join(wanted)} FROM {changes} WHERE {where} ORDER BY ALL"
        return ResultRows(computed, selected, path=scratch)

    ((own, given),) = key.items()
    table = model._meta.db_table
    inserted = columns if own == "id" else [own, *columns]
    coming = computed.execute(f"SELECT count(*) FROM {changes} WHERE is_new").fetchall()[0][0]
    with big_load(table=table, coming_rows=coming):
        count = copy_in(table=table, columns=inserted, rows=rows(inserted, "is_new"))
    for short in (True, False):
        named = ["as_of", *_DAYS] if short else columns
        where = "only_days" if short else "NOT is_new AND NOT only_days"
        count += _update_staged(table, own, named, rows([f"{given} AS {own}", *named], where))
    return count


def _update_staged(table: str, key: str, columns: Sequence[str], rows: ResultRows) -> int:
    """Stage rows and update those of the table that the key names, in one statement."""
    stage = f"staged_{table}"
    sets = ", ".join(f"{name} = {stage}.{name}" for name in columns)
    empty = f"SELECT {', '.join([key, *columns])} FROM {table} WHERE 1 = 0"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {stage}")
        cursor.execute(f"CREATE TEMPORARY TABLE {stage} AS {empty}")
        copy_in(table=stage, columns=[key, *columns], rows=rows)
        _analyze(stage)
        cursor.execute(
            f"UPDATE {table} SET {sets} FROM {stage} WHERE {table}.{key} = {stage}.{key}"
        )
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


def assigned(done: Sequence[Assigned]) -> int:
    """How many pieces of work were put, changed or taken away."""
    return sum(each.counts[name] for each in done for name in ("new", "changed", "gone"))


def counts_of(written: Written) -> Mapping[str, int]:
    """The rows written by table, and the loans aged apart."""
    apart = written.reaged.loans if written.reaged else 0
    decided = sum(each.cases for each in written.redecided)
    return {**written.rows, "set_aside": apart, "decided_apart": decided}
