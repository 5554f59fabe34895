"""The day run follows plans: rests, breaks, ends; relief is booked and the case closes with it."""

from __future__ import annotations

from datetime import timedelta

from dunwell.flows.follow_up.plans import Wish, agree_plan
from dunwell.flows.prepare.recompute_decision import recompute_decision
from dunwell.store.book.models import Adjustment, Loan, LoanAge
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision
from dunwell.store.promises.models import Plan, PlanState
from dunwell.store.runs.models import Run
from dunwell.store.vault import seal
from tests.flows.day_run.books import OPERATOR, Book, day, results


def case_of(loan: Loan) -> Case:
    return Case.objects.get(party=loan.borrower.party_id)


def decided(loan: Loan) -> tuple[str, str]:
    row = Decision.objects.get(case=case_of(loan), replaced=None)
    return row.category, row.action


def planned(book: Book, loan: Loan, on: str, *days: str, penalty: int = 0) -> Plan:
    """A plan within the officer's own authority."""
    wish = Wish(shape="equal", days=tuple(day(each) for each in days), relief_penalty_fen=penalty)
    return agree_plan(actor=OPERATOR, now=book.noon(on), case=case_of(loan).pk, wish=wish)


def a_loan(book: Book) -> Loan:
    """¥1,000 of principal and ¥10 of penalty, since 20 February."""
    party = book.party()
    party.name_sealed = seal("王小明", table="people_party", column="name_sealed", row=party.pk)
    party.save()
    loan = book.loan(("02-20", 100_000), party=party)
    with book.recorded(loan.lender) as entered:
        Adjustment.objects.create(
            loan=loan, entered=entered, adjustment_no="PENALTY", kind="accrual",
            component="penalty", amount_fen=100, effective_on=day("02-20"),
        )  # fmt: skip
    return loan


def equal_alone(loan: Loan, on: str) -> bool:
    """Whether the day's decision is the same when it is made again for this case alone."""
    case = case_of(loan)
    found = recompute_decision(
        actor=OPERATOR, scope=Scope(case.lender_id), case=case.pk, day=day(on)
    )
    return found.equal


def test_a_plan_rests_its_case_and_breaking_it_asks_what_happened(book: Book) -> None:
    loan = a_loan(book)
    book.run("03-02")
    plan = planned(book, loan, "03-02", "03-05", "03-15")
    assert decided(loan) == ("promised", "none")
    book.run("03-06")
    assert (PlanState.objects.get(pk=plan.pk).state, decided(loan)) == (
        "late",
        ("promised", "none"),
    )
    book.run("03-13")
    assert PlanState.objects.get(pk=plan.pk).state == "broken"
    told = {run.day: run.report["plans"] for run in Run.objects.filter(status="done")}
    assert [row["state"] for row in told[day("03-06")]] == ["late"]
    assert told[day("03-13")] == [
        {"lender": "default", "state": "broken", "plans": 1, "left_fen": 100_100}
    ]
    assert told[day("03-07")] == []
    assert decided(loan) == ("promise_broken", "phone")
    age = LoanAge.objects.get(pk=loan.pk)
    assert (age.days_past_due, age.outstanding_fen) == (21, 100_100)
    assert all(equal_alone(loan, on) for on in ("03-04", "03-06", "03-12", "03-13"))


def test_a_plan_that_is_paid_has_its_relief_booked_and_its_case_closed(book: Book) -> None:
    loan = a_loan(book)
    book.run("03-02")
    plan = planned(book, loan, "03-02", "03-05", "03-08", penalty=100)
    book.pay(loan, "03-05", 50_000)
    book.run("03-05")
    assert PlanState.objects.get(pk=plan.pk).state == "going"
    book.pay(loan, "03-07", 50_000)
    report = book.run("03-07").results[-1].report
    state = PlanState.objects.get(pk=plan.pk)
    assert (state.state, state.relief_booked) == ("watch", True)
    assert (LoanAge.objects.get(pk=loan.pk).outstanding_fen, case_of(loan).status) == (0, "closed")
    assert report["cases"]["closed"] == 1
    before, runs = results(), Run.objects.count()
    assert book.run("03-07").unchanged_since is not None
    assert (results(), Run.objects.count()) == (before, runs)
    assert equal_alone(loan, "03-07")


def test_a_plan_agreed_while_the_day_computes_counts_the_same_day(book: Book) -> None:
    loan = a_loan(book)
    book.run("03-02")

    def agree_meanwhile(news: object) -> None:
        if (getattr(news, "step", ""), getattr(news, "state", "")) == ("features", "done"):
            planned(book, loan, "03-03", "03-10", "03-20")

    book.run("03-03", watch=agree_meanwhile)
    assert decided(loan) == ("promised", "none")
    assert PlanState.objects.get().next_due_on == day("03-03") + timedelta(days=7)
