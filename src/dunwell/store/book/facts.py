"""The facts of single loans as the core reads them, now or as known at a past recording.

Called by the case file and by flows that re-age a loan at once. The nightly path
does not come here: it extracts whole tables (dunwell.bulk).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from django.db.models import QuerySet

from dunwell.core import ageing, allocation
from dunwell.store.book.models import (
    Adjustment,
    Fact,
    Hold,
    Installment,
    LoanTerms,
    Payment,
)

F = TypeVar("F", bound=Fact)


def known(rows: QuerySet[F], *, recording: int | None) -> QuerySet[F]:
    """Narrow versioned rows to those known at `recording`; None is now."""
    if recording is None:
        return rows.filter(replaced=None)
    entered = rows.filter(entered_id__lte=recording).order_by()
    # Two arms, because current and replaced rows stand in indexes of their own and
    # SQLite does not join partial indexes for an OR.
    return (
        entered.filter(replaced=None)
        .union(entered.filter(replaced_id__gt=recording), all=True)
        .order_by("pk")
    )


def facts_of(loans: Sequence[int], *, recording: int | None = None) -> dict[int, ageing.LoanFacts]:
    """The facts of each loan id of `loans`, in five queries whatever their number.

    A loan without facts answers empty facts; refuses what the core's records refuse.
    """
    installments = _by_loan(Installment, loans, recording)
    payments = _by_loan(Payment, loans, recording)
    adjustments = _by_loan(Adjustment, loans, recording)
    holds = _by_loan(Hold, loans, recording)
    orders = {
        terms.loan_id: terms.allocation_order
        for terms in known(LoanTerms.objects.filter(loan_id__in=loans), recording=recording)
    }
    return {
        loan: ageing.LoanFacts(
            installments=[_installment(row) for row in installments[loan]],
            payments=[_payment(row) for row in payments[loan]],
            adjustments=[_adjustment(row) for row in adjustments[loan]],
            holds=[ageing.Hold(row.start_on, row.end_on) for row in holds[loan]],
            allocation_order=allocation.parse_order(orders.get(loan)),
        )
        for loan in loans
    }


def _by_loan(
    model: type[Any], loans: Iterable[int], recording: int | None
) -> defaultdict[int, list[Any]]:
    rows: defaultdict[int, list[Any]] = defaultdict(list)
    for row in known(model.objects.filter(loan_id__in=loans).order_by("pk"), recording=recording):
        rows[row.loan_id].append(row)
    return rows


def _installment(row: Installment) -> allocation.Installment:
    return allocation.Installment(
        seq=row.seq,
        due_date=row.due_date,
        principal_fen=row.principal_fen,
        interest_fen=row.interest_fen,
        fee_fen=row.fee_fen,
        penalty_fen=row.penalty_fen,
    )


def _payment(row: Payment) -> allocation.Payment:
    return allocation.Payment(
        payment_no=row.payment_no,
        paid_on=row.paid_on,
        amount_fen=row.amount_fen,
        reverses=row.reverses or None,
    )


def _adjustment(row: Adjustment) -> allocation.Adjustment:
    return allocation.Adjustment(
        kind=row.kind,  # type: ignore[arg-type]  # the record itself refuses an unknown kind
        component=row.component,  # type: ignore[arg-type]  # and an unknown component
        amount_fen=row.amount_fen,
        effective_on=row.effective_on,
        seq=row.seq,
    )
