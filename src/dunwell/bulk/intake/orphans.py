"""Children whose parent is not in the batch: listed for the flow, rejected on its word.

The state may know the parent; only the flow can ask it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb

from dunwell.bulk.intake.leftovers import CHUNK
from dunwell.bulk.intake.masking import mask_sql
from dunwell.bulk.intake.quick import literal
from dunwell.bulk.intake.refusals import Orphan
from dunwell.bulk.intake.rules import key_of
from dunwell.bulk.intake.tables import NATIVE, Kind, Table


def list_orphans(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `orphan` with the parents that rows name and the batch does not bring."""
    connection.execute("DELETE FROM orphan")
    for table in NATIVE:
        if table.parent is None:
            continue
        parent, key = table.parent
        connection.execute(
            f"INSERT INTO orphan SELECT {literal(table.name)}, {literal(parent)}, {key}, count(*) "
            f"FROM {table.name} WHERE {key} NOT IN (SELECT {key} FROM {parent}) "
            f"GROUP BY {key} ORDER BY {key}"
        )
    connection.execute(
        "INSERT INTO orphan SELECT 'payment', 'payment', reverses, count(*) FROM payment "
        "WHERE reverses NOT IN (SELECT payment_no FROM payment) GROUP BY reverses ORDER BY reverses"
    )


def move_orphans(
    connection: duckdb.DuckDBPyConnection,
    *,
    table: str,
    parent_keys: Sequence[str],
    parent_table: str | None = None,
) -> int:
    """Move rows of `table` under these parents to `reject`; a loan takes its own rows along.

    Answers how many rows moved. `parent_table` is needed only where a table has two
    (payment: loan, and the payment it reverses).
    """
    child = next(t for t in NATIVE if t.name == table)
    assert child.parent is not None, table
    parent, key = child.parent
    if parent_table not in (None, parent):
        assert (table, parent_table) == ("payment", "payment")
        parent, key = "payment", "reverses"
    connection.execute("CREATE OR REPLACE TEMP TABLE lost (parent_key VARCHAR)")
    for start in range(0, len(parent_keys), CHUNK):
        chunk = list(parent_keys[start : start + CHUNK])
        connection.execute("INSERT INTO lost SELECT unnest(?::VARCHAR[])", [chunk])
    moved = _move(connection, child, parent, key, "SELECT parent_key FROM lost")
    connection.execute(
        f"DELETE FROM orphan WHERE table_name = {literal(table)} "
        f"AND parent_table = {literal(parent)} AND parent_key IN (SELECT parent_key FROM lost)"
    )
    connection.execute("DROP TABLE lost")
    return moved


def _move(
    connection: duckdb.DuckDBPyConnection, child: Table, parent: str, key: str, lost: str
) -> int:
    below = f"FROM {child.name} WHERE {key} IN ({lost})"
    moved = 0
    if child.name == "loan":
        for grandchild in (t for t in NATIVE if t.parent == ("loan", "loan_no")):
            loans = f"SELECT loan_no {below}"
            moved += _move(connection, grandchild, "loan", "loan_no", loans)
    mine = key_of(child).removeprefix("v_")
    figures = json.dumps({"parent": parent})
    connection.execute(
        f"INSERT INTO reject SELECT source_id, source_row, {literal(child.name)}, {mine}, "
        f"{literal(key)}, {mask_sql(key, Kind.KEY)}, {literal(Orphan.code)}, {literal(figures)} "
        f"{below} ORDER BY source_id, source_row"
    )
    row = connection.execute(f"DELETE {below}").fetchone()
    assert row is not None
    return moved + int(row[0])
