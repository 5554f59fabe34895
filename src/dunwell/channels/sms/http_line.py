"""A line to a gateway that takes one HTTP request a message; what is asked and read is a dialect.

Fills the MessageLine port for the generic gateway and the clouds. A few requests go at once
(`window`). What never reached the gateway is unsent; what it did not answer is unknown.
Receipts and replies come by callback (channels.sms.callbacks), not over this line.
"""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from datetime import datetime
from typing import Protocol

import httpx

from dunwell.flows.contact.ports import Handed, Incoming, UsedPermit

LONGEST_PAUSE = 60.0
LONGEST_ANSWER = 64 * 1024
"""An answer is read so far and for so many seconds; a gateway that says more says nothing."""
_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)

for _name in ("httpx", "httpcore"):
    # They log whole addresses at INFO: numbers and texts.
    logging.getLogger(_name).setLevel(logging.WARNING)


class Unspoken(Exception):
    """The dialect has no words for this message: it is refused. The text is a code."""


class Dialect(Protocol):
    """How a gateway is asked, and what its answers mean."""

    @property
    def url(self) -> str:
        """Where it is."""

    def request(self, *, number: str, text: str, reference: str) -> httpx.Request:
        """The request for one message. Raises Unspoken."""

    def handed(self, *, reference: str, response: httpx.Response) -> Handed:
        """What an answer means."""


class HttpBatch:
    """Fills the MessageSender port."""

    def __init__(
        self,
        dialect: Dialect,
        client: httpx.Client,
        pool: ThreadPoolExecutor,
        *,
        window: int,
        seconds: float,
    ) -> None:
        self._dialect = dialect
        self._client = client
        self._seconds = seconds
        self._pool = pool
        self._window = window
        self._going: set[Future[Handed]] = set()
        self._done: list[Handed] = []

    def send(self, *, permit: UsedPermit, number: str, text: str, reference: str) -> None:
        """Ask, or wait until one of those before is answered."""
        try:
            request = self._dialect.request(number=number, text=text, reference=reference)
        except Unspoken as reason:
            self._done.append(Handed(reference, "refused", code=str(reason)))
            return
        while len(self._going) >= self._window:
            self._collect()
        self._going.add(self._pool.submit(self._ask, reference, request))

    def answers(self) -> Iterable[Handed]:
        """What became of every message."""
        while self._going:
            self._collect()
        done, self._done = self._done, []
        return done

    def _collect(self) -> None:
        ready, self._going = wait(self._going, return_when=FIRST_COMPLETED)
        self._done += [each.result() for each in ready]

    def _ask(self, reference: str, request: httpx.Request) -> Handed:
        try:
            response = self._whole(request)
        except _NOT_SENT as error:
            return Handed(reference, "unsent", code=type(error).__name__)
        except httpx.HTTPError as error:
            return Handed(reference, "unknown", code=type(error).__name__)
        if response.status_code in (429, 503):
            return Handed(reference, "throttled", code=f"HTTP {response.status_code}")
        return self._dialect.handed(reference=reference, response=response)

    def _whole(self, request: httpx.Request) -> httpx.Response:
        """The answer, read to its end. Raises httpx.ReadTimeout for one that has none."""
        until, body = time.monotonic() + self._seconds, b""
        response = self._client.send(request, stream=True)
        try:
            for piece in response.iter_bytes():
                body += piece
                if len(body) > LONGEST_ANSWER or time.monotonic() > until:
                    raise httpx.ReadTimeout("answer without end", request=request)
        finally:
            response.close()
        kind = {"content-type": response.headers.get("content-type", "")}
        return httpx.Response(response.status_code, headers=kind, content=body)


class HttpLine:
    """One gateway."""

    def __init__(
        self,
        dialect: Dialect,
        *,
        window: int = 8,
        seconds: float = 10.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._dialect = dialect
        self._window = window
        self._seconds = seconds
        self._clock = clock
        self._failed = 0
        self._not_before = 0.0
        self._client: httpx.Client | None = None
        self._pool: ThreadPoolExecutor | None = None

    @contextmanager
    def __call__(self) -> Iterator[HttpBatch]:
        """One batch. Raises OSError while nobody listens at the address."""
        self._knock()
        if self._client is None or self._pool is None:
            limits = httpx.Limits(max_connections=self._window)
            self._client = httpx.Client(timeout=self._seconds, limits=limits, trust_env=False)
            self._pool = ThreadPoolExecutor(self._window, thread_name_prefix="gateway")
        yield HttpBatch(
            self._dialect, self._client, self._pool, window=self._window, seconds=self._seconds
        )

    def incoming(self, *, now: datetime) -> Incoming:
        """Nothing comes over this line."""
        return Incoming()

    def kept(self, incoming: Incoming) -> None:
        """Nothing to forget."""

    def fileno(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Let connections and threads go."""
        if self._client is not None:
            self._client.close()
        if self._pool is not None:
            self._pool.shutdown()
        self._client = self._pool = None

    def _knock(self) -> None:
        """See that somebody listens, before a permit is used; longer pauses after failures."""
        if self._clock() < self._not_before:
            raise ConnectionError("waiting")
        url = httpx.URL(self._dialect.url)
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            socket.create_connection((url.host, port), timeout=self._seconds).close()
        except OSError:
            self._not_before = self._clock() + min(LONGEST_PAUSE, 2.0**self._failed)
            self._failed += 1
            raise
        self._failed = 0
