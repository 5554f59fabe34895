"""Dialling: a permit is asked for and used, and the number rings, in one act of the officer.

Called by the desk and the API. The number is opened only here, for the channel that rings it;
screens never see it. A call the switch could not place is told to the gate as unanswered: it
counts as a try, which only ever lessens contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dunwell.core.permit import Decision
from dunwell.core.refusal import Refusal
from dunwell.flows.contact.ask_permit import Answer, ask_permit
from dunwell.flows.contact.number_rest import keep_why, must_say_why
from dunwell.flows.contact.ports import Dialled, Dialler, VoiceRefused
from dunwell.flows.contact.record_outcome import record_outcome
from dunwell.flows.contact.use_permit import use_permit
from dunwell.store.people.permissions import Actor
from dunwell.store.permits.models import Reach
from dunwell.store.vault import open_sealed


class CallFailed(Refusal):
    """The switch could not be reached or did not ring. Figures: permit, why."""

    code = "DIAL-FAILED"


@dataclass(frozen=True, slots=True)
class Call:
    """What came of dialling: the gate's answer, and how it rings where it was allowed."""

    answer: Answer
    dialled: Dialled | None
    refused: Decision | None = None
    """What the re-check at the moment of dialling found."""


def dial(
    *,
    actor: Actor,
    now: datetime,
    case: int,
    contact: int,
    dialler: Dialler,
    line: str,
    purpose: str = "collect",
    rest_why: str = "",
) -> Call:
    """Ask, use, and ring. A refusal of the gate is an answer, not an error.

    `rest_why`: why a number is dialled that still rests. Refuses what ask_permit and use_permit
    refuse, CallFailed, and NumberRests and NoSuchRestReason before anything is asked.
    """
    rests = must_say_why(actor=actor, now=now, case=case, contact=contact, why=rest_why)
    answer = ask_permit(
        actor=actor, case=case, contact=contact, channel="call", now=now, purpose=purpose
    )
    if not answer.granted:
        return Call(answer, None)
    used = use_permit(actor=actor, permit=answer.permit, now=now)
    if used.token is None:
        return Call(answer, None, used.decision)
    if rests is not None:
        keep_why(actor=actor, now=now, note=rests, why=rest_why)
    assert used.token.reach is not None  # a call goes to a number
    reach = Reach.objects.get(pk=used.token.reach)
    assert reach.phone_sealed is not None
    number = open_sealed(
        reach.phone_sealed, table="permits_reach", column="phone_sealed", row=reach.pk
    )
    try:
        return Call(answer, dialler.dial(permit=used.token, number=number, line=line))
    except (OSError, ValueError, VoiceRefused) as error:
        record_outcome(
            actor=actor, permit=answer.permit, now=now, answered=False, conversation=False
        )
        why = str(error) if isinstance(error, VoiceRefused) else type(error).__name__
        raise CallFailed(permit=answer.permit, why=why) from None
