"""Whether somebody would leave a case behind that was given to them, and nothing says why.

Called before the next case is looked for. A record is a note, written or on its way to one, a
message, a put-off, a look-up, a request for approval, or a freeze, each by that person and since
the case came to the desk. They are asked about one by one, the likeliest first: two short
queries nearly always.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.desk.models import Claim, LookUp, PutOff
from dunwell.store.outreach.models import Draft, Message, Note
from dunwell.store.permits.models import Standing


def unrecorded(*, case: int, staff: int) -> bool:
    """Whether the case lies on this desk as work to do, and nothing was done since."""
    given = Claim.objects.filter(case=case, staff=staff, offered_at__isnull=False)
    for since, party in given.values_list("offered_at", "case__party"):
        assert since is not None  # asked for above
        return not any(each.exists() for each in _records(case, party, staff, since))
    return False


def _records(case: int, party: int, staff: int, since: datetime) -> Iterator[QuerySet[Any]]:
    yield Draft.objects.filter(
        case=case, staff=staff, seals_at__isnull=False, updated_at__gte=since
    )
    yield Note.objects.filter(case=case, by=staff, at__gte=since)
    yield PutOff.objects.filter(case=case, by=staff, at__gte=since, replaced=None)
    yield Message.objects.filter(case=case, queued_by=staff, queued_at__gte=since)
    yield LookUp.objects.filter(case=case, by=staff, at__gte=since)
    yield ApprovalRequest.objects.filter(case=case, asked_by=staff, asked_at__gte=since)
    yield Standing.objects.filter(party=party, by=staff, from_at__gte=since)
