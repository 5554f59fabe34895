"""Rows of messages that came in: each kept once, and the parts of a longer one joined.

Called by replies inside its transaction. Parts are joined by the sender's number, the gateway
and the number the sender's phone gave the message; they may come in any order, twice, or never.
A reply with parts missing is shown once it has waited WAIT; a part that comes later is joined
still, and the reply waits for a person anew.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from dunwell.flows.contact.message_words import fingerprint
from dunwell.flows.contact.ports import Heard, Joined
from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.outreach.models import Message, Reply, ReplyPart
from dunwell.store.permits.models import Reach
from dunwell.store.vault import blind_index, index_candidates, open_sealed, seal

WAIT = timedelta(minutes=10)
"""How long what came of a reply is held back for its missing parts."""
JOINS_WITHIN = timedelta(hours=1)
"""A phone may use a number again; after this, a missing part is taken for another message's."""
MOST_ALIKE = 20
"""Messages of one phone with one number and length in a day."""
MISSING = "……"
_REPLY, _PART = {"table": "outreach_reply"}, {"table": "outreach_replypart"}


def kept(heard: Heard) -> Reply | None:
    """The reply that came in, or that this part was joined to; None: it came before."""
    if heard.joined is not None:
        return _with_part(heard, heard.joined)
    row, made = _row(heard, heard.gateway_id or fingerprint(heard))
    if made:
        _say(row, heard.text)
    return row if made else None


def text_of_reply(row: Reply) -> str:
    """The words that came, opened; missing parts are shown as such."""
    assert row.text_sealed is not None
    return open_sealed(row.text_sealed, column="text_sealed", row=row.pk, **_REPLY)


def phone_of_reply(row: Reply) -> str:
    """The number it came from, opened."""
    assert row.phone_sealed is not None
    return open_sealed(row.phone_sealed, column="phone_sealed", row=row.pk, **_REPLY)


def _with_part(heard: Heard, part: Joined) -> Reply | None:
    """Join the part to the reply that lacks it, or begin one."""
    key = blind_index(heard.phone, kind="phone")
    today = heard.at.date()
    names = _names(key, part, today)
    called = [*_names(key, part, today - timedelta(1)), *names]
    alike = Reply.objects.filter(gateway=heard.gateway, gateway_id__in=called).order_by("-pk")
    found = [(row, _texts(row)) for row in _held(alike)]
    if any(texts.get(part.place) == heard.text for _, texts in found):
        return None
    for row, texts in found:
        if part.place not in texts and heard.at - row.at <= JOINS_WITHIN:
            return _joined(row, heard, part, texts)
    taken = {row.gateway_id for row, _ in found}
    name = next((each for each in names if each not in taken), fingerprint(heard))
    row, made = _row(heard, name, parts=part.parts, waits_until=heard.at + WAIT)
    if not made:  # another worker began it just now, or the same part came once more
        return None if name not in names else _with_part(heard, part)
    return _joined(row, heard, part, {})


def _joined(row: Reply, heard: Heard, part: Joined, texts: dict[int, str]) -> Reply:
    """Keep the part; the reply says what has come so far, and waits for a person anew."""
    own = ReplyPart.objects.create(reply=row, place=part.place, at=heard.at)
    own.text_sealed = seal(heard.text, column="text_sealed", row=own.pk, **_PART)
    own.save(update_fields=["text_sealed"])
    texts = {**texts, part.place: heard.text}
    if len(texts) == row.parts:
        row.waits_until = None
    row.handled_at = row.handled_by_id = None
    row.save(update_fields=["waits_until", "handled_at", "handled_by"])
    _say(row, "".join(texts.get(place, MISSING) for place in range(1, row.parts + 1)))
    return row


def _say(row: Reply, text: str) -> None:
    row.text_sealed = seal(text, column="text_sealed", row=row.pk, **_REPLY)
    row.save(update_fields=["text_sealed"])


def _row(heard: Heard, name: str, **more: Any) -> tuple[Reply, bool]:
    """The reply of that name at its gateway, and whether it was made just now."""
    found = Reply.objects.filter(gateway=heard.gateway, gateway_id=name).first()
    if found is not None:
        return found, False
    reach = Reach.objects.filter(phone_index__in=index_candidates(heard.phone, kind="phone"))
    known = reach.first()
    case = _case_of(known)
    told = {
        "at": heard.at, "reach": known, "case": case,
        "kind": Reply.Kind.UNKNOWN_NUMBER if case is None else Reply.Kind.REPLY,
        "phone_index": blind_index(heard.phone, kind="phone"), **more,
    }  # fmt: skip
    row, made = Reply.objects.get_or_create(gateway=heard.gateway, gateway_id=name, defaults=told)
    if made:
        row.phone_sealed = seal(heard.phone, column="phone_sealed", row=row.pk, **_REPLY)
        row.save(update_fields=["phone_sealed"])
    return row, made


def _names(key: bytes, part: Joined, day: date) -> list[str]:
    """What replies of these parts begun on that day are called; they say nothing of the number."""
    body = f"{part.reference}|{part.parts}|{day}"
    mark = hmac.new(key, body.encode(), hashlib.sha256).hexdigest()[:32]
    return [f"join-{mark}-{number}" for number in range(MOST_ALIKE)]


def _texts(row: Reply) -> dict[int, str]:
    return {
        each.place: open_sealed(each.text_sealed, column="text_sealed", row=each.pk, **_PART)
        for each in row.arrived.all()
        if each.text_sealed is not None
    }


def _held(rows: QuerySet[Reply]) -> QuerySet[Reply]:
    """Two parts of one reply are not joined at once; on SQLite the transaction is the lock."""
    return rows.select_for_update() if connection.vendor == "postgresql" else rows


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
