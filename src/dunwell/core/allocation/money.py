"""What money of a borrower counts on a day: payments less reversals less refunds.

Called by ageing and by the case page. A payment counts from its paid_on until a
reversal takes it back, on the reversal's own paid_on. A refund is money given
back on its effective_on: it takes from the newest money first, so overpayment
goes back before anything that settled a debt.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dunwell.core.allocation.records import Adjustment, Payment
from dunwell.core.refusal import Refusal


class PaymentTwice(Refusal):
    """Two payments of one loan carry one payment_no. Figures: payment_no."""

    code = "ALLOCATION-PAYMENT-TWICE"


class ReversesNothing(Refusal):
    """A reversal of no payment of the loan, or of a reversal. Figures: payment_no, reverses."""

    code = "ALLOCATION-REVERSES-NOTHING"


class ReversedTooMuch(Refusal):
    """Reversals above what was paid. Figures: reverses, amount_fen, reversed_fen."""

    code = "ALLOCATION-REVERSED-TOO-MUCH"


class ReversedTooEarly(Refusal):
    """A reversal dated before its payment. Figures: payment_no, paid_on, reverses."""

    code = "ALLOCATION-REVERSED-TOO-EARLY"


@dataclass(frozen=True, slots=True)
class Tender:
    """What is left of one payment on a day."""

    payment_no: str
    paid_on: date
    amount_fen: int


def money_on(
    *, payments: Iterable[Payment], adjustments: Sequence[Adjustment] = (), as_of: date
) -> tuple[Tender, ...]:
    """The payments that still count on `as_of`, by day and number, each with what is left of it.

    Payments and reversals dated on `as_of` count, later ones do not. Refuses two
    payments of one number, a reversal of nothing or of a reversal, one dated before
    its payment, and reversals above what was paid, whatever their day.
    """
    taken_in, reversals = _told_apart(payments)
    reversed_fen = _reversed_by(taken_in, reversals, as_of)
    refunded_fen = sum(
        row.amount_fen for row in adjustments if row.kind == "refund" and row.effective_on <= as_of
    )
    counting = sorted(
        (row for row in taken_in.values() if row.paid_on <= as_of),
        key=lambda row: (row.paid_on, row.payment_no),
    )
    tenders: list[Tender] = []
    for row in reversed(counting):
        left_fen = row.amount_fen - reversed_fen.get(row.payment_no, 0)
        given_back_fen = min(left_fen, refunded_fen)
        refunded_fen -= given_back_fen
        if left_fen > given_back_fen:
            tenders.append(Tender(row.payment_no, row.paid_on, left_fen - given_back_fen))
    return tuple(reversed(tenders))


def _told_apart(payments: Iterable[Payment]) -> tuple[dict[str, Payment], list[Payment]]:
    taken_in: dict[str, Payment] = {}
    reversals: list[Payment] = []
    numbers: set[str] = set()
    for row in payments:
        if row.payment_no in numbers:
            raise PaymentTwice(payment_no=row.payment_no)
        numbers.add(row.payment_no)
        if row.reverses is None:
            taken_in[row.payment_no] = row
        else:
            reversals.append(row)
    return taken_in, reversals


def _reversed_by(
    taken_in: dict[str, Payment], reversals: Iterable[Payment], as_of: date
) -> dict[str, int]:
    ever: dict[str, int] = {}
    so_far: dict[str, int] = {}
    for row in reversals:
        name = row.reverses or ""
        paid = taken_in.get(name)
        if paid is None:
            raise ReversesNothing(payment_no=row.payment_no, reverses=name)
        if row.paid_on < paid.paid_on:
            raise ReversedTooEarly(
                payment_no=row.payment_no, paid_on=row.paid_on.isoformat(), reverses=name
            )
        ever[name] = ever.get(name, 0) + row.amount_fen
        if ever[name] > paid.amount_fen:
            raise ReversedTooMuch(
                reverses=name, amount_fen=paid.amount_fen, reversed_fen=ever[name]
            )
        if row.paid_on <= as_of:
            so_far[name] = so_far.get(name, 0) + row.amount_fen
    return so_far
