"""What the vault refuses. Figures name places and key ids, never a value."""

from __future__ import annotations

from dunwell.core.refusal import Refusal


class KeysMissing(Refusal):
    """There is no key file. Figures: file."""

    code = "VAULT-KEYS-MISSING"


class KeysUnreadable(Refusal):
    """The key file is not ours, or other users may read it. Figures: file, problem."""

    code = "VAULT-KEYS-UNREADABLE"


class KeyUnknown(Refusal):
    """A value was sealed with a key that the key file does not hold. Figures: key, table, column,
    row."""

    code = "VAULT-KEY-UNKNOWN"


class CannotOpen(Refusal):
    """A value was changed, cut, or moved from another row. Figures: table, column, row."""

    code = "VAULT-CANNOT-OPEN"
