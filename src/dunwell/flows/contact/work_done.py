"""Today's item of a case is done once somebody has done it: a note of a contact, a message sent.

Called by whoever closes a contact, in its transaction. What was taken back stays so.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from dunwell.store.work.models import WorkItem

DOES: Mapping[str, tuple[str, ...]] = {
    "call": ("phone", "relief", "remind", "sms"),
    "sms": ("sms", "remind"),
    "visit": ("visit",),
}
"""Which acts of the day a contact of this channel is the doing of."""


def mark_done(*, case: int, day: date, channel: str) -> int:
    """Mark the case's item of the day as done; answers how many were. Refuses nothing."""
    waiting = (WorkItem.State.OPEN, WorkItem.State.HELD)
    items = WorkItem.objects.filter(
        case=case, day=day, state__in=waiting, action__in=DOES.get(channel, ())
    )
    return items.update(state=WorkItem.State.DONE)
