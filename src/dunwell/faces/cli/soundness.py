"""Whether the state database can be worked with, and what behind a fault the operator can mend.

Called by the commands that begin long work (`db check`, `serve`, the import worker), and by the
command line itself after a fault of the database.
"""

from __future__ import annotations

from typing import Any

from django.core.checks import ERROR, run_checks
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.utils import OperationalError, ProgrammingError

from dunwell.core.refusal import Refusal
from dunwell.store.vault.rotation import refuse_other_keys


class NotMigrated(Refusal):
    """The database is older than the program. Figures: steps."""

    code = "DB-NOT-MIGRATED"


class NotSound(Refusal):
    """A start-up check failed. Figures: problems, first."""

    code = "DB-NOT-SOUND"


class NotReached(Refusal):
    """The database does not answer. Figures: database."""

    code = "DB-NOT-REACHED"


def refuse_unsound() -> None:
    """Pass silently when the database is up to date, guarded, and its keys are there.

    Refuses NotMigrated, NotSound, what the key file refuses, and keys of another database.
    """
    steps = steps_to_migrate()
    if steps:
        raise NotMigrated(steps=len(steps))
    refuse_other_keys()
    found = run_checks(include_deployment_checks=False, databases=["default"])
    errors = [message for message in found if message.level >= ERROR]
    if errors:
        raise NotSound(problems=len(errors), first=errors[0].msg)


def refusal_behind(fault: Exception) -> Refusal | None:
    """NotMigrated or NotReached when that is why `fault` happened; None for anything else."""
    if not isinstance(fault, OperationalError | ProgrammingError):
        return None
    try:
        steps = steps_to_migrate()
    except OperationalError:
        return NotReached(database=connection.vendor)
    return NotMigrated(steps=len(steps)) if steps else None


def steps_to_migrate() -> list[Any]:
    """The migrations that the database has not had yet."""
    executor = MigrationExecutor(connection)
    return list(executor.migration_plan(executor.loader.graph.leaf_nodes()))
