"""Until when a borrower is let alone: for an open promise, for a plan that is kept (CN-T09).

Read at every contact, for many cases in one statement. A promise rests to the last day that
still keeps it; a plan that goes rests to the day after its next installment, one that is late
does not. How they stand was computed by flows; a rest that is over by the calendar is over.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import connection

from dunwell.store.permits.statements import marks, rows

PLAN_GRACE_DAYS = 1
"""An installment of a plan may be posted a day late (CN-T09: until due date + 1)."""


def resting_until(*, cases: Iterable[int], day: date) -> dict[int, date]:
    """The last day each of these cases is let alone; a case that may be contacted has none."""
    wanted = sorted(set(cases))
    if not wanted:
        return {}
    stated = connection.ops.adapt_datefield_value
    found = rows(
        "SELECT p.case_id, s.last_on, 0 FROM promises_promise p"
        " JOIN promises_promisestate s ON s.promise_id = p.id"
        f" WHERE s.state IN ('open', 'due') AND s.last_on >= %s AND p.case_id IN ({marks(wanted)})"
        " UNION ALL SELECT case_id, next_due_on, 1 FROM promises_planstate"
        f" WHERE state = 'going' AND next_due_on >= %s AND case_id IN ({marks(wanted)})",
        [stated(day), *wanted, stated(day - timedelta(days=PLAN_GRACE_DAYS)), *wanted],
    )
    until: dict[int, date] = {}
    for case, told, is_plan in found:
        last_on = date.fromisoformat(told) if isinstance(told, str) else told
        last_on += timedelta(days=PLAN_GRACE_DAYS * is_plan)
        until[case] = max(last_on, until.get(case, last_on))
    return until
