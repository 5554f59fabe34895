"""The sender: takes due messages, uses their permits, hands them over, writes down what became.

A batch goes in four steps. Opened: a gateway that cannot be reached costs no permit. Taken:
in one transaction the messages are leased, whoever has no permit any more is asked for anew,
permits are re-checked and used, and the messages marked as handed over. Handed: each goes to
the gateway with its token. Answered: what the gateway said, in one transaction. A sender
killed between the steps leaves messages that may have gone out or not: they become *unknown*
when their lease is over and are never sent again blindly; the gateway's own word (a receipt)
settles them, or a person (message_fate).
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.db.models import F, QuerySet

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.ask_permit import ask_permit
from dunwell.flows.contact.message_rows import (
    keep_parts,
    locked,
    move,
    save,
    states_of_parts,
    whole_state,
)
from dunwell.flows.contact.outbox import text_of_message
from dunwell.flows.contact.ports import Handed, MessageSender, UsedPermit
from dunwell.flows.contact.reopened import reopen
from dunwell.flows.contact.unsent import note_unsent
from dunwell.flows.contact.use_permit import Sending, use_permits
from dunwell.store.outreach.models import Message
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Reach
from dunwell.store.vault import open_sealed

State = Message.State
BATCH = 100
LEASE = timedelta(minutes=2)
THROTTLED = timedelta(seconds=30)
"""A gateway that asks for patience gets the message again after this."""
NOT_TAKEN = ("throttled", "unsent", "refused")
"""Answers after which it is sure that nothing of the message left the house."""
MOST_ATTEMPTS = 5
ROUNDS = 10
"""Batches before the sender listens to the gateway again."""
_Told = tuple[frozenset[str], dict[str, Handed]]
"""Which messages were tried, and what the gateway said of each."""


class Line(Protocol):
    """Opens a gateway for one batch; raises OSError where it cannot be reached."""

    def __call__(self) -> AbstractContextManager[MessageSender]:
        """A connection that is given back when the block ends."""


@dataclass(slots=True)
class Sent:
    """What a round did, by state that messages came to."""

    taken: int = 0
    states: dict[str, int] = field(default_factory=dict)
    opened: bool = True
    """False: the gateway could not be reached, and nothing was taken."""

    def count(self, state: str) -> None:
        """One more came to this state."""
        self.states[state] = self.states.get(state, 0) + 1


@dataclass(frozen=True, slots=True)
class _Ready:
    message: Message
    token: UsedPermit
    number: str
    text: str

    @property
    def reference(self) -> str:
        return str(self.message.pk)


def send_due(*, actor: Actor, gateway: str, line: Line, now: datetime, most: int = BATCH) -> Sent:
    """Send the messages of a gateway that are due, `most` of them at most.

    Refuses NotPermitted. What the gate refuses now is refused or waits; it stops no other.
    """
    require(actor, "message.send", day=now.date())
    done = Sent()
    if not _due(gateway, now).exists():
        return done
    with ExitStack() as opened:
        try:
            sender = opened.enter_context(line())
        except OSError:
            done.opened = False
            return done
        ready = _take(actor, gateway, now, most, done)
        if ready:
            tried, heard = _hand_over(ready, sender)
            _answered(actor, ready, tried, heard, now, done)
    return done


def send_all_due(
    *,
    actor: Actor,
    gateway: str,
    line: Line,
    clock: Callable[[], datetime],
    go_on: Callable[[], bool] = lambda: True,
    rounds: int = ROUNDS,
) -> Sent:
    """Send batch after batch, `rounds` at most: one is permitted while another is on its way.

    A second thread speaks to the gateway, and never to the state. Refuses NotPermitted.
    """
    require(actor, "message.send", day=clock().date())
    done = Sent()
    if not _due(gateway, clock()).exists() or not _opens(line, done):
        return done
    going: deque[tuple[list[_Ready], Future[_Told]]] = deque()

    def write_down() -> None:
        ready, told = going.popleft()
        _answered(actor, ready, *told.result(), clock(), done)

    with ThreadPoolExecutor(1, thread_name_prefix="hand-over") as other:
        try:
            for _ in range(rounds):
                before = done.taken
                ready = _take(actor, gateway, clock(), BATCH, done) if go_on() else []
                if ready:
                    going.append((ready, other.submit(_through, line, ready)))
                if len(going) > 1:
                    write_down()
                if done.taken == before:
                    break
        finally:
            while going:
                write_down()
    return done


def note_lost(*, actor: Actor, now: datetime) -> int:
    """Mark as unknown what was handed over by a sender that did not live to hear the answer."""
    with transaction.atomic():
        lost = list(locked(Message.objects.filter(state=State.HANDED, leased_until__lte=now)))
        for message in lost:
            move(message, State.UNKNOWN, now, code="SENDER-GONE")
        save(lost, now=now, actor=actor)
        return len(lost)


def next_due_at(*, gateway: str) -> datetime | None:
    """When the next message of a gateway is due; None: none waits."""
    waiting = Message.objects.filter(state=State.QUEUED, gateway=gateway)
    return waiting.order_by("not_before").values_list("not_before", flat=True).first()


def _due(gateway: str, now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(state=State.QUEUED, gateway=gateway, not_before__lte=now)


def _take(actor: Actor, gateway: str, now: datetime, most: int, done: Sent) -> list[_Ready]:
    """Lease, permit and mark a batch, in one transaction: after it, every one counts as sent."""
    lease = secrets.token_hex(8)
    with transaction.atomic():
        due = _due(gateway, now).annotate(permitted_until=F("permit__reserved_until"))
        due = due.order_by("not_before", "pk")
        batch = list(locked(due, skip=True)[:most])
        if not batch:
            return []
        done.taken += len(batch)
        texts = {message.pk: text_of_message(message) for message in batch}
        permitted = [each for each in batch if _permitted(actor, each, texts[each.pk], now, done)]
        tokens = _tokens(actor, permitted, texts, now)
        numbers = _numbers(tokens.values())
        ready = []
        for message in permitted:
            token = tokens.get(message.pk)
            if token is None:
                move(message, State.REFUSED, now, code="GATE-RECHECK")
                done.count(State.REFUSED)
                continue
            message.lease, message.leased_until = lease, now + LEASE
            message.attempts += 1
            message.reach_id = token.reach
            move(message, State.HANDED, now)
            ready.append(_Ready(message, token, numbers[token.reach], texts[message.pk]))
        save(batch, now=now, actor=actor)
        refused = [each for each in batch if each.state == State.REFUSED]
        reopen(refused, day=now.astimezone(BEIJING).date())
    return ready


def _permitted(actor: Actor, message: Message, text: str, now: datetime, done: Sent) -> bool:
    """Whether the message has a permit to use; asks for one where it has none any more."""
    until: datetime | None = message.permitted_until  # type: ignore[attr-defined]  # _take reads it
    if until is not None and until > now:
        return True
    answer = ask_permit(
        actor=actor, case=message.case_id, contact=message.contact_id, channel="sms", now=now,
        purpose=message.purpose, text=text, behalf=message.queued_by_id,
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
        move(message, State.REFUSED, now, code=message.code)
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


def _opens(line: Line, done: Sent) -> bool:
    try:
        with line():
            return True
    except OSError:
        done.opened = False
        return False


def _through(line: Line, ready: Sequence[_Ready]) -> _Told:
    """One batch, in the thread that speaks to the gateway."""
    try:
        with line() as sender:
            return _hand_over(ready, sender)
    except OSError:
        return frozenset(), {}


def _hand_over(ready: Sequence[_Ready], sender: MessageSender) -> _Told:
    """Which were tried, and what the gateway said of each; a line that breaks stops both."""
    tried: list[str] = []
    heard: dict[str, Handed] = {}
    try:
        for each in ready:
            tried.append(each.reference)
            sender.send(
                permit=each.token, number=each.number, text=each.text, reference=each.reference
            )
        for handed in sender.answers():
            heard[handed.reference] = handed
    except OSError:
        for reference in tried:
            heard.setdefault(reference, Handed(reference, "unknown", code="LINE-BROKEN"))
    return frozenset(tried), heard


def _answered(
    actor: Actor,
    ready: Sequence[_Ready],
    tried: frozenset[str],
    heard: Mapping[str, Handed],
    now: datetime,
    done: Sent,
) -> None:
    """Write down what the gateway said, unless its own receipt was faster."""
    with transaction.atomic():
        numbers = [each.message.pk for each in ready]
        rows = {row.pk: row for row in locked(Message.objects.filter(pk__in=numbers))}
        words = {
            each.message.pk: _word(each.reference, tried, heard.get(each.reference))
            for each in ready
        }
        known = _known_ids(ready[0].message.gateway, words)
        parts = {
            (rows[pk].gateway, number): pk
            for pk, word in words.items()
            if rows[pk].parts > 1
            for number in word.parts
        }
        keep_parts(parts)
        told = states_of_parts(parts.values())
        unsent = {
            each.message.pk: each.token.permit
            for each in ready
            if words[each.message.pk].answer in NOT_TAKEN
            and rows[each.message.pk].state in (State.HANDED, State.UNKNOWN)
        }
        note_unsent(actor=actor, now=now, codes={unsent[pk]: words[pk].code for pk in unsent})
        moved = []
        for pk, row in rows.items():
            if row.state in (State.HANDED, State.UNKNOWN):
                word = words[pk]
                if word.gateway_id in known:
                    word = replace(word, gateway_id="")
                known.add(word.gateway_id)
                _moved(row, word, whole_state(told.get(pk, ()), row.parts), now)
                moved.append(row)
            done.count(row.state)
        figures = {pk: {"unsent_permit": permit} for pk, permit in unsent.items()}
        save(moved, now=now, actor=actor, figures=figures)


def _known_ids(gateway: str, words: Mapping[int, Handed]) -> set[str]:
    """Ids that another message bears: a gateway that numbers twice is not believed twice."""
    numbers = [word.gateway_id for word in words.values() if word.gateway_id]
    others = Message.objects.filter(gateway=gateway, gateway_id__in=numbers).exclude(pk__in=words)
    return set(others.values_list("gateway_id", flat=True))


def _word(reference: str, tried: frozenset[str], heard: Handed | None) -> Handed:
    if heard is not None:
        return heard
    if reference in tried:
        return Handed(reference, "unknown", code="NO-ANSWER")
    return Handed(reference, "unsent", code="LINE-BROKEN")


def _moved(row: Message, said: Handed, by_parts: Message.State | None, now: datetime) -> None:
    row.gateway_id = row.gateway_id or said.gateway_id
    if said.answer in ("throttled", "unsent") and row.attempts < MOST_ATTEMPTS:
        # It was not taken, that is sure: it may go again, under a new permit.
        row.permit_id = None
        row.not_before = now + THROTTLED if said.answer == "throttled" else now
        move(row, State.QUEUED, now, code=said.code)
    elif said.answer == "accepted":
        # Receipts of parts may have been faster than the answer.
        settled = by_parts if row.parts > 1 and by_parts is not None else State.ACCEPTED
        move(row, settled, now, code=said.code)
    else:
        move(row, State.UNKNOWN if said.answer == "unknown" else State.FAILED, now, code=said.code)
