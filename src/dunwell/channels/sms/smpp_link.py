"""One TCP connection to an SMSC: PDUs out and in, bound as transceiver. SMPP 3.4.

smpplib builds and reads the PDUs; the socket is our own, because its client logs whole PDUs
(numbers and texts) when debugging is on, loses its place when time runs out inside a PDU,
and knows IPv4 only. Answers enquire_link and unbind by itself, and generic_nack to a PDU it
cannot read. Whatever goes wrong on the way is LinkBroken, an OSError.
"""

from __future__ import annotations

import select
import socket
import ssl
import struct
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from dataclasses import field as kept
from typing import Any

from smpplib import consts, exceptions, smpp
from smpplib.client import SimpleSequenceGenerator

from dunwell.channels.sms.smpp_pdu import submit_resp, submit_sm
from dunwell.channels.sms.smpp_text import NumberForm
from dunwell.channels.sms.smpp_words import IdForm

LONGEST_PDU = 64 * 1024
_HEADER = 16
_PDU_HEADER = struct.Struct(">LLLL")
_NACK = _RESPONSE = 0x80000000
"""generic_nack is the response to nothing in particular (SMPP 3.4, 4.3)."""


class LinkBroken(OSError):
    """The connection is no more. The text is a word of the protocol, never of a message."""


@dataclass(frozen=True, slots=True)
class Smpp:
    """How to reach one SMSC, and its habits."""

    name: str
    host: str
    port: int
    system_id: str
    password: str = kept(repr=False)
    system_type: str = ""
    source: str = ""
    source_ton: int = 0
    source_npi: int = 0
    dest_ton: int = 1
    dest_npi: int = 1
    numbers: NumberForm = "international"
    service_type: str = ""
    ids: IdForm = "same"
    tls: bool = False
    window: int = 50
    answer_seconds: float = 10.0
    enquire_seconds: float = 30.0
    throttle_seconds: float = 1.0
    """How long to be still after the SMSC asked for it."""
    patience_seconds: float = 20.0
    """For how long a batch goes on trying what was throttled."""


