"""The secret that signs sessions: made once in DUNWELL_HOME, readable by its owner only."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path


def secret_key_in(home: Path) -> str:
    """Answer the secret kept in `home`, made at first use by exactly one process."""
    path = home / "session.key"
    if not path.exists():
        # Written whole under another name, then linked: no reader ever sees half a secret.
        draft = home / f"session.key.{os.getpid()}"
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_text().strip()
