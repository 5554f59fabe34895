"""`dunwell db`: the state database brought up to date, and looked over."""

from __future__ import annotations

import io
from typing import Annotated, Any

import typer
from django.core.checks import ERROR, run_checks
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from dunwell.core.refusal import Refusal
from dunwell.faces.cli.telling import answer, tell
from dunwell.store.vault import init_keyring, keyring

app = typer.Typer(no_args_is_help=True, help="数据库 / the state database")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]


class NotMigrated(Refusal):
    """The database is older than the program. Figures: steps."""

    code = "DB-NOT-MIGRATED"


class NotSound(Refusal):
    """A start-up check failed. Figures: problems, first."""

    code = "DB-NOT-SOUND"


@app.callback()
def _db() -> None:
    """状态数据库 / the state database."""


@app.command()
def migrate(as_json: AsJson = False) -> None:
    """升级数据库，装上防篡改触发器，必要时生成密钥 / bring the database up to date."""
    steps = len(_pending())
    # A new house gets its keys; one with data keeps those it has, or says they are missing.
    made = init_keyring(now=timezone.now()) if _is_new() else False
    keyring()
    call_command("migrate", interactive=False, verbosity=0, stdout=io.StringIO())
    if as_json:
        answer({"database": connection.vendor, "steps": steps, "keys_made": made})
    else:
        tell("DB-MIGRATED", database=connection.vendor, steps=steps)


@app.command()
def check(as_json: AsJson = False) -> None:
    """检查数据库、触发器和密钥 / check the database, its triggers and the keys."""
    refuse_unsound()
    facts: dict[str, Any] = {"database": connection.vendor, "sound": True}
    if as_json:
        answer(facts)
    else:
        tell("DB-SOUND", database=connection.vendor)


def refuse_unsound() -> None:
    """Pass silently when the database is up to date, guarded, and its keys are there.

    Refuses NotMigrated, NotSound, and what the key file refuses.
    """
    steps = _pending()
    if steps:
        raise NotMigrated(steps=len(steps))
    keyring()
    found = run_checks(include_deployment_checks=False, databases=["default"])
    errors = [message for message in found if message.level >= ERROR]
    if errors:
        raise NotSound(problems=len(errors), first=errors[0].msg)


def _pending() -> list[Any]:
    executor = MigrationExecutor(connection)
    return list(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _is_new() -> bool:
    """No party has ever been written: there is nothing that other keys could have sealed."""
    with connection.cursor() as cursor:
        if "people_party" not in connection.introspection.table_names(cursor):
            return True
        cursor.execute("SELECT 1 FROM people_party LIMIT 1")
        return cursor.fetchone() is None