class Link:
    """A bound connection."""

    def __init__(self, settings: Smpp) -> None:
        """Connect and bind. Raises OSError; LinkBroken where the SMSC refuses the bind."""
        self._numbers = SimpleSequenceGenerator()
        self._read_bytes = bytearray()
        self._write_bytes = bytearray()
        self._ahead: deque[Any] = deque()
        self._seconds = settings.answer_seconds
        self.in_order = True
        """False once the SMSC has left an enquire_link without answer."""
        self._socket = socket.create_connection(
            (settings.host, settings.port), timeout=settings.answer_seconds
        )
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if settings.tls:
                context = ssl.create_default_context()
                self._socket = context.wrap_socket(self._socket, server_hostname=settings.host)
            self._bind(settings)
        except BaseException:
            self._socket.close()
            raise

    def fileno(self) -> int:
        """The number of the socket, to wait for it."""
        return self._socket.fileno()

    def submit(self, **fields: Any) -> int:
        """One submit_sm, written with others at the next `flush` or `read`; its sequence number.

        Written one by one, each would wake the SMSC, and cost more than all the rest.
        """
        sequence = int(self._numbers.next_sequence())
        self._write_bytes += submit_sm(sequence, **fields)
        return sequence

    def flush(self) -> None:
        """Write what waits. LinkBroken: some of it may have been written."""
        data, self._write_bytes = self._write_bytes, bytearray()
        if data:
            self._out(data)

    def enquire(self) -> None:
        """Ask whether the SMSC is there. LinkBroken where the last question had no answer."""
        if not self.in_order:
            raise LinkBroken("enquire_link")
        self.in_order = False
        self._write("enquire_link")

    def acknowledge(self, pdu: Any) -> None:
        """Say that a deliver_sm is kept."""
        self._answer("deliver_sm_resp", pdu)

    def read(self, *, seconds: float) -> Iterator[Any]:
        """What the SMSC said: waits `seconds` for the first PDU at most, then takes what is there.

        Only submit_sm_resp, generic_nack and deliver_sm come out.
        """
        self.flush()
        while self._ahead:
            yield self._ahead.popleft()
        for pdu in self._pdus(seconds):
            if self._wanted(pdu):
                yield pdu

    def close(self) -> None:
        """Unbind and hang up; what the SMSC says to that is not waited for."""
        try:
            self._write("unbind")
        except OSError:
            return
        finally:
            self._socket.close()

    def _bind(self, settings: Smpp) -> None:
        number = self._write(
            "bind_transceiver",
            system_id=settings.system_id,
            password=settings.password,
            system_type=settings.system_type,
        )
        heard = True
        while heard:
            heard = False
            for pdu in self._pdus(self._seconds):
                heard = True
                if pdu.command not in ("bind_transceiver_resp", "generic_nack"):
                    if self._wanted(pdu):
                        self._ahead.append(pdu)
                    continue
                if pdu.status != consts.SMPP_ESME_ROK or pdu.sequence != number:
                    raise LinkBroken(f"bind_transceiver 0x{pdu.status:02X}")
                return
        raise LinkBroken("bind_transceiver")

    def _wanted(self, pdu: Any) -> bool:
        self.in_order = True
        if pdu.command in ("submit_sm_resp", "generic_nack", "deliver_sm"):
            return True
        if pdu.command == "enquire_link":
            self._answer("enquire_link_resp", pdu)
        elif pdu.command == "unbind":
            self._answer("unbind_resp", pdu)
            raise LinkBroken("unbind")
        return False

    def _write(self, command: str, **fields: Any) -> int:
        pdu = smpp.make_pdu(command, client=self._numbers, **fields)
        self._send(pdu)
        return int(pdu.sequence)

    def _answer(self, command: str, asked: Any) -> None:
        pdu = smpp.make_pdu(command, client=self._numbers)
        pdu.sequence = asked.sequence
        self._send(pdu)

    def _send(self, pdu: Any) -> None:
        self.flush()
        self._out(pdu.generate())

    def _out(self, data: bytes | bytearray) -> None:
        try:
            self._socket.sendall(data)
        except OSError as error:
            raise LinkBroken(type(error).__name__) from error

    def _pdus(self, seconds: float) -> Iterator[Any]:
        if not self._whole() and not self._more(seconds):
            return
        while True:
            while (length := self._whole()) is not None:
                data = bytes(self._read_bytes[:length])
                del self._read_bytes[:length]
                if (pdu := self._parsed(data)) is not None:
                    yield pdu
            if not self._more(0):
                return

    def _whole(self) -> int | None:
        """The length of the first PDU, once all of it is there."""
        if len(self._read_bytes) < _HEADER:
            return None
        length = int(struct.unpack_from(">L", self._read_bytes)[0])
        if not _HEADER <= length <= LONGEST_PDU:
            raise LinkBroken("command_length")
        return length if len(self._read_bytes) >= length else None

    def _more(self, seconds: float) -> bool:
        """Read once what there is; False where nothing came in time."""
        pending = isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0
        if not pending and not select.select([self._socket], [], [], max(0.0, seconds))[0]:
            return False
        try:
            data = self._socket.recv(LONGEST_PDU)
        except OSError as error:
            raise LinkBroken(type(error).__name__) from error
        if not data:
            raise LinkBroken("closed")
        self._read_bytes += data
        return True

    def _parsed(self, data: bytes) -> Any:
        """The PDU; None for one that cannot be read: the others go on, and it is told so."""
        answer = submit_resp(data)
        if answer is not None:
            return answer
        try:
            return smpp.parse_pdu(data, client=self._numbers, allow_unknown_opt_params=True)
        except (exceptions.UnknownCommandError, struct.error, ValueError, KeyError):
            _, command, _, sequence = _PDU_HEADER.unpack_from(data)
            if not command & _RESPONSE:
                self.flush()
                self._out(_PDU_HEADER.pack(_HEADER, _NACK, consts.SMPP_ESME_RINVCMDID, sequence))
            return None
