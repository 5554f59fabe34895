"""A tape: one sheet of overdue loans without a schedule becomes rows of the native tables.

Each loan gets one synthetic installment, seq 1, of the overdue amounts, due on
`synthetic_due_on`: the lender's own oldest due date; else as-of less the lender's
days past due; else the day before the first overdue day. Where the first overdue
day and the lender's count disagree, the day is believed and the row is flagged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import duckdb

from dunwell.bulk.intake.keys import settle_keys
from dunwell.bulk.intake.layouts import CONTACTS_MOST, LENDER_SAYS, TAPE
from dunwell.bulk.intake.leftovers import CHUNK
from dunwell.bulk.intake.quick import literal
from dunwell.bulk.intake.refusals import Flag

ROWS = "raw.tape_rows"

_NUMBERS = range(1, CONTACTS_MOST + 1)
_PARTS = "overdue_principal_fen, overdue_interest_fen, overdue_penalty_fen, overdue_fee_fen"
_SUM = " + ".join(f"coalesce({part}, 0)" for part in _PARTS.split(", "))
_NO_PARTS = f"coalesce({_PARTS}) IS NULL"

# Days from the first overdue day to the as-of day: n - 1 if it is the first late day,
# n if the lender writes the due date there. Both agree with a count of n days.
_SINCE = "date_diff('day', first_overdue_on, $as_of)"
_AGREES = f"lender_past_due_days - {_SINCE} IN (0, 1)"
_DUE = f"""CASE
    WHEN oldest_due_on IS NOT NULL THEN oldest_due_on
    WHEN first_overdue_on IS NULL OR {_AGREES} THEN CAST($as_of AS DATE) - lender_past_due_days
    ELSE first_overdue_on - 1 END"""


def spread_tape(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of: str,
    borrower_no_for_id: Callable[[str], str] | None,
    headers: Mapping[str, str],
) -> None:
    """Turn the rows read into tape, borrower, loan, installment, contact, asset and reason rows.

    A further phone or an address is related as its own column is headed (`headers` by field).
    """
    settle_keys(connection, TAPE, ref=ROWS)
    _number_borrowers(connection, borrower_no_for_id)
    view = "tape_known"
    due = _DUE.replace("$as_of", f"DATE '{as_of}'")
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {view} AS SELECT r.*, n.borrower_no, "
        f"{due} AS synthetic_due_on "
        f"FROM {ROWS} AS r JOIN borrower_number AS n USING (source_id, source_row)"
    )
    said = ", ".join(LENDER_SAYS)
    connection.execute(
        f"INSERT INTO tape SELECT source_id, source_row, {said} FROM {view} "
        "ORDER BY source_id, source_row"
    )
    _spread_loans(connection, view)
    _spread_borrowers(connection, view)
    _spread_contacts(connection, view, headers)
    _spread_clues(connection, view, as_of)
    _flag_rows(connection, view, as_of)
    for name in (view, "borrower_number"):
        connection.execute(f"DROP TABLE {name}")


def _number_borrowers(
    connection: duckdb.DuckDBPyConnection, borrower_no_for_id: Callable[[str], str] | None
) -> None:
    """A borrower's number: the lender's, else one made of the ID number, else of the least loan."""
    connection.execute("CREATE OR REPLACE TEMP TABLE id_number (id_no VARCHAR, made_no VARCHAR)")
    if borrower_no_for_id is not None:
        reader = connection.cursor()
        reader.execute(
            f"SELECT DISTINCT id_no FROM {ROWS} WHERE customer_no IS NULL AND id_no IS NOT NULL"
        )
        while rows := reader.fetchmany(CHUNK):
            ids = [str(row[0]) for row in rows]
            connection.execute(
                "INSERT INTO id_number SELECT unnest(?::VARCHAR[]), unnest(?::VARCHAR[])",
                [ids, [borrower_no_for_id(id_no) for id_no in ids]],
            )
        reader.close()
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE borrower_number AS SELECT source_id, source_row, "
        "coalesce(customer_no, made_no, 'L-' || min(loan_no) OVER "
        "(PARTITION BY coalesce(customer_no, id_no, loan_no))) AS borrower_no "
        f"FROM {ROWS} LEFT JOIN id_number USING (id_no)"
    )
    connection.execute("DROP TABLE id_number")


def _spread_loans(connection: duckdb.DuckDBPyConnection, view: str) -> None:
    terms = "product, branch, contract_no, disbursed_on, disbursed_fen, annual_rate_ppm"
    more = "penalty_rate_ppm, repay_method"
    connection.execute(
        f"INSERT INTO loan (source_id, source_row, loan_no, borrower_no, {terms}, {more}) "
        f"SELECT source_id, source_row, loan_no, borrower_no, {terms}, {more} FROM {view} "
        "ORDER BY source_id, source_row"
    )
    # Only a total was given: it is carried as principal, and the row is flagged.
    connection.execute(
        "INSERT INTO installment SELECT source_id, source_row, loan_no, 1, synthetic_due_on, "
        f"CASE WHEN {_NO_PARTS} THEN overdue_fen ELSE coalesce(overdue_principal_fen, 0) END, "
        "coalesce(overdue_interest_fen, 0), coalesce(overdue_fee_fen, 0), "
        f"coalesce(overdue_penalty_fen, 0) FROM {view} ORDER BY source_id, source_row"
    )


def _spread_borrowers(connection: duckdb.DuckDBPyConnection, view: str) -> None:
    """The last row of a borrower tells who they are; a blank there is filled from earlier rows."""
    order = "source_id, source_row"
    told = ", ".join(
        f"last({column} ORDER BY {order}) FILTER (WHERE {column} IS NOT NULL) AS {column}"
        for column in ("name", "id_type", "id_no", "language", "employer")
    )
    more = ", ".join(
        f"last({column} ORDER BY {order}) FILTER (WHERE {column} IS NOT NULL) AS {column}"
        for column in ("monthly_income_fen", "payday", "flags", "contact_prefs")
    )
    mobile = (
        f"last(string_split(mobile, ';')[1] ORDER BY {order}) FILTER (WHERE mobile IS NOT NULL)"
    )
    connection.execute(
        f"INSERT INTO borrower SELECT min(source_id), min(source_row), borrower_no, name, id_type, "
        f"id_no, mobile, language, employer, monthly_income_fen, payday, flags, contact_prefs FROM "
        f"(SELECT min(source_id) AS source_id, min(source_row) AS source_row, borrower_no, {told}, "
        f"{mobile} AS mobile, {more} FROM {view} GROUP BY borrower_no) "
        "GROUP BY ALL ORDER BY borrower_no"
    )


def _spread_contacts(
    connection: duckdb.DuckDBPyConnection, view: str, headers: Mapping[str, str]
) -> None:
    """Every further number, address and person, once per borrower, each with its role."""
    none = "CAST(NULL AS VARCHAR)"
    # The first number of the mobile column is the borrower's own; only further ones are here.
    further = "mobile IS NULL OR phone <> string_split(mobile, ';')[1]"
    own = " UNION ALL ".join(
        f"SELECT *, unnest(string_split({column}, ';'){rest}) AS phone, "
        f"{_headed(column, headers)} AS relation FROM {view} WHERE {column} IS NOT NULL"
        for column, rest in (
            ("mobile", "[2:]"),
            ("phone_other", ""),
            ("phone_home", ""),
            ("phone_work", ""),
        )
    )
    start = "SELECT source_id, source_row, borrower_no"
    ways = [
        f"{start}, 'self', {none}, relation, phone, {none}, phone_tier, legal_basis "
        f"FROM ({own}) WHERE {further}"
    ]
    for column in ("addr_home", "addr_registered", "addr_work"):
        relation = _headed(column, headers)
        ways.append(
            f"{start}, 'self', {none}, {relation}, {none}, {column}, {none}, legal_basis "
            f"FROM {view} WHERE {column} IS NOT NULL"
        )
    for who, role, relation in _people():
        ways.append(
            f"{start}, '{role}', {who}_name, {relation}, "
            f"unnest(string_split(coalesce({who}_phone, ''), ';')), {none}, {none}, legal_basis "
            f"FROM {view} WHERE {who}_name IS NOT NULL OR {who}_phone IS NOT NULL"
        )
    columns = "source_id, source_row, borrower_no, role, name, relation, phone, address, tier"
    connection.execute(
        "INSERT INTO contact SELECT min(source_id), min(source_row), borrower_no, role, name, "
        "min(relation), nullif(phone, ''), address, min(tier), 'tape', min(legal_basis), NULL "
        f"FROM ({' UNION ALL '.join(ways)}) AS c ({columns}, legal_basis) "
        "GROUP BY borrower_no, role, name, phone, address "
        "ORDER BY borrower_no, min(source_row), role, name, phone, address"
    )


def _headed(field: str, headers: Mapping[str, str]) -> str:
    return literal(headers.get(field, field)[:40])


def _people() -> list[tuple[str, str, str]]:
    """(columns' first part, role, relation) of the persons a row may name."""
    contacts = [(f"contact_{n}", "contact", f"contact_{n}_relation") for n in _NUMBERS]
    return [("guarantor", "guarantor", "CAST(NULL AS VARCHAR)"), *contacts]


def _spread_clues(connection: duckdb.DuckDBPyConnection, view: str, as_of: str) -> None:
    for kind, column in (("clue", "asset_note"), ("collateral", "collateral")):
        connection.execute(
            "INSERT INTO asset (source_id, source_row, borrower_no, kind, note) "
            f"SELECT min(source_id), min(source_row), borrower_no, '{kind}', {column} FROM {view} "
            f"WHERE {column} IS NOT NULL GROUP BY borrower_no, {column} "
            f"ORDER BY borrower_no, {column}"
        )
    connection.execute(
        "INSERT INTO reason SELECT min(source_id), min(source_row), borrower_no, overdue_reason, "
        f"DATE '{as_of}', 'tape' FROM {view} WHERE overdue_reason IS NOT NULL "
        "GROUP BY borrower_no, overdue_reason ORDER BY borrower_no, overdue_reason"
    )


def _flag_rows(connection: duckdb.DuckDBPyConnection, view: str, as_of: str) -> None:
    ours = f"date_diff('day', synthetic_due_on, DATE '{as_of}')"
    total = f"to_json({{'told': overdue_fen, 'sum': {_SUM}}})"
    counts = f"to_json({{'told': lender_past_due_days, 'ours': {ours}}})"
    differs = (
        f"SELECT borrower_no FROM {view} GROUP BY borrower_no "
        "HAVING count(DISTINCT name) > 1 OR count(DISTINCT id_no) > 1"
    )
    for flag, column, figures, condition in (
        (Flag.PARTS_UNKNOWN, "overdue", "'{}'", _NO_PARTS),
        (Flag.SUM_WRONG, "overdue", total, f"NOT ({_NO_PARTS}) AND overdue_fen <> {_SUM}"),
        (Flag.DPD_MISMATCH, "lender_past_due_days", counts, f"lender_past_due_days <> {ours}"),
        (Flag.BORROWER_DIFFERS, "name", "'{}'", f"borrower_no IN ({differs})"),
    ):
        connection.execute(
            f"INSERT INTO flag SELECT source_id, source_row, 'tape', loan_no, '{column}', "
            f"'{flag}', CAST({figures} AS VARCHAR) FROM {view} WHERE {condition} "
            "ORDER BY source_id, source_row"
        )
