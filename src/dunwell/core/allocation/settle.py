"""Allocation: which part of which installment each payment settles.

Called by ageing (what is unpaid) and by the case page (what each payment did);
proved equal to the set-based form in bulk.kernels. Oldest due first; inside a
due the loan's own order of components, else LEGAL_ORDER (Civil Code 561). The
answer is computed afresh for a day from all that was known to be owed on it: a
charge that comes later may move what an earlier payment settled. Whole fen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from dunwell.core.allocation.money import Tender
from dunwell.core.allocation.records import LEGAL_ORDER, Component, Due, is_complete_order
from dunwell.core.refusal import Refusal


class CannotAllocate(Refusal):
    """Money below zero, or an order that does not name every component once.

    Figures: paid_fen, order.
    """

    code = "ALLOCATION-CANNOT"


@dataclass(frozen=True, slots=True)
class Allocation:
    """What is left unpaid of each due, in the order the dues were given, and money left over."""

    unpaid: tuple[Due, ...]
    overpaid_fen: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What one payment paid of one component of one due."""

    payment_no: str
    paid_on: date
    seq: int | None
    due_date: date
    component: Component
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Settlement:
    """Every line each payment settled, in order, and what is left over of each payment."""

    lines: tuple[Settled, ...]
    overpaid: tuple[Tender, ...]

    @property
    def overpaid_fen(self) -> int:
        return sum(tender.amount_fen for tender in self.overpaid)


def allocate(
    *, paid_fen: int, dues: Sequence[Due], order: Sequence[Component] = LEGAL_ORDER
) -> Allocation:
    """Settle `dues` as given, oldest first; inside one, follow `order`.

    Refuses (CannotAllocate) money below zero and an order that does not name every
    component once: the caller must decide, this function does not guess.

    >>> dues = (Due(seq=1, due_date=date(2026, 3, 2), interest_fen=500, principal_fen=10_000),)
    >>> left = allocate(paid_fen=2_500, dues=dues).unpaid[0]
    >>> left.interest_fen, left.principal_fen
    (0, 8000)
    """
    if paid_fen < 0 or not is_complete_order(order):
        raise CannotAllocate(paid_fen=paid_fen, order=list(order))
    unpaid: list[Due] = []
    left_fen = paid_fen
    for due in dues:
        total_fen = due.total_fen
        if left_fen == 0:
            unpaid.append(due)
        elif left_fen >= total_fen:
            unpaid.append(Due(seq=due.seq, due_date=due.due_date))
            left_fen -= total_fen
        else:
            unpaid.append(_part_paid(due, left_fen, order))
            left_fen = 0
    settled_fen = sum(due.total_fen for due in dues) - sum(due.total_fen for due in unpaid)
    assert settled_fen + left_fen == paid_fen
    return Allocation(unpaid=tuple(unpaid), overpaid_fen=left_fen)


def settle(
    *, tenders: Sequence[Tender], dues: Sequence[Due], order: Sequence[Component] = LEGAL_ORDER
) -> Settlement:
    """What each payment settled, payments in the order given, dues oldest first.

    Refuses like `allocate`; sums to the same unpaid amounts.
    """
    if not is_complete_order(order):
        raise CannotAllocate(paid_fen=sum(t.amount_fen for t in tenders), order=list(order))
    open_parts = _parts_in_order(dues, order)
    due, component, open_fen = next(open_parts, (None, order[0], 0))
    lines: list[Settled] = []
    overpaid: list[Tender] = []
    for tender in tenders:
        left_fen = tender.amount_fen
        while left_fen and due is not None:
            paid_fen = min(left_fen, open_fen)
            lines.append(
                Settled(
                    tender.payment_no, tender.paid_on, due.seq, due.due_date, component, paid_fen
                )
            )
            left_fen -= paid_fen
            open_fen -= paid_fen
            if open_fen == 0:
                due, component, open_fen = next(open_parts, (None, order[0], 0))
        if left_fen:
            overpaid.append(Tender(tender.payment_no, tender.paid_on, left_fen))
    settlement = Settlement(lines=tuple(lines), overpaid=tuple(overpaid))
    paid_in_fen = sum(tender.amount_fen for tender in tenders)
    assert sum(line.amount_fen for line in lines) + settlement.overpaid_fen == paid_in_fen
    return settlement


def _part_paid(due: Due, paid_fen: int, order: Sequence[Component]) -> Due:
    open_fen: dict[str, int] = {}
    for component in order:
        owed_fen = due.part_fen(component)
        taken_fen = min(owed_fen, paid_fen)
        open_fen[f"{component}_fen"] = owed_fen - taken_fen
        paid_fen -= taken_fen
    return Due(seq=due.seq, due_date=due.due_date, **open_fen)


def _parts_in_order(
    dues: Sequence[Due], order: Sequence[Component]
) -> Iterator[tuple[Due, Component, int]]:
    for due in dues:
        for component in order:
            part_fen = due.part_fen(component)
            if part_fen:
                yield due, component, part_fen
