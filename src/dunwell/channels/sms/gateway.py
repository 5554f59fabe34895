"""Any HTTP gateway, by fields: which parameter carries what, and how its answer is read.

Set up in gateways.toml, kind = "http"; works with Kannel's sendsms. In `parameters`, {number},
{text}, {reference}, {receipt_url}, {source} and {secret} are filled in. `accepted` is a pattern
the answer's body matches when the message was taken, `refused` one when it was not: whatever
matches neither, with a status of success, is unknown and for a person to see to.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Literal

import httpx

from dunwell.channels.sms.callbacks import Callbacks, callbacks_from
from dunwell.channels.sms.gateways import FILE, Fields, WrongSetting
from dunwell.channels.sms.http_line import HttpLine
from dunwell.channels.sms.smpp_text import NUMBER_FORMS, NumberForm, number_as
from dunwell.channels.sms.told import id_told
from dunwell.flows.contact.ports import Handed

FILLED = ("number", "text", "reference", "receipt_url", "source", "secret")
BODIES = ("query", "form", "json")


@dataclass(frozen=True, slots=True)
class Gateway:
    """How one gateway wants to be asked."""

    url: str
    parameters: Mapping[str, str]
    accepted: re.Pattern[str]
    refused: re.Pattern[str] | None = None
    id_pattern: re.Pattern[str] | None = None
    method: str = "GET"
    body: Literal["query", "form", "json"] = "query"
    headers: Mapping[str, str] = field(default_factory=dict)
    numbers: NumberForm = "international"
    source: str = ""
    secret: str = field(default="", repr=False)
    callbacks: Callbacks | None = None

    def request(self, *, number: str, text: str, reference: str) -> httpx.Request:
        """The request for one message."""
        values = {
            "number": number_as(number, self.numbers),
            "text": text,
            "reference": reference,
            "receipt_url": self.callbacks.receipt_url(reference) if self.callbacks else "",
            "source": self.source,
            "secret": self.secret,
        }
        filled = {name: what.format_map(values) for name, what in self.parameters.items()}
        headers = {name: what.format_map(values) for name, what in self.headers.items()}
        if self.body == "query":
            return httpx.Request(self.method, self.url, params=filled, headers=headers)
        if self.body == "form":
            return httpx.Request(self.method, self.url, data=filled, headers=headers)
        content = json.dumps(filled, ensure_ascii=False).encode()
        headers = {"content-type": "application/json; charset=utf-8", **headers}
        return httpx.Request(self.method, self.url, content=content, headers=headers)

    def handed(self, *, reference: str, response: httpx.Response) -> Handed:
        """What the answer says."""
        body, status = response.text, response.status_code
        code = f"HTTP {status}"
        if response.is_success and self.accepted.search(body):
            found = self.id_pattern.search(body) if self.id_pattern else None
            return Handed(reference, "accepted", id_told(found.group(1)) if found else "")
        if 400 <= status < 500 or (self.refused is not None and self.refused.search(body)):
            return Handed(reference, "refused", code=code)
        return Handed(reference, "unknown", code=code)


def gateway_from(fields: Fields, *, name: str) -> HttpLine:
    """The line to a gateway by its settings. Refuses WrongSetting and what is wrong in a secret."""
    fields.text("kind")
    parameters, headers = fields.texts("parameters"), fields.texts("headers")
    for part, texts in (("parameters", parameters), ("headers", headers)):
        for key, what in texts.items():
            _check(f"{fields.where}.{part}.{key}", what)
    dialect = Gateway(
        url=fields.text("url"),
        method=fields.text("method", "GET", allowed=("GET", "POST")),
        body=fields.text("body", "query", allowed=BODIES),  # type: ignore[arg-type]  # one of them
        parameters=parameters,
        headers=headers,
        accepted=_pattern(fields, "accepted"),
        refused=_pattern(fields, "refused") if "refused" in fields.content else None,
        id_pattern=_pattern(fields, "id", groups=1) if "id" in fields.content else None,
        numbers=fields.text("numbers", "international", allowed=NUMBER_FORMS),  # type: ignore[arg-type]  # one of them
        source=fields.text("source", ""),
        secret=fields.secret("secret", needed=False),
        callbacks=callbacks_from(fields, name=name),
    )
    window = fields.whole("window", 8, least=1, most=64)
    seconds = fields.whole("answer_seconds", 10, least=1, most=60)
    fields.text("refused", "")
    fields.text("id", "")
    fields.done()
    return HttpLine(dialect, window=window, seconds=seconds)


def _check(where: str, what: str) -> None:
    """Only known things are filled in."""
    try:
        names = {name for _, name, _, _ in Formatter().parse(what) if name is not None}
    except ValueError:
        names = {"{"}
    if not names <= set(FILLED):
        allowed = ", ".join(f"{{{name}}}" for name in FILLED)
        raise WrongSetting(file=FILE, where=where, found=sorted(names)[0], allowed=allowed)


def _pattern(fields: Fields, name: str, *, groups: int = 0) -> re.Pattern[str]:
    text = fields.text(name)
    allowed = "regular expression" + (", 1 group ( )" if groups else "")
    try:
        pattern = re.compile(text)
    except re.error:
        pattern = None
    if pattern is None or pattern.groups < groups:
        raise WrongSetting(
            file=FILE, where=f"{fields.where}.{name}", found=text[:60], allowed=allowed
        )
    return pattern
