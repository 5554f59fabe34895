"""The sandbox: a gateway that sends nothing. Messages are shown on a page instead of a phone.

The default until a real gateway is set up. It accepts everything and says under which number;
what it "sent" is the outbox itself, so that a demo and a rehearsal lose nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from dunwell.flows.contact.ports import Handed, UsedPermit

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
