"""What the day run reads of the state database: which rows, as known when, in which shape.

Called by run_day. The SQL is built from the models, so that a renamed column is a
fault at once; bulk.extract reads it. Facts are read as known at a recording
(store.book.models); large tables in ranges of their key, several at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Max, Model

from dunwell.bulk.extract import Extract
from dunwell.store.book import models as book
from dunwell.store.cases.models import Case

PART_ROWS = 500_000
"""How many keys one stream reads: enough parts for every core on a large book."""

AGE_COLUMNS: Mapping[str, str] = {
    "as_of": "DATE",
    "days_past_due": "INTEGER",
    "delinquent_days": "INTEGER",
    "oldest_unpaid_due_date": "DATE",
    "delinquent_date": "DATE",
    "overdue_principal_fen": "BIGINT",
    "overdue_interest_fen": "BIGINT",
    "overdue_fee_fen": "BIGINT",
    "overdue_penalty_fen": "BIGINT",
    "overdue_fen": "BIGINT",
    "outstanding_fen": "BIGINT",
    "overpaid_fen": "BIGINT",
    "bucket": "VARCHAR",
    "held": "BOOLEAN",
}
"""A stored age, beside its loan."""

CASE_COLUMNS: Mapping[str, str] = {
    "party_id": "BIGINT",
    "lender_id": "BIGINT",
    "status": "VARCHAR",
    "opened_on": "DATE",
    "closed_on": "DATE",
    "times_opened": "INTEGER",
    "as_of": "DATE",
    "bucket": "VARCHAR",
    "days_past_due": "INTEGER",
    "delinquent_days": "INTEGER",
    "oldest_unpaid_due_date": "DATE",
    "overdue_principal_fen": "BIGINT",
    "overdue_interest_fen": "BIGINT",
    "overdue_fee_fen": "BIGINT",
    "overdue_penalty_fen": "BIGINT",
    "overdue_fen": "BIGINT",
    "outstanding_fen": "BIGINT",
    "loans_total": "INTEGER",
    "loans_overdue": "INTEGER",
    "held": "BOOLEAN",
    "paid_mark_fen": "BIGINT",
    "waived_mark_fen": "BIGINT",
    "written_off_mark_fen": "BIGINT",
    "left_mark_loans": "INTEGER",
}
"""A case as the day run compares and writes it; team and holder are not its business."""

_INSTALLMENT = {
    "loan_key": "BIGINT",
    "seq": "INTEGER",
    "due_date": "DATE",
    "principal_fen": "BIGINT",
    "interest_fen": "BIGINT",
    "fee_fen": "BIGINT",
    "penalty_fen": "BIGINT",
}
_PAYMENT = {"loan_key": "BIGINT", "paid_on": "DATE", "amount_fen": "BIGINT"}
_ADJUSTMENT = {
    "loan_key": "BIGINT",
    "seq": "INTEGER",
    "kind": "VARCHAR",
    "component": "VARCHAR",
    "amount_fen": "BIGINT",
    "effective_on": "DATE",
}
_HOLD = {"loan_key": "BIGINT", "start_on": "DATE", "end_on": "DATE"}

_SIGNED = "CASE WHEN reverses = '' THEN amount_fen ELSE -amount_fen END"
"""The kernel takes a reversal as a negative payment on its own day."""


@dataclass(frozen=True, slots=True)
class Known:
    """Which facts count: those entered up to `recording`, but by none of `later`.

    Recordings of different lenders may be numbered ahead of their moments; `later`
    names those up to `recording` that were made after the moment asked for.
    """

    recording: int
    later: tuple[int, ...] = ()

    def condition(self) -> str:
        """The SQL condition on a fact's row."""
        entered = f"entered_id <= {self.recording}"
        replaced = f"replaced_id IS NULL OR replaced_id > {self.recording}"
        if self.later:
            ids = ", ".join(str(number) for number in self.later)
            entered += f" AND entered_id NOT IN ({ids})"
            replaced += f" OR replaced_id IN ({ids})"
        return f"{entered} AND ({replaced})"


