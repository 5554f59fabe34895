"""The words of a short message as bytes: alphabets, parts joined on the phone, numbers.

Called by the SMPP line. Chinese goes as UCS-2 (data_coding 8), a text that fits it all in the
GSM 7-bit default alphabet, one septet to an octet as SMSCs take it (data_coding 0). Parts are
those of core.message.split, each behind the user data header of 3GPP TS 23.040, 9.2.3.24.1
(concatenation, 8-bit reference).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dunwell.core.message import parts_of, split
from dunwell.flows.contact.ports import Joined

NumberForm = Literal["international", "plus", "national"]
NUMBER_FORMS: tuple[NumberForm, ...] = ("international", "plus", "national")
UCS2, LATIN1, GSM = 8, 3, 0
HEADER_BYTES = 6
UDH_INDICATOR = 0x40
_CONCATENATION = {(0x00, 3), (0x08, 4)}
"""Elements of a user data header that join parts, with their length."""

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = {
    "\f": 0x0A, "^": 0x14, "{": 0x28, "}": 0x29, "\\": 0x2F, "[": 0x3C, "~": 0x3D, "]": 0x3E,
    "|": 0x40, "€": 0x65,
}  # fmt: skip
_SEPTET = {char: bytes([place]) for place, char in enumerate(_BASIC) if char != "\x1b"} | {
    char: bytes([0x1B, place]) for char, place in _EXTENDED.items()
}
_ESCAPED = {place: char for char, place in _EXTENDED.items()}


@dataclass(frozen=True, slots=True)
class Encoded:
    """One part as it goes into submit_sm."""

    data: bytes
    data_coding: int
    esm_class: int


def encode(text: str, *, joined_as: int) -> tuple[Encoded, ...]:
    """The parts of a text; those of one message bear the number `joined_as` (0-255)."""
    gsm = parts_of(text).alphabet == "gsm7"
    coding = GSM if gsm else UCS2
    pieces = [to_gsm(piece) if gsm else piece.encode("utf-16-be") for piece in split(text)]
    if len(pieces) == 1:
        return (Encoded(pieces[0], coding, 0),)
    assert len(pieces) <= 255
    return tuple(
        Encoded(bytes([5, 0, 3, joined_as, len(pieces), place]) + piece, coding, UDH_INDICATOR)
        for place, piece in enumerate(pieces, 1)
    )


def decode(data: bytes, *, data_coding: int, esm_class: int) -> str:
    """The text of a message that came in; what cannot be read is shown as such."""
    if esm_class & UDH_INDICATOR and data:
        data = data[1 + data[0] :]
    if data_coding == UCS2:
        return data.decode("utf-16-be", "replace")
    if data_coding == GSM:
        return from_gsm(data)
    return data.decode("latin-1")


def joined_in(data: bytes, *, esm_class: int) -> Joined | None:
    """Which part of a longer message a user data header says this is (3GPP TS 23.040, 9.2.3.24.1
    and .8: 8-bit and 16-bit reference); None where it says nothing, or nonsense.

    >>> joined_in(bytes([5, 0, 3, 7, 2, 1]) + b"x", esm_class=0x40)
    Joined(reference=7, place=1, parts=2)
    """
    if not esm_class & UDH_INDICATOR or not data:
        return None
    header, at = data[1 : 1 + data[0]], 0
    while at + 2 <= len(header):
        element, told = header[at], header[at + 2 : at + 2 + header[at + 1]]
        if (element, len(told)) in _CONCATENATION:
            return joined(int.from_bytes(told[:-2]), place=told[-1], parts=told[-2])
        at += 2 + len(told)
    return None


def joined(reference: int, *, place: int, parts: int) -> Joined | None:
    """The part, where there are several and it is one of them."""
    return Joined(reference, place, parts) if parts > 1 and 1 <= place <= parts else None


def to_gsm(text: str) -> bytes:
    """Septets, one to an octet. KeyError for a character the alphabet does not have.

    >>> to_gsm("a€")
    b'a\\x1be'
    """
    return b"".join(_SEPTET[char] for char in text)


def from_gsm(data: bytes) -> str:
    """The text of septets, one to an octet."""
    read, escaped = [], False
    for octet in data:
        if escaped:
            read.append(_ESCAPED.get(octet, " "))
            escaped = False
        elif octet == 0x1B:
            escaped = True
        else:
            read.append(_BASIC[octet] if octet < 128 else "\ufffd")
    return "".join(read)


def number_as(number: str, form: NumberForm) -> str:
    """A number as the gateway takes it.

    >>> [number_as("138 0013 8000", form) for form in NUMBER_FORMS]
    ['8613800138000', '+8613800138000', '13800138000']
    >>> number_as("+852 9123 4567", "national")
    '85291234567'
    """
    digits = re.sub(r"\D", "", number).removeprefix("00")
    if len(digits) == 13 and digits.startswith("861"):
        digits = digits[2:]
    chinese = len(digits) == 11 and digits.startswith("1")
    if form == "national":
        return digits
    whole = f"86{digits}" if chinese else digits
    return f"+{whole}" if form == "plus" else whole
