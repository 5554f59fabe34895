"""The one place where a UsedPermit comes into being. Only use_permit may import it.

A contract of .importlinter holds that, and tests/flows/contact/test_structure.py that
nobody makes one in another way.
"""

from __future__ import annotations

from datetime import datetime

from dunwell.flows.contact.ports import UsedPermit


def mint(
    *, permit: int, channel: str, reach: int | None, content_hash: str, used_at: datetime
) -> UsedPermit:
    """The token of a permit whose use was just written down."""
    token = object.__new__(UsedPermit)
    for name, value in (
        ("permit", permit),
        ("channel", channel),
        ("reach", reach),
        ("content_hash", content_hash),
        ("used_at", used_at),
    ):
        object.__setattr__(token, name, value)
    return token
