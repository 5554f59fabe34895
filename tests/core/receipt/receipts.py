"""A receipt to alter, made without any state."""

from __future__ import annotations

from dunwell.core.receipt import FIRST, FORMAT, canonical, write_document
from dunwell.store.vault.signing import Signer

SIGNER = Signer(bytes(range(32)))
BODY = {
    "format": FORMAT, "permit": 7, "place": 1, "previous_hash": FIRST, "lender": "default",
    "asked_at": "2026-03-02T12:00:00+08:00", "used_at": "2026-03-02T12:01:00+08:00",
    "channel": "sms", "purpose": "collect", "direction": "outbound", "verdict": "allow",
    "codes": [], "lifted": [], "inputs": {"at": "2026-03-02T12:01:00+08:00", "说明": None},
    "rules": "CN-T01", "packs": [{"id": "house", "hash": "a" * 64}], "pack_hash": "b" * 64,
    "content_hash": "c" * 64, "public_key": SIGNER.public_key.hex(),
}  # fmt: skip
FILE = write_document(canonical(BODY), SIGNER.sign(canonical(BODY)))
