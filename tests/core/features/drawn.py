"""Random borrowers for tests of features: few days and small sums, so that edges meet often."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import strategies as st

from dunwell.core.ageing import AgeingTerms, Hold, LoanFacts, parse_buckets
from dunwell.core.allocation import (
    ADJUSTMENT_KINDS,
    LEGAL_ORDER,
    Adjustment,
    Installment,
    Payment,
)
from dunwell.core.features import (
    ATTEMPT_CHANNELS,
    REASONS,
    Asides,
    AssetFact,
    ContactOutcome,
    LoanPast,
    PromiseFact,
    ReasonFact,
)

AS_OF = date(2026, 3, 31)
# Days close together, and days around the ends of the windows: 6, 12 and 24 months, 30, 90 days.
_EDGES = (-731, -730, -366, -365, -364, -182, -181, -180, -91, -90, -89, -31, -30, -29)
DAYS = st.one_of(st.integers(-14, 3), st.integers(-40, 5), st.sampled_from(_EDGES)).map(
    lambda days: AS_OF + timedelta(days=days)
)
FEN = st.one_of(st.sampled_from((0, 10, 20)), st.integers(0, 30), st.integers(0, 5_000))


@st.composite
def drawn_payments(draw: st.DrawFn) -> list[Payment]:
    payments: list[Payment] = []
    for number in range(draw(st.integers(0, 5))):
        paid = Payment(f"P{number}", draw(DAYS), draw(FEN))
        payments.append(paid)
        if draw(st.integers(0, 4)) == 0:
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
def drawn_holds(draw: st.DrawFn) -> Hold:
    start = draw(DAYS)
    length = draw(st.one_of(st.none(), st.integers(-2, 12)))
    return Hold(start, None if length is None else start + timedelta(days=length))


@st.composite
def drawn_facts(draw: st.DrawFn) -> LoanFacts:
    seqs = draw(st.lists(st.integers(1, 6), unique=True, max_size=6))
    adjusted = draw(st.integers(0, 2)) == 0
    return LoanFacts(
        installments=[
            Installment(seq, draw(DAYS), draw(FEN), draw(FEN), draw(FEN), draw(FEN)) for seq in seqs
        ],
        payments=draw(drawn_payments()),
        adjustments=draw(st.lists(ADJUSTMENT, max_size=4)) if adjusted else (),
        holds=draw(st.lists(drawn_holds(), max_size=2)),
        allocation_order=draw(st.one_of(st.just(LEGAL_ORDER), st.permutations(LEGAL_ORDER))),
    )


_MAYBE_DAY = st.one_of(st.none(), DAYS)
LOAN = st.builds(LoanPast, facts=drawn_facts(), disbursed_on=_MAYBE_DAY, left_on=_MAYBE_DAY)
PROMISE = st.builds(
    PromiseFact,
    promised_on=DAYS,
    due_on=DAYS,
    promised_fen=FEN,
    state=st.sampled_from(("open", "kept", "part_kept", "broken", "rescheduled")),
    settled_on=_MAYBE_DAY,
)
CONTACT = st.tuples(
    DAYS, st.sampled_from((*ATTEMPT_CHANNELS, "call", "sms")), st.integers(0, 5)
).map(lambda told: ContactOutcome(told[0], told[1], told[2] < 2, told[2] == 0))
ASIDES = st.builds(
    Asides,
    promises=st.lists(PROMISE, max_size=4),
    contacts=st.lists(CONTACT, max_size=14),
    assets=st.lists(
        st.builds(
            AssetFact,
            kind=st.just("vehicle"),
            value_fen=st.one_of(st.none(), FEN),
            evidenced_on=_MAYBE_DAY,
        ),
        max_size=3,
    ),
    reasons=st.lists(
        st.builds(ReasonFact, reason=st.sampled_from((*REASONS, "old code")), noted_on=DAYS),
        max_size=3,
    ),
    monthly_income_fen=st.one_of(st.none(), FEN),
)
TERMS = st.builds(
    AgeingTerms,
    day_count=st.sampled_from(["exclusive", "inclusive"]),
    grace_days=st.integers(0, 9),
    buckets=st.sampled_from(
        [parse_buckets("1-3,4-9,10+"), parse_buckets("2-5,10-12"), AgeingTerms().buckets]
    ),
    bucket_on=st.sampled_from(["delinquent_days", "days_past_due"]),
)
