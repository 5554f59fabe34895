"""The next-loan set: what earlier loans say of the borrower's next one (real loans, tests only).

Reads the folder `../shared/data` beside the project; the loans are never copied. A row is
a borrower's next loan on the day it was approved, its columns what was known of the loans
before it, the target whether it went bad. Amounts are naira read as yuan.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

DATA = Path(__file__).parents[2] / "shared" / "data"

DIRECTIONS = {
    "last_late_days": 1,
    "max_late_days": 1,
    "mean_late_days": 1,
    "recent_late_days": 1,
    "late_share_ppm": 1,
    "late_times_8d": 1,
    "first_late_days": 1,
    "last_close_late_days": 1,
    "mean_close_late_days": 1,
    "loans_before": -1,
    "early_share_ppm": -1,
    "days_since_last_loan": 0,
    "relation_days": 0,
    "last_amount": 0,
    "amount": 0,
    "amount_growth_ppm": 0,
    "term_days": 0,
    "interest_ppm": 0,
    "mean_term_days": 0,
    "days_between_loans": 0,
}
"""Column → what a person expects: +1, more of it is worse."""


def write_features(out: Path) -> None:
    """Write the feature file (Parquet): borrower_no, the columns above, and `bad`."""
    connection = duckdb.connect(config={"threads": 2})
    for table, file in (
        ("old", "superlender_prevloans.csv.gz"),
        ("labelled", "superlender_current_loan_labels.csv.gz"),
    ):
        connection.execute(f"CREATE VIEW {table} AS FROM read_csv('{DATA / file}')")
    connection.execute(_FEATURES)
    connection.execute(f"COPY feature TO '{out}' (FORMAT parquet)")
    connection.close()


_FEATURES = """
CREATE TABLE feature AS
WITH past AS (
    SELECT
        l.customerid, o.approveddate, o.loanamount, o.termdays,
        o.firstrepaiddate::DATE - o.firstduedate::DATE AS late,
        o.closeddate::DATE - (o.approveddate::DATE + o.termdays::INTEGER) AS close_late,
        row_number() OVER (PARTITION BY l.customerid ORDER BY o.approveddate DESC) AS back
    FROM labelled l
    JOIN old o ON o.customerid = l.customerid AND o.closeddate <= l.approveddate
),
rolled AS (
    SELECT
        customerid,
        count(*) AS loans_before,
        max(late) FILTER (back = 1) AS last_late_days,
        max(late) AS max_late_days,
        avg(late) AS mean_late_days,
        avg(late) FILTER (back <= 3) AS recent_late_days,
        avg((late > 0)::INTEGER) * 1e6 AS late_share_ppm,
        avg((late < -1)::INTEGER) * 1e6 AS early_share_ppm,
        count(*) FILTER (late >= 8) AS late_times_8d,
        arg_min(late, approveddate) AS first_late_days,
        max(close_late) FILTER (back = 1) AS last_close_late_days,
        avg(close_late) AS mean_close_late_days,
        max(approveddate) AS last_on, min(approveddate) AS first_on,
        max(loanamount) FILTER (back = 1) AS last_amount,
        avg(termdays) AS mean_term_days
    FROM past GROUP BY customerid
)
SELECT
    'B' || l.customerid AS borrower_no,
    r.last_late_days, r.max_late_days, r.mean_late_days, r.recent_late_days, r.late_share_ppm,
    r.late_times_8d, r.first_late_days, r.last_close_late_days, r.mean_close_late_days,
    coalesce(r.loans_before, 0) AS loans_before, r.early_share_ppm,
    l.approveddate::DATE - r.last_on::DATE AS days_since_last_loan,
    l.approveddate::DATE - r.first_on::DATE AS relation_days,
    r.last_amount, l.loanamount AS amount,
    l.loanamount / nullif(r.last_amount, 0) * 1e6 AS amount_growth_ppm,
    l.termdays AS term_days, (l.totaldue / l.loanamount - 1) * 1e6 AS interest_ppm,
    r.mean_term_days,
    (r.last_on::DATE - r.first_on::DATE) / nullif(r.loans_before - 1, 0) AS days_between_loans,
    (l.good_bad_flag = 'Bad')::INTEGER AS bad
FROM labelled l LEFT JOIN rolled r USING (customerid)
ORDER BY l.customerid
"""
