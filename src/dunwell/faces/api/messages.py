"""What gateways tell over the API: receipts and replies, signed, or by an address of their own.

Nobody logs in here: a webhook carries the headers X-Dunwell-Gateway, X-Dunwell-Timestamp and
X-Dunwell-Signature (channels.sms.callbacks), a callback a token in its address. The same news
twice changes nothing. What is said about a message nobody knows is answered like all else.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils import timezone
from ninja import Header, Path, Query, Router, Schema
from ninja.errors import HttpError
from pydantic import Field

from dunwell.channels.sms.callbacks import Callbacks, replies_in, words_in
from dunwell.core.refusal import Refusal
from dunwell.faces.api import shapes
from dunwell.flows.contact.message_fate import take_receipts
from dunwell.flows.contact.ports import Heard, Word
from dunwell.flows.contact.replies import take_replies
from dunwell.store.people.permissions import system_actor
from dunwell.wiring import callbacks_of

ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 413, 422), shapes.Error)
router = Router(tags=["messages"], auth=None)
Plain = Annotated[str, Field(max_length=80, pattern="^[ -~]*$")]
MOST_BYTES = 512 * 1024


class NotTheGateway(Refusal):
    """No signature, a wrong one, one too old, or a gateway nobody set up. No figures."""

    code = "MESSAGE-NOT-THE-GATEWAY"


class Receipt(shapes.Strict):
    """What became of one message: by the gateway's id, or by our reference."""

    state: Literal["delivered", "failed", "accepted"]
    id: Plain = ""
    reference: Annotated[str, Field(max_length=18, pattern="^[0-9]*$")] = ""
    code: Plain = ""


class Receipts(shapes.Strict):
    """News of up to 500 messages."""

    receipts: Annotated[list[Receipt], Field(max_length=500)]


class ReplyIn(shapes.Strict):
    """One message that came in."""

    phone: Annotated[str, Field(min_length=3, max_length=20, pattern="^[+0-9]*$")]
    text: Annotated[str, Field(max_length=2000)]
    id: Plain = ""


class Replies(shapes.Strict):
    """Up to 500 messages that came in."""

    replies: Annotated[list[ReplyIn], Field(max_length=500)]


class Taken(Schema):
    """How many messages moved, or replies were kept; code and message as some gateways want."""

    taken: int
    code: int = 0
    msg: str = "OK"


class Signed(Schema):
    """The headers of a webhook. Without one of them it is nobody's (401), as with a wrong one."""

    gateway: Annotated[str, Field(alias="x-dunwell-gateway", max_length=20)] = ""
    timestamp: Annotated[
        str, Field(alias="x-dunwell-timestamp", description="seconds since 1970, within 5 minutes")
    ] = ""
    signature: Annotated[
        str,
        Field(
            alias="x-dunwell-signature",
            description="hex HMAC-SHA256 of `timestamp.body` with the webhook secret",
        ),
    ] = ""


class Token(Schema):
    """What the address of a callback carries."""

    token: Annotated[str, Field(max_length=64)] = ""
    reference: Annotated[str, Field(max_length=18)] = ""


@router.post("/messages/receipts", response={200: Taken, **ERRORS}, operation_id="takeReceipts")
def receipts_in(request: HttpRequest, headers: Header[Signed], body: Receipts) -> Taken:
    """Delivery receipts, signed."""
    name = _believed(request, headers).gateway
    words = [Word(name, each.state, each.id, each.reference, each.code) for each in body.receipts]
    return Taken(taken=take_receipts(actor=_worker(), now=timezone.now(), words=words))


@router.post("/messages/replies", response={200: Taken, **ERRORS}, operation_id="takeReplies")
def replies_came(request: HttpRequest, headers: Header[Signed], body: Replies) -> Taken:
    """Messages that people sent, signed. One that asks to stop is honoured at once."""
    name, now = _believed(request, headers).gateway, timezone.now()
    heard = [Heard(name, each.id, each.phone, each.text, now) for each in body.replies]
    return Taken(taken=len(take_replies(actor=_worker(), now=now, heard=heard)))


@router.api_operation(
    ["GET", "POST"],
    "/messages/callbacks/{gateway}/{what}",
    response={200: Taken, **ERRORS},
    operation_id="callback",
)
def callback(
    request: HttpRequest,
    gateway: Path[Plain],
    what: Path[Literal["receipt", "reply"]],
    told: Query[Token],
) -> Taken:
    """News in a gateway's own words: in the address, as a form, or as JSON."""
    who = callbacks_of(gateway=gateway, home=settings.HOME)
    if who is None or not who.believes(what, told.reference, told.token):
        raise NotTheGateway()
    content, now = _content(request), timezone.now()
    if what == "receipt":
        moved = take_receipts(actor=_worker(), now=now, words=_about(who, told, content))
        return Taken(taken=moved)
    heard = replies_in(who, content, now=now)
    return Taken(taken=len(take_replies(actor=_worker(), now=now, heard=heard)))


def _about(who: Callbacks, told: Token, content: Any) -> list[Word]:
    """An address made for one message speaks of that message only."""
    words = words_in(who, content)
    if who.believes("receipt", "", told.token):
        return words
    return [word for word in words if word.reference in ("", told.reference)]


def _believed(request: HttpRequest, headers: Signed) -> Callbacks:
    who = callbacks_of(gateway=headers.gateway, home=settings.HOME)
    if who is None or not who.signed(
        timestamp=headers.timestamp, body=request.body, signature=headers.signature,
        now=timezone.now(),
    ):  # fmt: skip
        raise NotTheGateway()
    return who


def _worker() -> Any:
    return system_actor("worker")


def _content(request: HttpRequest) -> Any:
    """What a callback says: the JSON of its body, else the fields of its form and address.

    What cannot be read is told (400, 413), so that the gateway says its news again: cut short
    or passed over, they would be lost.
    """
    if request.content_type == "application/json":
        if len(request.body) > MOST_BYTES:
            raise RequestDataTooBig
        try:
            content = json.loads(request.body or b"{}")
        except (ValueError, RecursionError):
            raise HttpError(400, "body") from None
        if isinstance(content, dict):
            return {**_fields(request), **content}
        return content if isinstance(content, list) else {}
    return _fields(request)


def _fields(request: HttpRequest) -> Mapping[str, str]:
    """Fields as bytes first: a text may come in UTF-16, as its `charset` says."""
    raw = dict(parse_qsl(request.META.get("QUERY_STRING", ""), True, encoding="latin-1"))
    if request.content_type == "application/x-www-form-urlencoded":
        if len(request.body) > MOST_BYTES:
            raise RequestDataTooBig
        form = request.body.decode("latin-1")
        raw.update(parse_qsl(form, True, encoding="latin-1"))
    charset = raw.get("charset", "").upper()
    wide = charset in ("UTF-16BE", "UTF-16-BE", "UCS-2")
    read = {
        name: value.encode("latin-1", "replace").decode(
            "utf-16-be" if wide and name in ("text", "content") else "utf-8", "replace"
        )
        for name, value in raw.items()
    }
    return {name: value.replace("\0", "") for name, value in read.items()}
