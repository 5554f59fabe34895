"""Payments entered by hand and reversed: the loan and its case re-age at once.

Called by `dunwell payment`, the case page and the API. A reversal is a further row
on its own day, never a deletion. Everything happens in one transaction under the
lock of the lender's book. Amounts are fen. The stored age is that of the last
completed day run; a payment dated after it counts from the run of its own day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dunwell.core.allocation import money_on
from dunwell.core.refusal import Refusal
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.prepare.reage import Reaged, business_day
from dunwell.flows.prepare.redecide import reage_and_redecide
from dunwell.store.book.facts import facts_of
from dunwell.store.book.models import Loan, LoanAge, Payment, Recording
from dunwell.store.book.recording import lock_book, record
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, require

LEAST_REASON = 4


class NoSuchLoan(Refusal):
    """The lender has no loan of that number. Figures: lender, loan_no."""

    code = "PAYMENTS-NO-SUCH-LOAN"


class NoSuchPayment(Refusal):
    """The lender has no payment of that number that still counts. Figures: lender, payment_no."""

    code = "PAYMENTS-NO-SUCH-PAYMENT"


class AmountUnfit(Refusal):
    """An amount that is not above zero. Figures: amount_fen."""

    code = "PAYMENTS-AMOUNT"


class NumberTaken(Refusal):
    """The lender has another payment under this number. Figures: payment_no, loan_no."""

    code = "PAYMENTS-NUMBER-TAKEN"


class PaidAhead(Refusal):
    """A day after today: money is entered when it is there. Figures: paid_on, day."""

    code = "PAYMENTS-AHEAD"


@dataclass(frozen=True, slots=True)
class PaymentKept:
    """What entering or reversing did.

    `unchanged`: the very same row was there. `reaged` is None before the first day run.
    `counted` is False while the stored ages are of a day before the payment's own.
    """

    payment: Payment
    unchanged: bool
    counted: bool
    reaged: Reaged | None
    age: LoanAge | None


def loan_named(*, lender: str, loan_no: str) -> Loan:
    """The loan of that number. Refuses NoSuchLoan."""
    loan = Loan.objects.filter(lender__code=lender, loan_no=loan_no).first()
    if loan is None:
        raise NoSuchLoan(lender=lender, loan_no=loan_no)
    return loan


def payment_named(*, lender: str, payment_no: str) -> Payment:
    """The payment of that number as it stands. Refuses NoSuchPayment."""
    found = Payment.objects.filter(
        payment_no=payment_no, replaced=None, reverses="", loan__lender__code=lender
    ).first()
    if found is None:
        raise NoSuchPayment(lender=lender, payment_no=payment_no)
    return found


def enter_payment(
    *,
    actor: Actor,
    day: date,
    now: datetime,
    loan: Loan,
    payment_no: str,
    amount_fen: int,
    paid_on: date,
    channel: str = "",
) -> PaymentKept:
    """Put money received on the book and re-age the loan and its case.

    The same payment entered again changes nothing. Refuses NotPermitted, AmountUnfit,
    PaidAhead (`paid_on` after `day`) and NumberTaken.
    """
    return _keep(
        actor,
        day,
        now,
        Payment(
            loan=loan,
            payment_no=payment_no,
            paid_on=paid_on,
            amount_fen=amount_fen,
            channel=channel,
        ),
        why="",
    )


def reverse_payment(
    *,
    actor: Actor,
    day: date,
    now: datetime,
    payment: Payment,
    reversed_on: date,
    why: str,
    amount_fen: int | None = None,
    reversal_no: str | None = None,
) -> PaymentKept:
    """Take a payment back, wholly or in part, by a further row on its own day.

    Refuses like `enter_payment`, ReasonMissing, and what core.allocation refuses: more than
    was paid, or a day before the payment's own.
    """
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
    return _keep(
        actor,
        day,
        now,
        Payment(
            loan=payment.loan,
            payment_no=reversal_no or f"{payment.payment_no}-R",
            paid_on=reversed_on,
            amount_fen=payment.amount_fen if amount_fen is None else amount_fen,
            channel=payment.channel,
            reverses=payment.payment_no,
        ),
        why=why.strip(),
    )


def _keep(actor: Actor, day: date, now: datetime, row: Payment, why: str) -> PaymentKept:
    loan, lender = row.loan, row.loan.lender
    permission = "payment.reverse" if row.reverses else "payment.enter"
    require(actor, permission, day=day, lender=lender.pk, team=team_of(loan))
    if row.amount_fen <= 0:
        raise AmountUnfit(amount_fen=row.amount_fen)
    if row.paid_on > day:
        raise PaidAhead(paid_on=row.paid_on.isoformat(), day=day.isoformat())
    with transaction.atomic():
        lock_book(lender=lender)
        standing = _standing(lender, row)
        aged_for = business_day()
        if standing is not None:
            return _kept(standing, True, aged_for, None)
        kind = Recording.Kind.REVERSAL if row.reverses else Recording.Kind.PAYMENT
        row.entered = record(lender=lender, kind=kind, at=now, actor=actor)
        row.save()
        money_on(payments=facts_of([loan.pk])[loan.pk].payments, as_of=row.paid_on)
        reaged = _reaged(loan, aged_for, now, "reversal" if row.reverses else "payment")
        append(
            stream=stream_of(lender.pk),
            verb=permission,
            subject=f"payment:{row.pk}",
            actor=actor,
            at=now,
            lender=lender.pk,
            day=row.paid_on,
            why=why,
            figures={"loan": loan.pk, "amount_fen": row.amount_fen, **moved(reaged)},
        )
        return _kept(row, False, aged_for, reaged)


def _reaged(loan: Loan, aged_for: date | None, now: datetime, why: str) -> Reaged | None:
    """The loan aged anew and its case decided anew; nothing before the first day run."""
    if aged_for is None:
        return None
    return reage_and_redecide(loans=[loan.pk], day=aged_for, at=now, why=why)[0]


def team_of(loan: Loan) -> int | None:
    """The team that holds the case of the loan's borrower, if there is one."""
    case = Case.objects.filter(party=loan.borrower.party_id, lender=loan.lender_id).first()
    return case.team_id if case else None


def moved(reaged: Reaged | None) -> dict[str, object]:
    """What re-aging moved, for the journal: case ids by kind of move."""
    if reaged is None:
        return {}
    kinds = sorted({move.kind for move in reaged.moves.values()})
    return {
        kind: sorted(case for case, move in reaged.moves.items() if move.kind == kind)
        for kind in kinds
    }


def _standing(lender: Lender, row: Payment) -> Payment | None:
    """The very same payment if it stands already. Refuses another one under its number."""
    found = Payment.objects.filter(
        payment_no=row.payment_no, replaced=None, loan__lender=lender
    ).first()
    if found is None:
        return None
    told = ("loan_id", "paid_on", "amount_fen", "channel", "reverses")
    if any(getattr(found, name) != getattr(row, name) for name in told):
        raise NumberTaken(payment_no=row.payment_no, loan_no=found.loan.loan_no)
    return found


def _kept(
    row: Payment, unchanged: bool, aged_for: date | None, reaged: Reaged | None
) -> PaymentKept:
    return PaymentKept(
        payment=row,
        unchanged=unchanged,
        counted=aged_for is not None and row.paid_on <= aged_for,
        reaged=reaged,
        age=LoanAge.objects.filter(pk=row.loan_id).first(),
    )
