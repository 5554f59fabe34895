"""Messages as people look at them: the list, one message with its events, replies that wait.

Called by the pages and the command line. What lies outside the reader's lender, teams and, for
whoever sees only their own, cases is not there. Numbers are masked and the addressee's name is
left out of the text. Counts stop at MOST_COUNTED: a million rows cost no more than a hundred.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.message_refusals import NoSuchMessage, NoSuchReply
from dunwell.flows.contact.outbox import text_of_message
from dunwell.flows.contact.reply_rows import phone_of_reply, text_of_reply
from dunwell.store.outreach.models import Message, MessageEvent, Reply
from dunwell.store.people.permissions import Actor, Over, held_over, holds, require
from dunwell.store.permits.models import Receipt
from dunwell.store.vault import open_sealed
from dunwell.store.vault.masks import mask_phone

MOST_COUNTED = 100
SEE = "message.see"
_ADDRESSEE = re.compile(r"[\u4e00-\u9fff]{1,2}先生/女士")


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page, the newest first."""

    rows: Sequence[Message]
    next_before: int | None


@dataclass(frozen=True, slots=True)
class MessageSeen:
    """One message: its row, to whom (masked), its words, and everything that became of it."""

    row: Message
    phone: str
    text: str
    events: Sequence[MessageEvent]
    receipt: bool
    """Whether its permit was used, and so has a signed receipt."""


@dataclass(frozen=True, slots=True)
class ReplySeen:
    """A reply, its number masked."""

    row: Reply
    phone: str
    text: str


@dataclass(frozen=True, slots=True)
class ReplyPage:
    """One page of replies that wait, the oldest first; `next_after` is the last of it."""

    replies: Sequence[ReplySeen]
    next_after: tuple[datetime, int] | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What asks for somebody, each counted up to MOST_COUNTED."""

    queued: int
    unknown: int
    replies: int


def messages_page(
    *,
    actor: Actor,
    day: date,
    states: Collection[str] = (),
    lender: int | None = None,
    template: str = "",
    case: int | None = None,
    size: int = 50,
    before: int | None = None,
) -> MessagePage:
    """A page of the outbox of whatever the actor may see. Refuses NotPermitted."""
    rows = _visible(actor, day, lender).select_related("lender", "case__party").order_by("-pk")
    if states:
        rows = rows.filter(state__in=states)
    if template:
        rows = rows.filter(template=template)
    if case is not None:
        rows = rows.filter(case=case)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: size + 1])
    return MessagePage(found[:size], found[size - 1].pk if len(found) > size else None)


def count_by_state(*, actor: Actor, day: date) -> Mapping[str, int]:
    """How many messages of the scope stand in each state, all counted. Refuses NotPermitted."""
    rows = _visible(actor, day, None).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


def what_waits(*, actor: Actor, now: datetime, lender: int) -> Waiting:
    """What of a lender asks for somebody. Refuses NotPermitted."""
    day = now.astimezone(BEIJING).date()
    rows = _visible(actor, day, lender).order_by()
    return Waiting(
        queued=rows.filter(state=Message.State.QUEUED)[:MOST_COUNTED].count(),
        unknown=rows.filter(state=Message.State.UNKNOWN)[:MOST_COUNTED].count(),
        replies=_waiting(actor, now, lender)[:MOST_COUNTED].count(),
    )


def replies_waiting(*, actor: Actor, now: datetime, lender: int) -> int:
    """How many replies about the actor's cases wait for somebody, up to MOST_COUNTED.

    None for whoever may not see messages.
    """
    day = now.astimezone(BEIJING).date()
    if not holds(actor, SEE, day=day):
        return 0
    return _waiting(actor, now, lender)[:MOST_COUNTED].count()


def waiting_about(*, cases: Collection[int], now: datetime) -> Mapping[int, int]:
    """How many replies about each of these cases wait, in one query. The caller saw the cases."""
    rows = _unseen(Reply.objects.filter(case__in=cases), now).order_by()
    return dict(rows.values_list("case").annotate(Count("pk")))


def message_seen(*, actor: Actor, now: datetime, message: int) -> MessageSeen:
    """One message whole. Refuses NotPermitted, and NoSuchMessage for none in the actor's scope."""
    rows = _visible(actor, now.astimezone(BEIJING).date(), None)
    related = ("contact", "lender", "case__party", "queued_by", "sent_again_as")
    row = rows.select_related(*related).filter(pk=message).first()
    if row is None:
        raise NoSuchMessage(message=message)
    phone = ""
    if row.contact.phone_sealed is not None:
        phone = open_sealed(
            row.contact.phone_sealed, table="book_contact", column="phone_sealed",
            row=row.contact_id,
        )  # fmt: skip
    text = _ADDRESSEE.sub("**", text_of_message(row))
    receipt = row.permit_id is not None and Receipt.objects.filter(pk=row.permit_id).exists()
    return MessageSeen(row, mask_phone(phone), text, list(row.events.order_by("pk")), receipt)


