"""Used permits under which nothing left the house: written down, they count as no contact.

Called by the sender where a gateway did not take a message: it said so, or the line broke before
anything was written to it. The permit stays used and its receipt stays; what is counted for the
person is what reached out to them (docs/decisions/0009).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Unsent


def note_unsent(*, actor: Actor, now: datetime, codes: Mapping[int, str]) -> None:
    """Write down that nothing was sent under these used permits: permit → what the gateway said.

    A permit that is written down already stays as it is. Refuses NotPermitted.
    """
    require(actor, "message.send", day=now.date())
    Unsent.objects.bulk_create(
        [
            Unsent(permit_id=permit, at=now, code=code[:40], actor_label=actor.label)
            for permit, code in codes.items()
        ],
        ignore_conflicts=True,
    )
