"""The journal room as a Django app: installs the guards after migrations, checks them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.db.models.signals import post_migrate


class JournalConfig(AppConfig):
    """Entries, seals, and the triggers of every append-only table of the house."""

    name = "dunwell.store.journal"
    label = "journal"

    def ready(self) -> None:
        """Guards go up when the last room has migrated, and are checked at start-up."""
        post_migrate.connect(_reinstall, dispatch_uid="dunwell.journal.guards")
        register(_check, Tags.database)


def _reinstall(app_config: AppConfig, using: str, **_: Any) -> None:
    from dunwell.store.journal.guards import install_guards  # reason: app-registry

    install_guards(using)


def _check(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    from dunwell.store.journal.guards import missing_guards  # reason: app-registry

    return [
        Error(
            f"{name} does not stand: an append-only table could be changed.",
            hint="Run `dunwell db migrate`, which installs it anew.",
            id="dunwell.E001",
        )
        for using in databases or ()
        for name in missing_guards(using)
    ]
