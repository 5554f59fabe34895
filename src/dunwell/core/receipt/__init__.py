"""Receipts: what a used permit tells the borrower, in one spelling that can be signed.

flows.contact.receipt makes and signs them; `dunwell receipt verify` and
docs/verify_receipt.py check them without any state. A file is canonical JSON: any other
byte, even a space, is not a receipt. Receipts of one debtor form a chain of hashes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from dunwell.core.refusal import Refusal

FORMAT: Final = "dunwell-receipt-1"
FIRST: Final = "0" * 64
"""The previous hash of a debtor's first receipt."""

_KEYS = frozenset(
    {
        "format", "permit", "place", "previous_hash", "lender", "asked_at", "used_at", "channel",
        "purpose", "direction", "verdict", "codes", "lifted", "inputs", "rules", "packs",
        "pack_hash", "content_hash", "public_key",
    }
)  # fmt: skip
_HEX = {"public_key": 64, "previous_hash": 64, "pack_hash": 64, "signature": 128}


class NotAReceipt(Refusal):
    """A file that is not a receipt as we write them. Figures: problem."""

    code = "RECEIPT-FORM"


class BrokenChain(Refusal):
    """A receipt that does not follow the one before it. Figures: place."""

    code = "RECEIPT-CHAIN"


class Document(NamedTuple):
    """A receipt read from its file: what it says, what was signed, and the signature."""

    body: Mapping[str, Any]
    signed: bytes
    signature: bytes

    @property
    def public_key(self) -> bytes:
        """The key the receipt says it is signed with."""
        return bytes.fromhex(self.body["public_key"])


def canonical(content: object) -> bytes:
    """The one spelling of a content: sorted keys, two spaces, UTF-8, a line feed at the end."""
    return (json.dumps(content, ensure_ascii=False, sort_keys=True, indent=2) + "\n").encode()


def write_document(signed: bytes, signature: bytes) -> bytes:
    """The file of a receipt whose canonical body is `signed`."""
    # The same as canonical() of both together, which would spell the body a second time:
    # a line feed never stands inside a JSON text.
    inner = signed.rstrip().replace(b"\n", b"\n  ")
    return b'{\n  "receipt": %s,\n  "signature": "%s"\n}\n' % (inner, signature.hex().encode())


def read_document(content: bytes) -> Document:
    """Read a receipt's file. Refuses (NotAReceipt) whatever is not written just so."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        raise NotAReceipt(problem="json") from None
    if not isinstance(found, dict) or found.keys() != {"receipt", "signature"}:
        raise NotAReceipt(problem="keys")
    body = found["receipt"]
    if not isinstance(body, dict) or body.keys() != _KEYS or body["format"] != FORMAT:
        raise NotAReceipt(problem="keys")
    for name, length in _HEX.items():
        value = found["signature"] if name == "signature" else body[name]
        if not isinstance(value, str) or not re.fullmatch(f"[0-9a-f]{{{length}}}", value):
            raise NotAReceipt(problem=name)
    try:
        if canonical(found) != content:
            raise NotAReceipt(problem="spelling")
    except UnicodeEncodeError:  # half a surrogate pair can be escaped, but never written
        raise NotAReceipt(problem="spelling") from None
    return Document(body, canonical(body), bytes.fromhex(found["signature"]))


def hash_of(body: Mapping[str, Any]) -> str:
    """What the debtor's next receipt names as previous_hash."""
    return hashlib.sha256(canonical(body)).hexdigest()


def fingerprint(public_key: bytes) -> str:
    """A key as people compare it: eight groups of four hex digits."""
    digits = hashlib.sha256(public_key).hexdigest()[:32]
    return " ".join(digits[at : at + 4] for at in range(0, 32, 4))


def check_chain(
    bodies: Sequence[Mapping[str, Any]], *, previous: str = FIRST, place: int = 1
) -> None:
    """Pass silently when each receipt follows the one before it, from `place` on.

    Refuses BrokenChain.
    """
    for body in bodies:
        if body["previous_hash"] != previous or body["place"] != place:
            raise BrokenChain(place=place)
        previous, place = hash_of(body), place + 1
