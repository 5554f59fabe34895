"""From when a way of contact is open by the clock: asked of the gate once, for everybody.

Called by what queues many messages by machine, at night too. The question says only how and
when; of the gate's answer only what time alone lifts is read, so that no hour stands anywhere
but in the packs. Nobody is contacted by it and nothing is logged: whether one message may go
is asked for each, when it is sent. A consent to the night is not looked for here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dunwell.core.permit import decide, read_request
from dunwell.flows.contact.clock import as_moment
from dunwell.store.policy.published import gate_at, newest_version


@dataclass(frozen=True, slots=True)
class Hours:
    """Open from `open_at` on; `codes` are the rules that keep it shut until then."""

    open_at: datetime
    codes: tuple[str, ...] = ()


def hours_of(*, channel: str, now: datetime) -> Hours:
    """When a borrower may first be contacted this way, the hours alone considered: now or later.

    Hours that never open are no answer of the clock: then it says now, and the gate refuses.
    Refuses what `read_request` refuses of a channel (BadRequest).
    """
    at = as_moment(now)
    asked = {
        "at": at.isoformat(),
        "channel": channel,
        "direction": "outbound",
        "party": {"role": "borrower"},
    }
    answer = decide(facts=read_request(asked), gate=gate_at(version=newest_version()))
    shut = {reason.code: reason.again_at for reason in answer.reasons if reason.again_at}
    return Hours(max(shut.values(), default=at), tuple(shut))
