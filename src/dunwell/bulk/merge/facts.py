"""The versioned tables of a book as the import sees them: owner, key, values.

One description for comparing (difference), asking the state (flows.prepare) and
writing. Column names are those of the state; `source` names the staged column a
value comes from, whose absence in the files means that nothing was said of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Value:
    """One compared column. `told`: its old value may stand in the journal in plain."""

    name: str
    type: str = "VARCHAR"
    source: str = ""
    told: bool = True
    empty: str = "NULL"

    @property
    def staged(self) -> str:
        """The staged column that says it."""
        return self.source or self.name


@dataclass(frozen=True)
class FactTable:
    """One versioned table: whose facts, which key, which values.

    `alone` says that the key is unique in the lender's whole book, so that a
    changed owner is a changed value. `personal` columns travel with a new row
    to be sealed and are not compared.
    """

    name: str
    files: str
    owner: str
    key: tuple[tuple[str, str], ...]
    values: tuple[Value, ...]
    alone: bool = False
    personal: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[tuple[str, str], ...]:
        """Owner, key and values with their types, as they are asked of the state."""
        values = tuple((value.name, value.type) for value in self.values)
        return ((self.owner, "BIGINT"), *self.key, *values)

    @property
    def never_null(self) -> frozenset[str]:
        """Text columns, where the state writes nothing as empty text."""
        keys = [name for name, kind in self.key if kind == "VARCHAR" and name != "key_mark"]
        return frozenset(keys + [value.name for value in self.values if value.empty == "''"])

    @property
    def state_table(self) -> str:
        return f"book_{self.name.replace('_', '')}"


def _fen(name: str) -> Value:
    return Value(name, "BIGINT")


def _count(name: str) -> Value:
    return Value(name, "INTEGER")


def _day(name: str, source: str = "") -> Value:
    return Value(name, "DATE", source)


def _text(name: str, *, told: bool = False) -> Value:
    return Value(name, "VARCHAR", told=told, empty="''")


def _mark(name: str, source: str) -> Value:
    return Value(name, "VARCHAR", source, told=False)


BORROWER_TERMS: Final = FactTable(
    "borrower_terms",
    "borrowers",
    "borrower_id",
    key=(),
    values=(
        _mark("name_mark", "name"),
        _mark("id_no_mark", "id_no"),
        _mark("employer_mark", "employer"),
        _text("language", told=True),
        Value("monthly_income_fen", "BIGINT", told=False),
        Value("payday", "INTEGER"),
        _text("flags"),
        _text("contact_prefs"),
    ),
    personal=("employer",),
)

CONTACT: Final = FactTable(
    "contact",
    "contacts",
    "borrower_id",
    key=(("key_mark", "VARCHAR"),),
    values=(
        _mark("phone_index", "phone"),
        _text("role", told=True),
        _text("relation"),
        _text("tier", told=True),
        _text("source"),
        _text("legal_basis", told=True),
        Value("birth_year", "INTEGER", told=False),
    ),
    personal=("name", "phone", "address"),
)

LOAN_TERMS: Final = FactTable(
    "loan_terms",
    "loans",
    "loan_id",
    key=(),
    values=(
        _text("product", told=True),
        Value("branch_id", "BIGINT", "branch"),
        _text("contract_no", told=True),
        _day("disbursed_on"),
        _fen("disbursed_fen"),
        _fen("principal_fen"),
        _count("annual_rate_ppm"),
        _count("penalty_rate_ppm"),
        _text("repay_method", told=True),
        _text("day_count_basis", told=True),
        _text("allocation_order", told=True),
        _text("cost_sheet_ref", told=True),
        _count("max_all_in_rate_ppm"),
    ),
)

INSTALLMENT: Final = FactTable(
    "installment",
    "installments",
    "loan_id",
    key=(("seq", "INTEGER"),),
    values=(
        _day("due_date"),
        _fen("principal_fen"),
        _fen("interest_fen"),
        Value("fee_fen", "BIGINT", empty="0"),
        Value("penalty_fen", "BIGINT", empty="0"),
    ),
)

PAYMENT: Final = FactTable(
    "payment",
    "payments",
    "loan_id",
    key=(("payment_no", "VARCHAR"),),
    values=(
        _day("paid_on"),
        _fen("amount_fen"),
        _text("channel", told=True),
        _text("reverses", told=True),
    ),
    alone=True,
)

ADJUSTMENT: Final = FactTable(
    "adjustment",
    "adjustments",
    "loan_id",
    key=(("adjustment_no", "VARCHAR"),),
    values=(
        _count("seq"),
        _text("kind", told=True),
        _text("component", told=True),
        _fen("amount_fen"),
        _day("effective_on"),
        _text("reason"),
    ),
    alone=True,
)

HOLD: Final = FactTable(
    "hold",
    "holds",
    "loan_id",
    key=(("start_on", "DATE"),),
    values=(_day("end_on"), _text("reason")),
)

ASSET: Final = FactTable(
    "asset",
    "assets",
    "borrower_id",
    key=(("kind", "VARCHAR"), ("note", "VARCHAR"), ("evidenced_on", "DATE")),
    values=(_fen("value_fen"), _text("evidence")),
)

REASON: Final = FactTable(
    "reason",
    "reasons",
    "borrower_id",
    key=(("reason", "VARCHAR"), ("noted_on", "DATE")),
    values=(_text("source"),),
)

TAPE_LINE: Final = FactTable(
    "tape_line",
    "tape",
    "loan_id",
    key=(),
    values=(
        _day("tape_on"),
        _count("lender_past_due_days"),
        Value("lender_overdue_fen", "BIGINT", "overdue_fen"),
        _fen("principal_left_fen"),
        _text("lender_stage", told=True),
        _fen("payoff_fen"),
        _fen("cure_fen"),
        _fen("waived_fen"),
        _day("last_paid_on"),
        _fen("last_paid_fen"),
        _count("max_past_due_days"),
        _count("loan_count"),
        _count("overdue_loan_count"),
        _count("overdue_terms"),
        _day("placed_on"),
        _day("due_back_on"),
        _count("prior_calls_7d"),
        _day("synthetic_due_on"),
        _day("left_on"),
    ),
)

OF_LOANS: Final = (LOAN_TERMS, INSTALLMENT, PAYMENT, ADJUSTMENT, HOLD)
OF_BORROWERS: Final = (BORROWER_TERMS, CONTACT, ASSET, REASON)
EVERY: Final = (*OF_BORROWERS, *OF_LOANS, TAPE_LINE)
