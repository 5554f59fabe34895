"""The sandbox: a gateway that sends nothing. Messages are shown on a page instead of a phone.

The default until a real gateway is set up. It accepts everything and says under which number;
what it "sent" is the outbox itself, so that a demo and a rehearsal lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime

from dunwell.flows.contact.ports import Handed, Incoming, UsedPermit

NAME = "sandbox"


class Sandbox:
    """Takes messages for one batch and accepts each."""

    def __init__(self) -> None:
        self._taken: list[Handed] = []

    def send(self, *, permit: UsedPermit, number: str, text: str, reference: str) -> None:
        """Accept a message; nothing leaves the house."""
        self._taken.append(Handed(reference, "accepted", f"sandbox-{permit.permit}"))

    def answers(self) -> Iterable[Handed]:
        """Everything that was taken, accepted."""
        taken, self._taken = self._taken, []
        return taken


@contextmanager
def sandbox() -> Iterator[Sandbox]:
    """One batch of the sandbox."""
    yield Sandbox()


class SandboxLine:
    """The sandbox kept open: nothing ever comes in."""

    def __call__(self) -> AbstractContextManager[Sandbox]:
        """One batch."""
        return sandbox()

    def incoming(self, *, now: datetime) -> Incoming:
        """Nothing."""
        return Incoming()

    def kept(self, incoming: Incoming) -> None:
        """Nothing to forget."""

    def fileno(self) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing to close."""
