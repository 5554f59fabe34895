"""What features are made of: a borrower's loans and what is known beside them; and the answer.

Facts dated after the day asked for are let stand in these records and never count.
Amounts are whole fen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from dunwell.core.ageing import LoanFacts


@dataclass(frozen=True, slots=True)
class LoanPast:
    """One loan of the borrower.

    It is of the borrower from `disbursed_on` (None: not told, so always) and left the
    lender's tape on `left_on`: from then it counts in loans_total only.
    """

    facts: LoanFacts
    disbursed_on: date | None = None
    left_on: date | None = None


@dataclass(frozen=True, slots=True)
class PromiseFact:
    """A promise to pay. It stands open until `settled_on`, and from then on in `state`.

    A state other than kept, part_kept or broken (rescheduled, withdrawn) ends it without
    an outcome.
    """

    promised_on: date
    due_on: date
    promised_fen: int
    state: str = "open"
    settled_on: date | None = None


@dataclass(frozen=True, slots=True)
class ContactOutcome:
    """How one contact with the borrower went."""

    on_day: date
    channel: str
    answered: bool
    conversation: bool


@dataclass(frozen=True, slots=True)
class AssetFact:
    """Something the borrower owns; `evidenced_on` None: no day is known, so always."""

    kind: str
    value_fen: int | None
    evidenced_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReasonFact:
    """Why the borrower is late, as said on a day."""

    reason: str
    noted_on: date


@dataclass(frozen=True, slots=True)
class Asides:
    """What is known of the borrower beside the loans."""

    promises: Sequence[PromiseFact] = ()
    contacts: Sequence[ContactOutcome] = ()
    assets: Sequence[AssetFact] = ()
    reasons: Sequence[ReasonFact] = ()
    monthly_income_fen: int | None = None


@dataclass(frozen=True, slots=True)
class BorrowerFeatures:
    """All features of one borrower on one day, in the order of FEATURES; None: not known, never."""

    days_past_due: int
    delinquent_days: int
    bucket: str
    held: bool
    overdue_fen: int
    outstanding_fen: int
    overdue_share_ppm: int
    loans_total: int
    loans_overdue: int
    max_past_due_days_6m: int
    max_past_due_days_12m: int
    max_past_due_days_24m: int
    late_times_1d_12m: int
    late_times_8d_12m: int
    late_times_31d_12m: int
    first_payment_default: bool
    part_payments_12m: int
    days_since_payment: int | None
    paid_share_last_3_dues_ppm: int | None
    loan_age_days: int | None
    installments_due: int
    promises_kept_12m: int
    promises_broken_12m: int
    promise_state: str
    promise_due_in_days: int | None
    attempts_30d: int
    answered_30d: int
    conversations_30d: int
    failed_in_row: int
    days_since_conversation: int | None
    reachability: str
    asset_value_fen: int | None
    assets: int
    monthly_income_fen: int | None
    reason: str
    days_since_reason: int | None

    def as_facts(self) -> dict[str, int | str | bool | None]:
        """The features by name, as decision tables and cards read them."""
        return asdict(self)
