"""Keys and sealed values: AES-256-GCM fields, blind indexes, masks. Below all rooms of the store.

- `seal`, `seal_many`, `open_sealed`, `open_many`: personal text, bound to table, column and row.
- `blind_index`, `blind_index_many`: exact search without plain text; `index_candidates` to search.
- `dunwell.store.vault.masks`: how personal values are shown.
- `dunwell.store.vault.rotation`: new keys for old values.
"""

from __future__ import annotations

from dunwell.store.vault.blind import (
    Kind,
    blind_index,
    blind_index_many,
    index_candidates,
)
from dunwell.store.vault.keyring import Keyring, init_keyring, keyring
from dunwell.store.vault.refusals import CannotOpen, KeysMissing, KeyUnknown
from dunwell.store.vault.sealed import open_many, open_sealed, seal, seal_many

__all__ = [
    "CannotOpen",
    "KeyUnknown",
    "Keyring",
    "KeysMissing",
    "Kind",
    "blind_index",
    "blind_index_many",
    "index_candidates",
    "init_keyring",
    "keyring",
    "open_many",
    "open_sealed",
    "seal",
    "seal_many",
]
