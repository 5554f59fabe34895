"""Reversals undo a payment of their own loan: once, not earlier, not more."""

from __future__ import annotations

import pytest

from dunwell.store.book.facts import facts_of
from dunwell.store.book.models import Loan
from tests.flows.prepare.conftest import PAYMENTS

pytestmark = pytest.mark.django_db

REVERSAL = {
    "payment_no": "R1",
    "loan_no": "L1",
    "paid_on": "2026-01-20",
    "amount": "1020.00",
    "reverses": "P1",
}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reverses": "P9"}, "BOOK-REVERSAL-OF-NOTHING"),
        ({"loan_no": "L2"}, "BOOK-REVERSAL-OTHER-LOAN"),
        ({"paid_on": "2026-01-13"}, "BOOK-REVERSAL-TOO-EARLY"),
        ({"amount": "1020.01"}, "BOOK-REVERSAL-TOO-MUCH"),
    ],
)
def test_a_reversal_that_cannot_be_is_rejected(desk, small_book, change, code):
    desk.bring(small_book)
    result = desk.bring(desk.book("daily", payments=[REVERSAL | change]))
    assert [problem.code for problem in result.rejects] == [code]
    assert result.changed_nothing


def test_a_reversal_of_a_payment_the_book_knows_comes_in(desk, small_book):
    desk.bring(small_book)
    book = desk.book("daily", payments=[REVERSAL])
    assert desk.bring(book).tables["payments"].new == 1
    loan = Loan.objects.get(loan_no="L1").pk
    assert {p.payment_no: p.reverses for p in facts_of([loan])[loan].payments} == {
        "P1": None,
        "R1": "P1",
    }
    assert desk.bring(book).changed_nothing


def test_a_payment_and_its_reversal_may_come_together(desk, small_book):
    desk.bring(small_book)
    paid = PAYMENTS[0] | {"payment_no": "P2", "paid_on": "2026-02-01", "amount": "50"}
    undone = REVERSAL | {"paid_on": "2026-02-03", "reverses": "P2", "amount": "50"}
    result = desk.bring(desk.book("daily", payments=[undone, paid]))
    assert result.tables["payments"].new == 2


def test_a_payment_may_be_undone_in_parts_up_to_its_amount(desk, small_book):
    desk.bring(small_book)
    desk.bring(desk.book("one", payments=[REVERSAL | {"amount": "20"}]))
    more = [
        REVERSAL | {"payment_no": "R2", "amount": "600"},
        REVERSAL | {"payment_no": "R3", "amount": "600", "paid_on": "2026-01-21"},
    ]
    result = desk.bring(desk.book("two", payments=more))
    assert result.tables["payments"].new == 1
    problem = result.rejects[0]
    assert (problem.code, problem.figures["most"]) == ("BOOK-REVERSAL-TOO-MUCH", "400.00")


@pytest.mark.parametrize(
    "change", [{"amount": "1000"}, {"paid_on": "2026-01-25"}, {"loan_no": "L2"}]
)
def test_a_payment_cannot_change_away_from_under_its_reversal(desk, small_book, change):
    desk.bring(small_book)
    desk.bring(desk.book("one", payments=[REVERSAL]))
    result = desk.bring(desk.book("two", payments=[PAYMENTS[0] | change]))
    assert [problem.code for problem in result.rejects] == ["BOOK-PAYMENT-IS-REVERSED"]
    assert result.changed_nothing


def test_a_payment_and_its_reversal_may_change_together(desk, small_book):
    desk.bring(small_book)
    desk.bring(desk.book("one", payments=[REVERSAL]))
    both = [PAYMENTS[0] | {"amount": "900"}, REVERSAL | {"amount": "900"}]
    assert desk.bring(desk.book("two", payments=both)).tables["payments"].changed == 2


def test_a_payment_is_undone_once(desk, small_book):
    desk.bring(small_book)
    desk.bring(desk.book("one", payments=[REVERSAL]))
    result = desk.bring(desk.book("two", payments=[REVERSAL | {"payment_no": "R2"}]))
    assert [problem.code for problem in result.rejects] == ["BOOK-REVERSED-TWICE"]


def test_a_reversal_cannot_be_undone(desk, small_book):
    desk.bring(small_book)
    desk.bring(desk.book("one", payments=[REVERSAL]))
    back = REVERSAL | {"payment_no": "R2", "reverses": "R1"}
    result = desk.bring(desk.book("two", payments=[back]))
    assert [problem.code for problem in result.rejects] == ["BOOK-REVERSAL-OF-REVERSAL"]


def test_a_payment_of_nothing_is_rejected(desk, small_book):
    desk.bring(small_book)
    nothing = PAYMENTS[0] | {"payment_no": "P2", "amount": "0"}
    result = desk.bring(desk.book("daily", payments=[nothing]))
    problem = result.rejects[0]
    assert (problem.code, problem.value) == ("BOOK-PAYMENT-NOT-POSITIVE", "0.00")
