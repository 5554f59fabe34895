"""Aliyun SMS (dysmsapi, SendSms) signed by ACS3-HMAC-SHA256, from its public rules.

Rules: "V3 request structure and signature" of the Alibaba Cloud SDK guide. Number and text go
in the body, never in the address. `biz_id` is their id, `out_id` our reference, which the
report brings back. Tested against a fake that signs by itself and against the published
example; the real cloud was not called.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

import httpx

from dunwell.channels.sms.callbacks import callbacks_from
from dunwell.channels.sms.gateways import Fields
from dunwell.channels.sms.http_line import HttpLine, Unspoken
from dunwell.channels.sms.registered_text import Registered, matched, registered_from
from dunwell.channels.sms.smpp_text import number_as
from dunwell.channels.sms.told import code_told, id_told
from dunwell.flows.contact.ports import Handed

ALGORITHM = "ACS3-HMAC-SHA256"
PLACE = re.compile(r"\$\{(\w+)\}")
_THROTTLED = ("Throttling", "isv.BUSINESS_LIMIT_CONTROL.QPS")


@dataclass(frozen=True, slots=True)
class Aliyun:
    """One account."""

    key_id: str
    key_secret: str = field(repr=False)
    clock: Callable[[], datetime]
    """The moment a request is signed at."""
    registered: tuple[Registered, ...] = ()
    url: str = "https://dysmsapi.aliyuncs.com/"
    nonce: Callable[[], str] = lambda: secrets.token_hex(16)

    def request(self, *, number: str, text: str, reference: str) -> httpx.Request:
        """SendSms. Raises Unspoken for a text that is not registered."""
        message = matched(text, self.registered)
        if message is None:
            raise Unspoken("TEXT-NOT-REGISTERED")
        body = urlencode(
            {
                "PhoneNumbers": number_as(number, "national"),
                "SignName": message.signature,
                "TemplateCode": message.code,
                "TemplateParam": json.dumps(message.values, ensure_ascii=False),
                "OutId": reference,
            },
            quote_via=quote,
        ).encode()
        headers = {
            "host": httpx.URL(self.url).netloc.decode(),
            "content-type": "application/x-www-form-urlencoded",
            "x-acs-action": "SendSms",
            "x-acs-version": "2017-05-25",
            "x-acs-date": self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "x-acs-signature-nonce": self.nonce(),
            "x-acs-content-sha256": _sha256(body),
        }
        headers["authorization"] = authorization(
            key_id=self.key_id, key_secret=self.key_secret, query="", headers=headers
        )
        return httpx.Request("POST", self.url, content=body, headers=headers)

    def handed(self, *, reference: str, response: httpx.Response) -> Handed:
        """What the answer says."""
        try:
            said = response.json()
        except ValueError:
            said = {}
        code = str(said.get("Code", "")) if isinstance(said, dict) else ""
        if response.is_success and code == "OK":
            return Handed(reference, "accepted", id_told(str(said.get("BizId", ""))))
        if code.startswith(_THROTTLED):
            return Handed(reference, "throttled", code=code_told(code))
        if code and response.status_code < 500:
            return Handed(reference, "refused", code=code_told(code))
        return Handed(reference, "unknown", code=code_told(code) or f"HTTP {response.status_code}")


def authorization(*, key_id: str, key_secret: str, query: str, headers: Mapping[str, str]) -> str:
    """The Authorization of a POST to /; signs host, content-type and every x-acs header."""
    signed = sorted(
        name for name in headers if name in ("host", "content-type") or name.startswith("x-acs-")
    )
    names = ";".join(signed)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in signed)
    canonical = "\n".join(["POST", "/", query, lines, names, headers["x-acs-content-sha256"]])
    told = f"{ALGORITHM}\n{_sha256(canonical.encode())}"
    made = hmac.new(key_secret.encode(), told.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={key_id},SignedHeaders={names},Signature={made}"


def aliyun_from(fields: Fields, *, name: str, clock: Callable[[], datetime]) -> HttpLine:
    """The line to an account by its settings. Refuses WrongSetting and a wrong secret."""
    fields.text("kind")
    callbacks_from(fields, name=name)
    dialect = Aliyun(
        key_id=fields.text("key_id"),
        key_secret=fields.secret("key_secret"),
        registered=registered_from(fields, place=PLACE),
        url=fields.text("url", "https://dysmsapi.aliyuncs.com/"),
        clock=clock,
    )
    window = fields.whole("window", 8, least=1, most=64)
    seconds = fields.whole("answer_seconds", 10, least=1, most=60)
    fields.done()
    return HttpLine(dialect, window=window, seconds=seconds)


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
