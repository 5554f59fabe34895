"""Writing shared work: only what differs, by staging, in the caller's transaction.

Called by flows.prepare.assign_work for a whole day of a lender. Rows go in as
store.book.copying takes them; nothing is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from dunwell.store.book.copying import copy_in
from dunwell.store.cases.models import Case
from dunwell.store.work.models import HandOver, WorkItem

_CHUNK_ROWS = 20_000
ITEM = ("case_id", "staff_id", "action", "place", "minutes", "gain_fen", "why")


@dataclass(frozen=True, slots=True)
class ListedRows:
    """Rows of a list, as both databases take them."""

    rows: Sequence[tuple[Any, ...]]

    def chunks(self) -> Iterator[Sequence[tuple[Any, ...]]]:
        """The rows as tuples, some at a time."""
        for start in range(0, len(self.rows), _CHUNK_ROWS):
            yield self.rows[start : start + _CHUNK_ROWS]

    def csv_bytes(self) -> Iterator[bytes]:
        """The same rows as CSV: an empty cell is null, `""` is empty text."""
        for chunk in self.chunks():
            yield "".join(f"{','.join(map(_cell, row))}\n" for row in chunk).encode()


def _cell(value: str | int | None) -> str:
    if value is None:
        return ""
    return str(value) if isinstance(value, int) else '"' + value.replace('"', '""') + '"'


def put_items(*, lender: int, day: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """New items; `rows` as ITEM names them."""
    told = [(day, lender, *row, "open", 0) for row in rows]
    columns = ["day", "lender_id", *ITEM, "state", "kept"]
    copy_in(table=WorkItem._meta.db_table, columns=columns, rows=ListedRows(told))


def change_items(*, day: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Items of the day, given what `rows` say; found by case."""
    table = WorkItem._meta.db_table
    sets = ", ".join(f"{name} = staged.{name}" for name in ITEM[1:])
    _with_staged(
        table, ITEM, rows,
        f"UPDATE {table} SET {sets} FROM staged"
        f" WHERE {table}.case_id = staged.case_id AND {table}.day = %s",
        [day],
    )  # fmt: skip


def drop_items(*, numbers: Sequence[int]) -> None:
    """Take items off that nobody has touched, by their numbers."""
    table = WorkItem._meta.db_table
    _with_staged(
        table, ("id",), [(number,) for number in numbers],
        f"DELETE FROM {table} WHERE id IN (SELECT id FROM staged)", [],
    )  # fmt: skip


def hand_over(*, rows: Sequence[tuple[Any, ...]]) -> None:
    """Hand-overs, and the holders and teams that follow from them.

    `rows`: case, day, kind, from, to, why, at, by, by_label, team (None: stays).
    """
    columns = ["case_id", "day", "kind", "from_staff_id", "to_staff_id", "why", "at", "by_id",
               "by_label"]  # fmt: skip
    told = ListedRows([row[:9] for row in rows])
    copy_in(table=HandOver._meta.db_table, columns=columns, rows=told)
    case = Case._meta.db_table
    _with_staged(
        case, ("id", "holder_id", "team_id"), [(row[0], row[4], row[9]) for row in rows],
        f"UPDATE {case} SET holder_id = staged.holder_id,"
        f" team_id = coalesce(staged.team_id, {case}.team_id)"
        f" FROM staged WHERE {case}.id = staged.id",
        [],
    )  # fmt: skip


def _with_staged(
    table: str,
    columns: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    sql: str,
    values: Sequence[str],
) -> None:
    """Stage rows shaped as columns of `table`, then run one statement over them."""
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS staged")
        cursor.execute(
            f"CREATE TEMPORARY TABLE staged AS SELECT {', '.join(columns)} FROM {table} WHERE 1 = 0"
        )
        copy_in(table="staged", columns=list(columns), rows=ListedRows(rows))
        if connection.vendor == "postgresql":
            cursor.execute("ANALYZE staged")
        cursor.execute(sql, values)
        cursor.execute("DROP TABLE staged")
