"""Where the state lives: SQLite in DUNWELL_HOME, or PostgreSQL by URL."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def database_from(url: str | None, *, home: Path) -> dict[str, Any]:
    """Answer Django's DATABASES entry for `url` (None: SQLite in `home`).

    Refuses (ImproperlyConfigured) any scheme but sqlite:///PATH and
    postgresql://USER:PASSWORD@HOST:PORT/NAME.
    """
    if not url:
        return _sqlite(home / "dunwell.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(unquote(parts.path)))
    if parts.scheme in {"postgres", "postgresql"}:
        query = dict(parse_qsl(parts.query))
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            # A socket folder comes as ?host=/path, as libpq writes it.
            "HOST": query.pop("host", None) or unquote(parts.hostname or ""),
            "PORT": str(parts.port or query.pop("port", "") or ""),
            # A new connection reads the catalogue and plans every statement anew.
            "CONN_MAX_AGE": 600,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": query,
        }
    raise ImproperlyConfigured(
        f"DUNWELL_DATABASE_URL starts with {parts.scheme!r}; "
        "write postgresql://USER:PASSWORD@HOST:PORT/NAME or sqlite:///PATH."
    )


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "timeout": 20,
            # Writers queue at BEGIN instead of failing in the middle.
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456; "
                # REPLACE fires the triggers that keep append-only tables.
                "PRAGMA recursive_triggers=ON;"
            ),
        },
    }
