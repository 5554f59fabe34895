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


def key(name: str, *, required: bool = True) -> Field:
    """A number that names a thing: at most 64 characters."""
    return Field(name, Kind.KEY, required=required, limit=64)


def text(name: str, limit: int = 200, *, required: bool = False) -> Field:
    """Free text of at most `limit` characters."""
    return Field(name, Kind.TEXT, required=required, limit=limit)


def money(name: str, *, required: bool = False, signed: bool = False) -> Field:
    """An amount; staged as `<name>_fen`."""
    return Field(name, Kind.MONEY, required=required, signed=signed)


def day(name: str, *, required: bool = False, staged: str | None = None) -> Field:
    """A date."""
    return Field(name, Kind.DAY, required=required, staged=staged)


def count(name: str, limit: int, *, required: bool = False) -> Field:
    """A whole number from 0 to `limit`."""
    return Field(name, Kind.COUNT, required=required, limit=limit)


def rate(name: str) -> Field:
    """A rate a year, staged in parts per million."""
    return Field(name, Kind.RATE, limit=100_000_000)


def choice(name: str, choices: str, *, required: bool = False) -> Field:
    """One of the closed list `choices` (choices.yaml)."""
    return Field(name, Kind.CHOICE, required=required, choices=choices)


BORROWER = Table(
    "borrower",
    "borrowers",
    (
        key("borrower_no"),
        Field("name", Kind.NAME, required=True, limit=120),
        choice("id_type", "id_type"),
        Field("id_no", Kind.ID_NO, limit=40),
        Field("mobile", Kind.PHONE, limit=40),
        text("language", 20),
        Field("employer", Kind.ADDRESS, limit=120),
        money("monthly_income"),
        count("payday", 31),
        text("flags"),
        text("contact_prefs"),
    ),
    key=("borrower_no",),
)

LOAN = Table(
    "loan",
    "loans",
    (
        key("loan_no"),
        key("borrower_no"),
        text("product", 60),
        text("branch", 60),
        text("contract_no", 64),
        day("disbursed_on"),
        money("disbursed"),
        money("principal"),
        rate("annual_rate_ppm"),
        rate("penalty_rate_ppm"),
        text("repay_method", 40),
        text("day_count_basis", 20),
        Field("allocation_order", Kind.ORDER, limit=80),
        text("cost_sheet_ref", 64),
        rate("max_all_in_rate_ppm"),
    ),
    key=("loan_no",),
    parent=("borrower", "borrower_no"),
)

INSTALLMENT = Table(
    "installment",
    "installments",
    (
        key("loan_no"),
        count("seq", 10_000, required=True),
        day("due_date", required=True),
        money("principal", required=True),
        money("interest", required=True),
        money("fee"),
        money("penalty"),
    ),
    key=("loan_no", "seq"),
    parent=("loan", "loan_no"),
)

PAYMENT = Table(
    "payment",
    "payments",
    (
        key("payment_no"),
        key("loan_no"),
        day("paid_on", required=True),
        money("amount", required=True, signed=True),
        text("channel", 40),
        key("reverses", required=False),
    ),
    key=("payment_no",),
    parent=("loan", "loan_no"),
)

ADJUSTMENT = Table(
    "adjustment",
    "adjustments",
    (
        key("adjustment_no"),
        key("loan_no"),
        count("seq", 10_000),
        choice("kind", "adjustment_kind", required=True),
        choice("component", "component", required=True),
        money("amount", required=True),
        day("effective_on", required=True),
        text("reason"),
    ),
    key=("adjustment_no",),
    parent=("loan", "loan_no"),
)

HOLD = Table(
    "hold",
    "holds",
    (
        key("loan_no"),
        day("start", required=True, staged="start_on"),
        day("end", staged="end_on"),
        text("reason"),
    ),
    key=("loan_no", "start_on"),
    parent=("loan", "loan_no"),
)

CONTACT = Table(
    "contact",
    "contacts",
    (
        key("borrower_no"),
        choice("role", "contact_role", required=True),
        Field("name", Kind.NAME, limit=120),
        text("relation", 40),
        Field("phone", Kind.PHONE, limit=40),
        Field("address", Kind.ADDRESS, limit=300),
        choice("tier", "tier"),
        text("source", 60, required=True),
        text("legal_basis", 30, required=True),
        count("birth_year", 2100),
    ),
    key=("borrower_no", "role", "name", "phone", "address"),
    parent=("borrower", "borrower_no"),
)

ASSET = Table(
    "asset",
    "assets",
    (
        key("borrower_no"),
        text("kind", 40, required=True),
        text("note"),
        money("value"),
        day("evidenced_on"),
        text("evidence"),
    ),
    key=("borrower_no", "kind", "note", "evidenced_on"),
    parent=("borrower", "borrower_no"),
)

REASON = Table(
    "reason",
    "reasons",
    (
        key("borrower_no"),
        text("reason", 40, required=True),
        day("noted_on", required=True),
        text("source", 60),
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
