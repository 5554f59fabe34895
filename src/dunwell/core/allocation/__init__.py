"""Allocation: what a loan owes on a day, what money counts, and which settles which.

`dues_on` and `money_on` say both sides as of a day; `allocate` answers what is
left unpaid, `settle` what each payment did. Amounts are whole fen.
"""

from dunwell.core.allocation.dues import SeqTwice, dues_on
from dunwell.core.allocation.money import (
    PaymentTwice,
    ReversedTooEarly,
    ReversedTooMuch,
    ReversesNothing,
    Tender,
    money_on,
)
from dunwell.core.allocation.records import (
    ADJUSTMENT_KINDS,
    LEGAL_ORDER,
    LOWERING,
    RAISING,
    Adjustment,
    AdjustmentKind,
    Component,
    Due,
    Installment,
    NegativeAmount,
    Payment,
    UnknownComponent,
    UnknownKind,
    UnreadableOrder,
    parse_order,
)
from dunwell.core.allocation.settle import (
    Allocation,
    CannotAllocate,
    Settled,
    Settlement,
    allocate,
    settle,
)

__all__ = [
    "ADJUSTMENT_KINDS",
    "LEGAL_ORDER",
    "LOWERING",
    "RAISING",
    "Adjustment",
    "AdjustmentKind",
    "Allocation",
    "CannotAllocate",
    "Component",
    "Due",
    "Installment",
    "NegativeAmount",
    "Payment",
    "PaymentTwice",
    "ReversedTooEarly",
    "ReversedTooMuch",
    "ReversesNothing",
    "SeqTwice",
    "Settled",
    "Settlement",
    "Tender",
    "UnknownComponent",
    "UnknownKind",
    "UnreadableOrder",
    "allocate",
    "dues_on",
    "money_on",
    "parse_order",
    "settle",
]
