"""The one-loan function is the meaning, the kernel the same meaning fast: proved equal here."""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from dunwell.core.ageing import AgeingTerms, Hold, LoanFacts, age_loan, parse_buckets
from dunwell.core.allocation import (
    ADJUSTMENT_KINDS,
    LEGAL_ORDER,
    Adjustment,
    Installment,
    Payment,
)
from tests.bulk.ageing_loans import core_late_rows, core_row, kernel_answers

START = date(2024, 1, 20)
# Few days, so that dues, payments, holds and the day of the question often meet on one.
DAYS = st.integers(0, 24).map(lambda days: START + timedelta(days=days))
FEN = st.one_of(st.just(0), st.integers(0, 30), st.integers(0, 5_000))


@st.composite
def some_holds(draw: st.DrawFn) -> Hold:
    start = draw(DAYS)
    length = draw(st.one_of(st.none(), st.integers(-2, 12)))
    return Hold(start, None if length is None else start + timedelta(days=length))


@st.composite
def some_payments(draw: st.DrawFn) -> list[Payment]:
    payments: list[Payment] = []
    for number in range(draw(st.integers(0, 4))):
        paid = Payment(f"P{number}", draw(DAYS), draw(FEN))
        payments.append(paid)
        if draw(st.integers(0, 3)) == 0:
            undone_fen = draw(st.integers(0, paid.amount_fen))
            later = paid.paid_on + timedelta(days=draw(st.integers(0, 6)))
            payments.append(Payment(f"R{number}", later, undone_fen, reverses=paid.payment_no))
    return payments


ADJUSTMENT = st.builds(
    Adjustment,
    kind=st.sampled_from(sorted(ADJUSTMENT_KINDS)),
    component=st.sampled_from(LEGAL_ORDER),
    amount_fen=FEN,
    effective_on=DAYS,
    seq=st.one_of(st.none(), st.integers(1, 5)),
)


@st.composite
def some_loans(draw: st.DrawFn) -> LoanFacts:
    seqs = draw(st.lists(st.integers(1, 6), unique=True, max_size=5))
    return LoanFacts(
        installments=[
            Installment(seq, draw(DAYS), draw(FEN), draw(FEN), draw(FEN), draw(FEN)) for seq in seqs
        ],
        payments=draw(some_payments()),
        adjustments=draw(st.lists(ADJUSTMENT, max_size=4)),
        holds=draw(st.lists(some_holds(), max_size=4)),
        allocation_order=draw(st.one_of(st.just(LEGAL_ORDER), st.permutations(LEGAL_ORDER))),
    )


CONNECTION = duckdb.connect()
EXAMPLES = 1_000 if settings.get_current_profile_name() == "proof" else 60
TERMS = st.builds(
    AgeingTerms,
    day_count=st.sampled_from(["exclusive", "inclusive"]),
    grace_days=st.integers(0, 9),
    buckets=st.sampled_from(
        [parse_buckets("1-3,4-9,10+"), parse_buckets("2-5,10-12"), AgeingTerms().buckets]
    ),
    bucket_on=st.sampled_from(["delinquent_days", "days_past_due"]),
)


@given(loans=st.lists(some_loans(), min_size=1, max_size=40), as_of=DAYS, terms=TERMS)
@settings(max_examples=EXAMPLES, deadline=None)
def test_kernel_and_one_loan_function_give_the_same_answer(
    loans: list[LoanFacts], as_of: date, terms: AgeingTerms
) -> None:
    by_key = {f"L{number:02}": facts for number, facts in enumerate(loans)}
    rows, late = kernel_answers(by_key, as_of=as_of, terms=terms, connection=CONNECTION)
    for key, facts in by_key.items():
        age = age_loan(facts=facts, as_of=as_of, terms=terms)
        assert rows[key] == core_row(age), facts
        assert late.get(key, []) == core_late_rows(age), facts
    assert len(rows) == len(by_key)
