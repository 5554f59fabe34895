"""Children whose parent is not in the batch: listed for the flow, rejected on its word.

The state may know the parent; only the flow can ask it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb

from dunwell.bulk.intake.leftovers import CHUNK
from dunwell.bulk.intake.quick import literal
from dunwell.bulk.intake.refusals import Orphan
from dunwell.bulk.intake.rules import key_of
from dunwell.bulk.intake.tables import NATIVE, Table


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


def move_orphans(
    connection: duckdb.DuckDBPyConnection, *, table: str, parent_keys: Sequence[str]
) -> int:
    """Move rows of `table` under these parents to `reject`; rows below them become orphans too.

    Answers how many rows moved. Rejected loans take their own child rows along.
    """
    described = next(t for t in NATIVE if t.name == table)
    assert described.parent is not None, table
    connection.execute("CREATE OR REPLACE TEMP TABLE lost (parent_key VARCHAR)")
    for start in range(0, len(parent_keys), CHUNK):
        chunk = list(parent_keys[start : start + CHUNK])
        connection.execute("INSERT INTO lost SELECT unnest(?::VARCHAR[])", [chunk])
    moved = _move(connection, described)
    connection.execute("DROP TABLE lost")
    connection.execute(
        "DELETE FROM orphan WHERE table_name = ? AND parent_key IN (SELECT unnest(?::VARCHAR[]))",
        [table, list(parent_keys)],
    )
    return moved


def _move(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    assert table.parent is not None
    parent, key = table.parent
    mine = key_of(table).removeprefix("v_")
    figures = json.dumps({"parent": parent})
    below = f"{key} IN (SELECT parent_key FROM lost)"
    connection.execute(
        f"INSERT INTO reject SELECT source_id, source_row, {literal(table.name)}, {mine}, "
        f"{literal(key)}, {key}, {literal(Orphan.code)}, {literal(figures)} "
        f"FROM {table.name} WHERE {below} ORDER BY source_id, source_row"
    )
    if table.name == "loan":
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE gone AS SELECT loan_no FROM loan WHERE {below}"
        )
    row = connection.execute(f"DELETE FROM {table.name} WHERE {below}").fetchone()
    assert row is not None
    moved = int(row[0])
    if table.name == "loan":
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE lost AS SELECT loan_no AS parent_key FROM gone"
        )
        for child in NATIVE:
            if child.parent == ("loan", "loan_no"):
                moved += _move(connection, child)
        connection.execute("DROP TABLE gone")
    return moved
