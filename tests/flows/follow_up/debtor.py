"""A borrower with a real loan that is late, in the office of the permit tests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from dunwell.core.ageing import AgeingTerms, age_loan
from dunwell.core.permit import BEIJING
from dunwell.flows.follow_up.agreed import settle_agreed
from dunwell.flows.follow_up.promise_standing import settle_promises
from dunwell.flows.prepare.payments import enter_payment, reverse_payment
from dunwell.flows.prepare.reage import reage_loans
from dunwell.store.book.facts import facts_of
from dunwell.store.book.models import (
    Adjustment,
    BorrowerTerms,
    Installment,
    Loan,
    LoanTerms,
    Payment,
)
from dunwell.store.cases.models import Case
from dunwell.store.promises.models import Promise, PromiseState
from tests.flows.contact.people import Office, open_office

TODAY = date(2026, 3, 2)
DUES = (date(2026, 2, 8), date(2026, 3, 8), date(2026, 4, 8))
EACH_FEN = 100_000


@dataclass
class Debtor:
    """Owes three installments of ¥1,000; the first has been late for 22 days."""

    office: Office
    loan: Loan

    @property
    def case(self) -> Case:
        return Case.objects.get(pk=self.office.case.pk)

    def pays(
        self, amount_fen: int, on: date, *, number: str = "P1", loan: Loan | None = None
    ) -> Payment:
        """A payment dated and entered on the day."""
        kept = enter_payment(
            actor=self.office.supervisor, day=on, now=noon(on), loan=loan or self.loan,
            payment_no=number, amount_fen=amount_fen, paid_on=on,
        )  # fmt: skip
        return kept.payment

    def takes_back(self, payment: Payment, on: date) -> None:
        """The payment is reversed."""
        reverse_payment(
            actor=self.office.supervisor, day=on, now=noon(on), payment=payment, reversed_on=on,
            why="银行退票",
        )  # fmt: skip

    def stands(self, promise: Promise, day: date) -> PromiseState:
        """How the promise stands after the day run of the day."""
        settle_promises(cases=None, day=day, at=noon(day))
        return PromiseState.objects.get(pk=promise.pk)

    def stands_all(self, day: date) -> None:
        """What the day run of the day settles: promises and plans."""
        settle_agreed(cases=None, day=day, at=noon(day))

    def penalty(self, fen: int, on: date = DUES[0], *, loan: Loan | None = None) -> None:
        """Penalty accrued on the loan by a day."""
        Adjustment.objects.create(
            entered=self.office.recording, loan=loan or self.loan,
            adjustment_no=f"A{Adjustment.objects.count()}", kind="accrual",
            component="penalty", amount_fen=fen, effective_on=on,
        )  # fmt: skip
        reage_loans(loans=[self.loan.pk], day=TODAY)

    def earns(self, income_fen: int, payday: int = 15) -> None:
        """What the lender says of the borrower's income."""
        BorrowerTerms.objects.create(
            entered=self.office.recording, borrower=self.office.borrower,
            monthly_income_fen=income_fen, payday=payday,
        )  # fmt: skip

    def overpaid(self, day: date) -> int:
        """Money on all loans that no due has asked for."""
        facts = facts_of(list(Loan.objects.values_list("pk", flat=True)))
        aged = (age_loan(facts=each, as_of=day, terms=AgeingTerms()) for each in facts.values())
        return sum(each.overpaid_fen for each in aged)

    def another_loan(self, number: str) -> Loan:
        """A further loan of the same borrower."""
        loan = Loan.objects.create(
            lender=self.office.lender, loan_no=number, borrower=self.office.borrower
        )
        Installment.objects.create(
            entered=self.office.recording, loan=loan, seq=1, due_date=DUES[0],
            principal_fen=50_000, interest_fen=0,
        )  # fmt: skip
        return loan


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), BEIJING)


def make_debtor() -> Debtor:
    """The office, and a loan on its one case, aged to today."""
    return debtor_in(open_office())


def debtor_in(office: Office) -> Debtor:
    """A loan on the one case of an office, aged to today."""
    loan = Loan.objects.create(lender=office.lender, loan_no="L1", borrower=office.borrower)
    LoanTerms.objects.create(entered=office.recording, loan=loan, disbursed_on=date(2025, 8, 8))
    for seq, due in enumerate(DUES, 1):
        Installment.objects.create(
            entered=office.recording, loan=loan, seq=seq, due_date=due,
            principal_fen=90_000, interest_fen=EACH_FEN - 90_000,
        )  # fmt: skip
    reage_loans(loans=[loan.pk], day=TODAY)
    return Debtor(office, loan)
