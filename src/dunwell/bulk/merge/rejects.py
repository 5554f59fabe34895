"""Taking staged rows out of a batch because the state, not the file, speaks against them.

The rows move to the intake's `reject` table, so that one list names everything
that was not imported. Values shown are keys and amounts, never personal.
"""

from __future__ import annotations

import duckdb

from dunwell.bulk.merge.rows import quoted


def reject(
    connection: duckdb.DuckDBPyConnection,
    *,
    table: str,
    where: str,
    key: str,
    column: str,
    code: str,
    figures: str = "json_object()",
    value: str = "",
) -> int:
    """Move the rows of `table` that satisfy `where` to `reject` with `code`; answer how many.

    `key`, `where`, `figures` and `value` are SQL over the row; `column` is the cell that is
    wrong, as the file names it. Without `value` the column itself is shown.
    """
    count = connection.execute(f"SELECT count(*) FROM {table} WHERE {where}").fetchone()
    if not count or not count[0]:
        return 0
    connection.execute(
        f"""
        INSERT INTO reject BY NAME
        SELECT source_id, source_row, {quoted(table)} AS table_name, {key} AS key,
            {quoted(column)} AS column_name, CAST({value or column} AS VARCHAR) AS value_masked,
            {quoted(code)} AS code, CAST({figures} AS VARCHAR) AS figures
        FROM {table} WHERE {where}"""
    )
    connection.execute(f"DELETE FROM {table} WHERE {where}")
    return int(count[0])


def yuan_sql(fen: str) -> str:
    """SQL that writes a positive amount of fen as yuan."""
    return f"({fen} // 100) || '.' || lpad(CAST({fen} % 100 AS VARCHAR), 2, '0')"
