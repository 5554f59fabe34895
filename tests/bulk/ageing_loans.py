"""Loans as both sides of the ageing tests read them: core's records and the kernel's views."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb

from dunwell.bulk.kernels.ageing import age_views
from dunwell.core.ageing import AgeingTerms, LoanAge, LoanFacts

_VIEWS = {
    "loan": "loan_key VARCHAR, allocation_order VARCHAR",
    "installment": "loan_key VARCHAR, seq INTEGER, due_date DATE, principal_fen BIGINT,"
    " interest_fen BIGINT, fee_fen BIGINT, penalty_fen BIGINT",
    "payment": "loan_key VARCHAR, paid_on DATE, amount_fen BIGINT",
    "adjustment": "loan_key VARCHAR, seq INTEGER, kind VARCHAR, component VARCHAR,"
    " amount_fen BIGINT, effective_on DATE",
    "hold": "loan_key VARCHAR, start_on DATE, end_on DATE",
}


def load_views(connection: duckdb.DuckDBPyConnection, loans: Mapping[str, LoanFacts]) -> None:
    """Make the kernel's five tables from loans by key."""
    rows: dict[str, list[Sequence[object]]] = {name: [] for name in _VIEWS}
    for key, facts in loans.items():
        rows["loan"].append((key, ">".join(facts.allocation_order)))
        rows["installment"] += [
            (key, i.seq, i.due_date, i.principal_fen, i.interest_fen, i.fee_fen, i.penalty_fen)
            for i in facts.installments
        ]
        rows["payment"] += [
            (key, p.paid_on, p.amount_fen if p.reverses is None else -p.amount_fen)
            for p in facts.payments
        ]
        rows["adjustment"] += [
            (key, a.seq, a.kind, a.component, a.amount_fen, a.effective_on)
            for a in facts.adjustments
        ]
        rows["hold"] += [(key, h.start_on, h.end_on) for h in facts.holds]
    for name, columns in _VIEWS.items():
        connection.execute(f"CREATE OR REPLACE TABLE {name} ({columns})")
        if rows[name]:
            # One list per column: thousands of times faster than row by row.
            types = [column.split()[1] for column in columns.split(", ")]
            lists = ", ".join(f"unnest(?::{kind}[])" for kind in types)
            values = [list(column) for column in zip(*rows[name], strict=True)]
            connection.execute(f"INSERT INTO {name} SELECT {lists}", values)


def kernel_answers(
    loans: Mapping[str, LoanFacts],
    *,
    as_of: date,
    terms: AgeingTerms,
    connection: duckdb.DuckDBPyConnection | None = None,
) -> tuple[dict[str, tuple[object, ...]], dict[str, list[tuple[object, ...]]]]:
    """Age `loans` by the kernel: loan rows by key, and late installments by key."""
    connection = connection or duckdb.connect()
    load_views(connection, loans)
    age_views(connection, as_of=as_of, terms=terms, with_installments=True)
    by_loan = {row[0]: row[1:] for row in connection.execute("FROM loan_age").fetchall()}
    late: dict[str, list[tuple[object, ...]]] = {}
    found = connection.execute(
        "FROM installment_age ORDER BY loan_key, due_date, seq NULLS LAST"
    ).fetchall()
    for row in found:
        late.setdefault(row[0], []).append(row[1:])
    return by_loan, late


def core_row(age: LoanAge) -> tuple[object, ...]:
    """A core answer in the order of the kernel's columns, key left out."""
    return (
        age.days_past_due,
        age.delinquent_days,
        age.oldest_unpaid_due_date,
        age.delinquent_date,
        age.overdue_principal_fen,
        age.overdue_interest_fen,
        age.overdue_fee_fen,
        age.overdue_penalty_fen,
        age.overdue_cost_fen,
        age.overdue_fen,
        age.outstanding_fen,
        age.overpaid_fen,
        age.bucket,
        age.held,
    )


def core_late_rows(age: LoanAge) -> list[tuple[object, ...]]:
    """The late installments of a core answer in the order of the kernel's columns."""
    return [
        (
            due.owed.seq,
            due.owed.due_date,
            due.unpaid_fen,
            due.late_days,
            due.delinquent_days,
            due.bucket,
        )
        for due in age.late_dues
    ]
