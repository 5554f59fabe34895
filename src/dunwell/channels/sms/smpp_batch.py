"""One batch of messages over SMPP: parts out through the window, answers in, each accounted for.

Called by the SMPP line. Every part ends accepted, refused, throttled, unsent (never written)
or unknown (written, no answer); a message is accepted only when all its parts are. What an
SMSC throttles is tried again while the batch has patience; what was never written goes out
over a new connection, once. What was written is never written again.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from smpplib import consts

from dunwell.channels.sms.smpp_link import Link, LinkBroken, Smpp
from dunwell.channels.sms.smpp_text import Encoded, encode, number_as
from dunwell.channels.sms.smpp_words import plain_id
from dunwell.flows.contact.ports import Handed, UsedPermit

Fate = Literal["waiting", "written", "accepted", "refused", "throttled", "unknown"]
_PATIENCE = (consts.SMPP_ESME_RTHROTTLED, consts.SMPP_ESME_RMSGQFUL)


@dataclass(slots=True)
class Part:
    """One submit_sm and what became of it."""

    going: Going
    body: Encoded
    fate: Fate = "waiting"
    gateway_id: str = ""
    status: int = 0


@dataclass(slots=True)
class Going:
    """One message on its way."""

    reference: str
    number: str
    parts: list[Part] = field(default_factory=list)

    def handed(self) -> Handed:
        """What became of the message, by its parts."""
        fates = [part.fate for part in self.parts]
        ids = tuple(part.gateway_id for part in self.parts if part.fate == "accepted")
        first = self.parts[0].gateway_id
        if fates.count("accepted") == len(fates):
            return Handed(self.reference, "accepted", first, parts=ids)
        code = next((f"ESME 0x{p.status:02X}" for p in self.parts if p.status), "")
        if "accepted" in fates or "unknown" in fates or "written" in fates:
            # A part may be on a phone: a person decides, nothing goes again by itself.
            code = f"PARTS {len(ids)}/{len(fates)}" if ids else code or "NO-ANSWER"
            return Handed(self.reference, "unknown", first, code, ids)
        if "refused" in fates:
            return Handed(self.reference, "refused", code=code)
        if "throttled" in fates:
            return Handed(self.reference, "throttled", code=code)
        return Handed(self.reference, "unsent", code="LINE-BROKEN")


class Opener(Protocol):
    """The line a batch belongs to."""

    link: Link | None

    def reopen(self) -> bool:
        """Connect anew now; False where that is not possible."""

    def broken(self) -> None:
        """The connection is no more."""

    def ended(self, *, silent: bool) -> None:
        """A batch is over; whether the SMSC left it without answer."""

    def came(self, pdu: Any) -> None:
        """A deliver_sm, to be seen to after the batch."""

    def late(self, sequence: int, reference: str) -> None:
        """An answer that did not come in time may still come."""

    def answered_late(self, pdu: Any) -> None:
        """An answer to something of an earlier batch."""


class SmppBatch:
    """Fills the MessageSender port."""

    def __init__(self, line: Opener, settings: Smpp, clock: Callable[[], float]) -> None:
        self._line = line
        self._how = settings
        self._clock = clock
        self._going: list[Going] = []
        self._queue: deque[Part] = deque()
        self._written: dict[int, Part] = {}
        self._still_until = 0.0
        self._patient_until = clock() + settings.patience_seconds
        self._progress_at = clock()
        self._reopened = False
        self._silent = False

    def send(self, *, permit: UsedPermit, number: str, text: str, reference: str) -> None:
        """Hand a message over; waits while the window is full or the SMSC asked for patience."""
        going = Going(reference, number_as(number, self._how.numbers))
        going.parts = [Part(going, body) for body in encode(text, joined_as=int(reference) % 256)]
        self._going.append(going)
        self._queue.extend(going.parts)
        if self._line.link is not None and not self._silent:
            self._write()
        while self._queue and self._go_on():
            pass

    def answers(self) -> Iterable[Handed]:
        """What became of every message, when all is answered or time is up."""
        while (self._queue or self._written) and self._go_on(to_the_end=True):
            pass
        if self._going:
            self._line.ended(silent=self._silent)
        going, self._going = self._going, []
        self._queue.clear()
        return [each.handed() for each in going]

    def _go_on(self, *, to_the_end: bool = False) -> bool:
        """Write what may be written, read what is there; False where nothing can go on."""
        if self._silent or (self._line.link is None and not self._reopen()):
            return False
        try:
            self._write()
            self._read(to_the_end)
        except LinkBroken:
            for part in self._written.values():
                part.fate = "unknown"
            self._written.clear()
            self._line.broken()
        if self._written and self._clock() - self._progress_at >= self._how.answer_seconds:
            self._wait_no_longer()
        return True

    def _wait_no_longer(self) -> None:
        """The SMSC is silent: what it has is unknown, and it gets no more in this batch."""
        self._silent = True
        for sequence, part in self._written.items():
            part.fate = "unknown"
            if len(part.going.parts) == 1:
                self._line.late(sequence, part.going.reference)
        self._written.clear()

    def _reopen(self) -> bool:
        """One new connection for what was never written."""
        if self._reopened or not self._queue:
            return False
        self._reopened = True
        return self._line.reopen()

    def _write(self) -> None:
        link = self._line.link
        assert link is not None
        now = self._clock()
        if self._queue and self._still_until and now >= self._patient_until:
            self._give_up()
        while self._queue and len(self._written) < self._how.window and now >= self._still_until:
            part = self._queue.popleft()
            part.fate = "written"
            self._written[link.submit(**self._fields(part))] = part
            self._progress_at = now

    def _give_up(self) -> None:
        """Out of patience: what waits was not taken."""
        for part in self._queue:
            part.fate, part.status = "throttled", part.status or consts.SMPP_ESME_RTHROTTLED
        self._queue.clear()

    def _read(self, to_the_end: bool) -> None:
        link = self._line.link
        assert link is not None
        for pdu in link.read(seconds=self._waiting_seconds(to_the_end)):
            self._progress_at = self._clock()
            if pdu.command == "deliver_sm":
                self._line.came(pdu)
                continue
            part = self._written.pop(pdu.sequence, None)
            if part is None:
                self._line.answered_late(pdu)
            else:
                self._answered(part, pdu)

    def _waiting_seconds(self, to_the_end: bool) -> float:
        """Until an answer where the window is full or nothing else is left to do; until patience
        ends where the SMSC asked for it; else only what is there is read."""
        if self._queue and len(self._written) < self._how.window:
            return max(0.0, self._still_until - self._clock())
        waits = self._queue or (to_the_end and self._written)
        return self._how.answer_seconds if waits else 0.0

    def _answered(self, part: Part, pdu: Any) -> None:
        part.status = pdu.status
        if pdu.command == "submit_sm_resp" and pdu.status == consts.SMPP_ESME_ROK:
            part.fate = "accepted"
            number = getattr(pdu, "message_id", None) or b""
            part.gateway_id = plain_id(number.decode("latin-1"), ids=self._how.ids)
        elif pdu.status in _PATIENCE:
            part.fate = "throttled"
            if self._clock() < self._patient_until:
                part.fate = "waiting"
                self._queue.appendleft(part)
                self._still_until = self._clock() + self._how.throttle_seconds
        else:
            part.fate = "refused"

    def _fields(self, part: Part) -> dict[str, Any]:
        how = self._how
        return {
            "service_type": how.service_type,
            "source": (how.source_ton, how.source_npi, how.source),
            "dest": (how.dest_ton, how.dest_npi, part.going.number),
            "esm_class": part.body.esm_class,
            "data_coding": part.body.data_coding,
            "reference": int(part.going.reference) % (1 << 16),
            "short_message": part.body.data,
        }
