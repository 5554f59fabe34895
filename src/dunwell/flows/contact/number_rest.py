"""The rest of one number: after what it came to last, the house leaves it alone for a while.

Called before a number is dialled. It is the house's rule and only adds to the gate's: whoever
dials before the rest is over says why, from a short list, and the journal keeps it. How long a
result rests stands with the code (packs/house/dispositions).
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from dunwell.core.permit import BEIJING
from dunwell.core.refusal import Refusal
from dunwell.store.journal.append import append, stream_of
from dunwell.store.outreach.models import Note
from dunwell.store.people.permissions import Actor, require

REST_REASONS = ("asked", "works_again", "wrong_result", "promise_due")
"""Why a number is dialled all the same; the desk has the words."""


class NumberRests(Refusal):
    """The number rests until a moment, and no reason was given. Figures: until."""

    code = "DIAL-NUMBER-RESTS"


class NoSuchRestReason(Refusal):
    """A reason the house does not have. Figures: reason, allowed."""

    code = "DIAL-REST-REASON"


def resting_note(*, case: int, contact: int, now: datetime) -> Note | None:
    """The note after which this number rests at `now`; what a conversation came to is another's."""
    rows = Note.objects.filter(
        case=case, contact=contact, channel=Note.Channel.CALL, case_code="", rest_until__gt=now,
        corrected_by=None,
    )  # fmt: skip
    return rows.select_related("case").order_by("-rest_until").first()


def must_say_why(*, actor: Actor, now: datetime, case: int, contact: int, why: str) -> Note | None:
    """The note after which the number rests, where a reason is given; None where it does not rest.

    Refuses NumberRests without a reason, NoSuchRestReason and NotPermitted.
    """
    if why and why not in REST_REASONS:
        raise NoSuchRestReason(reason=why, allowed=", ".join(REST_REASONS))
    note = resting_note(case=case, contact=contact, now=now)
    if note is None:
        return None
    about = note.case
    require(
        actor, "permit.ask", day=now.astimezone(BEIJING).date(), lender=about.lender_id,
        team=about.team_id, holder=about.holder_id,
    )  # fmt: skip
    if not why:
        raise NumberRests(until=f"{_until(note):%Y-%m-%d %H:%M}")
    return note


def keep_why(*, actor: Actor, now: datetime, note: Note, why: str) -> None:
    """Write down that a number was dialled before its rest was over, and why."""
    lender = note.case.lender_id
    with transaction.atomic():
        append(
            stream=stream_of(lender), verb="call.before_rest_ends", subject=f"case:{note.case_id}",
            actor=actor, at=now, lender=lender, day=now.astimezone(BEIJING).date(),
            figures={
                "note": note.pk, "contact": note.contact_id, "code": note.number_code,
                "until": _until(note).isoformat(), "reason": why,
            },
        )  # fmt: skip


def _until(note: Note) -> datetime:
    assert note.rest_until is not None  # it was found by it
    return note.rest_until.astimezone(BEIJING)
