"""Rows of the outbox as a batch moves them: held, moved, saved and written down together.

Called by sending and message_fate inside their transaction. A state says what is known, no
more: delivered means every part was, failed that one was not.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from dunwell.store.outreach.models import Message, MessageEvent, MessagePart
from dunwell.store.people.permissions import Actor
from dunwell.store.permits.statements import insert, update

State = Message.State
SETTLED = frozenset({State.REFUSED, State.FAILED, State.DELIVERED, State.CANCELLED})
_KEPT = {
    "id": "bigint", "state": "text", "code": "text", "permit_id": "bigint", "reach_id": "bigint",
    "lease": "text", "attempts": "smallint", "gateway_id": "text", "not_before": "timestamptz",
    "leased_until": "timestamptz", "handed_at": "timestamptz", "settled_at": "timestamptz",
}  # fmt: skip
"""The columns a move may change, with the type PostgreSQL is to read them as."""
_EVENT = {
    "message_id": "bigint", "at": "timestamptz", "state": "text", "code": "text",
    "by_label": "text", "figures": "jsonb",
}  # fmt: skip
_PART = {"message_id": "bigint", "gateway": "text", "gateway_id": "text", "state": "text"}


def locked(rows: QuerySet[Message], *, skip: bool = False) -> QuerySet[Message]:
    """Hold the rows; on SQLite the transaction is the lock."""
    if connection.vendor == "postgresql":
        return rows.select_for_update(skip_locked=skip, of=("self",))
    return rows


def move(message: Message, state: Message.State, now: datetime, *, code: str = "") -> None:
    """Bring a message to a state; `save` keeps it."""
    message.state, message.code = state, code[:40]
    if state == State.HANDED:
        message.handed_at = now
    else:
        message.lease, message.leased_until = "", None
    message.settled_at = now if state in SETTLED else None


def save(
    messages: Sequence[Message],
    *,
    now: datetime,
    actor: Actor,
    figures: Mapping[int, Mapping[str, object]] | None = None,
) -> None:
    """Keep where messages stand, and write each move down, with its figures by message."""
    told = figures or {}
    if not messages:
        return
    values = [
        [_as_kept(getattr(each, name), kind) for name, kind in _KEPT.items()] for each in messages
    ]
    update(Message._meta.db_table, _KEPT, values)
    at = _as_kept(now, "timestamptz")
    insert(
        MessageEvent._meta.db_table,
        _EVENT,
        [
            [
                each.pk,
                at,
                str(each.state),
                each.code,
                actor.label,
                json.dumps(told.get(each.pk, {})),
            ]
            for each in messages
        ],
    )


def keep_parts(parts: Mapping[tuple[str, str], int], *, state: str = State.ACCEPTED) -> None:
    """Keep the ids of parts: (gateway, its id) → message. One that is known stays as it is."""
    if not parts:
        return
    insert(
        MessagePart._meta.db_table,
        _PART,
        [[message, gateway, number, str(state)] for (gateway, number), message in parts.items()],
        more=" ON CONFLICT DO NOTHING",
    )


def states_of_parts(messages: Iterable[int]) -> dict[int, list[str]]:
    """What became of the parts of each message that went in several."""
    found: dict[int, list[str]] = {}
    rows = MessagePart.objects.filter(message__in=list(messages)).values_list("message_id", "state")
    for message, state in rows:
        found.setdefault(message, []).append(state)
    return found


def whole_state(states: Collection[str], parts: int) -> Message.State | None:
    """What is known of a message by its parts; None: not yet enough to say.

    >>> [str(whole_state(s, 2)) for s in (["delivered"], ["delivered"] * 2, ["failed"])]
    ['None', 'delivered', 'failed']
    >>> str(whole_state(["accepted", "delivered"], 2))
    'accepted'
    """
    if "failed" in states:
        return State.FAILED
    if len(states) < parts:
        return None
    return State.DELIVERED if set(states) == {"delivered"} else State.ACCEPTED


def _as_kept(value: Any, kind: str) -> Any:
    if kind == "timestamptz":
        return connection.ops.adapt_datetimefield_value(value)
    return str(value) if kind == "text" else value  # a state is a text like any other
