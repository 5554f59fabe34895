"""What differs: staged facts against current ones, table by table.

Called by flows.prepare.book_changes. `said` makes the views merge.said_<table>
(one row per fact, with real or negative ids); `compare` makes merge.moved_<table>:
the new and the changed rows only, with `row_id` and `was_<value>` of the current
row they replace. A column the files did not bring keeps what the state knows.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from dunwell.bulk.merge.facts import CONTACT, FactTable
from dunwell.bulk.merge.rows import one_number

MOBILE_OF_RECORD = "mobile-of-record"
"""source of the contact made from a borrower's own mobile column."""

_OWNERS = {
    "loan_id": "JOIN merge.loan_of o USING (loan_no)",
    "borrower_id": "JOIN merge.borrower_of o USING (borrower_no)",
}
_JOINED = {
    "loan_terms": ("loan", "LEFT JOIN merge.branch_of b USING (branch)"),
    "borrower_terms": ("borrower", "JOIN merge.said_person p USING (borrower_no)"),
}
_WRITTEN = {
    "branch_id": "b.branch_id",
    "name_mark": "p.name_mark",
    "id_no_mark": "p.id_no_mark",
    "employer_mark": "p.employer_mark",
}
_KEPT_WHEN_EMPTY = {"name_mark", "id_no_mark"}
"""An empty cell says nothing here: nobody loses a name or an ID number by a blank."""

_ALWAYS_SAID = {"phone_index", "role"}
"""A contact is told by its number and role; the mobile of record needs no column of its own."""

_CONTACTS = f"""
CREATE OR REPLACE VIEW merge.said_contact AS
SELECT o.borrower_id, m.key_mark, m.phone_index, coalesce(s.role, '') AS role,
    coalesce(s.relation, '') AS relation, coalesce(s.tier, '') AS tier,
    coalesce(s.source, '') AS source, coalesce(s.legal_basis, '') AS legal_basis, s.birth_year,
    s.name, s.phone, s.address, true AS listed
FROM contact s JOIN merge.said_contact_mark m ON m.place = s.rowid
JOIN merge.borrower_of o USING (borrower_no)
UNION ALL
SELECT o.borrower_id, r.key_mark, p.phone_index, 'self', '', '', '{MOBILE_OF_RECORD}',
    'contract', NULL, NULL, s.mobile, NULL, false
FROM borrower s JOIN merge.said_person p USING (borrower_no)
JOIN merge.borrower_of o USING (borrower_no)
CROSS JOIN (SELECT key_mark FROM merge.said_contact_mark WHERE place = -1) r
WHERE s.mobile IS NOT NULL"""

SAID_CONTACT_MARK = (("place", "BIGINT"), ("key_mark", "VARCHAR"), ("phone_index", "VARCHAR"))
"""Per row of `contact` (place = its rowid); place -1 is the mark of the mobile of record."""


@dataclass(frozen=True)
class Counts:
    """How the staged rows of one table stand to the state."""

    new: int
    changed: int
    unchanged: int


def said(connection: duckdb.DuckDBPyConnection, table: FactTable) -> None:
    """Make merge.said_<table>: one row per staged fact, under the ids of its owner."""
    if table is CONTACT:
        connection.execute(_CONTACTS)
        return
    staged, more = _JOINED.get(table.name, (table.name, ""))
    columns = [f"o.{table.owner}", *(_as_stored(name, kind) for name, kind in table.key)]
    for value in table.values:
        written = _WRITTEN.get(value.name)
        columns.append(
            f"{written} AS {value.name}" if written else _as_stored(value.staged, value.type)
        )
    columns += [f"s.{name}" for name in table.personal]
    # A tape repeats its reason every day; it is one fact until it changes.
    where = _REASON_STANDS if table.name == "reason" else ""
    connection.execute(
        f"CREATE OR REPLACE VIEW merge.said_{table.name} AS SELECT {', '.join(columns)}"
        f" FROM {staged} s {_OWNERS[table.owner]} {more} {where}"
    )


def compare(
    connection: duckdb.DuckDBPyConnection,
    table: FactTable,
    *,
    present: Collection[str] | None,
    counted: str = "true",
) -> Counts:
    """Make merge.moved_<table> of said and known rows, and count those that are `counted` (SQL).

    `present` names the staged columns the files brought; None: all of them.
    """
    name = table.name
    if one_number(connection, f"SELECT count(*) FROM merge.known_{name}") == 0:
        nothing = ", ".join(f"CAST(NULL AS {v.type}) AS was_{v.name}" for v in table.values)
        connection.execute(
            f"CREATE OR REPLACE VIEW merge.moved_{name} AS SELECT said.*,"
            f" CAST(NULL AS BIGINT) AS row_id, CAST(NULL AS BIGINT) AS was_{table.owner},"
            f" {nothing} FROM merge.said_{name} said"
        )
    else:
        connection.execute(_moved_sql(table, present))
    of = f"WHERE {counted}"
    total = one_number(connection, f"SELECT count(*) FROM merge.said_{name} {of}")
    moved = one_number(connection, f"SELECT count(*) FROM merge.moved_{name} {of}")
    new = one_number(connection, f"SELECT count(*) FROM merge.moved_{name} {of} AND row_id IS NULL")
    return Counts(new=new, changed=moved - new, unchanged=total - moved)


def _moved_sql(table: FactTable, present: Collection[str] | None) -> str:
    keys = [name for name, _ in table.key]
    on = [f"k.{key} IS NOT DISTINCT FROM s.{key}" for key in keys]
    if not table.alone:
        on.append(f"k.{table.owner} = s.{table.owner}")
    values = []
    for value in table.values:
        if value.name in _KEPT_WHEN_EMPTY:
            values.append(f"coalesce(s.{value.name}, k.{value.name}) AS {value.name}")
        elif present is None or {value.staged, value.name} & {*present, *_ALWAYS_SAID}:
            values.append(f"s.{value.name}")
        else:
            values.append(
                f"CASE WHEN k.row_id IS NULL THEN s.{value.name} ELSE k.{value.name} END"
                f" AS {value.name}"
            )
    was = [f"k.{name} AS was_{name}" for name in (table.owner, *(v.name for v in table.values))]
    carried = [f"s.{name}" for name in table.personal] + (["s.listed"] if table is CONTACT else [])
    differs = [f"{v.name} IS DISTINCT FROM was_{v.name}" for v in table.values]
    if table.alone:
        differs.append(f"{table.owner} IS DISTINCT FROM was_{table.owner}")
    columns = [f"s.{table.owner}", *(f"s.{key}" for key in keys), *values, *carried]
    return (
        f"CREATE OR REPLACE TABLE merge.moved_{table.name} AS SELECT * FROM ("
        f"SELECT {', '.join([*columns, 'k.row_id', *was])} FROM merge.said_{table.name} s"
        f" LEFT JOIN merge.known_{table.name} k ON {' AND '.join(on)})"
        f" WHERE row_id IS NULL OR {' OR '.join(differs)}"
    )


def _as_stored(name: str, kind: str) -> str:
    return f"coalesce(s.{name}, '') AS {name}" if kind == "VARCHAR" else f"s.{name}"


_REASON_STANDS = """
WHERE s.source IS DISTINCT FROM 'tape' OR NOT EXISTS (
    SELECT 1 FROM merge.known_reason k
    WHERE k.borrower_id = o.borrower_id AND k.reason = s.reason AND k.source = 'tape')"""
