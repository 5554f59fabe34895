"""Line-based control sockets: what AMI and ESL share. One connection, one order, closed again."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

MOST_LINE = 8_192
MOST_HEADERS = 200


class ControlSocket:
    """A connection that sends blocks of lines and reads blocks of headers."""

    def __init__(self, host: str, port: int, *, seconds: float) -> None:
        self._socket = socket.create_connection((host, port), timeout=seconds)
        self._file = self._socket.makefile("rb")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._socket.close()

    def line(self) -> str:
        """One line without its end. Raises ConnectionError when the peer has hung up."""
        raw = self._file.readline(MOST_LINE)
        if not raw.endswith(b"\n"):
            raise ConnectionError("the switch hung up")
        return raw.rstrip(b"\r\n").decode("utf-8", "replace")

    def headers(self) -> dict[str, str]:
        """One block `Name: value` up to its empty line; names in lower case."""
        found: dict[str, str] = {}
        for _ in range(MOST_HEADERS):
            line = self.line()
            if not line:
                return found
            name, _, value = line.partition(":")
            found[name.strip().lower()] = value.strip()
        raise ConnectionError("the switch does not stop talking")

    def body(self, length: int) -> str:
        """So many bytes of text."""
        raw = self._file.read(length)
        if len(raw) < length:
            raise ConnectionError("the switch hung up")
        return raw.decode("utf-8", "replace")

    def write(self, *lines: str, end: str = "\r\n") -> None:
        """Send lines and the empty line that ends a block. A line break inside is a fault."""
        assert not any("\r" in line or "\n" in line for line in lines), "one order, one line"
        self._socket.sendall("".join(f"{line}{end}" for line in (*lines, "")).encode())


@contextmanager
def connected(host: str, port: int, *, seconds: float) -> Iterator[ControlSocket]:
    """A control connection for one order. Raises OSError."""
    with ControlSocket(host, port, seconds=seconds) as control:
        yield control


def dialable(number: str) -> str:
    """The number as a switch takes it: digits and a leading +. Raises ValueError for others."""
    kept = number.replace(" ", "").replace("-", "")
    if not kept.lstrip("+").isdigit() or kept.count("+") > kept.startswith("+"):
        raise ValueError("a number has digits only")
    return kept
