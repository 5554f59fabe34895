"""Signing receipts: an Ed25519 key in the key file, made when it is first needed.

The public key stands in every receipt, so an old receipt is checked with the key it was
signed with, whatever became of the key file.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from dunwell.store.vault.keyring import Key, changing, keyring, write_keyring


class Signer:
    """A private key that is ready to sign."""

    def __init__(self, secret: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        self.public_key = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """The signature of `message`: 64 bytes."""
        return self._key.sign(message)


def receipt_signer(*, now: datetime) -> Signer:
    """The signer of receipts; its key is added to the key file the first time.

    Refuses KeysMissing and KeysUnreadable.
    """
    key = _receipt_key() or _add_key(now)
    return _signer(key.secret)


def signature_fits(*, public_key: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the holder of that key signed that message."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=4)
def _signer(secret: bytes) -> Signer:
    return Signer(secret)


def _receipt_key() -> Key | None:
    ring = keyring()
    found = [key for key in ring.keys if key.purpose == "receipt" and key.state == "active"]
    return found[-1] if found else None


def _add_key(now: datetime) -> Key:
    with changing():
        if _receipt_key() is None:  # another process may have been first
            write_keyring(keyring().with_new("receipt", now=now))
        return keyring().active("receipt")
