"""Rows of the outbox as a batch moves them: held, moved, saved and written down together.

Called by sending and message_fate inside their transaction. A state says what is known, no
more: delivered means every part was, failed that one was not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet

from dunwell.store.outreach.models import Message, MessageEvent, MessagePart
from dunwell.store.people.permissions import Actor

State = Message.State
SETTLED = frozenset({State.REFUSED, State.FAILED, State.DELIVERED, State.CANCELLED})
_MOVED = frozenset(
    {"state", "code", "permit", "reach", "not_before", "lease", "leased_until", "attempts"}
    | {"handed_at", "settled_at", "gateway_id"}
)
_KEPT = [field for field in Message._meta.concrete_fields if field.name in _MOVED]


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


def save(messages: Sequence[Message], *, now: datetime, actor: Actor) -> None:
    """Keep where messages stand, and write each move down."""
    if not messages:
        return
    columns = ", ".join(f"{field.column} = %s" for field in _KEPT)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {Message._meta.db_table} SET {columns} WHERE id = %s",
            [
                [
                    *(
                        field.get_db_prep_save(getattr(each, field.attname), connection)
                        for field in _KEPT
                    ),
                    each.pk,
                ]
                for each in messages
            ],
        )
    MessageEvent.objects.bulk_create(
        MessageEvent(message=each, at=now, state=each.state, code=each.code, by_label=actor.label)
        for each in messages
    )


def keep_parts(parts: Mapping[tuple[str, str], int], *, state: str = State.ACCEPTED) -> None:
    """Keep the ids of parts: (gateway, its id) → message. One that is known stays as it is."""
    MessagePart.objects.bulk_create(
        (
            MessagePart(message_id=message, gateway=gateway, gateway_id=number, state=state)
            for (gateway, number), message in parts.items()
        ),
        ignore_conflicts=True,
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
