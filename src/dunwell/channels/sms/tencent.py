"""Tencent Cloud SMS (SendSms 2021-01-11) signed by TC3-HMAC-SHA256, from its public rules.

Rules: "Signature v3" of the Tencent Cloud API guide. The places of a registered text are {1},
{2} …, in order. `SerialNo` is their id; the report brings it back as `sid`. Tested against a
fake that signs by itself and against the published example; the real cloud was not called.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from dunwell.channels.sms.callbacks import callbacks_from
from dunwell.channels.sms.gateways import Fields
from dunwell.channels.sms.http_line import HttpLine, Unspoken
from dunwell.channels.sms.registered_text import Registered, matched, registered_from
from dunwell.channels.sms.smpp_text import number_as
from dunwell.channels.sms.told import code_told, id_told
from dunwell.flows.contact.ports import Handed

ALGORITHM = "TC3-HMAC-SHA256"
JSON = "application/json; charset=utf-8"
PLACE = re.compile(r"\{(\d+)\}")


@dataclass(frozen=True, slots=True)
class Tencent:
    """One application of one account."""

    secret_id: str
    secret_key: str = field(repr=False)
    clock: Callable[[], datetime]
    """The moment a request is signed at."""
    app_id: str = ""
    registered: tuple[Registered, ...] = ()
    region: str = "ap-guangzhou"
    url: str = "https://sms.tencentcloudapi.com/"

    def request(self, *, number: str, text: str, reference: str) -> httpx.Request:
        """SendSms. Raises Unspoken for a text that is not registered."""
        message = matched(text, self.registered)
        if message is None:
            raise Unspoken("TEXT-NOT-REGISTERED")
        values = [message.values[name] for name in sorted(message.values, key=int)]
        body = json.dumps(
            {
                "PhoneNumberSet": [number_as(number, "plus")],
                "SmsSdkAppId": self.app_id,
                "SignName": message.signature,
                "TemplateId": message.code,
                "TemplateParamSet": values,
                "SessionContext": reference,
            },
            ensure_ascii=False,
        )  # fmt: skip
        host, now = httpx.URL(self.url).netloc.decode(), self.clock()
        headers = {
            "host": host,
            "content-type": JSON,
            "x-tc-action": "SendSms",
            "x-tc-version": "2021-01-11",
            "x-tc-region": self.region,
            "x-tc-timestamp": str(int(now.timestamp())),
            "authorization": authorization(
                secret_id=self.secret_id, secret_key=self.secret_key, service="sms",
                headers={"content-type": JSON, "host": host, "x-tc-action": "sendsms"},
                body=body, now=now,
            ),
        }  # fmt: skip
        return httpx.Request("POST", self.url, content=body.encode(), headers=headers)

    def handed(self, *, reference: str, response: httpx.Response) -> Handed:
        """What the answer says."""
        try:
            said: Any = response.json()["Response"]
            refused = said.get("Error", {}).get("Code", "")
            status = {} if refused else said["SendStatusSet"][0]
        except (ValueError, LookupError, TypeError, AttributeError):
            return Handed(reference, "unknown", code=f"HTTP {response.status_code}")
        code = refused or str(status.get("Code", ""))
        if code == "Ok":
            return Handed(reference, "accepted", id_told(str(status.get("SerialNo", ""))))
        if code.startswith("RequestLimitExceeded"):
            return Handed(reference, "throttled", code=code_told(code))
        unclear = code.startswith("InternalError")
        return Handed(reference, "unknown" if unclear else "refused", code=code_told(code))


def authorization(
    *,
    secret_id: str,
    secret_key: str,
    service: str,
    headers: dict[str, str],
    body: str,
    now: datetime,
) -> str:
    """The Authorization of a POST to /; signs the headers given, their values in lower case."""
    day, timestamp = now.astimezone(UTC).strftime("%Y-%m-%d"), str(int(now.timestamp()))
    scope = f"{day}/{service}/tc3_request"
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name].lower()}\n" for name in sorted(headers))
    canonical = "\n".join(["POST", "/", "", lines, names, _sha256(body)])
    told = "\n".join([ALGORITHM, timestamp, scope, _sha256(canonical)])
    key = f"TC3{secret_key}".encode()
    for part in (day, service, "tc3_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    made = hmac.new(key, told.encode(), hashlib.sha256).hexdigest()
    return f"{ALGORITHM} Credential={secret_id}/{scope}, SignedHeaders={names}, Signature={made}"


def tencent_from(fields: Fields, *, name: str, clock: Callable[[], datetime]) -> HttpLine:
    """The line to an application by its settings. Refuses WrongSetting and a wrong secret."""
    fields.text("kind")
    callbacks_from(fields, name=name)
    dialect = Tencent(
        secret_id=fields.text("secret_id"),
        secret_key=fields.secret("secret_key"),
        app_id=fields.text("app_id"),
        registered=registered_from(fields, place=PLACE),
        region=fields.text("region", "ap-guangzhou"),
        url=fields.text("url", "https://sms.tencentcloudapi.com/"),
        clock=clock,
    )
    window = fields.whole("window", 8, least=1, most=64)
    seconds = fields.whole("answer_seconds", 10, least=1, most=60)
    fields.done()
    return HttpLine(dialect, window=window, seconds=seconds)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
