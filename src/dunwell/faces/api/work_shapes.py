"""Notes, promises and payments as the API's OpenAPI description says them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from dunwell.core.promise import State
from dunwell.faces.api.shapes import WHOLE, Number, Strict

Day = Annotated[date, Field(strict=False, description="YYYY-MM-DD")]
Moment = Annotated[datetime, Field(strict=False, description="with its offset")]
Fen = Annotated[int, Field(ge=1, le=10**15, description="fen"), WHOLE]
Code = Annotated[str, Field(max_length=8, pattern=r"^[A-Z]*$")]
Written = Annotated[str, Field(max_length=2_000)]
Named = Annotated[str, Field(min_length=1, max_length=64)]


class PromiseSaid(Strict):
    """What was promised in a conversation."""

    amount_fen: Fen
    due_on: Day
    said_by: Literal["borrower", "guarantor", "spouse_obligor"] = "borrower"
    loans: Annotated[list[Number], Field(max_length=50)] = []


class PromiseWanted(PromiseSaid):
    """A promise outside a note."""

    case: Number


class Moved(Strict):
    """To which day a promise moves."""

    due_on: Day


class PromiseShown(Schema):
    """A promise and how it stands; `strict` is the answer without the allowance."""

    promise: int
    case: int
    amount_fen: int
    due_on: date
    last_on: date
    state: State
    strict: State
    paid_fen: int
    settled_on: date | None


class NoteWanted(Strict):
    """What a contact came to. `permit` is the one it was made under; a remark has none."""

    case: Number
    permit: Number | None = None
    channel: Literal["call", "visit", "sms", "none"] = "call"
    number_code: Code = ""
    case_code: Code = ""
    reason: Code = ""
    summary: Written = ""
    words: Written = ""
    identity_checked: bool = False
    identity_stated: bool | None = None
    commissioner_named: bool | None = None
    human_offered: bool | None = None
    next_on: Day | None = None
    next_at: Moment | None = None
    promise: PromiseSaid | None = None


class NoteWritten(Schema):
    """A note that was filed."""

    note: int
    case: int
    at: datetime
    effective: bool
    next_step: str
    next_on: date | None
    promise: int | None


class PaymentIn(Strict):
    """Money that came in. The same payment_no with the same content is the same payment."""

    lender: Named
    loan_no: Named
    payment_no: Named
    amount_fen: Fen
    paid_on: Day
    channel: Annotated[str, Field(max_length=40)] = ""


class ReversalIn(Strict):
    """A payment taken back, wholly (no amount) or in part, on its own day."""

    lender: Named
    reversed_on: Day
    why: Annotated[str, Field(min_length=4, max_length=200)]
    amount_fen: Fen | None = None


class PaymentKept(Schema):
    """A payment on the book. `counted` false: it counts from the day run of its own day."""

    payment_no: str
    loan_no: str
    amount_fen: int
    paid_on: date
    unchanged: bool
    counted: bool
