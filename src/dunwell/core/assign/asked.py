"""What is left to do where a borrower asked not to be reached some way (CN-C05).

Called by the sharing of a day's work and by the desk, so that both offer the same act; the
gate refuses the closed one whatever is offered. Channels are the gate's, "" means all.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

WAY_OF_ACT: Final = {
    "remind": "sms", "sms": "sms", "phone": "call", "relief": "call", "visit": "visit",
}  # fmt: skip
INSTEAD: Final = "sms"
"""What is tried in place of an act whose channel is closed. Nothing but the mildest: who asked
for no messages is not called for it; the plan's own next step comes when its day does."""
NOTHING: Final = "none"


def is_shut(action: str, *, closed: Collection[str]) -> bool:
    """Whether the act goes a way the borrower closed.

    >>> is_shut("relief", closed={"call"}), is_shut("visit", closed={"call"})
    (True, False)
    """
    way = WAY_OF_ACT.get(action)
    return way is not None and (way in closed or "" in closed)


def act_left(action: str, *, closed: Collection[str]) -> str:
    """The act itself, or the mildest in its place; `none` where that is closed too.

    >>> act_left("phone", closed={"call"}), act_left("remind", closed={"sms"})
    ('sms', 'none')
    """
    if not is_shut(action, closed=closed):
        return action
    return NOTHING if is_shut(INSTEAD, closed=closed) else INSTEAD
