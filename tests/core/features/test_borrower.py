"""The features of a borrower: what is known on the day, and nothing that came later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dunwell.core.ageing import AgeingTerms, LoanFacts
from dunwell.core.allocation import Installment, Payment
from dunwell.core.features import (
    FEATURES,
    Asides,
    AssetFact,
    BorrowerFeatures,
    ContactOutcome,
    LoanPast,
    PromiseFact,
    ReasonFact,
    features_of,
)
from tests.core.features.drawn import AS_OF, ASIDES, LOAN, TERMS


def asked(*loans: LoanPast, asides: Asides | None = None, as_of: date = AS_OF) -> BorrowerFeatures:
    return features_of(
        loans=loans, asides=asides or Asides(), as_of=as_of, ageing_terms=AgeingTerms()
    )


def ago(days: int) -> date:
    return AS_OF - timedelta(days=days)


def loan(*due_ago: int, paid: Sequence[Payment] = ()) -> LoanPast:
    lines = [Installment(seq, ago(days), 1_000) for seq, days in enumerate(due_ago, 1)]
    return LoanPast(LoanFacts(lines, paid))


def cut(one: LoanPast, as_of: date) -> LoanPast:
    """The loan without rows dated after the day."""
    facts = one.facts
    return replace(
        one,
        left_on=one.left_on if one.left_on is None or one.left_on <= as_of else None,
        facts=replace(
            facts,
            payments=[row for row in facts.payments if row.paid_on <= as_of],
            adjustments=[row for row in facts.adjustments if row.effective_on <= as_of],
            holds=[row for row in facts.holds if row.start_on <= as_of],
        ),
    )


@given(loans=st.lists(LOAN, max_size=3), asides=ASIDES, terms=TERMS)
@settings(max_examples=100, deadline=None)
def test_rows_dated_after_the_day_change_nothing(
    loans: list[LoanPast], asides: Asides, terms: AgeingTerms
) -> None:
    known = [one for one in loans if one.disbursed_on is None or one.disbursed_on <= AS_OF]
    cut_asides = Asides(
        promises=[
            replace(row, state="open", settled_on=None)
            if row.settled_on and row.settled_on > AS_OF
            else row
            for row in asides.promises
            if row.promised_on <= AS_OF
        ],
        contacts=[row for row in asides.contacts if row.on_day <= AS_OF],
        assets=[row for row in asides.assets if (row.evidenced_on or AS_OF) <= AS_OF],
        reasons=[row for row in asides.reasons if row.noted_on <= AS_OF],
        monthly_income_fen=asides.monthly_income_fen,
    )
    whole = features_of(loans=loans, asides=asides, as_of=AS_OF, ageing_terms=terms)
    then = features_of(
        loans=[cut(one, AS_OF) for one in known],
        asides=cut_asides,
        as_of=AS_OF,
        ageing_terms=terms,
    )
    assert whole == then


@given(loans=st.lists(LOAN, max_size=3), asides=ASIDES)
@settings(max_examples=60, deadline=None)
def test_every_feature_keeps_to_its_kind_and_bounds(loans: list[LoanPast], asides: Asides) -> None:
    facts = asked(*loans, asides=asides).as_facts()
    for feature in FEATURES:
        value = facts[feature.name]
        if value is None:
            assert not feature.always_known, feature.name
        elif feature.kind == "choice":
            assert value in feature.choices, feature.name
        elif feature.kind == "flag":
            assert value is True or value is False, feature.name
        else:
            assert isinstance(value, int), feature.name
            assert feature.least is None or value >= feature.least, feature.name
            assert feature.most is None or value <= feature.most, feature.name


def test_the_borrower_is_as_late_as_the_worst_loan() -> None:
    found = asked(loan(40, 10), loan(5))
    assert (found.days_past_due, found.bucket, found.loans_overdue) == (40, "M2", 2)
    assert (found.late_times_1d_12m, found.late_times_8d_12m, found.late_times_31d_12m) == (3, 2, 1)
    assert found.first_payment_default
    assert found.installments_due == 3


def test_a_loan_disbursed_later_does_not_exist_yet() -> None:
    later = replace(loan(40), disbursed_on=AS_OF + timedelta(days=1))
    assert asked(later) == asked()
    assert asked(replace(loan(40), disbursed_on=ago(70))).loan_age_days == 70


def test_a_loan_that_left_counts_in_loans_total_only() -> None:
    left = replace(loan(40), left_on=AS_OF)
    assert asked(left) == replace(asked(), loans_total=1)
    assert asked(replace(loan(40), left_on=AS_OF + timedelta(days=1))).days_past_due == 40


def test_first_payment_default_begins_with_the_eighth_day() -> None:
    def paid_after(days: int) -> LoanPast:
        return loan(900, 10, paid=[Payment("P1", ago(900 - days), 2_000)])

    assert not asked(paid_after(8)).first_payment_default
    assert asked(paid_after(9)).first_payment_default


def test_shares_are_of_all_loans_together() -> None:
    found = asked(loan(40, paid=[Payment("P1", ago(3), 500)]), loan(10, -20))
    assert found.overdue_share_ppm == 600_000
    assert found.paid_share_last_3_dues_ppm == 250_000
    assert found.days_since_payment == 3
    assert asked().paid_share_last_3_dues_ppm is None


def test_a_promise_is_open_until_its_day_and_then_due_until_it_is_settled() -> None:
    def state(promise: PromiseFact, day: date = AS_OF) -> tuple[str, int | None]:
        found = asked(asides=Asides(promises=[promise]), as_of=day)
        return found.promise_state, found.promise_due_in_days

    promise = PromiseFact(ago(9), ago(2), 1_000, "broken", AS_OF)
    assert state(promise, ago(10)) == ("none", None)
    assert state(promise, ago(3)) == ("open", 1)
    assert state(promise, ago(1)) == ("due", -1)
    assert state(promise) == ("broken", None)
    assert asked(asides=Asides(promises=[promise])).promises_broken_12m == 1
    assert state(replace(promise, state="rescheduled")) == ("none", None)


def test_reachability_follows_the_failures_in_a_row() -> None:
    def reach(*contacts: ContactOutcome) -> str:
        return asked(asides=Asides(contacts=contacts)).reachability

    spoke = ContactOutcome(ago(30), "call", True, True)
    failed = ContactOutcome(ago(5), "call", False, False)
    assert reach() == "unknown"
    assert reach(spoke) == "reachable"
    assert reach(spoke, *[failed] * 4) == "reachable"
    assert reach(spoke, *[failed] * 5) == "half_lost"
    assert reach(spoke, *[failed] * 10) == "lost"
    assert reach(*[replace(failed, on_day=ago(90))] * 10) == "unknown", "too long ago"
    assert reach(spoke, *[replace(failed, channel="sms")] * 10) == "reachable"


def test_the_newest_reason_counts_and_a_strange_code_is_other() -> None:
    reasons = [ReasonFact("FTP", ago(30)), ReasonFact("our own", ago(3))]
    found = asked(asides=Asides(reasons=reasons))
    assert (found.reason, found.days_since_reason) == ("OTHR", 3)


def test_assets_without_a_value_are_counted_and_not_valued() -> None:
    assert asked(asides=Asides(assets=[AssetFact("vehicle", None)])).asset_value_fen is None
    both = Asides(assets=[AssetFact("vehicle", None), AssetFact("real_estate", 7, ago(1))])
    assert (asked(asides=both).assets, asked(asides=both).asset_value_fen) == (2, 7)
