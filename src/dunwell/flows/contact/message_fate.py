"""What became of messages: receipts of the gateway, replies of people, and a person's word.

Called by the worker and the signed webhooks with what a gateway says, and by the desk where a
person settles a message of unknown fate. The same word twice changes nothing. A reply that
asks to stop is honoured at once; every other goes to a person.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.message_refusals import (
    NobodySays,
    NoSuchMessage,
    NoSuchReply,
    NotUnknown,
)
from dunwell.flows.contact.message_rows import (
    keep_parts,
    locked,
    move,
    save,
    states_of_parts,
    whole_state,
)
from dunwell.flows.contact.message_words import fingerprint, messages_of
from dunwell.flows.contact.outbox import Queued, note_event, queue_message
from dunwell.flows.contact.ports import Heard, Word
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import append, stream_of
from dunwell.store.outreach.models import Message, MessagePart, Reply
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Reach, Standing
from dunwell.store.vault import blind_index, index_candidates, seal

State = Message.State
LEAST_REASON = 4
TELLERS = ("gateway", "borrower", "records")
"""By whose word a person settles a message: the gateway's operator, who got it, our records."""
TOGETHER = 100
"""Words written down in one transaction."""
OPT_OUTS = frozenset({"退订", "TD", "T", "N", "R", "退", "STOP", "取消"})
"""What a person writes who wants no more messages, after folding width, case and blanks."""
_OPEN = (State.HANDED, State.UNKNOWN, State.ACCEPTED)
_PLACE = {"table": "outreach_reply"}


def take_receipts(*, actor: Actor, now: datetime, words: Iterable[Word]) -> int:
    """Settle messages by the gateway's word; answers how many moved. Refuses NotPermitted.

    A word about a message nobody knows, or that is settled already, changes nothing.
    """
    require(actor, "message.send", day=now.date())
    told = list(words)
    return sum(
        _take(actor, now, told[first : first + TOGETHER]) for first in range(0, len(told), TOGETHER)
    )


def settle_by_hand(
    *, actor: Actor, now: datetime, message: int, arrived: bool, told_by: str, why: str
) -> Message:
    """A person says whether a message of unknown fate arrived, and by whose word (TELLERS).

    Refuses NoSuchMessage, NotPermitted, NotUnknown, NobodySays and ReasonMissing.
    """
    with transaction.atomic():
        row = _unknown(actor, now, message, why)
        if told_by not in TELLERS:
            raise NobodySays(found=told_by[:40], allowed=", ".join(TELLERS))
        row.state = State.DELIVERED if arrived else State.FAILED
        row.code, row.settled_at = "SETTLED-BY-HAND", now
        row.save(update_fields=["state", "code", "settled_at"])
        note_event(row, now=now, actor=actor, told_by=told_by, why=why.strip())
        append(
            stream=stream_of(row.lender_id), verb="message.settle", subject=f"case:{row.case_id}",
            actor=actor, at=now, lender=row.lender_id, why=why.strip(),
            figures={"message": row.pk, "arrived": arrived, "told_by": told_by},
        )  # fmt: skip
    return row


def send_again(*, actor: Actor, now: datetime, message: int, told_by: str, why: str) -> Queued:
    """Decide that a message of unknown fate did not arrive, and queue it anew, once.

    Refuses like `settle_by_hand` and `queue_message`.
    """
    with transaction.atomic():
        old = settle_by_hand(
            actor=actor, now=now, message=message, arrived=False, told_by=told_by, why=why
        )
        again = queue_message(
            actor=actor, now=now, case=old.case_id, contact=old.contact_id,
            template=old.template, key=f"again:{old.pk}", gateway=old.gateway,
        )  # fmt: skip
        if again.message.sends_again_id is None:
            again.message.sends_again = old
            again.message.save(update_fields=["sends_again"])
    return again


def take_replies(*, actor: Actor, now: datetime, heard: Iterable[Heard]) -> list[Reply]:
    """Keep messages that came in, each once; an opt-out stands at once for its person.

    Refuses NotPermitted.
    """
    require(actor, "message.send", day=now.date())
    return [row for each in heard if (row := _reply(actor, now, each)) is not None]


def handle_reply(*, actor: Actor, now: datetime, reply: int) -> Reply:
    """A person has seen to a reply. Refuses NoSuchReply and NotPermitted."""
    with transaction.atomic():
        row = Reply.objects.select_related("case").filter(pk=reply, handled_at=None).first()
        if row is None:
            raise NoSuchReply(reply=reply)
        case = row.case
        day = now.astimezone(BEIJING).date()
        if case is None:
            require(actor, "message.manage", day=day)
        else:
            require(
                actor, "note.write", day=day, lender=case.lender_id, team=case.team_id,
                holder=case.holder_id,
            )  # fmt: skip
        row.handled_at, row.handled_by_id = now, actor.staff
        row.save(update_fields=["handled_at", "handled_by"])
        lender = case.lender_id if case else None
        append(
            stream=stream_of(lender), verb="reply.handled", actor=actor, at=now, lender=lender,
            subject=f"case:{case.pk}" if case else f"reply:{row.pk}", figures={"reply": row.pk},
        )  # fmt: skip
    return row


