"""The cases whose step is due on a day, read in one query: what the sharing of work starts from.

The one place that knows how decisions are stored. A case is due when the decision that
counts names an act, its day has come, and nobody has done it since. Cases whose item of
the day a person placed, works on, has done or took back are not read again: they stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from django.db.models import Exists, OuterRef
from numpy.typing import NDArray

from dunwell.core.assign.gain import ACTIONS
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision
from dunwell.store.work.models import WorkItem

Ints = NDArray[np.int64]
NOBODY = -1


@dataclass(frozen=True, slots=True)
class DueRows:
    """One lender's due cases in order of case; words stand in lists beside the numbers.

    `steps` names the distinct (policy, arm, plan, step) once; `step` is a case's place in it.
    """

    case: Ints
    party: Ints
    action: Ints
    overdue_fen: Ints
    delinquent_days: Ints
    holder: Ints
    team: Ints
    held: NDArray[np.bool_]
    grade: list[str]
    reachability: list[str]
    step: Ints
    steps: list[tuple[str, str, str, int]]


def due_rows(*, lender: int, day: date) -> DueRows:
    """The due cases of a lender on `day`."""
    case, decision, item = (model._meta.db_table for model in (Case, Decision, WorkItem))
    reach = (
        "json_extract(d.inputs_json, '$.reachability')"
        if connection.vendor == "sqlite"
        else "d.inputs_json::json->>'reachability'"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT c.id, c.party_id, d.action, c.overdue_fen, c.delinquent_days,"
            f" coalesce(c.holder_id, {NOBODY}), coalesce(c.team_id, {NOBODY}),"
            f" CASE WHEN c.held THEN 1 ELSE 0 END, d.grade, {reach},"
            f" d.policy, d.arm, d.plan, d.step"
            f" FROM {case} c JOIN {decision} d ON d.case_id = c.id AND d.replaced_id IS NULL"
            f" WHERE c.lender_id = %s AND c.status = 'open' AND d.action <> 'none'"
            f" AND d.day <= %s AND d.due_on <= %s"
            f" AND NOT EXISTS (SELECT 1 FROM {item} w WHERE w.case_id = c.id AND ("
            f"   (w.state = 'done' AND w.day >= d.due_on AND w.day <= %s)"
            f"   OR (w.day = %s AND (w.kept OR w.state <> 'open'))))"
            f" ORDER BY c.id",
            [lender, *[day] * 4],
        )
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) if rows else [()] * 14
    steps: dict[tuple[str, str, str, int], int] = {}
    places = [steps.setdefault(each, len(steps)) for each in zip(*columns[10:14], strict=True)]
    known = {name: place for place, name in enumerate(ACTIONS)}
    return DueRows(
        case=_ints(columns[0]),
        party=_ints(columns[1]),
        action=_ints([known.get(name, 0) for name in columns[2]]),
        overdue_fen=_ints(columns[3]),
        delinquent_days=_ints(columns[4]),
        holder=_ints(columns[5]),
        team=_ints(columns[6]),
        held=np.array(columns[7], dtype=bool),
        grade=list(columns[8]),
        reachability=[each or "" for each in columns[9]],
        step=_ints(places),
        steps=list(steps),
    )


def undecided(*, lender: int) -> int:
    """How many open cases have no decision that counts: they get no work, as the report says."""
    decided = Decision.objects.filter(case=OuterRef("pk"), replaced=None)
    return Case.objects.filter(~Exists(decided), lender_id=lender, status="open").count()


def _ints(values: object) -> Ints:
    return np.array(values, dtype=np.int64)
