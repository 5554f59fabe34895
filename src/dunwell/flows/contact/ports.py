"""Ports of whatever leaves the house, and the token without which nothing leaves.

Channels fill the ports; every one of them takes a UsedPermit, which only use_permit can
make (minting.py, guarded by a contract and a test). A token is of one permit, and the
permit is used: it cannot be had twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NoReturn, Protocol


class VoiceRefused(Exception):
    """The switch answered and did not ring. The text is the switch's code, never a number."""


class UsedPermit:
    """Proof that a permit was used for this very contact. Cannot be made, changed or copied."""

    __slots__ = ("channel", "content_hash", "permit", "reach", "used_at")

    permit: int
    channel: str
    reach: int | None
    content_hash: str
    used_at: datetime

    def __init__(self, *_: object, **__: object) -> None:
        raise TypeError("a UsedPermit comes from use_permit only")

    def __init_subclass__(cls, **_: object) -> None:
        raise TypeError("there is one kind of UsedPermit")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise TypeError("a UsedPermit does not change")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a UsedPermit is not copied")

    def __repr__(self) -> str:
        return f"UsedPermit({self.permit})"


@dataclass(frozen=True, slots=True)
class Dialled:
    """How a number is rung: a link the officer's own phone follows, or the switch is ringing."""

    how: Literal["link", "ringing"]
    reference: str
    """The link, or the switch's number of the call."""


class Dialler(Protocol):
    """Rings a number."""

    def dial(self, *, permit: UsedPermit, number: str, line: str) -> Dialled:
        """Ring `number` and join it to the officer's `line` (an extension; may be empty).

        Raises OSError where the switch cannot be reached, VoiceRefused where it says no.
        """


@dataclass(frozen=True, slots=True)
class Handed:
    """What a gateway said of one message: `reference` is ours, `gateway_id` theirs.

    unknown: it did not answer in time, and may have it or not. unsent: the line broke before
    it left the house. A message of several parts is accepted when all its parts are; `parts`
    are the ids of those that were, the first of which is the `gateway_id`.
    """

    reference: str
    answer: Literal["accepted", "refused", "throttled", "unknown", "unsent"]
    gateway_id: str = ""
    code: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """What a gateway says later of one message: by its own id, by our reference, or, where it
    knows neither, by the number (`phone`) and the last 16 bits of our reference (`tag`)."""

    gateway: str
    state: Literal["delivered", "failed", "accepted"]
    gateway_id: str = ""
    reference: str = ""
    code: str = ""
    phone: str = field(default="", repr=False)
    tag: int | None = None
    of_part: bool = False
    """It speaks of one part of a message that may have gone in several."""


@dataclass(frozen=True, slots=True)
class Joined:
    """Which part of a longer message this is: the sender's number of the message, 1 to `parts`."""

    reference: int
    place: int
    parts: int


@dataclass(frozen=True, slots=True)
class Heard:
    """A message that came in, or one part of it. `gateway_id` empty: the gateway gave it none."""

    gateway: str
    gateway_id: str
    phone: str = field(repr=False)
    text: str = field(repr=False)
    at: datetime
    joined: Joined | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """What came over a line: words about messages, and messages."""

    words: tuple[Word, ...] = ()
    heard: tuple[Heard, ...] = ()


class MessageSender(Protocol):
    """A line to a gateway, for one batch: hand over, then hear what became of each."""

    def send(self, *, permit: UsedPermit, number: str, text: str, reference: str) -> None:
        """Hand one message over without waiting longer than the gateway's window makes it."""

    def answers(self) -> Iterable[Handed]:
        """An answer for every message handed over, in any order, as they come."""


class MessageLine(Protocol):
    """A gateway kept open: batch after batch goes out, and what it says comes in.

    Called, it opens a batch; raises OSError where the gateway cannot be reached.
    """

    def __call__(self) -> AbstractContextManager[MessageSender]:
        """One batch."""

    def incoming(self, *, now: datetime) -> Incoming:
        """What came in, without waiting. Raises OSError like a batch."""

    def kept(self, incoming: Incoming) -> None:
        """`incoming` is written down: the gateway may forget it."""

    def fileno(self) -> int | None:
        """What to wait for until something comes in; None: there is nothing to wait for."""

    def close(self) -> None:
        """Say good-bye."""


class LetterSender(Protocol):
    """Puts a letter in the post."""

    def post(self, *, permit: UsedPermit, address: str, text: str) -> str:
        """Post; answers the number under which the letter is followed."""
