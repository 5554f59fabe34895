"""The day run settles promises before it decides, and decides as for one case alone."""

from __future__ import annotations

from typing import Any

import pytest

from dunwell.flows.prepare.payments import enter_payment, reverse_payment
from dunwell.flows.prepare.recompute_decision import recompute_decision
from dunwell.flows.prepare.run_day import run_day
from dunwell.store.book.models import Loan
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision
from dunwell.store.promises.models import PromiseEvent, PromiseState
from tests.flows.day_run.books import OPERATOR, Book, day, results


def case_of(loan: Loan) -> Case:
    return Case.objects.get(party=loan.borrower.party_id)


def decided(loan: Loan) -> Decision:
    """The decision that counts for the loan's borrower."""
    return Decision.objects.get(case=case_of(loan), replaced=None)


def alone(loan: Loan, on: str) -> Any:
    """The decision of a day made again for one case."""
    case = case_of(loan)
    return recompute_decision(
        actor=OPERATOR, scope=Scope(case.lender_id), case=case.pk, day=day(on)
    )


def test_a_promise_rests_its_case_and_a_broken_one_goes_to_the_front(book: Book) -> None:
    loan = book.loan(("02-20", 50_000))
    book.run("03-02")
    book.promise(loan, "03-02", "03-04", 20_000)
    assert (decided(loan).category, decided(loan).action) == ("promised", "none")
    for on in ("03-03", "03-04", "03-05"):
        book.run(on)
        assert decided(loan).category == "promised"
    report = book.run("03-06").results[0].report
    row = decided(loan)
    assert (row.category, row.plan, row.action) == ("promise_broken", "ask_after_break", "phone")
    assert report["promises"] == [
        {"lender": "default", "state": "broken", "strict": "broken", "promises": 1,
         "promised_fen": 20_000, "paid_fen": 0, "strict_paid_fen": 0}
    ]  # fmt: skip
    for on in ("03-03", "03-05", "03-06"):
        assert alone(loan, on).equal, on


def test_the_report_tells_promises_with_and_without_the_allowance(book: Book) -> None:
    late, part = book.loan(("02-20", 50_000)), book.loan(("02-21", 50_000))
    book.run("03-02")
    for loan in (late, part):
        book.promise(loan, "03-02", "03-04", 20_000)
    book.pay(late, "03-05", 20_000)
    book.pay(part, "03-04", 5_000)
    told = [
        (row["state"], row["strict"], row["promises"], row["paid_fen"], row["strict_paid_fen"])
        for result in book.run("03-06").results
        for row in result.report["promises"]
    ]
    assert told == [("kept", "broken", 1, 20_000, 0), ("part_kept", "part_kept", 1, 5_000, 5_000)]


def test_promises_of_an_earlier_spell_count_on_the_day_a_case_is_opened_again(
    book: Book,
) -> None:
    loan = book.loan(("02-20", 50_000), ("03-09", 50_000))
    book.run("03-02")
    book.promise(loan, "03-02", "03-03", 20_000)
    book.run("03-05")
    book.pay(loan, "03-06", 50_000)
    book.run("03-06")
    assert case_of(loan).status == "closed"
    book.run("03-07")
    book.run("03-10")
    assert case_of(loan).status == "open"
    assert '"promises_broken_12m":1' in decided(loan).inputs_json.replace(" ", "")
    assert alone(loan, "03-10").equal


def test_a_payment_settles_the_promise_at_once_and_a_reversal_breaks_it_again(
    book: Book,
) -> None:
    loan = book.loan(("02-20", 50_000))
    book.run("03-02")
    promise = book.promise(loan, "03-02", "03-03", 20_000)
    book.run("03-03")
    payment = enter_payment(
        actor=OPERATOR, day=day("03-04"), now=book.noon("03-04"), loan=loan, payment_no="P1",
        amount_fen=20_000, paid_on=day("03-04"),
    ).payment  # fmt: skip
    state = PromiseState.objects.get(pk=promise.pk)
    assert (state.state, state.strict, state.as_of) == ("kept", "broken", day("03-04"))
    book.run("03-05")
    reverse_payment(
        actor=OPERATOR, day=day("03-06"), now=book.noon("03-06"), payment=payment,
        reversed_on=day("03-06"), why="银行退票",
    )  # fmt: skip
    assert PromiseState.objects.get(pk=promise.pk).state == "broken"


def test_a_promise_made_while_the_day_computes_counts_the_same_day(book: Book) -> None:
    loan = book.loan(("02-20", 50_000))
    book.run("03-02")

    def promise_meanwhile(news: Any) -> None:
        if (news.step, news.state) == ("features", "done"):
            book.promise(loan, "03-03", "03-05", 20_000)

    run_day(
        actor=OPERATOR, day=day("03-03"), clock=book.clock, home=book.home,
        watch=promise_meanwhile,
    )  # fmt: skip
    assert decided(loan).category == "promised"


def test_a_day_run_again_settles_nothing_twice(book: Book) -> None:
    loan = book.loan(("02-20", 50_000))
    book.run("03-02")
    book.promise(loan, "03-02", "03-03", 20_000)
    book.run("03-05")
    before = (results(), PromiseEvent.objects.count())
    book.pay(loan, "03-05", 1)
    book.run("03-05")
    assert PromiseEvent.objects.count() == before[1]
    book.run("03-05")
    assert PromiseState.objects.get().state == "broken"


@pytest.mark.parametrize("on", ["03-03", "03-04"])
def test_a_day_run_late_does_not_take_a_promise_back(book: Book, on: str) -> None:
    loan = book.loan(("02-20", 50_000))
    book.run("03-02")
    promise = book.promise(loan, "03-02", "03-04", 20_000)
    enter_payment(
        actor=OPERATOR, day=day("03-05"), now=book.noon("03-05"), loan=loan, payment_no="P1",
        amount_fen=20_000, paid_on=day("03-05"),
    )  # fmt: skip
    assert PromiseState.objects.get(pk=promise.pk).state == "kept"
    book.run(on)
    assert PromiseState.objects.get(pk=promise.pk).state == "kept"