def asks_to_stop(text: str) -> bool:
    """Whether a reply is an opt-out.

    >>> [asks_to_stop(t) for t in ("退订", " ｔｄ ", "T。", "R!", "提前还清", "Thanks")]
    [True, True, True, True, False, False]
    """
    folded = unicodedata.normalize("NFKC", text).upper()
    kept = "".join(char for char in folded if char.isalnum())
    return kept in OPT_OUTS


def _take(actor: Actor, now: datetime, words: Sequence[Word]) -> int:
    """One transaction of words; the last one about a message counts."""
    with transaction.atomic():
        about = messages_of(words)
        held = {row.pk: row for row in locked(Message.objects.filter(pk__in=about.values()))}
        moved: dict[int, Message] = {}
        for word in words:
            row = held.get(about.get(word, 0))
            if row is None:
                continue
            to: Message.State | None = State(word.state)
            if word.of_part and row.parts > 1:
                to = _by_part(row, word)
            if row.state not in _OPEN or to is None or to == row.state:
                continue
            row.gateway_id = row.gateway_id or word.gateway_id
            move(row, to, now, code=word.code)
            moved[row.pk] = row
        save(list(moved.values()), now=now, actor=actor)
        return len(moved)


def _by_part(row: Message, word: Word) -> Message.State | None:
    """What the word about one part says of the whole message."""
    keep_parts({(row.gateway, word.gateway_id): row.pk})
    if word.state != "accepted":
        part = MessagePart.objects.filter(gateway=row.gateway, gateway_id=word.gateway_id)
        part.filter(state=State.ACCEPTED).update(state=word.state)
    return whole_state(states_of_parts([row.pk]).get(row.pk, ()), row.parts)


def _unknown(actor: Actor, now: datetime, message: int, why: str) -> Message:
    row = Message.objects.filter(pk=message).select_related("case").first()
    if row is None:
        raise NoSuchMessage(message=message)
    require(
        actor, "permit.ask", day=now.astimezone(BEIJING).date(), lender=row.lender_id,
        team=row.case.team_id, holder=row.case.holder_id,
    )  # fmt: skip
    if row.state != State.UNKNOWN:
        raise NotUnknown(message=message, state=row.state)
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
    return row


def _reply(actor: Actor, now: datetime, heard: Heard) -> Reply | None:
    number = heard.gateway_id or fingerprint(heard)
    with transaction.atomic():
        if Reply.objects.filter(gateway=heard.gateway, gateway_id=number).exists():
            return None
        reach = Reach.objects.filter(
            phone_index__in=index_candidates(heard.phone, kind="phone")
        ).first()
        case = _case_of(reach)
        stops = asks_to_stop(heard.text)
        kind = Reply.Kind.UNKNOWN_NUMBER if case is None else Reply.Kind.REPLY
        row = Reply.objects.create(
            gateway=heard.gateway, gateway_id=number, at=heard.at,
            kind=Reply.Kind.OPT_OUT if stops and case is not None else kind,
            reach=reach, case=case, phone_index=blind_index(heard.phone, kind="phone"),
            handled_at=now if stops and case is not None else None,
        )  # fmt: skip
        row.phone_sealed = seal(heard.phone, column="phone_sealed", row=row.pk, **_PLACE)
        row.text_sealed = seal(heard.text, column="text_sealed", row=row.pk, **_PLACE)
        row.save(update_fields=["phone_sealed", "text_sealed"])
        if stops and case is not None:
            _stop(actor, now, case, row)
    return row


def _stop(actor: Actor, now: datetime, case: Case, reply: Reply) -> None:
    """The opt-out stands at once, said by the person's own message."""
    what = Standing.What.OPT_OUT
    stands = Standing.objects.filter(what=what, party=case.party_id, channel="sms", replaced=None)
    if not stands.exists():
        Standing.objects.create(
            what=what, kind="opt_out", party_id=case.party_id, channel="sms", from_at=now,
            by_label=actor.label, why="短信回复退订",
        )  # fmt: skip
    append(
        stream=stream_of(case.lender_id), verb="opt_out.stands", subject=f"case:{case.pk}",
        actor=actor, at=now, lender=case.lender_id, figures={"reply": reply.pk},
    )  # fmt: skip


def _case_of(reach: Reach | None) -> Case | None:
    """The case the number was last written to about, else the newest case of its person."""
    if reach is None:
        return None
    message = Message.objects.filter(reach=reach).order_by("-pk").first()
    if message is not None:
        return message.case
    contact = Contact.objects.filter(phone_index=reach.phone_index, replaced=None).first()
    if contact is None:
        return None
    about = Case.objects.filter(party=contact.borrower.party_id, lender=contact.borrower.lender_id)
    return about.order_by("-pk").first()
