"""Who is who: borrower and loan numbers of the batch against those the state knows.

Called by flows.prepare.book_changes. A new number gets a negative id, in the order
of the files, until the state gives it a real one. A loan may name a borrower that
nobody described, unless the batch brings a borrowers file: then it is an orphan.
Children of a loan that is neither in the batch nor in the state are orphans.
"""

from __future__ import annotations

import duckdb

from dunwell.bulk.merge.rejects import reject

KNOWN_BORROWER = (
    ("borrower_no", "VARCHAR"),
    ("borrower_id", "BIGINT"),
    ("party_id", "BIGINT"),
    ("party_index", "VARCHAR"),
)
KNOWN_LOAN = (("loan_no", "VARCHAR"), ("loan_id", "BIGINT"), ("borrower_id", "BIGINT"))
KNOWN_BRANCH = (("code", "VARCHAR"), ("branch_id", "BIGINT"))
ORPHAN = "INTAKE-ORPHAN"

BORROWERS_SAID = """
    SELECT borrower_no AS key FROM borrower UNION SELECT borrower_no FROM loan
    UNION SELECT borrower_no FROM contact UNION SELECT borrower_no FROM asset
    UNION SELECT borrower_no FROM reason"""
"""The borrower numbers to ask the state for."""

LOANS_SAID = """
    SELECT loan_no AS key FROM loan
    UNION SELECT parent_key FROM orphan WHERE parent_table = 'loan'"""
"""The loan numbers to ask the state for; children of staged loans need no question."""

_CHILDREN_OF_LOANS = ("installment", "payment", "adjustment", "hold")
_CHILDREN_OF_BORROWERS = ("contact", "asset", "reason")


def settle_borrowers(connection: duckdb.DuckDBPyConnection) -> None:
    """Make merge.borrower_of(borrower_no, borrower_id, party_id, party_index, is_new).

    Reads merge.known_borrower. Rejects rows whose borrower is nowhere.
    """
    described = connection.execute("SELECT 1 FROM borrower LIMIT 1").fetchone() is not None
    named = "" if described else _NAMED_BY_LOANS
    connection.execute(
        f"""
        CREATE OR REPLACE TABLE merge.borrower_of AS
        WITH new AS (
            SELECT borrower_no, min(source_id) AS source_id, min(source_row) AS source_row
            FROM (SELECT borrower_no, source_id, source_row FROM borrower {named}) said
            WHERE borrower_no NOT IN (SELECT borrower_no FROM merge.known_borrower)
            GROUP BY borrower_no
        )
        SELECT borrower_no, borrower_id, party_id, party_index, false AS is_new
        FROM merge.known_borrower
        UNION ALL
        SELECT borrower_no, -row_number() OVER (ORDER BY source_id, source_row, borrower_no),
            NULL, NULL, true
        FROM new"""
    )
    for child in ("loan", *_CHILDREN_OF_BORROWERS):
        reject(
            connection,
            table=child,
            where="borrower_no NOT IN (SELECT borrower_no FROM merge.borrower_of)",
            key="borrower_no",
            column="borrower_no",
            code=ORPHAN,
            figures="json_object('parent', 'borrower')",
        )


def settle_loans(connection: duckdb.DuckDBPyConnection) -> None:
    """Make merge.loan_of(loan_no, loan_id, borrower_id, was_borrower_id, is_new, is_said).

    Reads merge.known_loan. Rejects rows whose loan is nowhere.
    """
    connection.execute(
        """
        CREATE OR REPLACE TABLE merge.loan_of AS
        SELECT s.loan_no, coalesce(k.loan_id, n.number) AS loan_id, b.borrower_id,
            k.borrower_id AS was_borrower_id, k.loan_id IS NULL AS is_new, true AS is_said
        FROM loan s JOIN merge.borrower_of b USING (borrower_no)
        LEFT JOIN merge.known_loan k USING (loan_no)
        LEFT JOIN (
            SELECT loan_no, -row_number() OVER (ORDER BY source_id, source_row, loan_no) AS number
            FROM loan WHERE loan_no NOT IN (SELECT loan_no FROM merge.known_loan)
        ) n USING (loan_no)
        UNION ALL
        SELECT loan_no, loan_id, borrower_id, borrower_id, false, false
        FROM merge.known_loan WHERE loan_no NOT IN (SELECT loan_no FROM loan)"""
    )
    for child in _CHILDREN_OF_LOANS:
        reject(
            connection,
            table=child,
            where="loan_no NOT IN (SELECT loan_no FROM merge.loan_of)",
            key="loan_no",
            column="loan_no",
            code=ORPHAN,
            figures="json_object('parent', 'loan')",
        )


def settle_branches(connection: duckdb.DuckDBPyConnection) -> None:
    """Make merge.branch_of(branch, code, branch_id); new ones negative. Reads known_branch."""
    connection.execute(
        """
        CREATE OR REPLACE TABLE merge.branch_of AS
        WITH said AS (
            SELECT DISTINCT branch, CASE WHEN length(branch) <= 40 THEN branch
                ELSE left(branch, 31) || '~' || left(md5(branch), 8) END AS code
            FROM loan WHERE branch IS NOT NULL
        )
        SELECT s.branch, s.code,
            coalesce(k.branch_id, -dense_rank() OVER (ORDER BY k.branch_id, s.code)) AS branch_id
        FROM said s LEFT JOIN merge.known_branch k USING (code)"""
    )


_NAMED_BY_LOANS = "UNION ALL SELECT borrower_no, source_id, source_row FROM loan"
