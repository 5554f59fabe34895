"""A line to an SMSC over SMPP 3.4: kept open, opened anew after a pause, words in order.

Fills the MessageLine port. A deliver_sm is acknowledged only once it is written down here:
one that came while we died comes again. After a failed connection the line waits, twice as
long each time, up to a minute; the clock is an argument.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from dunwell.channels.sms.gateways import Fields
from dunwell.channels.sms.smpp_batch import SmppBatch
from dunwell.channels.sms.smpp_link import Link, LinkBroken, Smpp
from dunwell.channels.sms.smpp_text import NUMBER_FORMS
from dunwell.channels.sms.smpp_words import ID_FORMS, is_receipt, plain_id, reply_in, word_in
from dunwell.flows.contact.ports import Heard, Incoming, Word

LONGEST_PAUSE = 60.0
MOST_AT_ONCE = 500
"""Words taken in one go; the others wait in the socket, and the SMSC behind them."""
MOST_LATE = 10_000


def smpp_from(fields: Fields, *, name: str) -> Smpp:
    """The settings of an SMPP gateway. Refuses WrongSetting and what is wrong with a secret."""
    fields.text("kind")
    made = Smpp(
        name=name,
        host=fields.text("host"),
        port=fields.whole("port", 2775, least=1, most=65535),
        system_id=fields.text("system_id", most=15),
        password=fields.secret("password", most=8),
        system_type=fields.text("system_type", "", most=12),
        source=fields.text("source", "", most=20),
        source_ton=fields.whole("source_ton", 0, least=0, most=6),
        source_npi=fields.whole("source_npi", 0, least=0, most=18),
        dest_ton=fields.whole("dest_ton", 1, least=0, most=6),
        dest_npi=fields.whole("dest_npi", 1, least=0, most=18),
        numbers=fields.text("numbers", "international", allowed=NUMBER_FORMS),  # type: ignore[arg-type]  # one of them
        service_type=fields.text("service_type", "", most=5),
        ids=fields.text("ids", "same", allowed=ID_FORMS),  # type: ignore[arg-type]  # one of them
        tls=fields.truth("tls", False),
        window=fields.whole("window", 50, least=1, most=1000),
        answer_seconds=fields.whole("answer_seconds", 10, least=1, most=60),
        enquire_seconds=fields.whole("enquire_seconds", 30, least=5, most=600),
        throttle_seconds=fields.whole("throttle_milliseconds", 1000, least=10, most=10_000) / 1000,
        patience_seconds=fields.whole("patience_seconds", 20, least=0, most=60),
    )
    fields.done()
    return made


class SmppLine:
    """One SMSC."""

    def __init__(self, settings: Smpp, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.link: Link | None = None
        self._how = settings
        self._clock = clock
        self._failed = 0
        self._not_before = 0.0
        self._asked_at = 0.0
        self._doubted = False
        self._came: list[Any] = []
        self._late: dict[int, str] = {}
        self._words: list[Word] = []
        self._acknowledge: list[tuple[Link, Any]] = []

    @contextmanager
    def __call__(self) -> Iterator[SmppBatch]:
        """One batch. Raises OSError while the SMSC cannot be reached, or does not answer."""
        self._open()
        assert self.link is not None
        if self._clock() < self._not_before or (self._doubted and not self.link.in_order):
            raise LinkBroken("silent")
        self._doubted = False
        yield SmppBatch(self, self._how, self._clock)

    def incoming(self, *, now: datetime) -> Incoming:
        """What the SMSC said since, not yet acknowledged. Raises OSError like a batch."""
        self._open()
        assert self.link is not None
        try:
            self._look_after()
            for pdu in self.link.read(seconds=0):
                if pdu.command == "deliver_sm":
                    self.came(pdu)
                else:
                    self.answered_late(pdu)
                if len(self._came) >= MOST_AT_ONCE:
                    break
        except LinkBroken:
            self.broken()
        words, heard = self._words, list[Heard]()
        self._words = []
        for pdu in self._came:
            if not is_receipt(pdu):
                heard.append(reply_in(pdu, gateway=self._how.name, now=now))
            elif word := word_in(pdu, gateway=self._how.name, ids=self._how.ids):
                words.append(word)
            if self.link is not None:
                self._acknowledge.append((self.link, pdu))
        self._came = []
        return Incoming(tuple(words), tuple(heard))

    def kept(self, incoming: Incoming) -> None:
        """Acknowledge what came in, over the connection it came by."""
        told, self._acknowledge = self._acknowledge, []
        try:
            for link, pdu in told:
                if link is self.link:
                    link.acknowledge(pdu)
        except LinkBroken:
            self.broken()

    def fileno(self) -> int | None:
        """The socket; None while there is no connection."""
        return None if self.link is None else self.link.fileno()

    def close(self) -> None:
        """Unbind."""
        if self.link is not None:
            self.link.close()
            self.link = None

    def reopen(self) -> bool:
        """Connect anew now; False where that is not possible."""
        try:
            self._open()
        except OSError:
            return False
        return True

    def broken(self) -> None:
        """The connection is no more; what was not acknowledged comes again over the next."""
        if self.link is not None:
            self.link.close()
        self.link, self._doubted = None, False
        self._came, self._acknowledge, self._late = [], [], {}

    def ended(self, *, silent: bool) -> None:
        """A batch is over. A silent SMSC is asked after, and left alone until it speaks and a pause
        is over: else all that waits would be handed to it, and nobody would know what became of it.
        """
        if not silent:
            self._failed = 0
        elif self.link is not None:
            self._pause()
            self._doubted, self._asked_at = True, self._clock()
            try:
                self.link.enquire()
            except LinkBroken:
                self.broken()

    def came(self, pdu: Any) -> None:
        """Keep a deliver_sm until it is asked for."""
        self._came.append(pdu)

    def late(self, sequence: int, reference: str) -> None:
        """Remember whose answer `sequence` is, should it come after all."""
        if len(self._late) < MOST_LATE:
            self._late[sequence] = reference

    def answered_late(self, pdu: Any) -> None:
        """An answer to something of an earlier batch becomes a word about it."""
        reference = self._late.pop(pdu.sequence, None)
        if reference is None:
            return
        number = getattr(pdu, "message_id", None) or b""
        if pdu.command == "submit_sm_resp" and pdu.status == 0:
            gateway_id = plain_id(number.decode("latin-1"), ids=self._how.ids)
            self._words.append(Word(self._how.name, "accepted", gateway_id, reference))
        else:
            code = f"ESME 0x{pdu.status:02X}"
            self._words.append(Word(self._how.name, "failed", "", reference, code))

    def _open(self) -> None:
        if self.link is not None:
            return
        if self._clock() < self._not_before:
            raise LinkBroken("waiting")
        try:
            self.link = Link(self._how)
        except OSError:
            self._pause()
            raise
        self._failed, self._asked_at = 0, self._clock()

    def _pause(self) -> None:
        self._not_before = self._clock() + min(LONGEST_PAUSE, 2.0**self._failed)
        self._failed += 1

    def _look_after(self) -> None:
        """Ask after the SMSC when that was not done for a while."""
        assert self.link is not None
        if self._clock() - self._asked_at >= self._how.enquire_seconds:
            self._asked_at = self._clock()
            self.link.enquire()
