"""Cells that are not in plain form: read once per distinct text, joined back by the text.

Called by `staging` for the columns that hold any. The table `raw.<name>` holds
text, value, and for texts that cannot be read the code and figures why not.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import duckdb

from dunwell.bulk.intake.quick import quick_value, says_nothing
from dunwell.bulk.intake.tables import Field
from dunwell.bulk.intake.values import Form, Value, read_cell
from dunwell.core.refusal import Refusal

CHUNK = 20_000


def count_leftovers(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    columns: Sequence[tuple[str, Field, Form]],
) -> list[int]:
    """For each (cell, field, form), how many cells of `relation` say something not plain."""
    counts = ", ".join(
        f"count(*) FILTER (WHERE {_is_left(cell, field, form)})" for cell, field, form in columns
    )
    row = connection.execute(f"SELECT {counts} FROM {relation}").fetchone()
    assert row is not None
    return [int(count) for count in row]


def read_leftovers(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    *,
    cell: str,
    field: Field,
    form: Form,
    name: str,
) -> None:
    """Read the distinct leftover texts of one column into raw.`name`."""
    connection.execute(
        f"CREATE TABLE raw.{name} "
        f"(cell VARCHAR, value {field.sql_type}, code VARCHAR, figures VARCHAR)"
    )
    reader = connection.cursor()
    try:
        reader.execute(
            f"SELECT DISTINCT {cell} FROM {relation} WHERE {_is_left(cell, field, form)}"
        )
        while rows := reader.fetchmany(CHUNK):
            _keep(connection, name, field, [_read(str(row[0]), field, form) for row in rows])
    finally:
        reader.close()


def _is_left(cell: str, field: Field, form: Form) -> str:
    quick = quick_value(cell, field, form)
    return f"{cell} IS NOT NULL AND {quick} IS NULL AND NOT {says_nothing(cell)}"


def _read(text: str, field: Field, form: Form) -> tuple[str, Value, str | None, str | None]:
    try:
        return text, read_cell(text, field, form), None, None
    except Refusal as refusal:
        # The text itself is no figure here: it may be personal, and is shown masked.
        figures = {key: value for key, value in refusal.figures.items() if key != "value"}
        return text, None, refusal.code, json.dumps(figures, ensure_ascii=False)


def _keep(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    field: Field,
    rows: Sequence[tuple[str, Value, str | None, str | None]],
) -> None:
    connection.execute(
        f"INSERT INTO raw.{name} SELECT unnest(?::VARCHAR[]), unnest(?::{field.sql_type}[]), "
        f"unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
        [list(column) for column in zip(*rows, strict=True)],
    )
