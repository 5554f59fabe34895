"""The key file: which keys seal, which only open, and who made them when.

One JSON file outside the database (settings.KEYS_FILE, mode 0600). Of each
purpose the newest key that is `active` is used for new values; `opening` keys
still read old values while a rotation runs; `retired` keys protect nothing that
is in the database, and stay so that an old backup can be read. The file is
replaced as a whole and looked at again whenever it changes, so that running
web processes learn of a new key by themselves.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from dunwell.store.vault.refusals import KeysMissing, KeysUnreadable

Purpose = Literal["seal", "index", "journal", "receipt"]
State = Literal["active", "opening", "retired"]
PURPOSES: tuple[Purpose, ...] = ("seal", "index", "journal")
"""What a key file always holds; the key of receipts is added when it is first needed."""
FORMAT = 1


@dataclass(frozen=True, slots=True)
class Key:
    """One secret of 32 bytes. Its id is random, so that two key files never agree by chance."""

    id: int
    purpose: Purpose
    state: State
    made_at: str
    secret: bytes

    def __repr__(self) -> str:
        return f"Key(id={self.id}, purpose={self.purpose!r}, state={self.state!r})"


@dataclass(frozen=True)
class Keyring:
    """All keys of a deployment, oldest first."""

    keys: tuple[Key, ...]

    def active(self, purpose: Purpose) -> Key:
        """The key new values are made with."""
        return next(
            key for key in reversed(self.keys) if key.purpose == purpose and key.state == "active"
        )

    def live(self, purpose: Purpose) -> tuple[Key, ...]:
        """The active key first, then those that old values may still need."""
        return tuple(
            key for key in reversed(self.keys) if key.purpose == purpose and key.state != "retired"
        )

    def by_id(self, key_id: int) -> Key | None:
        """The key of that id, whatever its state."""
        return self._by_id.get(key_id)

    @cached_property
    def _by_id(self) -> dict[int, Key]:
        return {key.id: key for key in self.keys}

    @cached_property
    def ciphers(self) -> dict[int, AESGCM]:
        """A ready cipher per sealing key."""
        return {key.id: AESGCM(key.secret) for key in self.keys if key.purpose == "seal"}

    def with_new(self, purpose: Purpose, *, now: datetime) -> Keyring:
        """A new active key of `purpose`; the ones before it only open from now on."""
        kept = tuple(
            replace(key, state="opening")
            if key.purpose == purpose and key.state == "active"
            else key
            for key in self.keys
        )
        return Keyring((*kept, _new_key(purpose, now=now, taken=set(self._by_id))))

    def with_retired(self, purpose: Purpose) -> Keyring:
        """Every key of `purpose` that only opens is retired."""
        return Keyring(
            tuple(
                replace(key, state="retired")
                if key.purpose == purpose and key.state == "opening"
                else key
                for key in self.keys
            )
        )


_known: dict[Path, tuple[tuple[int, int, int], Keyring]] = {}


def keyring(path: Path | None = None) -> Keyring:
    """The keys as the file holds them now. Refuses KeysMissing and KeysUnreadable."""
    path = path or settings.KEYS_FILE
    try:
        stat = os.stat(path)
    except FileNotFoundError:
        raise KeysMissing(file=path.name) from None
    seen = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
    known = _known.get(path)
    if known is None or known[0] != seen:
        if stat.st_mode & 0o077:
            raise KeysUnreadable(file=path.name, problem="mode")
        known = _known[path] = (seen, _read(path))
    return known[1]


def init_keyring(*, now: datetime, path: Path | None = None) -> bool:
    """Make the key file unless there is one; True when it was made now.

    A key file that exists is never replaced: losing it is losing the data.
    """
    path = path or settings.KEYS_FILE
    with changing(path):
        if path.exists():
            keyring(path)
            return False
        keys: list[Key] = []
        for purpose in PURPOSES:
            keys.append(_new_key(purpose, now=now, taken={key.id for key in keys}))
        write_keyring(Keyring(tuple(keys)), path)
    return True


@contextlib.contextmanager
def changing(path: Path | None = None) -> Iterator[None]:
    """Hold the key file against other changers; waits for them."""
    path = path or settings.KEYS_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path.with_name(path.name + ".lock"), os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def write_keyring(ring: Keyring, path: Path | None = None) -> None:
    """Replace the file as a whole; call inside `changing`. A crash leaves the old or the new."""
    path = path or settings.KEYS_FILE
    body = {
        "format": FORMAT,
        "keys": [
            {
                "id": key.id,
                "purpose": key.purpose,
                "state": key.state,
                "made_at": key.made_at,
                "secret": base64.b64encode(key.secret).decode(),
            }
            for key in ring.keys
        ],
    }
    draft = path.with_name(path.name + ".draft")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        json.dump(body, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _read(path: Path) -> Keyring:
    try:
        body = json.loads(path.read_text("utf-8"))
        if body["format"] != FORMAT:
            raise KeysUnreadable(file=path.name, problem="format")
        keys = tuple(
            Key(
                id=int(each["id"]),
                purpose=each["purpose"],
                state=each["state"],
                made_at=each["made_at"],
                secret=base64.b64decode(each["secret"]),
            )
            for each in body["keys"]
        )
    except (ValueError, KeyError, TypeError):
        raise KeysUnreadable(file=path.name, problem="format") from None
    for purpose in PURPOSES:
        if not any(key.purpose == purpose and key.state == "active" for key in keys):
            raise KeysUnreadable(file=path.name, problem=purpose)
    return Keyring(keys)


def _new_key(purpose: Purpose, *, now: datetime, taken: set[int]) -> Key:
    key_id = 0
    while key_id == 0 or key_id in taken:
        key_id = secrets.randbits(32)
    return Key(
        key_id, purpose, "active", now.isoformat(timespec="seconds"), secrets.token_bytes(32)
    )
