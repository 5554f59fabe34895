"""Mood care: after a call coded abusive or vulnerable a pause is offered, and it is work.

Called by the desk's pages with the record saved a moment ago. Which codes weigh is data
(`care` of packs/house/dispositions), how long the pause is a house value. That somebody took
one is written nowhere; its minutes join the times of the process (timings), which know no
persons.
"""

from __future__ import annotations

from datetime import date

from dunwell.flows.contact.drafts import body_of
from dunwell.store.outreach.models import Draft
from dunwell.store.policy.dispositions import result_codes
from dunwell.store.policy.house import parameter


def care_minutes(*, saved: Draft | None, day: date, lender: int) -> int:
    """How long a pause to offer after the saved record; 0: none, it was not such a call."""
    if saved is None:
        return 0
    body, codes = body_of(saved), result_codes().codes
    said = [codes.get(str(body.get(name) or "")) for name in ("number_code", "case_code")]
    if not any(code is not None and code.care for code in said):
        return 0
    return pause_minutes(day=day, lender=lender)


def pause_minutes(*, day: date, lender: int) -> int:
    """How long a pause the house gives after a hard call."""
    return parameter("desk.care_pause_minutes", lender=lender, day=day)
