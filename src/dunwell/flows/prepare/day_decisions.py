"""Writing the decisions of a computed day: only those that changed, by staging.

Called by day_write in its transaction, after the cases are there. One Deciding says what the
run knew; each new version names it, and the one it replaces is marked with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from pathlib import Path

import duckdb
from django.db import connection

from dunwell.bulk.deciding import WRITTEN
from dunwell.bulk.results import ResultRows
from dunwell.core.decision import DECIDED
from dunwell.flows.prepare.day_deciding import Deciding
from dunwell.store.book.copying import copy_in
from dunwell.store.cases.models import Case
from dunwell.store.decisions import models as decisions
from dunwell.store.runs.models import Run

DAY_RUN = "day_run"
_KINDS = {
    "party_id": "bigint",
    "lender_id": "bigint",
    "score": "integer",
    "probability_ppm": "integer",
    "arm_probability_ppm": "integer",
    "step": "smallint",
    "since_on": "date",
    "due_on": "date",
}
"""The columns of the stage that are not text."""


def write_decisions(
    *,
    computed: duckdb.DuckDBPyConnection,
    deciding: Deciding,
    without: Collection[int],
    run: Run,
    day: date,
    known: Mapping[int, int],
    scratch: Path,
) -> int:
    """Enter the decisions of `decision_change`, but for the parties of `without`; how many.

    `known` is the newest recording of each lender's book that the run read.
    """
    if not deciding.policies:
        return 0
    act = decisions.Deciding.objects.create(
        day=day,
        at=deciding.at,
        why=DAY_RUN,
        run=run,
        known={str(lender): number for lender, number in known.items()},
        policies={str(lender): policy.keep() for lender, policy in deciding.policies.items()},
        whole_book=True,
    )
    where = f"WHERE party_id NOT IN ({', '.join(map(str, sorted(without)))})" if without else ""
    columns = ", ".join(WRITTEN)
    rows = ResultRows(
        computed,
        f"SELECT {columns} FROM decision_change {where} ORDER BY party_id, lender_id",
        path=scratch,
    )
    return _enter(rows, act)


def _enter(rows: ResultRows, act: decisions.Deciding) -> int:
    """Stage the rows, mark what they replace, and insert them, in three statements."""
    case, decision = (model._meta.db_table for model in (Case, decisions.Decision))
    of_case = f"JOIN {case} k ON k.party_id = m.party_id AND k.lender_id = m.lender_id"
    figures = ", ".join(("policy", *DECIDED, "inputs_json"))
    told = ", ".join(f"m.{name}" for name in ("policy", *DECIDED, "inputs_json"))
    typed = ", ".join(f"{name} {_KINDS.get(name, 'text')}" for name in WRITTEN)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged_decision")
        cursor.execute(f"CREATE TEMPORARY TABLE staged_decision ({typed})")
        count = copy_in(table="staged_decision", columns=list(WRITTEN), rows=rows)
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE staged_decision")
        cursor.execute(
            f"UPDATE {decision} SET replaced_id = %s WHERE replaced_id IS NULL"
            f" AND case_id IN (SELECT k.id FROM staged_decision m {of_case})",
            [act.pk],
        )
        cursor.execute(
            f"INSERT INTO {decision} (case_id, entered_id, day, {figures})"
            f" SELECT k.id, %s, %s, {told} FROM staged_decision m {of_case} ORDER BY k.id",
            [act.pk, act.day],
        )
        cursor.execute("DROP TABLE staged_decision")
    return count
