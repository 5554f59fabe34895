"""The tables of the native book files, and of a tape: which columns, what kind, what is needed.

The one description that mapping, reading, staging and the preview share. Column
names of the files and rules: the native formats (public interface). `Kind` says
how a cell is read; money columns are staged as `<name>_fen`, others as `stored`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """How a cell is read and stored."""

    KEY = "key"
    TEXT = "text"
    NAME = "name"
    PHONE = "phone"
    ADDRESS = "address"
    ID_NO = "id_no"
    MONEY = "money"
    DAY = "day"
    COUNT = "count"
    RATE = "rate"
    CHOICE = "choice"
    ORDER = "order"


PERSONAL: Final = frozenset({Kind.NAME, Kind.PHONE, Kind.ADDRESS, Kind.ID_NO})
"""Kinds that are masked wherever they are shown."""

SQL_TYPES: Final = {
    Kind.MONEY: "BIGINT",
    Kind.DAY: "DATE",
    Kind.COUNT: "INTEGER",
    Kind.RATE: "INTEGER",
}


@dataclass(frozen=True)
class Field:
    """One column. `limit` is the longest text, or the largest count; `choices` names a list;
    a `signed` amount may be negative; a cell of `several` phones is joined by `;`."""

    name: str
    kind: Kind
    required: bool = False
    limit: int = 200
    choices: str | None = None
    staged: str | None = None
    signed: bool = False
    several: bool = False

    @property
    def stored(self) -> str:
        """The name of the staged column."""
        if self.staged is not None:
            return self.staged
        return f"{self.name}_fen" if self.kind is Kind.MONEY else self.name

    @property
    def sql_type(self) -> str:
        return SQL_TYPES.get(self.kind, "VARCHAR")


@dataclass(frozen=True)
class Table:
    """One native table: its file name, its columns, its key, and whose child it is."""

    name: str
    file: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    parent: tuple[str, str] | None = None

    def field(self, name: str) -> Field:
        return next(field for field in self.fields if field.name == name)

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields if field.required)


def _key(name: str, *, required: bool = True) -> Field:
    return Field(name, Kind.KEY, required=required, limit=64)


def _text(name: str, limit: int = 200, *, required: bool = False) -> Field:
    return Field(name, Kind.TEXT, required=required, limit=limit)


def _money(name: str, *, required: bool = False, signed: bool = False) -> Field:
    return Field(name, Kind.MONEY, required=required, signed=signed)


def _day(name: str, *, required: bool = False, staged: str | None = None) -> Field:
    return Field(name, Kind.DAY, required=required, staged=staged)


def _count(name: str, limit: int, *, required: bool = False) -> Field:
    return Field(name, Kind.COUNT, required=required, limit=limit)


def _rate(name: str) -> Field:
    return Field(name, Kind.RATE, limit=100_000_000)


def _choice(name: str, choices: str, *, required: bool = False) -> Field:
    return Field(name, Kind.CHOICE, required=required, choices=choices)


BORROWER = Table(
    "borrower",
    "borrowers",
    (
        _key("borrower_no"),
        Field("name", Kind.NAME, required=True, limit=120),
        _choice("id_type", "id_type"),
        Field("id_no", Kind.ID_NO, limit=40),
        Field("mobile", Kind.PHONE, limit=40),
        _text("language", 20),
        _text("employer", 120),
        _money("monthly_income"),
        _count("payday", 31),
        _text("flags"),
        _text("contact_prefs"),
    ),
    key=("borrower_no",),
)

LOAN = Table(
    "loan",
    "loans",
    (
        _key("loan_no"),
        _key("borrower_no"),
        _text("product", 60),
        _text("branch", 60),
        _text("contract_no", 64),
        _day("disbursed_on"),
        _money("disbursed"),
        _money("principal"),
        _rate("annual_rate_ppm"),
        _rate("penalty_rate_ppm"),
        _text("repay_method", 40),
        _text("day_count_basis", 20),
        Field("allocation_order", Kind.ORDER, limit=80),
        _text("cost_sheet_ref", 64),
        _rate("max_all_in_rate_ppm"),
    ),
    key=("loan_no",),
    parent=("borrower", "borrower_no"),
)

INSTALLMENT = Table(
    "installment",
    "installments",
    (
        _key("loan_no"),
        _count("seq", 10_000, required=True),
        _day("due_date", required=True),
        _money("principal", required=True),
        _money("interest", required=True),
        _money("fee"),
        _money("penalty"),
    ),
    key=("loan_no", "seq"),
    parent=("loan", "loan_no"),
)

PAYMENT = Table(
    "payment",
    "payments",
    (
        _key("payment_no"),
        _key("loan_no"),
        _day("paid_on", required=True),
        _money("amount", required=True, signed=True),
        _text("channel", 40),
        _key("reverses", required=False),
    ),
    key=("payment_no",),
    parent=("loan", "loan_no"),
)

ADJUSTMENT = Table(
    "adjustment",
    "adjustments",
    (
        _key("adjustment_no"),
        _key("loan_no"),
        _count("seq", 10_000),
        _choice("kind", "adjustment_kind", required=True),
        _choice("component", "component", required=True),
        _money("amount", required=True),
        _day("effective_on", required=True),
        _text("reason"),
    ),
    key=("adjustment_no",),
    parent=("loan", "loan_no"),
)

HOLD = Table(
    "hold",
    "holds",
    (
        _key("loan_no"),
        _day("start", required=True, staged="start_on"),
        _day("end", staged="end_on"),
        _text("reason"),
    ),
    key=("loan_no", "start_on"),
    parent=("loan", "loan_no"),
)

CONTACT = Table(
    "contact",
    "contacts",
    (
        _key("borrower_no"),
        _choice("role", "contact_role", required=True),
        Field("name", Kind.NAME, limit=120),
        _text("relation", 40),
        Field("phone", Kind.PHONE, limit=40),
        Field("address", Kind.ADDRESS, limit=300),
        _choice("tier", "tier"),
        _text("source", 60, required=True),
        _text("legal_basis", 30, required=True),
        _count("birth_year", 2100),
    ),
    key=("borrower_no", "role", "name", "phone", "address"),
    parent=("borrower", "borrower_no"),
)

ASSET = Table(
    "asset",
    "assets",
    (
        _key("borrower_no"),
        _text("kind", 40, required=True),
        _text("note"),
        _money("value"),
        _day("evidenced_on"),
        _text("evidence"),
    ),
    key=("borrower_no", "kind", "note", "evidenced_on"),
    parent=("borrower", "borrower_no"),
)

REASON = Table(
    "reason",
    "reasons",
    (
        _key("borrower_no"),
        _text("reason", 40, required=True),
        _day("noted_on", required=True),
        _text("source", 60),
    ),
    key=("borrower_no", "reason", "noted_on"),
    parent=("borrower", "borrower_no"),
)

NATIVE: Final = (
    BORROWER,
    LOAN,
    INSTALLMENT,
    PAYMENT,
    ADJUSTMENT,
    HOLD,
    CONTACT,
    ASSET,
    REASON,
)


def _several(name: str) -> Field:
    return Field(name, Kind.PHONE, limit=40, several=True)


CONTACTS_MOST: Final = 9
"""A tape may carry this many contact persons beside the borrower."""

_TAPE_CONTACTS = tuple(
    field
    for n in range(1, CONTACTS_MOST + 1)
    for field in (
        Field(f"contact_{n}_name", Kind.NAME, limit=120),
        _text(f"contact_{n}_relation", 40),
        _several(f"contact_{n}_phone"),
    )
)

TAPE = Table(
    "tape",
    "tape",
    (
        _key("loan_no"),
        _key("contract_no", required=False),
        _key("customer_no", required=False),
        _text("product", 60),
        _text("branch", 60),
        Field("name", Kind.NAME, required=True, limit=120),
        _choice("id_type", "id_type"),
        Field("id_no", Kind.ID_NO, limit=40),
        _several("mobile"),
        _several("phone_other"),
        _several("phone_home"),
        _several("phone_work"),
        _choice("phone_tier", "tier"),
        Field("addr_home", Kind.ADDRESS, limit=300),
        Field("addr_registered", Kind.ADDRESS, limit=300),
        Field("addr_work", Kind.ADDRESS, limit=300),
        _text("language", 20),
        _text("employer", 120),
        _money("monthly_income"),
        _count("payday", 31),
        _text("flags"),
        _text("contact_prefs"),
        _day("disbursed_on"),
        _money("disbursed"),
        _rate("annual_rate_ppm"),
        _rate("penalty_rate_ppm"),
        _text("repay_method", 40),
        _count("lender_past_due_days", 20_000),
        _text("lender_stage", 40),
        _day("oldest_due_on"),
        _day("first_overdue_on"),
        _money("overdue"),
        _money("overdue_principal"),
        _money("overdue_interest"),
        _money("overdue_penalty"),
        _money("overdue_fee"),
        _money("principal_left"),
        _money("payoff"),
        _money("cure"),
        _money("waived"),
        _day("last_paid_on"),
        _money("last_paid"),
        _count("max_past_due_days", 20_000),
        _count("loan_count", 10_000),
        _count("overdue_loan_count", 10_000),
        _count("overdue_terms", 1_000),
        _day("placed_on"),
        _day("due_back_on"),
        _count("prior_calls_7d", 10_000),
        _text("overdue_reason", 40),
        _text("asset_note"),
        _text("collateral"),
        _text("legal_basis", 30),
        Field("guarantor_name", Kind.NAME, limit=120),
        _several("guarantor_phone"),
        *_TAPE_CONTACTS,
    ),
    key=("loan_no",),
)

LP = Table(
    "lp",
    "lp",
    (
        _key("listing_no"),
        _count("seq", 10_000, required=True),
        _choice("status", "lp_status", required=True),
        _money("principal", required=True),
        _money("interest", required=True),
        _money("principal_left", required=True),
        _money("interest_left", required=True),
        _day("due_date", required=True),
        _day("paid_on"),
        _day("recorded_on"),
    ),
    key=("listing_no", "seq"),
)

LENDER_SAYS: Final = (
    "loan_no",
    "borrower_no",
    "lender_past_due_days",
    "lender_stage",
    "oldest_due_on",
    "first_overdue_on",
    "synthetic_due_on",
    "overdue_fen",
    "overdue_principal_fen",
    "overdue_interest_fen",
    "overdue_penalty_fen",
    "overdue_fee_fen",
    "principal_left_fen",
    "payoff_fen",
    "cure_fen",
    "waived_fen",
    "last_paid_on",
    "last_paid_fen",
    "max_past_due_days",
    "loan_count",
    "overdue_loan_count",
    "overdue_terms",
    "placed_on",
    "due_back_on",
    "prior_calls_7d",
)
"""Columns of the staged `tape` table: what the lender's sheet says of a loan."""

LAYOUTS: Final = {
    "native": {table.name: table for table in NATIVE},
    "tape": {TAPE.name: TAPE},
    "lp": {LP.name: LP},
}
