"""The hash of an entry: what exactly is hashed, so that both databases say the same.

A chain is one stream's entries in the order they were sealed. Each hash is an
HMAC-SHA256 under the journal key of the key file, over the hash before it and
the entry as canonical JSON: whoever has only the database cannot make a new one.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

FIRST_HASH = "0" * 64
"""What the first entry of a stream follows."""

HASHED = (
    "pk", "stream", "at", "day", "actor_id", "actor_label",
    "lender_id", "verb", "subject", "why", "figures",
)  # fmt: skip
"""The columns of an entry that its hash covers: all of them, in this order."""


def chain_hash(*, secret: bytes, previous: str, place: int, values: Sequence[Any]) -> str:
    """The hash of the entry with these `values` (as HASHED) at this place of its chain."""
    written = json.dumps([previous, place, *map(_plain, values)], ensure_ascii=False)
    return hmac.digest(secret, written.encode(), "sha256").hex()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
