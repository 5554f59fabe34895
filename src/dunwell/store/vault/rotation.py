"""New keys for old values: every sealed or indexed column of every room, batch by batch.

flows.house.rotate_keys calls this. Columns are found, not listed: every model
field ending in `_sealed` is a sealed value, every one ending in `_index` the
blind index of a sealed column of the same row. What is left to do is read from
the values themselves, so a killed rotation simply goes on; nothing is locked for
longer than a batch, and reading goes on all the while.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, transaction

from dunwell.store.vault.blind import Kind, blind_index_many
from dunwell.store.vault.keyring import keyring
from dunwell.store.vault.refusals import KeyUnknown
from dunwell.store.vault.sealed import head_of, open_many, seal_many

BATCH = 2_000
SOURCES: dict[Kind, str] = {
    "phone": "phone_sealed",
    "id_no": "id_no_sealed",
    "name": "name_sealed",
    "initials": "name_sealed",
    "account": "account_sealed",
    "address": "address_sealed",
}
"""The column an index is made from: a column KIND_index stands beside it."""

_Moved = tuple[int, bytes, bytes]
"""Key of the row, the value that stood there, the value that ought to."""

Progress = Callable[[str, int, int], None]
"""Told the table, the rows looked at so far, and the rows there are."""


@dataclass(frozen=True, slots=True)
class SealedTable:
    """One table with personal values: its key, its sealed columns, its indexes by kind."""

    table: str
    key: str
    sealed: tuple[str, ...]
    indexes: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class KeyUse:
    """How many values of a column stand under a key."""

    table: str
    column: str
    key: int
    values: int


def sealed_tables() -> list[SealedTable]:
    """Every table of the installed rooms that holds sealed values, by name."""
    found = []
    for model in apps.get_models():
        names = [str(field.column) for field in model._meta.concrete_fields]
        sealed = tuple(name for name in names if name.endswith("_sealed"))
        kinds = tuple(kind for kind in SOURCES if f"{kind}_index" in names)
        if sealed:
            assert all(SOURCES[kind] in sealed for kind in kinds), model
            key = str(model._meta.pk.column)
            found.append(SealedTable(model._meta.db_table, key, sealed, kinds))
    return sorted(found, key=lambda each: each.table)


def key_use() -> list[KeyUse]:
    """How many values stand under which key, by a full read of every sealed column."""
    used = []
    ring = keyring()
    start = "substring({0} from 1 for 5)" if _on_postgresql() else "substr({0}, 1, 5)"
    heads = {head_of(key.id): key.id for key in ring.keys}
    for table in sealed_tables():
        for column in table.sealed:
            head = start.format(f'"{column}"')
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT {head}, count(*) FROM "{table.table}" '
                    f'WHERE "{column}" IS NOT NULL GROUP BY 1'
                )
                for found, count in cursor.fetchall():
                    key = heads.get(bytes(found), int.from_bytes(bytes(found)[1:5], "big"))
                    used.append(KeyUse(table.table, column, key, count))
    return used


def refuse_other_keys() -> None:
    """Pass silently when the key file belongs to this database: a value of each table is looked at.

    Refuses KeyUnknown for a value under a key that the file does not hold.
    """
    known = {head_of(key.id) for key in keyring().keys}
    for table in sealed_tables():
        for column in table.sealed:
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT "{table.key}", "{column}" FROM "{table.table}" '
                    f'WHERE "{column}" IS NOT NULL LIMIT 1'
                )
                found = cursor.fetchone()
            if found and (head := bytes(found[1])[:5]) not in known:
                key = int.from_bytes(head[1:], "big")
                raise KeyUnknown(key=key, table=table.table, column=column, row=found[0])


def anything_sealed() -> bool:
    """Whether any sealed value stands anywhere; tables that are not there yet hold none."""
    with connection.cursor() as cursor:
        present = set(connection.introspection.table_names(cursor))
        for table in sealed_tables():
            if table.table in present:
                cursor.execute(f'SELECT 1 FROM "{table.table}" LIMIT 1')
                if cursor.fetchone():
                    return True
    return False


def reseal(table: SealedTable, *, progress: Progress) -> int:
    """Seal again, under the active key, what stands under another; answers how many values.

    A value that changed meanwhile is left alone: whoever wrote it used the active
    key, or the next pass finds it. Refuses at the first value that does not open.
    """
    changed = 0
    for rows in _batches(table, table.sealed, progress):
        head = head_of(keyring().active("seal").id)
        written: list[tuple[str, list[_Moved]]] = []
        for at, column in enumerate(table.sealed, start=1):
            old = [
                (row[0], bytes(row[at]))
                for row in rows
                if row[at] is not None and not bytes(row[at]).startswith(head)
            ]
            keys, values = [key for key, _ in old], [value for _, value in old]
            texts = open_many(values, table=table.table, column=column, rows=keys)
            new = seal_many(texts, table=table.table, column=column, rows=keys)
            written.append((column, _moved(keys, values, new)))
        changed += _replace(table, written)
    return changed


def reindex(table: SealedTable, *, progress: Progress) -> int:
    """Compute every blind index anew under the active index key; answers how many changed.

    Safe to start over: what already stands is compared, not written.
    """
    changed = 0
    columns = tuple(dict.fromkeys(SOURCES[kind] for kind in table.indexes))
    wanted = (*columns, *(f"{kind}_index" for kind in table.indexes))
    for rows in _batches(table, wanted, progress):
        keys = [row[0] for row in rows]
        written: list[tuple[str, list[_Moved]]] = []
        for at, kind in enumerate(table.indexes, start=1 + len(columns)):
            source = [row[1 + columns.index(SOURCES[kind])] for row in rows]
            texts = open_many(source, table=table.table, column=SOURCES[kind], rows=keys)
            new = blind_index_many(texts, kind=kind)
            written.append((f"{kind}_index", _moved(keys, [row[at] for row in rows], new)))
        changed += _replace(table, written)
    return changed


def _batches(
    table: SealedTable, columns: Sequence[str], progress: Progress
) -> Iterator[list[tuple[Any, ...]]]:
    """The table's rows by key, a batch at a time: key first, then `columns`."""
    names = ", ".join(f'"{name}"' for name in (table.key, *columns))
    select = (
        f'SELECT {names} FROM "{table.table}" WHERE "{table.key}" > %s '
        f'ORDER BY "{table.key}" LIMIT {BATCH}'
    )
    total = _count(table)
    seen, last = 0, -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(select, [last])
            rows = cursor.fetchall()
        if not rows:
            return
        yield rows
        seen, last = seen + len(rows), rows[-1][0]
        progress(table.table, seen, max(total, seen))


