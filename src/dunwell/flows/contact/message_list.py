"""Messages as people look at them: the list, one message with its events, replies that wait.

Called by the pages and the command line. What lies outside the reader's lender and teams is
not there. Numbers are masked and the addressee's name is left out of the text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.message_refusals import NoSuchMessage
from dunwell.flows.contact.outbox import text_of_message
from dunwell.store.outreach.models import Message, MessageEvent, Reply
from dunwell.store.people.permissions import Actor, lenders_seen, require, teams_seen
from dunwell.store.vault import open_sealed
from dunwell.store.vault.masks import mask_phone

_ADDRESSEE = re.compile(r"[\u4e00-\u9fff]{1,2}先生/女士")


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page, the newest first, and how many messages of the scope stand in each state."""

    rows: Sequence[Message]
    next_before: int | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """One message: its row, to whom (masked), its words, and everything that became of it."""

    row: Message
    phone: str
    text: str
    events: Sequence[MessageEvent]


@dataclass(frozen=True, slots=True)
class ReplySeen:
    """A reply, its number masked."""

    row: Reply
    phone: str
    text: str


def messages_page(
    *,
    actor: Actor,
    day: date,
    state: str = "",
    case: int | None = None,
    size: int = 50,
    before: int | None = None,
) -> MessagePage:
    """A page of the outbox of whatever the actor may see. Refuses NotPermitted."""
    require(actor, "case.see", day=day)
    seen = _visible(actor, day)
    counts = seen.order_by().values_list("state").annotate(Count("pk"))
    rows = seen.select_related("permit", "lender").order_by("-pk")
    if state:
        rows = rows.filter(state=state)
    if case is not None:
        rows = rows.filter(case=case)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    more = len(found) > size
    return MessagePage(found[:size], found[size - 1].pk if more else None, dict(counts))


def message_seen(*, actor: Actor, now: datetime, message: int) -> MessageSeen:
    """One message whole. Refuses NotPermitted, and NoSuchMessage for none in the actor's scope."""
    day = now.astimezone(BEIJING).date()
    require(actor, "case.see", day=day)
    row = _visible(actor, day).select_related("contact", "lender").filter(pk=message).first()
    if row is None:
        raise NoSuchMessage(message=message)
    phone = ""
    if row.contact.phone_sealed is not None:
        phone = open_sealed(
            row.contact.phone_sealed, table="book_contact", column="phone_sealed",
            row=row.contact_id,
        )  # fmt: skip
    events = list(row.events.order_by("pk"))
    return MessageSeen(row, mask_phone(phone), _ADDRESSEE.sub("**", text_of_message(row)), events)


def waiting_replies(*, actor: Actor, day: date, size: int = 50) -> list[ReplySeen]:
    """Replies nobody has seen to yet, the oldest first; those of no case go to whoever manages
    messages. Refuses NotPermitted."""
    require(actor, "case.see", day=day)
    rows = Reply.objects.filter(handled_at=None).select_related("case").order_by("at", "pk")
    seen = [row for row in rows[: 4 * size] if _may_see(actor, day, row)]
    return [_reply(row) for row in seen[:size]]


def _visible(actor: Actor, day: date) -> QuerySet[Message]:
    rows = Message.objects.all()
    lenders = lenders_seen(actor, day)
    if lenders is None:
        return rows
    scoped = Message.objects.none()
    for lender in lenders:
        teams = teams_seen(actor, day, lender=lender)
        own = rows.filter(lender=lender)
        scoped |= own if teams is None else own.filter(case__team__in=teams)
    return scoped


def _may_see(actor: Actor, day: date, row: Reply) -> bool:
    lenders = lenders_seen(actor, day)
    if lenders is None:
        return True
    if row.case is None:
        return bool(lenders_seen(actor, day, "message.manage"))
    if row.case.lender_id not in lenders:
        return False
    teams = teams_seen(actor, day, lender=row.case.lender_id)
    return teams is None or row.case.team_id in teams


def _reply(row: Reply) -> ReplySeen:
    assert row.phone_sealed is not None and row.text_sealed is not None
    table = "outreach_reply"
    phone = open_sealed(row.phone_sealed, table=table, column="phone_sealed", row=row.pk)
    text = open_sealed(row.text_sealed, table=table, column="text_sealed", row=row.pk)
    return ReplySeen(row, mask_phone(phone), text)
