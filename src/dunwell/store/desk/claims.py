"""Claims of cases, taken in one statement: of two who want one case at once, one gets it.

Called by flows.contact.desk. The row of the case is the lock; a claim that lapsed, or is
one's own, is taken over, any other is left. The same on both databases.
"""

from __future__ import annotations

from datetime import datetime

from dunwell.store.desk.models import Claim
from dunwell.store.permits.reading import stored
from dunwell.store.permits.statements import rows

_TAKE = (
    "INSERT INTO desk_claim (case_id, staff_id, until_at, offered_at) VALUES (%s, %s, %s, %s)"
    " ON CONFLICT (case_id) DO UPDATE SET staff_id = excluded.staff_id,"
    " until_at = excluded.until_at, offered_at = CASE"
    " WHEN desk_claim.staff_id = excluded.staff_id"
    " THEN COALESCE(desk_claim.offered_at, excluded.offered_at) ELSE excluded.offered_at END"
    " WHERE desk_claim.staff_id = excluded.staff_id OR desk_claim.until_at <= %s"
    " RETURNING case_id"
)

_LET_GO = "DELETE FROM desk_claim WHERE staff_id = %s AND case_id <> %s"
_NONE = 0
"""No case has this number."""


def take(*, case: int, staff: int, now: datetime, until: datetime, offered: bool) -> bool:
    """Whether the case lies on this desk from now on: False where it lies on another.

    `offered`: as work to do, which it stays until it leaves the desk.
    """
    since = stored(now) if offered else None
    return bool(rows(_TAKE, [case, staff, stored(until), since, stored(now)]))


def is_only(*, case: int, staff: int, until: datetime) -> bool:
    """Whether this case, and no other, lies on this desk at least so long."""
    mine = list(Claim.objects.filter(staff=staff).values_list("case", "until_at"))
    return len(mine) == 1 and mine[0][0] == case and mine[0][1] >= until


def let_go(*, staff: int, but: int | None = None) -> None:
    """Give every case of this desk back, but one."""
    rows(_LET_GO, [staff, _NONE if but is None else but])