def _moved(
    keys: Sequence[int], old: Sequence[bytes | None], new: Sequence[bytes | None]
) -> list[_Moved]:
    """What differs; what was null stays null."""
    return [
        (key, bytes(was), made)
        for key, was, made in zip(keys, old, new, strict=True)
        if was is not None and made is not None and bytes(was) != made
    ]


def _replace(table: SealedTable, written: Sequence[tuple[str, Sequence[_Moved]]]) -> int:
    """Write each new value where the old one still stands, in one transaction."""
    changed = 0
    with transaction.atomic(), connection.cursor() as cursor:
        for column, moved in written:
            if not moved:
                continue
            if _on_postgresql():
                cursor.execute(
                    f'UPDATE "{table.table}" AS t SET "{column}" = n.new '
                    "FROM unnest(%s::bigint[], %s::bytea[], %s::bytea[]) AS n(key, old, new) "
                    f'WHERE t."{table.key}" = n.key AND t."{column}" = n.old',
                    [[m[at] for m in moved] for at in range(3)],
                )
            else:
                cursor.executemany(
                    f'UPDATE "{table.table}" SET "{column}" = %s '
                    f'WHERE "{table.key}" = %s AND "{column}" = %s',
                    [(new, key, old) for key, old, new in moved],
                )
            changed += cursor.rowcount
    return changed


def _count(table: SealedTable) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table.table}"')
        return int(cursor.fetchone()[0])


def _on_postgresql() -> bool:
    return connection.vendor == "postgresql"
