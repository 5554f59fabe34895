"""Payments and holds by hand: the loan and its case re-age at once, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from dunwell.core.allocation import ReversedTooEarly, ReversedTooMuch
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.prepare.holds import HoldOver, HoldPeriod, HoldThere, end_hold, place_hold
from dunwell.flows.prepare.payments import (
    AmountUnfit,
    NoSuchLoan,
    NoSuchPayment,
    NumberTaken,
    PaidAhead,
    PaymentKept,
    enter_payment,
    loan_named,
    payment_named,
    reverse_payment,
)
from dunwell.store.book.models import Hold, Loan, LoanAge, Payment, Recording
from dunwell.store.cases.models import Case
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Role, Team
from dunwell.store.people.permissions import Actor, Held, NotPermitted
from tests.flows.day_run.books import OPERATOR, Book, ages, cases, day, events, results


def enter(book: Book, loan: Loan, fen: int, on: str, *, no: str = "N1", **how: Any) -> PaymentKept:
    """A payment entered on 2026-03-05."""
    given = {"actor": OPERATOR, "day": day("03-05"), "now": book.clock(), "channel": "bank", **how}
    return enter_payment(loan=loan, payment_no=no, amount_fen=fen, paid_on=day(on), **given)


def reverse(book: Book, payment: Payment, on: str = "03-05", **how: Any) -> PaymentKept:
    """A reversal on 2026-03-05 with a reason."""
    given = {"actor": OPERATOR, "day": day("03-05"), "why": "cheque bounced", **how}
    return reverse_payment(now=book.clock(), payment=payment, reversed_on=day(on), **given)


def test_a_payment_re_ages_the_loan_and_closes_its_case_at_once(book: Book) -> None:
    loan = book.loan(("02-15", 1_000), ("03-15", 1_000))
    book.run("03-05")
    kept = enter(book, loan, 1_000, "03-05")
    assert kept.counted and not kept.unchanged
    assert (LoanAge.objects.get().overdue_fen, Case.objects.get().status) == (0, "closed")
    assert [(e["day"], e["kind"], e["why"], e["paid_fen"]) for e in events()][-1] == (
        day("03-05"),
        "closed",
        "paid",
        1_000,
    )
    settled = (ages(), cases())
    book.run("03-05")
    assert (ages(), cases()) == settled


def test_a_payment_dated_back_counts_from_its_own_day(book: Book) -> None:
    loan = book.loan(("02-15", 1_000), ("02-25", 1_000))
    book.run("03-05")
    enter(book, loan, 1_000, "02-20")
    case = Case.objects.get()
    assert (case.days_past_due, case.overdue_fen) == (8, 1_000)
    recomputed = book.run("03-01", dry_run=True).results[0].report["overdue"]
    assert [row["overdue_fen"] for row in recomputed] == [1_000]


def test_an_overpayment_is_kept_and_shown(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-05")
    kept = enter(book, loan, 1_250, "03-05")
    assert kept.age is not None and kept.age.overpaid_fen == 250


def test_the_same_payment_entered_twice_counts_once(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-05")
    enter(book, loan, 400, "03-05")
    before = (results(), Recording.objects.count(), Entry.objects.count())
    assert enter(book, loan, 400, "03-05").unchanged
    assert (results(), Recording.objects.count(), Entry.objects.count()) == before


def test_another_payment_under_a_taken_number_is_refused(book: Book) -> None:
    first, second = book.loan(("02-15", 1_000)), book.loan(("02-15", 1_000))
    enter(book, first, 400, "03-05")
    for loan, fen in ((first, 401), (second, 400)):
        with pytest.raises(NumberTaken) as refused:
            enter(book, loan, fen, "03-05")
        assert refused.value.figures == {"payment_no": "N1", "loan_no": first.loan_no}


def test_a_number_is_free_with_another_lender(book: Book) -> None:
    other = book.another_lender("second")
    enter(book, book.loan(("02-15", 1_000)), 400, "03-05")
    assert not enter(book, book.loan(("02-15", 1_000), lender=other), 400, "03-05").unchanged


def test_a_reversal_is_a_further_row_that_reopens_the_case(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-05")
    payment = enter(book, loan, 1_000, "03-05").payment
    kept = reverse(book, payment)
    assert (kept.payment.reverses, kept.payment.payment_no) == ("N1", "N1-R")
    assert (Payment.objects.filter(replaced=None).count(), Case.objects.get().times_opened) == (
        2,
        2,
    )
    assert [(e["kind"], e["why"]) for e in events()][-1] == ("reopened", "money_taken_back")
    assert Entry.objects.get(verb="payment.reverse").why == "cheque bounced"


def test_a_part_of_a_payment_may_be_reversed_and_never_more_than_it(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-05")
    payment = enter(book, loan, 1_000, "03-04").payment
    reverse(book, payment, amount_fen=300, reversal_no="R1")
    assert LoanAge.objects.get().overdue_fen == 300
    before = results()
    with pytest.raises(ReversedTooMuch):
        reverse(book, payment, amount_fen=701, reversal_no="R2")
    with pytest.raises(ReversedTooEarly):
        reverse(book, payment, "03-03", amount_fen=1, reversal_no="R3")
    assert results() == before


def test_what_cannot_be_entered_is_refused_by_name(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    with pytest.raises(AmountUnfit):
        enter(book, loan, 0, "03-05")
    with pytest.raises(PaidAhead):
        enter(book, loan, 100, "03-06")
    with pytest.raises(NoSuchLoan):
        loan_named(lender="default", loan_no="nowhere")
    with pytest.raises(NoSuchPayment):
        payment_named(lender="default", payment_no="nothing")
    payment = enter(book, loan, 100, "03-05").payment
    with pytest.raises(ReasonMissing):
        reverse(book, payment, why="  no ")
    assert payment_named(lender="default", payment_no="N1") == payment


def test_before_the_first_day_run_a_payment_is_kept_and_nothing_is_aged(book: Book) -> None:
    kept = enter(book, book.loan(("02-15", 1_000)), 100, "03-05")
    assert (kept.reaged, kept.age, kept.counted) == (None, None, False)


def test_a_payment_after_the_last_day_run_counts_from_its_own_day(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-04")
    assert not enter(book, loan, 1_000, "03-05").counted
    assert Case.objects.get().status == "open"
    book.run("03-05")
    assert Case.objects.get().status == "closed"


def supervisor(book: Book, *, team: int | None) -> Actor:
    """A supervisor of the whole lender, or of one team."""
    held = Held(Role.SUPERVISOR, book.lender.pk, team, day("01-01"), None)
    return Actor(staff=None, label="supervisor", appointments=(held,))


def test_nobody_and_another_team_may_not_and_the_teams_supervisor_may(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-05")
    ours, theirs = (Team.objects.create(lender=book.lender, code=c, name=c) for c in ("a", "b"))
    Case.objects.update(team=ours)
    for actor in (Actor(staff=None, label="nobody"), supervisor(book, team=theirs.pk)):
        with pytest.raises(NotPermitted):
            enter(book, loan, 100, "03-05", actor=actor)
        with pytest.raises(NotPermitted):
            place(book, loan, "03-05", actor=actor)
    assert Payment.objects.count() == Hold.objects.count() == 0
    payment = enter(book, loan, 100, "03-05", actor=supervisor(book, team=ours.pk)).payment
    reverse(book, payment, actor=supervisor(book, team=ours.pk))
    place(book, loan, "03-05", actor=supervisor(book, team=None))


def place(book: Book, loan: Loan, start: str, end: str | None = None, **how: Any) -> Hold:
    """A hold placed on 2026-03-05 with a reason."""
    given = {"actor": OPERATOR, "day": day("03-05"), "reason": "flood in the village", **how}
    ends = day(end) if end else None
    return place_hold(now=book.clock(), loan=loan, start_on=day(start), end_on=ends, **given).hold


def finish(book: Book, hold: Hold, on: str, *, why: str = "paid a part") -> Hold:
    """A hold ended on 2026-03-05."""
    given = {"actor": OPERATOR, "day": day("03-05"), "now": book.clock()}
    return end_hold(hold=hold, end_on=day(on), why=why, **given).hold


def test_a_hold_pauses_the_count_at_once_and_its_end_resumes_it(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-05")
    hold = place(book, loan, "02-25")
    assert (LoanAge.objects.get().delinquent_days, Case.objects.get().held) == (10, True)
    ended = finish(book, hold, "03-01")
    age = LoanAge.objects.get()
    assert (age.days_past_due, age.delinquent_days, age.held) == (18, 14, False)
    assert Hold.objects.get(pk=hold.pk).replaced_id == ended.entered_id
    settled = (ages(), cases())
    book.run("03-05")
    assert (ages(), cases()) == settled
    told = Entry.objects.filter(verb__startswith="hold").order_by("pk")
    assert list(told.values_list("verb", "why")) == [
        ("hold.place", "flood in the village"),
        ("hold.end", "paid a part"),
    ]


def test_the_same_hold_twice_is_one_and_another_on_its_day_is_refused(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    hold = place(book, loan, "02-25", "03-01")
    assert place(book, loan, "02-25", "03-01") == hold
    with pytest.raises(HoldThere):
        place(book, loan, "02-25", "03-02")


def test_a_hold_without_days_reason_or_standing_is_refused(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    with pytest.raises(HoldPeriod):
        place(book, loan, "02-25", "02-25")
    with pytest.raises(ReasonMissing):
        place(book, loan, "02-25", reason="")
    hold = place(book, loan, "02-25")
    with pytest.raises(HoldPeriod):
        finish(book, hold, "02-24")
    finish(book, hold, "02-25")
    with pytest.raises(HoldOver):
        finish(book, hold, "02-26")


def test_a_hold_that_was_wholly_undone_makes_room_for_another(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    finish(book, place(book, loan, "02-25"), "02-25")
    again = place(book, loan, "02-25", "03-01")
    assert Hold.objects.get(replaced=None) == again
