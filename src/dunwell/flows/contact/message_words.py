"""Which message a gateway speaks of: by its own id, by our reference, or by number and tag.

Called by message_fate. The gateway's id is the surest. A sender that was killed before it
heard the id leaves our reference, whole where the gateway carries it, or its last 16 bits
(SMPP: user_message_reference) together with the number; without either, the one message to
that number whose id was never heard.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from django.db.models import Q

from dunwell.flows.contact.ports import Heard, Word
from dunwell.store.outreach.models import Message, MessagePart
from dunwell.store.vault import blind_index, index_candidates

TAGS = 1 << 16
_SAME_REPLY_SECONDS = 600
_LOST = (Message.State.HANDED, Message.State.UNKNOWN)


def messages_of(words: Sequence[Word]) -> dict[Word, int]:
    """The message each word is about; a word about none is left out."""
    found: dict[Word, int] = {}
    for gateway in {word.gateway for word in words}:
        own = [word for word in words if word.gateway == gateway]
        by_id = _by_id(gateway, {word.gateway_id for word in own if word.gateway_id})
        by_reference = _by_reference(gateway, own)
        for word in own:
            message = by_id.get(word.gateway_id) or by_reference.get(word)
            if message is None and word.phone:
                message = _by_phone(word)
            if message is not None:
                found[word] = message
    return found


def fingerprint(heard: Heard) -> str:
    """A number for a reply to which the gateway gave none: the same words from the same number
    within ten minutes are the same reply, brought again. It says nothing about the number."""
    key = blind_index(heard.phone, kind="phone")
    body = f"{int(heard.at.timestamp()) // _SAME_REPLY_SECONDS}|{heard.text}"
    return f"own-{hmac.new(key, body.encode(), hashlib.sha256).hexdigest()[:32]}"


def _by_id(gateway: str, numbers: set[str]) -> dict[str, int]:
    whole = Message.objects.filter(gateway=gateway, gateway_id__in=numbers)
    parts = MessagePart.objects.filter(gateway=gateway, gateway_id__in=numbers)
    return dict(parts.values_list("gateway_id", "message_id")) | dict(
        whole.values_list("gateway_id", "pk")
    )


def _by_reference(gateway: str, words: Sequence[Word]) -> dict[Word, int]:
    """By our own reference, unless the message has another id already."""
    named = {int(word.reference): word for word in words if word.reference.isdecimal()}
    rows = Message.objects.filter(gateway=gateway, pk__in=[pk for pk in named if pk < 2**63])
    of_pk = {row.pk: row for row in rows}
    found = {}
    for word in words:
        row = of_pk.get(int(word.reference)) if word.reference.isdecimal() else None
        if row is None:
            continue
        if not word.gateway_id or row.gateway_id in ("", word.gateway_id):
            found[word] = row.pk
    return found


def _by_phone(word: Word) -> int | None:
    rows = Message.objects.filter(
        Q(gateway_id="") | Q(parts__gt=1),
        gateway=word.gateway,
        state__in=_LOST,
        reach__phone_index__in=index_candidates(word.phone, kind="phone"),
    ).values_list("pk", flat=True)[:50]
    fitting = [pk for pk in rows if word.tag is None or pk % TAGS == word.tag]
    return fitting[0] if len(fitting) == 1 else None
