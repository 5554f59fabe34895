"""What one row must satisfy beyond its cells, table by table, and how its values are finished.

Conditions and values are SQL over x_<field> (as read) and v_<field> (as finished);
`staging` builds them into its one pass.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dunwell.bulk.intake.refusals import (
    CellRefused,
    EndBeforeStart,
    MoreLeftThanDue,
    NegativePayment,
    NoAge,
    NoAmount,
    ReversesItself,
)
from dunwell.bulk.intake.tables import Table

_ID_TYPE: Final = (
    "coalesce(x_id_type, CASE WHEN regexp_full_match(x_id_no, '[0-9]{17}[0-9X]') THEN 'ric' "
    "WHEN regexp_full_match(x_id_no, '[0-9A-HJ-NP-RT-UW-Y]{18}') THEN 'uscc' END)"
)

FINISHES: Final = {
    ("borrower", "id_type"): _ID_TYPE,
    ("installment", "fee"): "coalesce(x_fee, 0)",
    ("installment", "penalty"): "coalesce(x_penalty, 0)",
    # A reversal undoes the whole payment it names; its own sign says nothing more.
    ("payment", "amount"): "CASE WHEN x_reverses IS NULL THEN x_amount ELSE abs(x_amount) END",
    ("tape", "id_type"): _ID_TYPE,
    ("tape", "loan_no"): "coalesce(x_loan_no, x_contract_no)",
}
"""Values that need more than their own cell."""


@dataclass(frozen=True)
class RowRule:
    """A condition that makes a row wrong, and the cell that is named for it."""

    table: str
    field: str
    wrong: str
    refusal: type[CellRefused]


_TAPE_AMOUNTS: Final = ("overdue", "overdue_principal", "overdue_interest", "overdue_penalty")

ROW_RULES: Final = (
    RowRule("payment", "amount", "v_amount < 0 AND v_reverses IS NULL", NegativePayment),
    RowRule("payment", "reverses", "v_reverses = v_payment_no", ReversesItself),
    RowRule("hold", "end", "v_end < v_start", EndBeforeStart),
    RowRule(
        "tape",
        "lender_past_due_days",
        "v_lender_past_due_days IS NULL AND v_first_overdue_on IS NULL AND v_oldest_due_on IS NULL",
        NoAge,
    ),
    RowRule(
        "tape",
        "overdue",
        f"coalesce({', '.join(f'v_{name}' for name in _TAPE_AMOUNTS)}, v_overdue_fee) IS NULL",
        NoAmount,
    ),
    RowRule("lp", "principal_left", "v_principal_left > v_principal", MoreLeftThanDue),
    RowRule("lp", "interest_left", "v_interest_left > v_interest", MoreLeftThanDue),
)


def key_of(table: Table) -> str:
    """SQL for the key that names a row of `table` to people and to the state."""
    names = [field.name for field in table.fields]
    for name in ("loan_no", "listing_no", "borrower_no"):
        if name in names:
            return f"v_{name}"
    return f"v_{table.key[0]}"
