"""What ageing means, fact by fact, on small loans a reader can count along with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from dunwell.core.ageing import (
    AgeingTerms,
    BadTerms,
    Hold,
    LoanAge,
    LoanFacts,
    age_loan,
    ageing_history,
    settlement_of,
)
from dunwell.core.allocation import Adjustment, Installment, Payment

TERMS = AgeingTerms()
INCLUSIVE = AgeingTerms(day_count="inclusive")
DUE = date(2024, 1, 31)
SCHEDULE = (
    Installment(1, DUE, principal_fen=10_000, interest_fen=1_000, fee_fen=200, penalty_fen=50),
    Installment(2, date(2024, 2, 29), principal_fen=10_000, interest_fen=900),
    Installment(3, date(2024, 3, 31), principal_fen=10_000, interest_fen=800),
)


def aged(
    as_of: date,
    *,
    terms: AgeingTerms = TERMS,
    installments: Sequence[Installment] = SCHEDULE,
    payments: Sequence[Payment] = (),
    adjustments: Sequence[Adjustment] = (),
    holds: Sequence[Hold] = (),
) -> LoanAge:
    facts = LoanFacts(installments, payments, adjustments, holds)
    return age_loan(facts=facts, as_of=as_of, terms=terms)


def test_due_today_is_not_late_and_tomorrow_is_day_one() -> None:
    assert aged(DUE).days_past_due == 0
    assert aged(DUE).overdue_fen == 0
    assert aged(DUE + timedelta(days=1)).days_past_due == 1


def test_inclusive_counts_one_day_more_and_due_today_is_late() -> None:
    assert aged(DUE, terms=INCLUSIVE).days_past_due == 1
    assert aged(DUE, terms=INCLUSIVE).overdue_fen == 11_250
    assert aged(DUE - timedelta(days=1), terms=INCLUSIVE).days_past_due == 0


def test_the_leap_day_is_a_day() -> None:
    assert aged(date(2024, 3, 1)).days_past_due == 30
    assert (
        aged(date(2023, 3, 1), installments=[Installment(1, date(2023, 1, 31), 1)]).bucket == "M1"
    )
    assert (
        aged(date(2025, 2, 28), installments=[Installment(1, date(2024, 2, 29), 1)]).days_past_due
        == 365
    )


def test_a_part_payment_lowers_the_amount_not_the_age() -> None:
    part = aged(date(2024, 2, 20), payments=[Payment("P1", date(2024, 2, 5), 3_000)])
    assert (part.days_past_due, part.overdue_fen) == (20, 8_250)
    assert (part.overdue_fee_fen, part.overdue_penalty_fen, part.overdue_interest_fen) == (0, 0, 0)
    assert part.overdue_principal_fen == 8_250


def test_a_payment_counts_on_its_day_and_not_before() -> None:
    payments = [Payment("P1", date(2024, 2, 10), 11_250)]
    assert aged(date(2024, 2, 9), payments=payments).days_past_due == 9
    assert aged(date(2024, 2, 10), payments=payments).days_past_due == 0


def test_a_reversed_payment_counts_until_the_day_of_its_reversal() -> None:
    payments = [
        Payment("P1", date(2024, 2, 10), 11_250),
        Payment("R1", date(2024, 2, 15), 11_250, reverses="P1"),
    ]
    assert aged(date(2024, 2, 14), payments=payments).days_past_due == 0
    assert aged(date(2024, 2, 15), payments=payments).days_past_due == 15


def test_early_money_pays_installments_to_come_and_the_rest_is_kept() -> None:
    ahead = aged(DUE, payments=[Payment("P1", DUE, 33_000)])
    assert (ahead.oldest_unpaid_due_date, ahead.days_past_due) == (None, 0)
    assert (ahead.outstanding_fen, ahead.overpaid_fen) == (0, 33_000 - 32_950)


def test_the_oldest_unpaid_date_may_lie_ahead_the_delinquent_date_may_not() -> None:
    age = aged(DUE, payments=[Payment("P1", DUE, 11_250 + 1)])
    assert age.oldest_unpaid_due_date == date(2024, 2, 29)
    assert age.delinquent_date is None
    assert age.outstanding_fen == 32_950 - 11_251


def test_grace_lowers_delinquent_days_only() -> None:
    terms = AgeingTerms(grace_days=5)
    age = aged(date(2024, 2, 4), terms=terms)
    assert (age.days_past_due, age.delinquent_days, age.bucket) == (4, 0, "current")
    assert (age.overdue_fen, age.delinquent_date) == (11_250, date(2024, 2, 5))
    assert age.late_dues == ()
    assert aged(date(2024, 2, 6), terms=terms).delinquent_days == 1


def test_hold_days_since_the_due_date_are_taken_off_once_each() -> None:
    holds = [
        Hold(date(2024, 1, 20), date(2024, 2, 3)),
        Hold(date(2024, 2, 1), date(2024, 2, 5)),
        Hold(date(2024, 2, 10), date(2024, 2, 11)),
    ]
    age = aged(date(2024, 2, 20), holds=holds)
    assert (age.days_past_due, age.delinquent_days, age.held) == (20, 20 - 5 - 1, False)


def test_a_loan_is_held_from_the_first_day_up_to_the_end_which_is_free() -> None:
    holds = [Hold(date(2024, 2, 10), date(2024, 2, 12))]
    held = {day: aged(date(2024, 2, day), holds=holds).held for day in (9, 10, 11, 12)}
    assert held == {9: False, 10: True, 11: True, 12: False}


def test_the_bucket_is_computed_while_held() -> None:
    age = aged(date(2024, 3, 1), holds=[Hold(date(2024, 2, 10))])
    assert (age.held, age.delinquent_days, age.bucket) == (True, 10, "M1")


def test_each_installment_stands_in_the_bucket_of_its_own_days() -> None:
    age = aged(date(2024, 3, 10), holds=[Hold(date(2024, 2, 28), date(2024, 3, 2))])
    rows = [(d.owed.seq, d.late_days, d.delinquent_days, d.bucket) for d in age.late_dues]
    assert rows == [(1, 39, 36, "M2"), (2, 10, 8, "M1")]
    assert sum(due.unpaid_fen for due in age.late_dues) == age.overdue_fen


def test_a_bucket_may_follow_days_past_due_by_setting() -> None:
    terms = AgeingTerms(bucket_on="days_past_due")
    assert aged(date(2024, 3, 10), terms=terms, holds=[Hold(DUE)]).bucket == "M2"


def test_a_charge_of_the_loan_is_due_on_its_own_day_not_a_month_ago() -> None:
    paid = [Payment("P1", DUE, 11_250)]
    charge = [Adjustment("charge", "cost", 500, date(2024, 2, 20))]
    assert aged(date(2024, 2, 20), payments=paid, adjustments=charge).days_past_due == 0
    later = aged(date(2024, 2, 22), payments=paid, adjustments=charge)
    assert (later.days_past_due, later.overdue_fen, later.overdue_cost_fen) == (2, 500, 500)


def test_an_accrual_on_an_installment_is_as_old_as_the_installment() -> None:
    accrual = [Adjustment("accrual", "penalty", 70, date(2024, 2, 10), seq=1)]
    assert aged(date(2024, 2, 9), adjustments=accrual).overdue_penalty_fen == 50
    age = aged(date(2024, 2, 10), adjustments=accrual)
    assert (age.overdue_penalty_fen, age.days_past_due) == (120, 10)


def test_a_waiver_lowers_its_component_and_never_below_nothing() -> None:
    waiver = [Adjustment("waiver", "fee", 9_999, date(2024, 2, 1), seq=1)]
    age = aged(date(2024, 2, 10), adjustments=waiver)
    assert (age.overdue_fee_fen, age.overdue_fen) == (0, 11_050)


def test_a_write_off_of_the_loan_takes_the_oldest_first() -> None:
    off = [Adjustment("write_off", "principal", 15_000, date(2024, 3, 1))]
    age = aged(date(2024, 3, 10), adjustments=off)
    assert age.overdue_principal_fen == 5_000
    assert age.outstanding_fen == 32_950 - 15_000


def test_a_refund_gives_back_overpayment_before_it_undoes_what_was_settled() -> None:
    payments = [Payment("P1", DUE, 11_250), Payment("P2", DUE, 30_000)]
    back = [Adjustment("refund", "principal", 8_300, date(2024, 2, 5))]
    assert aged(date(2024, 2, 5), payments=payments, adjustments=back).overpaid_fen == 0
    more = [*back, Adjustment("refund", "principal", 1_000, date(2024, 2, 5))]
    age = aged(date(2024, 2, 5), payments=payments, adjustments=more)
    assert (age.overpaid_fen, age.outstanding_fen) == (0, 1_000)


def test_a_loan_without_installments_is_current_and_owes_nothing() -> None:
    age = aged(DUE, installments=(), payments=[Payment("P1", DUE, 5)])
    assert (age.bucket, age.outstanding_fen, age.overpaid_fen) == ("current", 0, 5)
    assert age.oldest_unpaid_due_date is None


def test_history_is_computed_anew_for_each_day() -> None:
    payments = [Payment("P1", date(2024, 2, 3), 11_250)]
    days = [date(2024, 2, day) for day in (4, 2, 3, 1)]
    facts = LoanFacts(SCHEDULE, payments)
    history = ageing_history(facts=facts, days=days, terms=TERMS)
    assert [age.days_past_due for age in history] == [0, 2, 0, 1]


def test_what_each_payment_settled_is_told_line_by_line() -> None:
    payments = [Payment("P2", date(2024, 2, 5), 11_000), Payment("P1", date(2024, 2, 1), 300)]
    told = settlement_of(facts=LoanFacts(SCHEDULE, payments), as_of=date(2024, 2, 9))
    assert [(s.payment_no, s.seq, s.component, s.amount_fen) for s in told.lines] == [
        ("P1", 1, "fee", 200),
        ("P1", 1, "penalty", 50),
        ("P1", 1, "interest", 50),
        ("P2", 1, "interest", 950),
        ("P2", 1, "principal", 10_000),
        ("P2", 2, "interest", 50),
    ]


@pytest.mark.parametrize(
    "terms", [{"day_count": "both"}, {"grace_days": -1}, {"grace_days": 400}, {"bucket_on": "age"}]
)
def test_terms_outside_their_values_are_refused(terms: dict[str, object]) -> None:
    with pytest.raises(BadTerms):
        AgeingTerms(**terms)  # type: ignore[arg-type]