def fact_extracts(*, known: Known | None, shard_by: str) -> list[Extract]:
    """The kernel's tables of facts, the largest first. `known` of None: what counts now."""
    where = known.condition() if known else "replaced_id IS NULL"
    signed = {"amount_fen": _SIGNED}
    return [
        extract_of("installment", book.Installment, _INSTALLMENT, where, shard_by=shard_by),
        extract_of("payment", book.Payment, _PAYMENT, where, shard_by=shard_by, sources=signed),
        extract_of("adjustment", book.Adjustment, _ADJUSTMENT, where, shard_by=shard_by),
        extract_of("hold", book.Hold, _HOLD, where, shard_by=shard_by),
    ]


def owner_extracts(*, known: Known | None) -> list[Extract]:
    """Whose each loan is, its own order of allocation, and whether it left the lender's tape."""
    where = known.condition() if known else "replaced_id IS NULL"
    return [
        extract_of(
            "loan_row",
            book.Loan,
            {"loan_key": "BIGINT", "borrower_id": "BIGINT", "lender_id": "BIGINT"},
            "1 = 1",
            sources={"loan_key": "id"},
        ),
        extract_of(
            "borrower",
            book.Borrower,
            {"borrower_id": "BIGINT", "party_id": "BIGINT", "lender_id": "BIGINT"},
            "1 = 1",
            sources={"borrower_id": "id"},
        ),
        extract_of(
            "own_order",
            book.LoanTerms,
            {"loan_key": "BIGINT", "allocation_order": "VARCHAR"},
            f"allocation_order <> '' AND {where}",
        ),
        extract_of(
            "left_tape",
            book.TapeLine,
            {"loan_key": "BIGINT", "left_on": "DATE"},
            f"left_on IS NOT NULL AND {where}",
        ),
    ]


def stored_extracts() -> list[Extract]:
    """What the last run wrote: the ages of all loans and all cases."""
    return [
        extract_of("stored_age", book.LoanAge, {"loan_key": "BIGINT", **AGE_COLUMNS}, "1 = 1"),
        extract_of(
            "stored_case",
            Case,
            {"case_id": "BIGINT", **CASE_COLUMNS},
            "1 = 1",
            sources={"case_id": "id"},
        ),
    ]


def newest_loan() -> int:
    """The highest loan id: how large the book is, without counting it."""
    return int(book.Loan.objects.aggregate(last=Max("pk"))["last"] or 0)


def extract_of(
    name: str,
    model: type[Model],
    columns: Mapping[str, str],
    where: str,
    *,
    shard_by: str | None = None,
    sources: Mapping[str, str] | None = None,
) -> Extract:
    """The rows of a model that `where` holds, in DuckDB's types; `sources` names other columns."""
    asked = {"loan_key": "loan_id", **(sources or {})}
    selected = ", ".join(
        _asked(name, kind, asked.get(name, name)) for name, kind in columns.items()
    )
    return Extract(
        name=name,
        sql=f"SELECT {selected} FROM {model._meta.db_table} WHERE {where}",
        shape=", ".join(_shaped(name, kind) for name, kind in columns.items()),
        parts=_ranges(model),
        shard_by=shard_by,
    )


def _asked(name: str, kind: str, source: str) -> str:
    if connection.vendor == "sqlite" and kind in {"DATE", "VARCHAR"}:
        # The driver takes a column's type from its first rows: nulls there would mislead it.
        return f"coalesce({source}, '') AS {name}"
    return f"{source} AS {name}"


def _shaped(name: str, kind: str) -> str:
    if connection.vendor == "sqlite" and kind == "DATE":
        return f"nullif({name}::VARCHAR, '')::DATE AS {name}"
    return f"{name}::{kind} AS {name}"


def _ranges(model: type[Model]) -> Sequence[str]:
    last = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
    key = model._meta.pk.column
    starts = range(0, last, PART_ROWS)
    if len(starts) < 2:
        return ("",)
    # The last range is open: rows may have come between this question and the snapshot.
    ends = [f"AND {key} <= {start + PART_ROWS}" for start in starts[:-1]] + [""]
    return [f"AND {key} > {start} {end}" for start, end in zip(starts, ends, strict=True)]
