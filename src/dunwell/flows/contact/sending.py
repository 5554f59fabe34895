"""The sender: takes due messages, uses their permits, hands them over, writes down what became.

A batch goes in three steps. Taken: in one transaction the messages are leased, whoever has
no permit any more is asked for anew, permits are re-checked and used, and the messages marked
as handed over. Handed: each goes to the gateway with its token. Answered: what the gateway
said. A sender killed between the steps leaves messages that may have gone out or not: they
become *unknown* when their lease is over, and are never sent again blindly; the gateway's own
word (a receipt) settles them, or a person (message_fate).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from django.db import connection, transaction
from django.db.models import QuerySet

from dunwell.flows.contact.ask_permit import ask_permit
from dunwell.flows.contact.outbox import text_of_message
from dunwell.flows.contact.ports import Handed, MessageSender, UsedPermit
from dunwell.flows.contact.use_permit import Sending, use_permits
from dunwell.store.outreach.models import Message, MessageEvent
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Reach
from dunwell.store.vault import open_sealed

State = Message.State
BATCH = 100
LEASE = timedelta(minutes=2)
THROTTLED = timedelta(seconds=30)
"""A gateway that asks for patience gets the message again after this."""
MOST_ATTEMPTS = 5


class Line(Protocol):
    """Opens a gateway for one batch."""

    def __call__(self) -> AbstractContextManager[MessageSender]:
        """A connection that is closed when the block ends."""


@dataclass(slots=True)
class Sent:
    """What a round did, by state that messages came to."""

    taken: int = 0
    states: dict[str, int] = field(default_factory=dict)

    def count(self, state: str) -> None:
        """One more came to this state."""
        self.states[state] = self.states.get(state, 0) + 1


@dataclass(frozen=True, slots=True)
class _Ready:
    message: Message
    token: UsedPermit
    number: str
    text: str


def send_due(*, actor: Actor, gateway: str, line: Line, now: datetime, most: int = BATCH) -> Sent:
    """Send the messages of a gateway that are due, `most` of them at most.

    Refuses NotPermitted. What the gate refuses now is refused or waits; it stops no other.
    """
    require(actor, "message.send", day=now.date())
    done = Sent()
    ready = _take(actor, gateway, now, most, done)
    if ready:
        _hand_over(actor, ready, line, now, done)
    return done


def note_lost(*, actor: Actor, now: datetime) -> int:
    """Mark as unknown what was handed over by a sender that did not live to hear the answer."""
    with transaction.atomic():
        lost = list(_locked(Message.objects.filter(state=State.HANDED, leased_until__lte=now)))
        for message in lost:
            _move(message, State.UNKNOWN, now, code="SENDER-GONE")
        _save(lost)
        _events(lost, now, actor)
        return len(lost)


def _take(actor: Actor, gateway: str, now: datetime, most: int, done: Sent) -> list[_Ready]:
    """Lease, permit and mark a batch, in one transaction: after it, every one counts as sent."""
    lease = secrets.token_hex(8)
    with transaction.atomic():
        due = Message.objects.filter(state=State.QUEUED, gateway=gateway, not_before__lte=now)
        batch = list(_locked(due.order_by("not_before", "pk"), skip=True)[:most])
        if not batch:
            return []
        done.taken = len(batch)
        texts = {message.pk: text_of_message(message) for message in batch}
        permitted = [each for each in batch if _permitted(actor, each, texts[each.pk], now, done)]
        tokens = _tokens(actor, permitted, texts, now)
        numbers = _numbers(tokens.values())
        ready = []
        for message in permitted:
            token = tokens.get(message.pk)
            if token is None:
                _move(message, State.REFUSED, now, code="GATE-RECHECK")
                done.count(State.REFUSED)
                continue
            message.lease, message.leased_until = lease, now + LEASE
            message.attempts += 1
            message.reach_id = token.reach
            _move(message, State.HANDED, now)
            ready.append(_Ready(message, token, numbers[token.reach], texts[message.pk]))
        _save(batch)
        _events([each for each in batch if each.state != State.QUEUED], now, actor)
    return ready


def _permitted(actor: Actor, message: Message, text: str, now: datetime, done: Sent) -> bool:
    """Whether the message has a permit to use; asks for one where it has none any more."""
    permit = message.permit
    if permit is not None and permit.reserved_until is not None and permit.reserved_until > now:
        return True
    answer = ask_permit(
        actor=actor, case=message.case_id, contact=message.contact_id, channel="sms", now=now,
        purpose=message.purpose, text=text,
    )  # fmt: skip
    if answer.granted:
        message.permit_id = answer.permit
        message.code = ""
        return True
    message.code = " ".join(answer.decision.codes)[:40]
    again = answer.decision.next_allowed_at
    if answer.decision.verdict == "refuse" and again is not None and again > now:
        message.not_before = again
        done.count(State.QUEUED)
    else:
        _move(message, State.REFUSED, now, code=message.code)
        done.count(State.REFUSED)
    return False


def _tokens(
    actor: Actor, messages: Sequence[Message], texts: Mapping[int, str], now: datetime
) -> dict[int, UsedPermit]:
    of_permit = {message.permit_id: message for message in messages}
    sendings = [Sending(each.permit_id or 0, texts[each.pk]) for each in messages]
    used = use_permits(actor=actor, sendings=sendings, now=now)
    return {of_permit[each.permit].pk: each.token for each in used if each.token is not None}


def _numbers(tokens: Iterable[UsedPermit]) -> dict[int | None, str]:
    reaches = Reach.objects.filter(pk__in={token.reach for token in tokens})
    return {
        row.pk: open_sealed(
            row.phone_sealed, table="permits_reach", column="phone_sealed", row=row.pk
        )
        for row in reaches
        if row.phone_sealed is not None
    }


def _hand_over(
    actor: Actor, ready: Sequence[_Ready], line: Line, now: datetime, done: Sent
) -> None:
    waiting = {str(each.message.pk): each.message for each in ready}
    try:
        with line() as sender:
            for each in ready:
                sender.send(
                    permit=each.token,
                    number=each.number,
                    text=each.text,
                    reference=str(each.message.pk),
                )
            for handed in sender.answers():
                message = waiting.pop(handed.reference, None)
                if message is not None:
                    _answered(message, handed, now, actor, done)
    except OSError:
        # The line broke: whatever has no answer may have gone out.
        for message in waiting.values():
            _unanswered(message, now, actor, done, code="LINE-BROKEN")
        return
    for message in waiting.values():
        _unanswered(message, now, actor, done, code="NO-ANSWER")


def _answered(message: Message, handed: Handed, now: datetime, actor: Actor, done: Sent) -> None:
    """What the gateway said, unless its own receipt was faster."""
    with transaction.atomic():
        row = _locked(Message.objects.filter(pk=message.pk)).get()
        if row.state not in (State.HANDED, State.UNKNOWN):
            return
        if handed.answer == "throttled" and row.attempts < MOST_ATTEMPTS:
            # It did not take the message, and says so: it may go again, under a new permit.
            row.permit_id, row.not_before = None, now + THROTTLED
            _move(row, State.QUEUED, now, code=handed.code[:40])
        else:
            row.gateway_id = handed.gateway_id
            states = {"accepted": State.ACCEPTED, "unknown": State.UNKNOWN}
            _move(row, states.get(handed.answer, State.FAILED), now, code=handed.code[:40])
        _save([row])
        _events([row], now, actor)
        done.count(row.state)


def _unanswered(message: Message, now: datetime, actor: Actor, done: Sent, *, code: str) -> None:
    with transaction.atomic():
        row = _locked(Message.objects.filter(pk=message.pk)).get()
        if row.state == State.HANDED:
            _move(row, State.UNKNOWN, now, code=code)
            _save([row])
            _events([row], now, actor)
        done.count(row.state)


_SETTLED = frozenset({State.REFUSED, State.FAILED, State.DELIVERED, State.CANCELLED})
_KEPT = [
    "state",
    "code",
    "permit",
    "reach",
    "not_before",
    "lease",
    "leased_until",
    "attempts",
    "handed_at",
    "settled_at",
    "gateway_id",
]


def _move(message: Message, state: Message.State, now: datetime, *, code: str = "") -> None:
    message.state, message.code = state, code
    if state == State.HANDED:
        message.handed_at = now
    else:
        message.lease, message.leased_until = "", None
    message.settled_at = now if state in _SETTLED else None


def _save(messages: Sequence[Message]) -> None:
    Message.objects.bulk_update(messages, _KEPT, batch_size=200)


def _events(messages: Sequence[Message], now: datetime, actor: Actor) -> None:
    MessageEvent.objects.bulk_create(
        MessageEvent(message=each, at=now, state=each.state, code=each.code, by_label=actor.label)
        for each in messages
    )


def _locked(rows: QuerySet[Message], *, skip: bool = False) -> QuerySet[Message]:
    """Hold the rows; on SQLite the transaction is the lock."""
    if connection.vendor == "postgresql":
        return rows.select_for_update(skip_locked=skip, of=("self",))
    return rows
