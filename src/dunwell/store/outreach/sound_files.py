"""Sound files at rest: each encrypted with a key of its own, in pieces that open only in order.

Called by the recording flow. A file is: 4 bytes `DWR1`, then pieces of one MiB, each AES-256-GCM
with its number as nonce and the last one marked, so that a file cut short does not open.
The key lies sealed in the state database; without it the file is noise.
"""

from __future__ import annotations

import hashlib
import os
import struct
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dunwell.core.refusal import Refusal

PIECE = 1 << 20
_HEAD = b"DWR1"
_TAG = 16
_NONCE = struct.Struct(">IQ")


class SoundBroken(Refusal):
    """The file is missing, was changed, or was cut short. Figures: name."""

    code = "RECORDING-BROKEN"


@dataclass(frozen=True, slots=True)
class Written:
    """What was written: the hash and size of the sound itself, and the key as text to seal."""

    sha256: str
    bytes: int
    key: str


def write_sound(path: Path, pieces: Iterable[bytes]) -> Written:
    """Write a sound encrypted to `path`, whole or not at all. An existing file is an error."""
    key = os.urandom(32)
    cipher, hashed, size, number = AESGCM(key), hashlib.sha256(), 0, 0
    part = path.with_suffix(".part")
    with part.open("xb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(_HEAD)
        for piece, last in _even(pieces):
            hashed.update(piece)
            size += len(piece)
            out.write(cipher.encrypt(_NONCE.pack(last, number), piece, _HEAD))
            number += 1
        out.flush()
        os.fsync(out.fileno())
    os.link(part, path)  # refuses to replace what is there
    part.unlink()
    return Written(hashed.hexdigest(), size, b64encode(key).decode())


def read_sound(path: Path, key: str) -> Iterator[bytes]:
    """The sound in pieces. Refuses SoundBroken at the first piece that does not open."""
    cipher, number = AESGCM(b64decode(key)), 0
    try:
        with path.open("rb") as source:
            if source.read(len(_HEAD)) != _HEAD:
                raise SoundBroken(name=path.name)
            box = source.read(PIECE + _TAG)
            while True:
                following = source.read(PIECE + _TAG)
                yield cipher.decrypt(_NONCE.pack(not following, number), box, _HEAD)
                if not following:
                    return
                box, number = following, number + 1
    except (OSError, InvalidTag):
        raise SoundBroken(name=path.name) from None


def _even(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The same bytes in pieces of PIECE; True with the last, which may be empty."""
    held = b""
    for piece in pieces:
        held += piece
        while len(held) > PIECE:
            yield held[:PIECE], False
            held = held[PIECE:]
    yield held, True
