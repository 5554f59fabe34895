"""Texts registered with a cloud: which of them a message is, and with which values.

The clouds send registered templates with values, not texts. The message that was permitted is
matched against the registered texts whole, character by character: what is sent is what was
permitted, or it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dunwell.channels.sms.gateways import FILE, Fields, WrongSetting

_SIGNED = re.compile(r"【([^【】]+)】")


@dataclass(frozen=True, slots=True)
class Registered:
    """One text: the code the cloud knows it by, its places in order, and its shape."""

    code: str
    places: tuple[str, ...]
    shape: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Matched:
    """A message as the cloud wants it."""

    signature: str
    code: str
    values: dict[str, str]


def registered_from(fields: Fields, *, place: re.Pattern[str]) -> tuple[Registered, ...]:
    """The texts of `templates`; `place` finds the name of a place. Refuses WrongSetting."""
    found = []
    for table in fields.tables("templates").values():
        code, text = table.text("code"), table.text("text")
        table.done()
        found.append(Registered(code, tuple(place.findall(text)), _shape(text, place)))
    if not found:
        where = f"{fields.where}.templates"
        raise WrongSetting(file=FILE, where=where, found="–", allowed=f"[{where}.NAME]")
    return tuple(found)


def matched(text: str, registered: Sequence[Registered]) -> Matched | None:
    """The registered text that a message is; None for one that is none of them."""
    signed = _SIGNED.match(text)
    if signed is None:
        return None
    for each in registered:
        fits = each.shape.fullmatch(text, signed.end())
        if fits:
            values = {name: fits[f"p_{name}"] for name in each.places}
            return Matched(signed[1], each.code, values)
    return None


def _shape(text: str, place: re.Pattern[str]) -> re.Pattern[str]:
    """The text as a pattern: each place holds something, the same place the same."""
    parts, seen, at = [], set[str](), 0
    for found in place.finditer(text):
        name = found[1]
        parts.append(re.escape(text[at : found.start()]))
        parts.append(f"(?P=p_{name})" if name in seen else f"(?P<p_{name}>.+?)")
        seen.add(name)
        at = found.end()
    return re.compile("".join([*parts, re.escape(text[at:])]))
