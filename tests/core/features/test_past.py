"""The past of a loan: asked only on the days before a change, it equals every day asked."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings

from dunwell.core.ageing import AgeingTerms, LoanFacts, age_loan
from dunwell.core.allocation import Adjustment, Installment, Payment
from dunwell.core.features import months_back
from dunwell.core.features.past import (
    last_dues,
    last_paid_on,
    late_times,
    lateness_of,
    most_late_days,
    part_payment_days,
)
from tests.core.features.drawn import AS_OF, TERMS, drawn_facts

YEAR = months_back(AS_OF, 12)
PLAIN = AgeingTerms()
JAN, FEB, MAR = date(2026, 1, 10), date(2026, 2, 10), date(2026, 3, 10)


def schedule(*days: date) -> list[Installment]:
    return [Installment(seq, day, 1_000) for seq, day in enumerate(days, 1)]


@given(facts=drawn_facts(), terms=TERMS)
@settings(max_examples=60, deadline=None)
def test_the_days_before_changes_show_what_every_day_shows(
    facts: LoanFacts, terms: AgeingTerms
) -> None:
    past = lateness_of(facts, as_of=AS_OF, terms=terms)
    for months in (6, 12, 24):
        window = months_back(AS_OF, months)
        worst = 0
        deep: set[object] = set()
        day = window.from_on
        while (day := day + timedelta(days=1)) <= AS_OF:
            age = age_loan(facts=facts, as_of=day, terms=terms)
            worst = max(worst, age.days_past_due)
            deep |= {due.owed.seq for due in age.dues if due.late and due.late_days >= 8}
        assert most_late_days(past, window) == worst
        assert late_times(past, window, least_days=8) == len(deep - {None})


def test_paid_late_is_late_until_the_day_before() -> None:
    facts = LoanFacts(schedule(JAN), [Payment("P1", JAN + timedelta(days=9), 1_000)])
    (due,) = lateness_of(facts, as_of=AS_OF, terms=PLAIN)
    assert (due.late_days, due.late_until) == (8, JAN + timedelta(days=8))


def test_paid_on_the_due_day_was_never_late() -> None:
    facts = LoanFacts(schedule(JAN), [Payment("P1", JAN, 1_000)])
    assert lateness_of(facts, as_of=AS_OF, terms=PLAIN) == ()


def test_a_reversal_makes_the_installment_late_again_from_its_due_day() -> None:
    paid = [Payment("P1", JAN, 1_000), Payment("R1", FEB, 1_000, reverses="P1")]
    facts = LoanFacts(schedule(JAN), [*paid, Payment("P2", FEB + timedelta(days=3), 1_000)])
    (due,) = lateness_of(facts, as_of=AS_OF, terms=PLAIN)
    assert due.late_days == 33


def test_a_waiver_ends_lateness_and_a_later_charge_brings_it_back() -> None:
    waived = Adjustment("waiver", "principal", 1_000, JAN + timedelta(days=6), seq=1)
    charged = Adjustment("charge", "penalty", 5, JAN + timedelta(days=20), seq=1)
    (due,) = lateness_of(LoanFacts(schedule(JAN), adjustments=[waived]), as_of=AS_OF, terms=PLAIN)
    assert due.late_days == 5
    (again,) = lateness_of(
        LoanFacts(schedule(JAN), adjustments=[waived, charged]), as_of=AS_OF, terms=PLAIN
    )
    assert again.late_days == (AS_OF - JAN).days


def test_a_part_payment_leaves_the_oldest_late_due_paid_in_part() -> None:
    def days(*payments: Payment) -> tuple[date, ...]:
        return part_payment_days(LoanFacts(schedule(JAN, FEB), payments), YEAR, PLAIN)

    late = JAN + timedelta(days=5)
    assert days(Payment("P1", late, 600)) == (late,)
    assert days(Payment("P1", late, 1_000)) == ()
    assert days(Payment("P1", JAN - timedelta(days=5), 600)) == (), "ahead of the due day"
    assert days(Payment("P1", late, 600), Payment("P2", late, 400)) == (), "whole on that day"


def test_the_last_payment_is_the_one_that_still_counts() -> None:
    paid = [Payment("P1", JAN, 1_000), Payment("P2", FEB, 1_000)]
    facts = LoanFacts(schedule(JAN, FEB), paid)
    assert last_paid_on(facts, as_of=AS_OF) == FEB
    bounced = [*paid, Payment("R2", FEB + timedelta(days=3), 1_000, reverses="P2")]
    assert last_paid_on(LoanFacts(schedule(JAN, FEB), bounced), as_of=AS_OF) == JAN
    assert last_paid_on(LoanFacts(schedule(JAN, FEB)), as_of=AS_OF) is None


def test_the_last_three_dues_and_what_came_since_are_counted() -> None:
    facts = LoanFacts(
        schedule(date(2025, 12, 10), JAN, FEB, MAR),
        [Payment("P1", JAN, 2_500)],
        [Adjustment("charge", "cost", 200, FEB + timedelta(days=1))],
    )
    dues = last_dues(age_loan(facts=facts, as_of=AS_OF, terms=PLAIN), terms=PLAIN)
    assert (dues.owed_fen, dues.paid_fen) == (3_200, 1_500)
