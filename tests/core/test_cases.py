"""Cases: when overdue loans become one, what moves it, and why, as statements."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dunwell.core.ageing import DEFAULT_BUCKETS, AgeingTerms, Hold, LoanFacts, age_loan
from dunwell.core.allocation import Adjustment, Installment, Payment
from dunwell.core.cases import (
    CaseBefore,
    EntryTerms,
    LoanStanding,
    Marks,
    Move,
    Standing,
    marks_of,
    move_of,
    roll_up,
)

DAY = date(2026, 3, 2)
NEXT = date(2026, 3, 3)


def loan(*dues: tuple[int, int, int], left: bool = False, **facts: Any) -> LoanStanding:
    """A loan of installments (month, day, fen), aged on DAY."""
    lines = [
        Installment(seq=seq, due_date=date(2026, month, day), principal_fen=fen, interest_fen=0)
        for seq, (month, day, fen) in enumerate(dues, 1)
    ]
    known = LoanFacts(installments=lines, **facts)
    return LoanStanding(
        age=age_loan(facts=known, as_of=DAY, terms=AgeingTerms()),
        marks=marks_of(known, as_of=DAY, left=left),
    )


def standing(*loans: LoanStanding) -> Standing:
    return roll_up(loans, buckets=DEFAULT_BUCKETS)


def before(of: Standing, **changed: Any) -> CaseBefore:
    """An open case that stood like this on DAY."""
    case = CaseBefore(
        is_open=True,
        as_of=DAY,
        bucket=of.bucket,
        days_past_due=of.days_past_due,
        delinquent_days=of.delinquent_days,
        overdue_fen=of.overdue_fen,
        marks=of.marks,
    )
    return replace(case, **changed)


def moved(case: CaseBefore | None, now: Standing, **entry: int) -> Move | None:
    return move_of(
        before=case, now=now, day=NEXT, entry=EntryTerms(**entry), buckets=DEFAULT_BUCKETS
    )


LATE = standing(loan((2, 15, 1_000)))
NOTHING = standing(loan((6, 15, 1_000)))


def test_a_borrower_stands_as_the_worst_loan_with_the_sum_of_all() -> None:
    both = standing(loan((2, 15, 1_000), (6, 1, 500)), loan((1, 15, 300)), loan((5, 1, 70)))
    assert (both.days_past_due, both.bucket, both.overdue_fen) == (46, "M2", 1_300)
    assert (both.outstanding_fen, both.loans_total, both.loans_overdue) == (1_870, 3, 2)
    assert both.oldest_unpaid_due_date == date(2026, 1, 15)


def test_a_loan_that_left_the_tape_counts_in_the_number_of_loans_only() -> None:
    one_left = standing(loan((2, 15, 1_000)), loan((1, 15, 300), left=True))
    assert (one_left.overdue_fen, one_left.days_past_due) == (1_000, 15)
    assert (one_left.loans_total, one_left.marks.loans_left) == (2, 1)


def test_a_case_is_held_when_every_overdue_loan_is() -> None:
    held = loan((2, 15, 1_000), holds=[Hold(date(2026, 3, 1))])
    assert standing(held, loan((6, 1, 5))).held
    assert not standing(held, loan((2, 20, 5))).held
    assert not NOTHING.held


def test_marks_are_money_in_less_taken_back_and_what_was_forgiven() -> None:
    marks = loan(
        (2, 15, 1_000),
        payments=[
            Payment(payment_no="a", paid_on=DAY, amount_fen=500),
            Payment(payment_no="b", paid_on=DAY, amount_fen=200, reverses="a"),
            Payment(payment_no="c", paid_on=NEXT, amount_fen=9_000),
        ],
        adjustments=[
            Adjustment(kind="refund", component="principal", amount_fen=50, effective_on=DAY),
            Adjustment(kind="waiver", component="principal", amount_fen=70, effective_on=DAY),
            Adjustment(kind="write_off", component="principal", amount_fen=9, effective_on=DAY),
            Adjustment(kind="charge", component="fee", amount_fen=4, effective_on=DAY),
        ],
    ).marks
    assert marks == Marks(paid_fen=250, waived_fen=70, written_off_fen=9)


def test_a_case_opens_when_late_enough_and_large_enough() -> None:
    opened = moved(None, LATE)
    assert opened is not None and (opened.kind, opened.why) == ("opened", "entry_met")
    assert moved(None, LATE, least_days=15, least_overdue_fen=1_000) is not None
    assert moved(None, LATE, least_days=16) is None
    assert moved(None, LATE, least_overdue_fen=1_001) is None
    assert moved(None, NOTHING, least_days=0, least_overdue_fen=0) is None


def test_an_open_case_below_the_entry_line_stays_open_and_closes_when_nothing_is_left() -> None:
    case = before(LATE)
    assert moved(case, LATE, least_days=300) is None
    closed = moved(case, NOTHING)
    assert closed is not None and (closed.kind, closed.to_bucket) == ("closed", "current")


@pytest.mark.parametrize(
    ("since", "why"),
    [
        (Marks(paid_fen=500), "paid"),
        (Marks(waived_fen=500), "waived"),
        (Marks(written_off_fen=500), "written_off"),
        (Marks(paid_fen=400, waived_fen=600), "waived"),
        (Marks(paid_fen=600, written_off_fen=600), "paid"),
        (Marks(paid_fen=600, loans_left=1), "left_tape"),
        (Marks(), "book_changed"),
        (Marks(paid_fen=-5), "book_changed"),
    ],
)
def test_what_lowered_the_debt_most_closes_the_case(since: Marks, why: str) -> None:
    closed = moved(before(LATE, marks=Marks()), replace(NOTHING, marks=since))
    assert closed is not None and closed.why == why


@pytest.mark.parametrize(
    ("was", "why"),
    [
        ({"days_past_due": 14, "delinquent_days": 14}, "days_passed"),
        ({"days_past_due": 15, "delinquent_days": 9}, "unpaused"),
        ({"days_past_due": 5, "delinquent_days": 5}, "book_changed"),
        ({"marks": Marks(paid_fen=100)}, "money_taken_back"),
    ],
)
def test_why_a_bucket_got_worse(was: dict[str, Any], why: str) -> None:
    rolled = moved(before(LATE, bucket="current", **was), LATE)
    assert rolled is not None
    assert (rolled.kind, rolled.why, rolled.from_bucket) == ("rolled", why, "current")


@pytest.mark.parametrize(
    ("was", "why"),
    [
        ({"days_past_due": 40, "delinquent_days": 40, "marks": Marks(paid_fen=-9)}, "paid"),
        ({"days_past_due": 15, "delinquent_days": 15}, "paused"),
        ({"days_past_due": 40, "delinquent_days": 40}, "paused"),
    ],
)
def test_why_a_bucket_got_better(was: dict[str, Any], why: str) -> None:
    paused = replace(LATE, delinquent_days=5)
    eased = moved(before(LATE, bucket="M2", **was), paused)
    assert eased is not None and (eased.kind, eased.why) == ("eased", why)


def test_a_closed_case_reopens_and_names_money_that_was_taken_back() -> None:
    closed = before(LATE, is_open=False)
    assert moved(closed, NOTHING) is None
    again = moved(closed, LATE)
    assert again is not None and (again.kind, again.why) == ("reopened", "entry_met")
    bounced = moved(replace(closed, marks=Marks(paid_fen=1_000)), LATE)
    assert bounced is not None and bounced.why == "money_taken_back"
    assert bounced.since.paid_fen == -1_000
