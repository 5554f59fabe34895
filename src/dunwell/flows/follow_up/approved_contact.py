"""An approved visit or contact person: what stands from now on, so that the gate lets it happen.

Called by approvals in the answer's own transaction, in the name of whoever approved. A visit is
approved for its day alone; the approval is of that address or number and does not count for
who gave it (question.py).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.standings import Said, stand
from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.people.permissions import Actor
from dunwell.store.permits.models import Standing

KINDS = frozenset({ApprovalRequest.Kind.VISIT, ApprovalRequest.Kind.CONTACT})


def let_stand(*, actor: Actor, now: datetime, row: ApprovalRequest) -> Standing:
    """Let the approval stand. Refuses what standings.stand refuses: a day gone by is none."""
    wanted = row.wanted
    if row.kind == ApprovalRequest.Kind.VISIT:
        from_at = max(now, _midnight(date.fromisoformat(wanted["visit_on"])))
        until_at = _midnight(date.fromisoformat(wanted["visit_on"]) + timedelta(days=1))
    else:
        from_at, until_at = now, _midnight(date.fromisoformat(wanted["until_on"]))
    said = Said(
        what=Standing.What.APPROVAL, kind=wanted["approval"], contact=wanted["contact"],
        from_at=from_at, until_at=until_at, why=row.why[:200],
    )  # fmt: skip
    return stand(actor=actor, now=now, case=row.case_id, said=said)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0), BEIJING)
