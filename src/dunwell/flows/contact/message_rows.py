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

State = Message.State
SETTLED = frozenset({State.REFUSED, State.FAILED, State.DELIVERED, State.CANCELLED})
_KEPT = {
    "id": "bigint", "state": "text", "code": "text", "permit_id": "bigint", "reach_id": "bigint",
    "lease": "text", "attempts": "smallint", "gateway_id": "text", "not_before": "timestamptz",
    "leased_until": "timestamptz", "handed_at": "timestamptz", "settled_at": "timestamptz",
}  # fmt: skip
"""The columns a move may change, with the type PostgreSQL is to read them as."""
_EVENT = ("message_id", "at", "state", "code", "by_label", "figures")


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
    adapt = connection.ops.adapt_datetimefield_value
    values = [
        [
            adapt(getattr(each, name)) if kind == "timestamptz" else getattr(each, name)
            for name, kind in _KEPT.items()
        ]
        for each in messages
    ]
    _update(values)
    at = adapt(now)
    _insert(
        MessageEvent._meta.db_table,
        _EVENT,
        [
            [each.pk, at, each.state, each.code, actor.label, json.dumps(told.get(each.pk, {}))]
            for each in messages
        ],
    )


def keep_parts(parts: Mapping[tuple[str, str], int], *, state: str = State.ACCEPTED) -> None:
    """Keep the ids of parts: (gateway, its id) → message. One that is known stays as it is."""
    if not parts:
        return
    _insert(
        MessagePart._meta.db_table,
        ("message_id", "gateway", "gateway_id", "state"),
        [[message, gateway, number, state] for (gateway, number), message in parts.items()],
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


def _update(values: Sequence[Sequence[Any]]) -> None:
    """Plain SQL, for it is most of what a sender does: one statement on PostgreSQL, where each
    is a message to the server; on SQLite the same statement again and again is the fastest."""
    table, names = Message._meta.db_table, list(_KEPT)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            first = ", ".join(f"%s::{kind}" for kind in _KEPT.values())
            later = f"({', '.join(['%s'] * len(names))})"
            rows = ", ".join([f"({first})", *[later] * (len(values) - 1)])
            moves = ", ".join(f"{name} = v.{name}" for name in names[1:])
            cursor.execute(
                f"UPDATE {table} AS m SET {moves} FROM (VALUES {rows}) AS v ({', '.join(names)})"
                " WHERE m.id = v.id",
                [value for row in values for value in row],
            )
            return
        moves = ", ".join(f"{name} = %s" for name in names[1:])
        cursor.executemany(
            f"UPDATE {table} SET {moves} WHERE id = %s", [[*row[1:], row[0]] for row in values]
        )


def _insert(
    table: str, names: Sequence[str], rows: Sequence[Sequence[Any]], *, more: str = ""
) -> None:
    marks = ", ".join([f"({', '.join(['%s'] * len(names))})"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(names)}) VALUES {marks}{more}",
            [value for row in rows for value in row],
        )
