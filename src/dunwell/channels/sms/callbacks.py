"""What gateways tell us by HTTP: who may, and what they mean, in their own words.

Called by the API. Our own webhooks are signed: HMAC-SHA256 over `TIMESTAMP.BODY` with the
gateway's `webhook_secret`. A gateway that cannot sign (Kannel, the clouds) is given an address
that carries a token made of the same secret: for one message where the address is made for
each, for its kind of news where it is set up by hand.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from dunwell.channels.sms.gateways import FILE, Fields
from dunwell.channels.sms.told import code_told, id_told
from dunwell.core.refusal import Refusal
from dunwell.flows.contact.ports import Heard, Word

What = Literal["receipt", "reply"]
WINDOW_SECONDS = 300
"""A signed message older or younger than this is refused."""

SECRET_LINE = 'webhook_secret = { file = "NAME" }'
KANNEL = {"1": "delivered", "2": "failed", "16": "failed", "4": "accepted", "8": "accepted"}
"""Kannel's delivery report values: on the phone, not on the phone, not at the SMSC; queued at
the SMSC, at the SMSC."""


class NoCallbacks(Refusal):
    """A gateway that was not set up to reach us. Figures: file, where, allowed."""

    code = "GATEWAYS-NO-CALLBACKS"


@dataclass(frozen=True, slots=True)
class Callbacks:
    """How a gateway reaches us."""

    gateway: str
    kind: str
    secret: str = field(repr=False)
    url: str = ""
    """The address of our API as the gateway sees it, up to /api/v1/messages."""
    receipt_query: str = ""
    """What the gateway fills in itself, as Kannel's status=%d&id=%F."""
    states: Mapping[str, str] = field(default_factory=lambda: KANNEL)

    def receipt_url(self, reference: str) -> str:
        """The address for news of one message; empty where none was set up."""
        if not self.url:
            return ""
        query = urlencode({"reference": reference, "token": self.token("receipt", reference)})
        more = f"&{self.receipt_query}" if self.receipt_query else ""
        return f"{self.url.rstrip('/')}/callbacks/{self.gateway}/receipt?{query}{more}"

    def standing_url(self, what: What) -> str:
        """The address to be set up at the gateway by hand."""
        query = urlencode({"token": self.token(what, "")})
        return f"{self.url.rstrip('/')}/callbacks/{self.gateway}/{what}?{query}"

    def token(self, what: What, reference: str) -> str:
        """What an address carries so that nobody else can speak for the gateway."""
        body = f"{what}:{self.gateway}:{reference}".encode()
        return hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()[:32]

    def believes(self, what: What, reference: str, token: str) -> bool:
        """Whether a token is that of this address, or of the standing one."""
        return any(
            hmac.compare_digest(self.token(what, each).encode(), token.encode())
            for each in (reference, "")
        )

    def signed(self, *, timestamp: str, body: bytes, signature: str, now: datetime) -> bool:
        """Whether a webhook is the gateway's own and of now."""
        if not timestamp.isdecimal() or len(timestamp) > 12:
            return False
        if abs(now.timestamp() - int(timestamp)) > WINDOW_SECONDS:
            return False
        made = signature_of(self.secret, timestamp, body)
        return hmac.compare_digest(made.encode(), signature.lower().encode())


def signature_of(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a webhook, in hexadecimal."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def callbacks_from(fields: Fields, *, name: str) -> Callbacks | None:
    """How a gateway reaches us; None where nothing was set up. Refuses what is wrong in it."""
    secret = fields.secret("webhook_secret", needed=False)
    url, query = fields.text("callback_url", ""), fields.text("receipt_query", "")
    states = fields.texts("receipt_states") or KANNEL
    if not secret:
        return None
    return Callbacks(name, fields.text("kind"), secret, url, query, states)


def create_secret(fields: Fields) -> bool:
    """Make the webhook secret a gateway's settings name a file for; False: it is there already.

    Refuses NoCallbacks for a gateway whose settings name no such file, and WrongSetting.
    """
    named = fields.content.get("webhook_secret")
    source = named.get("file") if isinstance(named, dict) else None
    if not isinstance(source, str):
        raise NoCallbacks(file=FILE, where=fields.where, allowed=SECRET_LINE)
    try:
        made = os.open(fields.home / source, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return False
    with os.fdopen(made, "w", encoding="utf-8") as file:
        file.write(secrets.token_hex(32) + "\n")
    return True


def words_in(told: Callbacks, content: Mapping[str, Any] | Sequence[Any]) -> list[Word]:
    """What a callback says of our messages; what is not understood is left out."""
    rows = content if isinstance(content, list) else [content]
    found = [_WORDS.get(told.kind, _plain)(told, row) for row in rows if isinstance(row, dict)]
    return [word for word in found if word is not None]


def replies_in(
    told: Callbacks, content: Mapping[str, Any] | Sequence[Any], *, now: datetime
) -> list[Heard]:
    """Messages that a callback brings; one without number is left out."""
    rows = content if isinstance(content, list) else [content]
    found = []
    for row in rows:
        if not isinstance(row, dict):
            continue
        phone = _text(row, "phone", "phone_number", "mobile", "from")
        if phone:
            number = _id(row, "id", "sequence_id")
            found.append(Heard(told.gateway, number, phone, _text(row, "text", "content"), now))
    return found


def _plain(told: Callbacks, row: Mapping[str, Any]) -> Word | None:
    status = _text(row, "status", "state")
    state = told.states.get(status, status)
    if state not in ("delivered", "failed", "accepted"):
        return None
    code = "" if state == "delivered" else _text(row, "code") or status
    return Word(
        told.gateway, state, _id(row, "id"), _text(row, "reference"), code_told(code),  # type: ignore[arg-type]  # one of them
    )  # fmt: skip


def _aliyun(told: Callbacks, row: Mapping[str, Any]) -> Word | None:
    """SmsReport: out_id is our reference, biz_id theirs."""
    arrived = row.get("success") in (True, "true")
    code = "" if arrived else _text(row, "err_code")
    return Word(
        told.gateway, "delivered" if arrived else "failed", _id(row, "biz_id"),
        _text(row, "out_id"), code_told(code),
    )  # fmt: skip


def _tencent(told: Callbacks, row: Mapping[str, Any]) -> Word | None:
    """The status callback: sid is the SerialNo of the answer."""
    arrived = _text(row, "report_status") == "SUCCESS"
    code = "" if arrived else _text(row, "errmsg")
    sid = _id(row, "sid")
    return Word(told.gateway, "delivered" if arrived else "failed", sid, "", code_told(code))


_WORDS = {"aliyun": _aliyun, "tencent": _tencent}


def _id(row: Mapping[str, Any], *names: str) -> str:
    return id_told(_text(row, *names))


def _text(row: Mapping[str, Any], *names: str) -> str:
    for name in names:
        value = row.get(name)
        if isinstance(value, str | int) and not isinstance(value, bool):
            return str(value)[:2000]
    return ""