def waiting_replies(
    *,
    actor: Actor,
    now: datetime,
    lender: int | None = None,
    size: int = 50,
    after: tuple[datetime, int] | None = None,
) -> ReplyPage:
    """Replies nobody has seen to yet, the oldest first; those of no case go to whoever manages
    messages. Refuses NotPermitted."""
    rows = _waiting(actor, now, lender)
    if after is not None:
        at, pk = after
        rows = rows.filter(Q(at__gt=at) | Q(at=at, pk__gt=pk))
    found = list(rows.select_related("case__party").order_by("at", "pk")[: size + 1])
    last = (found[size - 1].at, found[size - 1].pk) if len(found) > size else None
    return ReplyPage([_reply(row) for row in found[:size]], last)


def reply_seen(*, actor: Actor, now: datetime, reply: int) -> ReplySeen:
    """One reply, seen to or not. Refuses NotPermitted, and NoSuchReply outside the scope."""
    rows = _replies(actor, now.astimezone(BEIJING).date(), None)
    row = rows.select_related("case__party", "case__holder", "handled_by").filter(pk=reply).first()
    if row is None:
        raise NoSuchReply(reply=reply)
    return _reply(row)


def _visible(actor: Actor, day: date, lender: int | None) -> QuerySet[Message]:
    require(actor, SEE, day=day)
    rows = Message.objects.all() if lender is None else Message.objects.filter(lender=lender)
    return rows.filter(_within(actor, day))


def _waiting(actor: Actor, now: datetime, lender: int | None) -> QuerySet[Reply]:
    """Not seen to; one with parts missing once it has waited for them."""
    return _unseen(_replies(actor, now.astimezone(BEIJING).date(), lender), now)


def _unseen(rows: QuerySet[Reply], now: datetime) -> QuerySet[Reply]:
    return rows.filter(handled_at=None).filter(Q(waits_until=None) | Q(waits_until__lte=now))


def _replies(actor: Actor, day: date, lender: int | None) -> QuerySet[Reply]:
    """Replies about cases in scope; those of no case for whoever manages messages too."""
    require(actor, SEE, day=day)
    about = _within(actor, day, "case__lender")
    if lender is not None:
        about &= Q(case__lender=lender)
    if actor.machine is not None or holds(actor, "message.manage", day=day):
        about |= Q(case=None)
    return Reply.objects.filter(about)


def _within(actor: Actor, day: date, lender: str = "lender") -> Q:
    """Rows about cases the actor may see the messages of."""
    over = held_over(actor, SEE, day=day)
    if over is None:
        return Q()
    within = Q(pk__in=())
    for each in over:
        within |= _over(each, actor.staff, lender)
    return within


def _over(over: Over, staff: int | None, lender: str) -> Q:
    told: dict[str, Any] = {lender: over.lender}
    if over.team is not None:
        told["case__team"] = over.team
    within = Q(**told)
    if over.own:
        within &= Q(case__holder=staff) | Q(case__holder=None)
    return within


def _reply(row: Reply) -> ReplySeen:
    return ReplySeen(row, mask_phone(phone_of_reply(row)), text_of_reply(row))
