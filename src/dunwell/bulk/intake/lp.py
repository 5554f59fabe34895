"""The PPDai (拍拍贷) layout: one row per installment with what is left of it on the snapshot day.

Status 0 unpaid, 1 on time, 2 late, 3 settled early, 4 part paid; an unpaid date is
`\\N`. A row becomes one installment and, where something was paid, one payment of
due less left on the day of payment. The listing is loan and borrower at once;
the borrower's name is the listing's number, for the layout carries no person.
"""

from __future__ import annotations

import duckdb

from dunwell.bulk.intake.keys import settle_keys
from dunwell.bulk.intake.layouts import LP
from dunwell.bulk.intake.quick import literal
from dunwell.bulk.intake.refusals import Flag

ROWS = "raw.lp_rows"

_PAID = "principal_fen + interest_fen - principal_left_fen - interest_left_fen"


def spread_lp(connection: duckdb.DuckDBPyConnection) -> None:
    """Turn the rows read into borrower, loan, installment and payment rows.

    Of several snapshots of one installment the latest recorddate counts.
    """
    connection.execute(
        f"DELETE FROM {ROWS} AS r WHERE EXISTS (SELECT 1 FROM {ROWS} AS later "
        "WHERE later.listing_no = r.listing_no AND later.seq = r.seq "
        "AND later.recorded_on > r.recorded_on)"
    )
    settle_keys(connection, LP, ref=ROWS)
    first = f"SELECT min(source_id) AS s, min(source_row) AS w, listing_no FROM {ROWS} GROUP BY 3"
    connection.execute(
        "INSERT INTO borrower (source_id, source_row, borrower_no, name) "
        f"SELECT s, w, listing_no, listing_no FROM ({first}) ORDER BY s, w"
    )
    connection.execute(
        "INSERT INTO loan (source_id, source_row, loan_no, borrower_no) "
        f"SELECT s, w, listing_no, listing_no FROM ({first}) ORDER BY s, w"
    )
    connection.execute(
        "INSERT INTO installment SELECT source_id, source_row, listing_no, seq, due_date, "
        f"principal_fen, interest_fen, 0, 0 FROM {ROWS}"
    )
    connection.execute(
        "INSERT INTO payment SELECT source_id, source_row, "
        "'LP-' || listing_no || '-' || seq, listing_no, coalesce(paid_on, recorded_on, due_date), "
        f"{_PAID}, NULL, NULL FROM {ROWS} WHERE {_PAID} > 0"
    )
    _flag_rows(connection, Flag.LP_PAID_DAY_UNKNOWN, "paid_on", f"{_PAID} > 0 AND paid_on IS NULL")
    _flag_rows(
        connection,
        Flag.LP_STATUS_DIFFERS,
        "status",
        f"(status = 'unpaid' AND {_PAID} > 0) OR (status <> 'unpaid' AND {_PAID} = 0) OR "
        "(status IN ('on_time', 'late', 'early') AND principal_left_fen + interest_left_fen > 0)",
    )


def _flag_rows(
    connection: duckdb.DuckDBPyConnection, flag: Flag, column: str, condition: str
) -> None:
    connection.execute(
        f"INSERT INTO flag SELECT source_id, source_row, 'lp', listing_no, {literal(column)}, "
        f"{literal(flag)}, '{{}}' FROM {ROWS} WHERE {condition} ORDER BY source_id, source_row"
    )
