"""Tables that keep what they were told: triggers that refuse UPDATE, DELETE and TRUNCATE.

A model says so by a decorator; nothing goes into its migration. The triggers are
installed after every `migrate`, because SQLite drops them when it rebuilds a
table, and start-up checks (`missing_guards`) that they stand. On SQLite and on
PostgreSQL alike they hold against raw SQL, whoever sends it.

- `@append_only`: rows are added, never changed or removed.
- `@versioned`: as above, but `replaced` may be filled once, from null. Columns
  ending in `_sealed` or `_index` may be rewritten: key rotation must.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeVar

from django.apps import apps
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

M = TypeVar("M", bound=type[models.Model])
REPLACED = "replaced_id"
_REWRITABLE = ("_sealed", "_index")
_PREFIX = "keeps_"
_FUNCTION = "dunwell_refuse_change"


@dataclass(frozen=True, slots=True)
class Guard:
    """One guarded table: what it allows, and the columns that stay as they were."""

    table: str
    kind: Literal["append_only", "versioned"]
    key: str
    fixed: tuple[str, ...]


def append_only(model: M) -> M:
    """Class decorator: rows of this model (and of its subclasses) are added, nothing else."""
    model._guard_kind = "append_only"  # type: ignore[attr-defined]
    return model


def versioned(model: M) -> M:
    """Class decorator: rows are added, and `replaced` is filled once; nothing else."""
    model._guard_kind = "versioned"  # type: ignore[attr-defined]
    return model


def guards() -> list[Guard]:
    """Every guarded table of the installed rooms, by name."""
    found = []
    for model in apps.get_models():
        kind = getattr(model, "_guard_kind", None)
        if kind is None or not model._meta.managed:
            continue
        columns = [str(field.column) for field in model._meta.concrete_fields]
        fixed = tuple(
            column for column in columns if not column.endswith(_REWRITABLE) and column != REPLACED
        )
        assert kind == "append_only" or REPLACED in columns, model
        key = str(model._meta.pk.column)
        found.append(Guard(model._meta.db_table, kind, key, fixed))
    return sorted(found, key=lambda guard: guard.table)


def install_guards(using: str = "default") -> None:
    """Put every trigger in place anew on the tables that exist."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute(_PG_FUNCTION)
        for guard in guards():
            if guard.table in present:
                for name, statement in _triggers(guard, connection).items():
                    cursor.execute(_drop(name, guard, connection))
                    cursor.execute(statement)


def missing_guards(using: str = "default") -> list[str]:
    """The triggers that ought to stand and do not, as `table.trigger`; tables must exist."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE tgenabled IN ('O', 'A')")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        standing = {name for (name,) in cursor.fetchall()}
    return [
        f"{guard.table}.{name}"
        for guard in guards()
        if guard.table in present
        for name in _triggers(guard, connection)
        if name not in standing
    ]


def _triggers(guard: Guard, connection: BaseDatabaseWrapper) -> dict[str, str]:
    """Name to CREATE TRIGGER statement."""
    make = _postgresql if connection.vendor == "postgresql" else _sqlite
    return {f"{_PREFIX}{guard.table}_{what}": text for what, text in make(guard).items()}


def _sqlite(guard: Guard) -> dict[str, str]:
    table, name = f'"{guard.table}"', f"{_PREFIX}{guard.table}"
    refuse = f"BEGIN SELECT RAISE(ABORT, '{guard.table} is {guard.kind}'); END"
    made = {
        "delete": f'CREATE TRIGGER "{name}_delete" BEFORE DELETE ON {table} {refuse}',
        "update": f'CREATE TRIGGER "{name}_update" BEFORE UPDATE ON {table}'
        f"{_when(guard, 'IS NOT')} {refuse}",
    }
    if guard.kind == "append_only":
        # INSERT OR REPLACE removes the old row without asking the delete trigger.
        made["replace"] = (
            f'CREATE TRIGGER "{name}_replace" BEFORE INSERT ON {table} WHEN EXISTS '
            f'(SELECT 1 FROM {table} WHERE "{guard.key}" = NEW."{guard.key}") {refuse}'
        )
    return made


def _postgresql(guard: Guard) -> dict[str, str]:
    table, name = f'"{guard.table}"', f"{_PREFIX}{guard.table}"
    act = f"EXECUTE FUNCTION {_FUNCTION}('{guard.kind}')"
    return {
        "delete": f'CREATE TRIGGER "{name}_delete" BEFORE DELETE ON {table} FOR EACH ROW {act}',
        "truncate": f'CREATE TRIGGER "{name}_truncate" BEFORE TRUNCATE ON {table} '
        f"FOR EACH STATEMENT {act}",
        "update": f'CREATE TRIGGER "{name}_update" BEFORE UPDATE ON {table} FOR EACH ROW'
        f"{_when(guard, 'IS DISTINCT FROM')} {act}",
    }


def _when(guard: Guard, differs: str) -> str:
    if guard.kind == "append_only":
        return ""
    changed = [f'OLD."{column}" {differs} NEW."{column}"' for column in guard.fixed]
    # `replaced` goes from null to a recording, once.
    once = f'OLD."{REPLACED}" {differs} NEW."{REPLACED}"'
    changed.append(f'(OLD."{REPLACED}" IS NOT NULL AND {once})')
    return f" WHEN ({' OR '.join(changed)})"


def _drop(name: str, guard: Guard, connection: BaseDatabaseWrapper) -> str:
    on = f' ON "{guard.table}"' if connection.vendor == "postgresql" else ""
    return f'DROP TRIGGER IF EXISTS "{name}"{on}'


_PG_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {_FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is %', TG_TABLE_NAME, TG_ARGV[0]
        USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
