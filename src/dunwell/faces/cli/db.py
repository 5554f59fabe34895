"""`dunwell db`: the state database brought up to date, and looked over."""

from __future__ import annotations

import io
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from dunwell.core.refusal import Refusal
from dunwell.faces.cli.soundness import refuse_unsound, steps_to_migrate
from dunwell.faces.cli.telling import answer, tell
from dunwell.store.vault import KeysMissing, init_keyring
from dunwell.store.vault.rotation import anything_sealed

app = typer.Typer(no_args_is_help=True, help="数据库 / the state database")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]


class NotOursToCopy(Refusal):
    """A database server is backed up with its own tools. Figures: database."""

    code = "DB-BACKUP-ELSEWHERE"


class BackupThere(Refusal):
    """The file exists, and a backup never writes over anything. Figures: file."""

    code = "DB-BACKUP-THERE"


class BackupNotWritten(Refusal):
    """The file cannot be written. Figures: file, problem."""

    code = "DB-BACKUP-NOT-WRITTEN"


@app.callback()
def _db() -> None:
    """状态数据库 / the state database."""


@app.command()
def migrate(as_json: AsJson = False) -> None:
    """升级数据库，装上防篡改触发器，必要时生成密钥 / bring the database up to date."""
    steps = len(steps_to_migrate())
    made = make_keys()
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


@app.command()
def backup(
    out: Annotated[Path, typer.Option(help="写到哪个新文件 / the new file to write")],
    as_json: AsJson = False,
) -> None:
    """备份 SQLite 数据库，服务照常；不含密钥 / copy the database while it is in use; no keys."""
    if connection.vendor != "sqlite":
        raise NotOursToCopy(database=connection.vendor)
    refuse_unsound()
    _copy_to(out)
    size = out.stat().st_size
    if as_json:
        answer({"out": str(out), "bytes": size})
    else:
        tell("DB-BACKED-UP", out=out, bytes=f"{size:,}", keys=settings.KEYS_FILE)


def _copy_to(out: Path) -> None:
    """A whole copy or no file at all; only its owner may read it."""
    if out.exists():
        raise BackupThere(file=out.name)
    half = out.with_name(out.name + ".part")
    half.unlink(missing_ok=True)
    try:
        half.touch(mode=0o600)
        with closing(sqlite3.connect(half)) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
            (found,) = copy.execute("PRAGMA quick_check").fetchone()
            copy.execute("PRAGMA journal_mode=DELETE")
        assert found == "ok", "SQLite's own copy of a sound database is sound"
        half.rename(out)
    except OSError as fault:
        raise BackupNotWritten(file=out.name, problem=fault.strerror or "") from fault
    finally:
        half.unlink(missing_ok=True)


def make_keys() -> bool:
    """Make the key file of a new house; True when it was made now.

    Refuses KeysMissing where sealed values already stand: other keys never opened them.
    """
    if settings.KEYS_FILE.exists() or not anything_sealed():
        return init_keyring(now=timezone.now())
    raise KeysMissing(file=settings.KEYS_FILE.name)
