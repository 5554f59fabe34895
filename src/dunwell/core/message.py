"""Messages: what an SMS says, filled from the ledger only, and how many parts it takes.

`parse_template` reads a template of a pack, `render` fills it, `parts_of` counts as the
carriers do: 70 characters of UCS-2 alone, 67 each when joined (a joined part carries a
6-byte header); 160 and 153 of the GSM 7-bit alphabet (3GPP TS 23.038, 23.040). A text
opens with one registered signature in 【】 (China's rule for commercial gateways) and
names an officer and a number to call back. Called by the desk, the sender and the API.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Literal

from dunwell.core.params import WrongValue, keyed, one_of, text_in
from dunwell.core.refusal import Refusal

Kind = Literal["remind", "missed_call", "promise", "relief", "plan", "service"]
KINDS: tuple[Kind, ...] = ("remind", "missed_call", "promise", "relief", "plan", "service")
PURPOSES = ("collect", "remind", "notify", "service")

FIELDS: Mapping[str, str] = {
    "addressee": "family name and a polite form, 王先生/女士 or 您好",
    "lender": "the lender's name",
    "overdue": "overdue amount of all loans, 1,234.50",
    "past_due_days": "days past due",
    "due_on": "oldest unpaid due date, 3月2日",
    "promised": "promised amount",
    "promised_on": "promised day",
    "officer": "work name of the officer",
    "call_back": "number to call back",
    "pay_link": "the one address where it can be paid",
}
"""All that a template may carry; each comes from the ledger, never from a keyboard."""

NEEDED: Mapping[str, tuple[str, ...]] = {
    kind: ("officer", "call_back") for kind in KINDS if kind != "service"
} | {"service": ("call_back",)}
"""Who writes and how to reach them: a message without both helps nobody."""

_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "ÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_ESCAPED = frozenset("^{}\\[~]|€\f")
_SIGNED = re.compile(r"【([^【】]{2,20})】")


class UnknownField(Refusal):
    """A template asks for what the ledger does not give. Figures: template, unknown, allowed."""

    code = "MESSAGE-UNKNOWN-FIELD"


class MissingField(Refusal):
    """A template lacks what every such message says, or a value is not there.

    Figures: template, missing.
    """

    code = "MESSAGE-MISSING-FIELD"


class WrongSignature(Refusal):
    """Not exactly one registered signature at the front. Figures: template, allowed."""

    code = "MESSAGE-SIGNATURE"


class TooLong(Refusal):
    """More parts than the house allows. Figures: template, parts, most, characters."""

    code = "MESSAGE-TOO-LONG"


@dataclass(frozen=True, slots=True)
class Parts:
    """How a text goes over the air; `characters` as its alphabet counts, `left` in the last."""

    alphabet: Literal["gsm7", "ucs2"]
    characters: int
    parts: int
    left: int


@dataclass(frozen=True, slots=True)
class Template:
    """One text with {fields}; `text` has no signature, which `render` puts in front."""

    id: str
    title: str
    title_en: str
    kind: Kind
    purpose: str
    text: str
    language: str

    @property
    def fields(self) -> frozenset[str]:
        """The fields the text asks for."""
        return _fields_of(self.text)


def parts_of(text: str) -> Parts:
    """Count the parts of `text`. An empty text has none.

    >>> [parts_of("贷" * n).parts for n in (0, 70, 71, 134, 135)]
    [0, 1, 2, 2, 3]
    >>> parts_of("a" * 161)
    Parts(alphabet='gsm7', characters=161, parts=2, left=145)
    """
    if all(char in _GSM or char in _GSM_ESCAPED for char in text):
        weights = [2 if char in _GSM_ESCAPED else 1 for char in text]
        return _counted("gsm7", weights, alone=160, joined=153)
    # UCS-2 counts 16-bit units: a character beyond the base plane (emoji) takes two.
    weights = [2 if ord(char) > 0xFFFF else 1 for char in text]
    return _counted("ucs2", weights, alone=70, joined=67)


def split(text: str) -> tuple[str, ...]:
    """The texts of the parts, in order; no character is cut in two."""
    counted = parts_of(text)
    if counted.parts <= 1:
        return (text,) if text else ()
    gsm = counted.alphabet == "gsm7"
    room = 153 if gsm else 67
    pieces, piece, used = [], "", 0
    for char in text:
        weight = _weight(char, gsm=gsm)
        if used + weight > room:
            pieces.append(piece)
            piece, used = "", 0
        piece += char
        used += weight
    return (*pieces, piece)


def parse_template(content: object, *, file: str) -> Template:
    """Read a template. Refuses WrongKeys, WrongValue, UnknownField, MissingField, and a text
    that carries a signature of its own (WrongSignature)."""
    needed = ("id", "title", "title_en", "kind", "purpose", "text")
    written = keyed(content, file, "", needed, ("language",))
    found = Template(
        id=text_in(written["id"], file, "id"),
        title=text_in(written["title"], file, "title"),
        title_en=text_in(written["title_en"], file, "title_en"),
        kind=one_of(written["kind"], KINDS, file, "kind"),  # type: ignore[arg-type]  # one of them
        purpose=one_of(written["purpose"], PURPOSES, file, "purpose"),
        text=" ".join(text_in(written["text"], file, "text").split("\n")),
        language=text_in(written.get("language", "zh-Hans"), file, "language"),
    )
    if "【" in found.text or "】" in found.text:
        raise WrongSignature(template=found.id, allowed="the lender's, put in front when sending")
    unknown = sorted(found.fields - FIELDS.keys())
    if unknown:
        raise UnknownField(template=found.id, unknown=unknown, allowed=sorted(FIELDS))
    missing = [name for name in NEEDED[found.kind] if name not in found.fields]
    if missing:
        raise MissingField(template=found.id, missing=missing)
    return found


def render(
    template: Template,
    *,
    values: Mapping[str, str],
    signature: str,
    registered: Collection[str],
    most_parts: int,
) -> str:
    """The text of one message: signature first, every field filled.

    Refuses WrongSignature (not registered), MissingField (a value is empty or not there),
    WrongValue (a value that would bring a signature or a line of its own) and TooLong.
    """
    if signature not in registered or not _SIGNED.fullmatch(f"【{signature}】"):
        raise WrongSignature(template=template.id, allowed=sorted(registered))
    missing = sorted(name for name in template.fields if not values.get(name, "").strip())
    if missing:
        raise MissingField(template=template.id, missing=missing)
    for name in sorted(template.fields):
        if any(char in values[name] for char in "【】\r\n"):
            raise WrongValue(file=template.id, path=name, value="…", allowed="no 【】, one line")
    filled = {name: values[name].strip() for name in template.fields}
    text = f"【{signature}】{template.text.format_map(filled)}"
    counted = parts_of(text)
    if counted.parts > most_parts:
        raise TooLong(
            template=template.id,
            parts=counted.parts,
            most=most_parts,
            characters=counted.characters,
        )
    return text


def signatures_in(text: str) -> tuple[str, ...]:
    """Every signature of a text, in order."""
    return tuple(_SIGNED.findall(text))


def _fields_of(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def _weight(char: str, *, gsm: bool) -> int:
    wide = char in _GSM_ESCAPED if gsm else ord(char) > 0xFFFF
    return 2 if wide else 1


def _counted(
    alphabet: Literal["gsm7", "ucs2"], weights: list[int], *, alone: int, joined: int
) -> Parts:
    characters = sum(weights)
    if characters <= alone:
        return Parts(alphabet, characters, min(1, len(weights)), alone - characters)
    parts, used = 1, 0
    for weight in weights:
        if used + weight > joined:  # a two-unit character is never cut
            parts, used = parts + 1, 0
        used += weight
    return Parts(alphabet, characters, parts, joined - used)
