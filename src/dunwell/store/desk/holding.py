"""Which item of a day lies on whose desk: at most one of a person is held, the rest are open.

Called where a case is taken to a desk or given back: at every next case, so in one plain
statement.
"""

from __future__ import annotations

from datetime import date

from dunwell.store.permits.statements import rows
from dunwell.store.work.models import WorkItem

_HOLD_ONLY = (
    f"UPDATE work_workitem SET state = CASE WHEN case_id = %s THEN '{WorkItem.State.HELD.value}'"
    f" ELSE '{WorkItem.State.OPEN.value}' END WHERE staff_id = %s AND day = %s"
    f" AND ((case_id = %s AND state = '{WorkItem.State.OPEN.value}')"
    f" OR (case_id <> %s AND state = '{WorkItem.State.HELD.value}'))"
)
_NONE = 0
"""No case has this number."""


def hold_only(*, staff: int, day: date, case: int | None) -> None:
    """The person's item of this case is held and every other given back; of None, all are."""
    wanted = _NONE if case is None else case
    rows(_HOLD_ONLY, [wanted, staff, day.isoformat(), wanted, wanted])
