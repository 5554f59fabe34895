"""A lender on a Monday with named borrowers and requests that wait; browsers of its people."""

from __future__ import annotations

from typing import Any

from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Staff
from tests.faces.work.conftest import NamedPlace, log_in, place, somebody  # noqa: F401  # fixtures
from tests.flows.prepare.a_work_day import NOW


def asked(case: Case, by: Staff, *, kind: str = "retain", **how: Any) -> ApprovalRequest:
    """A request of this kind for a supervisor, as the flow writes it."""
    told = {"role": "supervisor", "worth_fen": 12_300, "why": "客户下周发薪", **how}
    told.setdefault("wanted", {"until_on": "2026-12-01", "days": 8})
    return ApprovalRequest.objects.create(kind=kind, case=case, asked_at=NOW, asked_by=by, **told)
