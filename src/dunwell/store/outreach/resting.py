"""Rest after a contact: which cases are left alone for now because of what a note said.

Called when the next case is looked for and when a day's work is shared. The codes of notes say
for how many hours; it is the house's rest and only adds to what the gate asks. What a
conversation came to lets the borrower rest; what one number came to lets that number rest, and
the others stay open; after a visit visits rest. A corrected note rests nobody, its correction
does.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet

from dunwell.store.outreach.models import Note

_OF_THE_BORROWER = ~Q(case_code="") | Q(channel=Note.Channel.VISIT)


def resting(*, case: str, channel: str, now: datetime) -> QuerySet[Note]:
    """The notes after which the case in the outer column `case` rests from `channel` at `now`."""
    return _resting(after=now).filter(case=OuterRef(case), channel=channel)


def resting_ways(*, after: datetime) -> dict[int, set[str]]:
    """Case → the channels it rests from until later than `after`."""
    found: dict[int, set[str]] = {}
    for case, channel in _resting(after=after).values_list("case", "channel"):
        found.setdefault(case, set()).add(channel)
    return found


def _resting(*, after: datetime) -> QuerySet[Note]:
    return Note.objects.filter(_OF_THE_BORROWER, rest_until__gt=after, corrected_by=None)
