"""Each key once: equal rows of a file collapse, conflicting rows are rejected, later files win.

Called by `stage` after all sheets of a table are in. A sheet counts as a file of
its own. The earlier of two differing files is flagged, so that nothing is
dropped in silence.
"""

from __future__ import annotations

import duckdb

from dunwell.bulk.intake.quick import literal
from dunwell.bulk.intake.refusals import ConflictingRows, Flag
from dunwell.bulk.intake.rules import key_of
from dunwell.bulk.intake.tables import Table

_ROWS_NAMED = 10
"""So many rows of one conflict are named."""
_PART_ROWS = 400_000


def settle_keys(connection: duckdb.DuckDBPyConnection, table: Table, *, ref: str) -> None:
    """Leave one row per key of `table` in `ref`; tell of the others in reject and flag."""
    # Hashes first: eight bytes a row decide that most books have no doubled key at all.
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE doubled_hash AS SELECT "
        f"hash({', '.join(table.key)}) AS h, count(*) AS n FROM {ref} GROUP BY h HAVING n > 1"
    )
    row = connection.execute("SELECT coalesce(sum(n), 0) FROM doubled_hash").fetchone()
    assert row is not None
    # In parts: whole rows are compared, and their memory must not grow with the file.
    parts = -(-int(row[0]) // _PART_ROWS)
    for part in range(parts):
        _settle_part(
            connection, table, ref, f"SELECT h FROM doubled_hash WHERE h % {parts} = {part}"
        )
    connection.execute("DROP TABLE doubled_hash")


def _settle_part(
    connection: duckdb.DuckDBPyConnection, table: Table, ref: str, hashes: str
) -> None:
    keys = ", ".join(table.key)
    values = ", ".join(field.stored for field in table.fields)
    key = key_of(table).removeprefix("v_")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE doubled AS "
        f"SELECT rowid AS rid, source_id, source_row, {key} AS told_key, "
        f"ROW({keys}) AS k, ROW({values}) AS v FROM {ref} WHERE hash({keys}) IN ({hashes})"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE told AS "
        "SELECT k, source_id, count(DISTINCT v) > 1 AS conflict, min(source_row) AS first_row, "
        "min_by(v, source_row) AS v, min_by(rid, source_row) AS rid, "
        "min_by(told_key, source_row) AS told_key, "
        f"list(source_row ORDER BY source_row)[1:{_ROWS_NAMED}] AS rows "
        "FROM doubled GROUP BY k, source_id"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE winner AS "
        "SELECT k, max_by(rid, source_id) AS rid, max_by(v, source_id) AS v "
        "FROM told WHERE NOT conflict GROUP BY k"
    )
    _tell_conflicts(connection, table)
    _tell_superseded(connection, table)
    connection.execute(
        f"DELETE FROM {ref} WHERE rowid IN "
        "(SELECT rid FROM doubled WHERE rid NOT IN (SELECT rid FROM winner))"
    )
    for name in ("doubled", "told", "winner"):
        connection.execute(f"DROP TABLE {name}")


def _tell_conflicts(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    connection.execute(
        f"INSERT INTO reject SELECT d.source_id, d.source_row, {literal(table.name)}, d.told_key, "
        f"{literal(', '.join(table.key))}, NULL, {literal(ConflictingRows.code)}, "
        "CAST(to_json({'rows': array_to_string(t.rows, ', ')}) AS VARCHAR) "
        "FROM doubled d JOIN told t ON d.k IS NOT DISTINCT FROM t.k "
        "AND d.source_id = t.source_id WHERE t.conflict ORDER BY d.source_id, d.source_row"
    )


def _tell_superseded(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    connection.execute(
        f"INSERT INTO flag SELECT t.source_id, t.first_row, {literal(table.name)}, t.told_key, "
        f"{literal(', '.join(table.key))}, {literal(Flag.SUPERSEDED)}, '{{}}' "
        "FROM told t JOIN winner w ON t.k IS NOT DISTINCT FROM w.k "
        "WHERE NOT t.conflict AND t.v IS DISTINCT FROM w.v ORDER BY t.source_id, t.first_row"
    )
