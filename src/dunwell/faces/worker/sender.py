"""The sender at work: messages out, receipts and replies in, saved notes sealed when due.

`dunwell message work` keeps it running; `send-once` makes one round. It owns no truth: killed
at any moment, the outbox says what may have gone out (flows.contact.sending). It waits for
what a gateway says, for a signal, or a second; it reads the clock, and nothing below it does.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.db import OperationalError, connection

from dunwell.flows.contact.drafts import seal_due
from dunwell.flows.contact.message_fate import take_receipts
from dunwell.flows.contact.ports import MessageLine
from dunwell.flows.contact.replies import take_replies
from dunwell.flows.contact.sending import note_lost, send_all_due
from dunwell.store.people.permissions import Actor, system_actor

IDLE_SECONDS = 1.0
"""How long nobody looks whether something new is due."""


@dataclass(slots=True)
class Stop:
    """A wish to stop, as a signal brings it; `fileno` can be waited for."""

    asked: bool = False
    _pipe: tuple[int, int] = field(default_factory=os.pipe)

    def fileno(self) -> int:
        """Can be read once stopping was asked for."""
        return self._pipe[0]

    def ask(self, *_: object) -> None:
        """Stop after what is in hand."""
        self.asked = True
        os.write(self._pipe[1], b"x")

    @contextmanager
    def at_signals(self) -> Iterator[Stop]:
        """SIGTERM and SIGINT ask to stop while the block lasts."""
        before = {
            number: signal.signal(number, self.ask) for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            yield self
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


@dataclass(slots=True)
class Round:
    """What one round did: messages by the state they came to, words, replies, notes."""

    states: dict[str, int] = field(default_factory=dict)
    receipts: int = 0
    replies: int = 0
    notes: int = 0
    lost: int = 0
    closed: list[str] = field(default_factory=list)
    """Gateways that could not be reached."""

    @property
    def busy(self) -> bool:
        """Whether anything was done."""
        return bool(self.states or self.receipts or self.replies or self.notes or self.lost)


Hear = Callable[[Round], None]


def work(
    *,
    lines: Mapping[str, MessageLine],
    clock: Callable[[], datetime],
    stop: Stop,
    hear: Hear = lambda done: None,
) -> None:
    """Round after round until `stop`; then the lines are closed."""
    try:
        while not stop.asked:
            done = one_round(lines=lines, clock=clock, stop=stop)
            hear(done)
            if not done.busy and not stop.asked:
                _wait(lines, stop)
    finally:
        for line in lines.values():
            line.close()


def one_round(
    *, lines: Mapping[str, MessageLine], clock: Callable[[], datetime], stop: Stop
) -> Round:
    """Everything that is due now. A database that does not answer is asked again next round."""
    done, worker = Round(), system_actor("worker")
    try:
        done.notes = sum(sealed.note is not None for sealed in seal_due(now=clock()))
        done.lost = note_lost(actor=worker, now=clock())
        for name, line in lines.items():
            _hear_and_send(name, line, worker, clock, stop, done)
    except OperationalError:
        connection.close()
    return done


def _hear_and_send(
    name: str,
    line: MessageLine,
    worker: Actor,
    clock: Callable[[], datetime],
    stop: Stop,
    done: Round,
) -> None:
    while not stop.asked:
        _take_in(name, line, worker, clock, done)
        sent = send_all_due(
            actor=worker, gateway=name, line=line, clock=clock, go_on=lambda: not stop.asked
        )
        for state, count in sent.states.items():
            done.states[state] = done.states.get(state, 0) + count
        if not sent.opened and name not in done.closed:
            done.closed.append(name)
        if not sent.taken:
            return


def _take_in(
    name: str, line: MessageLine, worker: Actor, clock: Callable[[], datetime], done: Round
) -> None:
    """Words and replies: written down, then acknowledged."""
    try:
        came = line.incoming(now=clock())
    except OSError:
        if name not in done.closed:
            done.closed.append(name)
        return
    if came.words:
        done.receipts += take_receipts(actor=worker, now=clock(), words=came.words)
    if came.heard:
        done.replies += len(take_replies(actor=worker, now=clock(), heard=came.heard))
    line.kept(came)


def _wait(lines: Mapping[str, MessageLine], stop: Stop) -> None:
    """Until a gateway speaks, a signal comes, or it is time to look again."""
    watched = [number for line in lines.values() if (number := line.fileno()) is not None]
    select.select([stop.fileno(), *watched], [], [], IDLE_SECONDS)
