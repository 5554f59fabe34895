"""What became of messages: receipts of the gateway, and a person's word.

Called by the worker and the signed webhooks with what a gateway says, and by the page where a
person settles a message of unknown fate. The same word twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.message_refusals import (
    NobodySays,
    NoSuchMessage,
    NotUnknown,
)
from dunwell.flows.contact.message_rows import (
    keep_parts,
    locked,
    move,
    save,
    states_of_parts,
    whole_state,
)
from dunwell.flows.contact.message_words import messages_of
from dunwell.flows.contact.outbox import Queued, note_event, queue_message
from dunwell.flows.contact.ports import Word
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.store.journal.append import append, stream_of
from dunwell.store.outreach.models import Message, MessagePart
from dunwell.store.people.permissions import Actor, require

State = Message.State
LEAST_REASON = 4
TELLERS = ("gateway", "borrower", "records")
"""By whose word a person settles a message: the gateway's operator, who got it, our records."""
TOGETHER = 100
"""Words written down in one transaction."""
_OPEN = (State.HANDED, State.UNKNOWN, State.ACCEPTED)


def take_receipts(*, actor: Actor, now: datetime, words: Iterable[Word]) -> int:
    """Settle messages by the gateway's word; answers how many moved. Refuses NotPermitted.

    A word about a message nobody knows, or that is settled already, changes nothing.
    """
    require(actor, "message.send", day=now.date())
    told = list(words)
    return sum(
        _take(actor, now, told[first : first + TOGETHER]) for first in range(0, len(told), TOGETHER)
    )


def settle_by_hand(
    *, actor: Actor, now: datetime, message: int, arrived: bool, told_by: str, why: str
) -> Message:
    """A person says whether a message of unknown fate arrived, and by whose word (TELLERS).

    Refuses NoSuchMessage, NotPermitted, NotUnknown, NobodySays and ReasonMissing.
    """
    with transaction.atomic():
        row = _unknown(actor, now, message, why)
        if told_by not in TELLERS:
            raise NobodySays(found=told_by[:40], allowed=", ".join(TELLERS))
        row.state = State.DELIVERED if arrived else State.FAILED
        row.code, row.settled_at = "SETTLED-BY-HAND", now
        row.save(update_fields=["state", "code", "settled_at"])
        note_event(row, now=now, actor=actor, told_by=told_by, why=why.strip())
        append(
            stream=stream_of(row.lender_id), verb="message.settle", subject=f"case:{row.case_id}",
            actor=actor, at=now, lender=row.lender_id, why=why.strip(),
            figures={"message": row.pk, "arrived": arrived, "told_by": told_by},
        )  # fmt: skip
    return row


def send_again(*, actor: Actor, now: datetime, message: int, told_by: str, why: str) -> Queued:
    """Decide that a message of unknown fate did not arrive, and queue it anew, once.

    Refuses like `settle_by_hand` and `queue_message`.
    """
    with transaction.atomic():
        old = settle_by_hand(
            actor=actor, now=now, message=message, arrived=False, told_by=told_by, why=why
        )
        again = queue_message(
            actor=actor, now=now, case=old.case_id, contact=old.contact_id,
            template=old.template, key=f"again:{old.pk}", gateway=old.gateway,
        )  # fmt: skip
        if again.message.sends_again_id is None:
            again.message.sends_again = old
            again.message.save(update_fields=["sends_again"])
    return again


def _take(actor: Actor, now: datetime, words: Sequence[Word]) -> int:
    """One transaction of words; the last one about a message counts."""
    with transaction.atomic():
        about = messages_of(words)
        held = {row.pk: row for row in locked(Message.objects.filter(pk__in=about.values()))}
        moved: dict[int, Message] = {}
        for word in words:
            row = held.get(about.get(word, 0))
            if row is None:
                continue
            to: Message.State | None = State(word.state)
            if word.of_part and row.parts > 1:
                to = _by_part(row, word)
            if row.state not in _OPEN or to is None or to == row.state:
                continue
            row.gateway_id = row.gateway_id or word.gateway_id
            move(row, to, now, code=word.code)
            moved[row.pk] = row
        save(list(moved.values()), now=now, actor=actor)
        return len(moved)


def _by_part(row: Message, word: Word) -> Message.State | None:
    """What the word about one part says of the whole message."""
    keep_parts({(row.gateway, word.gateway_id): row.pk})
    if word.state != "accepted":
        part = MessagePart.objects.filter(gateway=row.gateway, gateway_id=word.gateway_id)
        part.filter(state=State.ACCEPTED).update(state=word.state)
    return whole_state(states_of_parts([row.pk]).get(row.pk, ()), row.parts)


def _unknown(actor: Actor, now: datetime, message: int, why: str) -> Message:
    row = Message.objects.filter(pk=message).select_related("case").first()
    if row is None:
        raise NoSuchMessage(message=message)
    require(
        actor, "permit.ask", day=now.astimezone(BEIJING).date(), lender=row.lender_id,
        team=row.case.team_id, holder=row.case.holder_id,
    )  # fmt: skip
    if row.state != State.UNKNOWN:
        raise NotUnknown(message=message, state=row.state)
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
    return row
