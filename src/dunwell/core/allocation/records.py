"""The money facts of one loan: installments, payments, adjustments, and what is due.

Read by allocation and ageing, built by readers and flows. Amounts are whole
fen and never negative: a reversal or a waiver is its own row that lowers, not a
negative amount. A record that cannot be true refuses to be made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from dunwell.core.refusal import Refusal

Component = Literal["cost", "fee", "penalty", "interest", "principal"]
AdjustmentKind = Literal["accrual", "charge", "waiver", "write_off", "refund"]

LEGAL_ORDER: tuple[Component, ...] = ("cost", "fee", "penalty", "interest", "principal")
"""What a payment settles first where nothing else was agreed (Civil Code 561)."""

RAISING: frozenset[AdjustmentKind] = frozenset({"accrual", "charge"})
LOWERING: frozenset[AdjustmentKind] = frozenset({"waiver", "write_off"})
ADJUSTMENT_KINDS: frozenset[AdjustmentKind] = RAISING | LOWERING | {"refund"}

_BETWEEN_COMPONENTS = re.compile(r"[\s,;>|/+、，；→-]+")


class NegativeAmount(Refusal):
    """An amount below zero: the kind of row says the sign. Figures: field, amount_fen."""

    code = "ALLOCATION-NEGATIVE"


class UnknownKind(Refusal):
    """An adjustment kind that is not in the list. Figures: value, allowed."""

    code = "ALLOCATION-KIND"


class UnreadableOrder(Refusal):
    """An allocation order that does not name every component once. Figures: value, allowed."""

    code = "ALLOCATION-ORDER"


class UnknownComponent(Refusal):
    """An adjustment of a component that is not in the list. Figures: value, allowed."""

    code = "ALLOCATION-COMPONENT"


@dataclass(frozen=True, slots=True)
class Installment:
    """One line of the schedule as agreed, before adjustments."""

    seq: int
    due_date: date
    principal_fen: int
    interest_fen: int = 0
    fee_fen: int = 0
    penalty_fen: int = 0

    def __post_init__(self) -> None:
        for field in ("principal_fen", "interest_fen", "fee_fen", "penalty_fen"):
            _not_negative(field, getattr(self, field))


@dataclass(frozen=True, slots=True)
class Payment:
    """Money received, or, where `reverses` names a payment_no, that much of it undone."""

    payment_no: str
    paid_on: date
    amount_fen: int
    reverses: str | None = None

    def __post_init__(self) -> None:
        _not_negative("amount_fen", self.amount_fen)


@dataclass(frozen=True, slots=True)
class Adjustment:
    """A change of what is owed, or a refund; `seq` None: of the loan, not of one installment."""

    kind: AdjustmentKind
    component: Component
    amount_fen: int
    effective_on: date
    seq: int | None = None

    def __post_init__(self) -> None:
        _not_negative("amount_fen", self.amount_fen)
        if self.kind not in ADJUSTMENT_KINDS:
            raise UnknownKind(value=self.kind, allowed=sorted(ADJUSTMENT_KINDS))
        if self.component not in LEGAL_ORDER:
            raise UnknownComponent(value=self.component, allowed=list(LEGAL_ORDER))


@dataclass(frozen=True, slots=True)
class Due:
    """What is owed on one day: an installment as adjusted, or (seq None) loose charges."""

    seq: int | None
    due_date: date
    cost_fen: int = 0
    fee_fen: int = 0
    penalty_fen: int = 0
    interest_fen: int = 0
    principal_fen: int = 0

    @property
    def total_fen(self) -> int:
        return (
            self.cost_fen + self.fee_fen + self.penalty_fen + self.interest_fen + self.principal_fen
        )

    def part_fen(self, component: Component) -> int:
        """The fen of one component."""
        return int(getattr(self, f"{component}_fen"))


def parse_order(text: str | None) -> tuple[Component, ...]:
    """Read a loan's own allocation order: `fee>penalty>interest>principal`; empty is LEGAL_ORDER.

    Cost may be left out and is then settled first, as the law has it. Refuses
    (UnreadableOrder) unknown, missing and repeated components.

    >>> parse_order("principal > interest > fee > penalty")
    ('cost', 'principal', 'interest', 'fee', 'penalty')
    """
    named = [word for word in _BETWEEN_COMPONENTS.split((text or "").strip().lower()) if word]
    if not named:
        return LEGAL_ORDER
    if "cost" not in named:
        named.insert(0, "cost")
    order = tuple(component for word in named for component in LEGAL_ORDER if component == word)
    if len(named) != len(LEGAL_ORDER) or set(order) != set(LEGAL_ORDER):
        raise UnreadableOrder(value=text, allowed=list(LEGAL_ORDER))
    return order


def is_complete_order(order: Sequence[Component]) -> bool:
    """Whether `order` names every component exactly once."""
    return len(order) == len(LEGAL_ORDER) and set(order) == set(LEGAL_ORDER)


def _not_negative(field: str, amount_fen: int) -> None:
    if amount_fen < 0:
        raise NegativeAmount(field=field, amount_fen=amount_fen)
