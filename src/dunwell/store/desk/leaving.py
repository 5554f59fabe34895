"""Whether somebody would leave a case behind that was given to them, and nothing says why.

Called before the next case is looked for. A record is a note, written or on its way to one, a
message, a put-off, a look-up, a request for approval, or a freeze, each by that person and since
the case came to the desk. One query.
"""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.desk.models import Claim, LookUp, PutOff
from dunwell.store.outreach.models import Draft, Message, Note
from dunwell.store.permits.models import Standing


def unrecorded(*, case: int, staff: int) -> bool:
    """Whether the case lies on this desk as work to do, and nothing was done since."""
    return _given(case, staff).exists()


def _given(case: int, staff: int) -> QuerySet[Claim]:
    here = {"case": OuterRef("case"), "by": staff}
    since = OuterRef("offered_at")
    return Claim.objects.filter(case=case, staff=staff, offered_at__isnull=False).filter(
        ~Exists(Note.objects.filter(at__gte=since, **here)),
        ~Exists(
            Draft.objects.filter(
                case=OuterRef("case"), staff=staff, seals_at__isnull=False, updated_at__gte=since
            )
        ),
        ~Exists(
            Message.objects.filter(case=OuterRef("case"), queued_by=staff, queued_at__gte=since)
        ),
        ~Exists(PutOff.objects.filter(at__gte=since, replaced=None, **here)),
        ~Exists(LookUp.objects.filter(at__gte=since, **here)),
        ~Exists(
            ApprovalRequest.objects.filter(
                case=OuterRef("case"), asked_by=staff, asked_at__gte=since
            )
        ),
        ~Exists(
            Standing.objects.filter(party=OuterRef("case__party"), by=staff, from_at__gte=since)
        ),
    )
