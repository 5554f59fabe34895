"""Blind indexes: 16 bytes by which a sealed value is found when all of it is known.

HMAC-SHA256 under a key outside the database, cut to 16 bytes, over a normal form:
phones as +86…, ID numbers in capitals, names by full pinyin or by initials. There
is no search by prefix and no order. While index keys rotate, search for every
one of `index_candidates`.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Literal

import phonenumbers

from dunwell.store.vault.keyring import keyring
from dunwell.store.vault.readings import full_pinyin, initials

Kind = Literal["phone", "id_no", "name", "initials", "account", "address"]
INDEX_BYTES = 16

_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})")
_NOT_IN_NUMBERS = re.compile(r"[\s\-()._/]+")


def blind_index(text: str, *, kind: Kind) -> bytes:
    """The index of one value under the active key; equal values have equal indexes.

    A text of which nothing is left in normal form still has an index of its own kind.
    """
    return _index(keyring().active("index").secret, kind, NORMAL_FORMS[kind](text))


def blind_index_many(texts: Sequence[str | None], *, kind: Kind) -> list[bytes | None]:
    """The indexes of many values; None and what has no normal form stay None."""
    secret, normal = keyring().active("index").secret, NORMAL_FORMS[kind]
    made: list[bytes | None] = []
    for text in texts:
        form = normal(text) if text else ""
        made.append(_index(secret, kind, form) if form else None)
    return made


def index_candidates(text: str, *, kind: Kind) -> list[bytes]:
    """Every index the value may stand under now: one, or two while index keys rotate."""
    form = NORMAL_FORMS[kind](text)
    return [_index(key.secret, kind, form) for key in keyring().live("index")]


def normal_phone(text: str) -> str:
    """A phone number as +8613800138000; what is no number keeps its digits.

    >>> normal_phone("138-0013 8000"), normal_phone("０１０－６２７８１２３４")
    ('+8613800138000', '+861062781234')
    """
    plain = _NOT_IN_NUMBERS.sub("", unicodedata.normalize("NFKC", text))
    mobile = _MOBILE.fullmatch(plain)
    return f"+86{mobile[1]}" if mobile else _normal_other_phone(plain)


@lru_cache(maxsize=100_000)
def _normal_other_phone(plain: str) -> str:
    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        return re.sub(r"\D", "", plain)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def normal_id_no(text: str) -> str:
    """An ID number in capitals without spaces or dashes."""
    return _NOT_IN_NUMBERS.sub("", unicodedata.normalize("NFKC", text)).upper()


NORMAL_FORMS: dict[Kind, Callable[[str], str]] = {
    "phone": normal_phone,
    "id_no": normal_id_no,
    "name": full_pinyin,
    "initials": initials,
    "account": normal_id_no,
    "address": normal_id_no,
}


def _index(secret: bytes, kind: str, form: str) -> bytes:
    return hmac.digest(secret, f"{kind}\0{form}".encode(), "sha256")[:INDEX_BYTES]
