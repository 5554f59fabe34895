"""The three layouts: native files, a tape of overdue loans, and PPDai's lp; and their columns.

A tape is one sheet of loans already overdue, without a schedule; lp is one row
per installment with what is left of it. `tables` holds the native tables.
"""

from __future__ import annotations

from typing import Final

from dunwell.bulk.intake.tables import (
    NATIVE,
    Field,
    Kind,
    Table,
    choice,
    count,
    day,
    key,
    money,
    rate,
    text,
)


def several(name: str) -> Field:
    """A cell that may hold more than one phone."""
    return Field(name, Kind.PHONE, limit=40, several=True)


CONTACTS_MOST: Final = 9
"""A tape may carry this many contact persons beside the borrower."""

_TAPE_CONTACTS = tuple(
    field
    for n in range(1, CONTACTS_MOST + 1)
    for field in (
        Field(f"contact_{n}_name", Kind.NAME, limit=120),
        text(f"contact_{n}_relation", 40),
        several(f"contact_{n}_phone"),
    )
)

TAPE = Table(
    "tape",
    "tape",
    (
        key("loan_no"),
        key("contract_no", required=False),
        key("customer_no", required=False),
        text("batch_no", 64),
        text("product", 60),
        text("branch", 60),
        Field("name", Kind.NAME, required=True, limit=120),
        choice("id_type", "id_type"),
        Field("id_no", Kind.ID_NO, limit=40),
        several("mobile"),
        several("phone_other"),
        several("phone_home"),
        several("phone_work"),
        choice("phone_tier", "tier"),
        Field("addr_home", Kind.ADDRESS, limit=300),
        Field("addr_registered", Kind.ADDRESS, limit=300),
        Field("addr_work", Kind.ADDRESS, limit=300),
        text("language", 20),
        Field("employer", Kind.ADDRESS, limit=120),
        money("monthly_income"),
        count("payday", 31),
        text("flags"),
        text("contact_prefs"),
        day("disbursed_on"),
        money("disbursed"),
        rate("annual_rate_ppm"),
        rate("penalty_rate_ppm"),
        text("repay_method", 40),
        count("lender_past_due_days", 20_000),
        text("lender_stage", 40),
        day("oldest_due_on"),
        day("first_overdue_on"),
        money("overdue"),
        money("overdue_principal"),
        money("overdue_interest"),
        money("overdue_penalty"),
        money("overdue_fee"),
        money("principal_left"),
        money("payoff"),
        money("cure"),
        money("waived"),
        day("last_paid_on"),
        money("last_paid"),
        count("max_past_due_days", 20_000),
        count("loan_count", 10_000),
        count("overdue_loan_count", 10_000),
        count("overdue_terms", 1_000),
        day("placed_on"),
        day("due_back_on"),
        count("prior_calls_7d", 10_000),
        text("overdue_reason", 40),
        text("asset_note"),
        text("collateral"),
        text("legal_basis", 30),
        Field("guarantor_name", Kind.NAME, limit=120),
        several("guarantor_phone"),
        *_TAPE_CONTACTS,
    ),
    key=("loan_no",),
)

LP = Table(
    "lp",
    "lp",
    (
        key("listing_no"),
        count("seq", 10_000, required=True),
        choice("status", "lp_status", required=True),
        money("principal", required=True),
        money("interest", required=True),
        money("principal_left", required=True),
        money("interest_left", required=True),
        day("due_date", required=True),
        day("paid_on"),
        day("recorded_on"),
    ),
    key=("listing_no", "seq"),
)

LENDER_SAYS: Final = (
    "loan_no",
    "borrower_no",
    "batch_no",
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
