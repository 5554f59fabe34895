"""The data-quality summary of a staged batch, counted before any work starts on it.

Counts, not shares: a face divides. The count of mismatched days past due covers
what a tape says of itself; the flow may compare again after ageing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import duckdb

from dunwell.bulk.intake.refusals import Flag
from dunwell.bulk.intake.tables import NATIVE


@dataclass(frozen=True)
class Summary:
    """How many rows of each table, and how good they are."""

    layout: str
    as_of: date
    rows: dict[str, int]
    rejected_rows: dict[str, int]
    orphan_keys: dict[str, int]
    borrowers: int
    with_phone: int
    with_valid_phone: int
    with_id: int
    with_valid_id: int
    sums_compared: int
    sums_wrong: int
    dpd_compared: int
    dpd_mismatched: int
    rejects_by_code: dict[str, int]
    flags_by_code: dict[str, int]

    def as_data(self) -> dict[str, Any]:
        """The summary as plain data for JSON."""
        return asdict(self) | {"as_of": self.as_of.isoformat()}


def summarise(connection: duckdb.DuckDBPyConnection, *, layout: str, as_of: date) -> Summary:
    """Count the staged tables, their rejects and their flags."""
    tables = [table.name for table in NATIVE] + ["tape"]
    flags = _by(connection, "SELECT code, count(*) FROM flag GROUP BY code ORDER BY code")
    return Summary(
        layout=layout,
        as_of=as_of,
        rows={name: _one(connection, f"SELECT count(*) FROM {name}") for name in tables},
        rejected_rows=_by(
            connection,
            "SELECT table_name, count(DISTINCT (source_id, source_row)) FROM reject "
            "GROUP BY table_name ORDER BY table_name",
        ),
        orphan_keys=_by(
            connection,
            "SELECT table_name, count(*) FROM orphan GROUP BY table_name ORDER BY table_name",
        ),
        borrowers=_one(connection, "SELECT count(*) FROM borrower"),
        with_phone=_one(connection, f"SELECT count(*) FROM borrower b WHERE {_HAS_PHONE}"),
        with_valid_phone=_one(
            connection,
            f"SELECT count(*) FROM borrower b WHERE {_HAS_PHONE} "
            f"AND NOT {_flagged('PHONE_INVALID')}",
        ),
        with_id=_one(connection, "SELECT count(*) FROM borrower WHERE id_no IS NOT NULL"),
        with_valid_id=_one(
            connection,
            "SELECT count(*) FROM borrower b WHERE id_no IS NOT NULL "
            f"AND NOT {_flagged('ID_INVALID')}",
        ),
        sums_compared=_one(connection, _SUMS_COMPARED),
        sums_wrong=flags.get(Flag.SUM_WRONG, 0),
        dpd_compared=_one(
            connection, "SELECT count(*) FROM tape WHERE lender_past_due_days IS NOT NULL"
        ),
        dpd_mismatched=flags.get(Flag.DPD_MISMATCH, 0),
        rejects_by_code=_by(
            connection, "SELECT code, count(*) FROM reject GROUP BY code ORDER BY code"
        ),
        flags_by_code=flags,
    )


_HAS_PHONE = "mobile IS NOT NULL"

_SUMS_COMPARED = (
    "SELECT (SELECT count(*) FROM loan WHERE principal_fen IS NOT NULL "
    "AND loan_no IN (SELECT loan_no FROM installment)) + "
    "(SELECT count(*) FROM tape WHERE overdue_fen IS NOT NULL AND coalesce(overdue_principal_fen, "
    "overdue_interest_fen, overdue_penalty_fen, overdue_fee_fen) IS NOT NULL)"
)


def _flagged(name: str) -> str:
    return (
        "EXISTS (SELECT 1 FROM flag f WHERE f.table_name = 'borrower' "
        f"AND f.code = '{Flag[name]}' AND f.key = b.borrower_no)"
    )


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    row = connection.execute(sql).fetchone()
    assert row is not None
    return int(row[0])


def _by(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, int]:
    return {str(name): int(count) for name, count in connection.execute(sql).fetchall()}
