"""Allocation: nothing is lost, the oldest is settled first, and the order inside is the loan's."""

from __future__ import annotations

import pickle
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.allocation import (
    LEGAL_ORDER,
    Adjustment,
    CannotAllocate,
    Due,
    Installment,
    NegativeAmount,
    Payment,
    PaymentTwice,
    ReversedTooEarly,
    ReversedTooMuch,
    ReversesNothing,
    SeqTwice,
    Tender,
    UnknownComponent,
    UnknownKind,
    UnreadableOrder,
    allocate,
    dues_on,
    money_on,
    parse_order,
    settle,
)
from dunwell.core.money import interest_fen
from dunwell.core.refusal import Refusal

DAY = date(2026, 3, 2)
FEN = st.integers(0, 10_000)
DUES = st.lists(st.tuples(st.integers(0, 400), FEN, FEN, FEN, FEN, FEN), max_size=8).map(
    lambda rows: tuple(
        Due(seq, DAY + timedelta(days=row[0]), *row[1:])
        for seq, row in enumerate(sorted(rows), start=1)
    )
)
ORDERS = st.permutations(LEGAL_ORDER)


@given(dues=DUES, paid_fen=st.integers(0, 200_000), order=ORDERS)
def test_every_fen_paid_is_settled_or_kept(
    dues: tuple[Due, ...], paid_fen: int, order: list
) -> None:
    result = allocate(paid_fen=paid_fen, dues=dues, order=order)
    owed_fen = sum(due.total_fen for due in dues)
    unpaid_fen = sum(due.total_fen for due in result.unpaid)
    assert owed_fen - unpaid_fen + result.overpaid_fen == paid_fen
    assert result.overpaid_fen == max(0, paid_fen - owed_fen)


@given(dues=DUES, paid_fen=st.integers(0, 200_000), order=ORDERS)
def test_nothing_younger_is_paid_while_something_older_is_open(
    dues: tuple[Due, ...], paid_fen: int, order: list
) -> None:
    unpaid = allocate(paid_fen=paid_fen, dues=dues, order=order).unpaid
    for (owed, left), (next_owed, next_left) in pairwise(zip(dues, unpaid, strict=True)):
        if left.total_fen:
            assert next_left == next_owed
        for first, second in pairwise(order):
            if left.part_fen(first):
                assert left.part_fen(second) == owed.part_fen(second)


@given(dues=DUES, amounts=st.lists(FEN, max_size=8), order=ORDERS)
def test_payments_one_by_one_settle_what_their_sum_settles(
    dues: tuple[Due, ...], amounts: list[int], order: list
) -> None:
    tenders = [Tender(f"P{n}", DAY, fen) for n, fen in enumerate(amounts) if fen]
    told = settle(tenders=tenders, dues=dues, order=order)
    whole = allocate(paid_fen=sum(amounts), dues=dues, order=order)
    for owed, left in zip(dues, whole.unpaid, strict=True):
        for component in LEGAL_ORDER:
            settled_fen = sum(
                line.amount_fen
                for line in told.lines
                if (line.seq, line.component) == (owed.seq, component)
            )
            assert settled_fen == owed.part_fen(component) - left.part_fen(component)
    assert told.overpaid_fen == whole.overpaid_fen
    assert all(line.amount_fen > 0 for line in told.lines)


@given(
    base_fen=st.integers(1, 10**9),
    rate_ppm=st.integers(1, 360_000),
    days=st.integers(1, 366),
    paid_share=st.fractions(0, 1),
)
def test_interest_due_and_paid_keeps_within_half_a_fen_of_the_exact_debt(
    base_fen: int, rate_ppm: int, days: int, paid_share: Fraction
) -> None:
    exact = Fraction(base_fen * rate_ppm * days, 365 * 1_000_000)
    owed_fen = interest_fen(base_fen=base_fen, rate_ppm=rate_ppm, days=days)
    due = Due(1, DAY, interest_fen=owed_fen, principal_fen=base_fen)
    paid_fen = int(paid_share * due.total_fen)
    left = allocate(paid_fen=paid_fen, dues=(due,)).unpaid[0]
    assert abs(left.total_fen - (base_fen + exact - paid_fen)) <= Fraction(1, 2)
    assert left.interest_fen == max(0, owed_fen - paid_fen)


def test_the_law_settles_cost_before_interest_before_principal() -> None:
    due = Due(1, DAY, cost_fen=5, fee_fen=4, penalty_fen=3, interest_fen=2, principal_fen=1)
    told = settle(tenders=[Tender("P1", DAY, 15)], dues=(due,))
    assert [line.component for line in told.lines] == list(LEGAL_ORDER)


def test_a_loan_may_agree_another_order() -> None:
    due = Due(1, DAY, interest_fen=200, principal_fen=1_000)
    order = parse_order("principal>interest>fee>penalty")
    left = allocate(paid_fen=900, dues=(due,), order=order).unpaid[0]
    assert (left.principal_fen, left.interest_fen) == (100, 200)


@pytest.mark.parametrize("text", ["", None, "  ", "cost, fee, penalty, interest, principal"])
def test_no_order_or_the_full_one_is_the_law(text: str | None) -> None:
    assert parse_order(text) == LEGAL_ORDER


@pytest.mark.parametrize(
    "text", ["interest", "fee>fee>penalty>interest>principal", "fee>penalty>interest>capital", "x"]
)
def test_an_order_that_does_not_name_each_component_once_is_refused(text: str) -> None:
    with pytest.raises(UnreadableOrder) as refused:
        parse_order(text)
    assert refused.value.figures["value"] == text


def test_a_payment_that_cannot_be_allocated_is_refused() -> None:
    with pytest.raises(CannotAllocate):
        allocate(paid_fen=-1, dues=())
    with pytest.raises(CannotAllocate):
        allocate(paid_fen=1, dues=(), order=("interest", "principal"))
    with pytest.raises(CannotAllocate):
        settle(tenders=(), dues=(), order=("interest", "principal"))


def test_records_that_cannot_be_true_refuse_to_be_made() -> None:
    with pytest.raises(NegativeAmount):
        Installment(1, DAY, principal_fen=-1)
    with pytest.raises(NegativeAmount):
        Payment("P1", DAY, -5)
    with pytest.raises(UnknownKind):
        Adjustment("gift", "fee", 1, DAY)  # type: ignore[arg-type]
    with pytest.raises(UnknownComponent):
        Adjustment("waiver", "tax", 1, DAY)  # type: ignore[arg-type]


def test_one_seq_twice_in_a_schedule_is_refused() -> None:
    with pytest.raises(SeqTwice) as refused:
        dues_on(installments=[Installment(7, DAY, 1), Installment(7, DAY, 2)], as_of=DAY)
    assert refused.value.figures == {"seq": 7}


@pytest.mark.parametrize(
    ("rows", "refusal"),
    [
        ([Payment("P1", DAY, 5), Payment("P1", DAY, 6)], PaymentTwice),
        ([Payment("R1", DAY, 5, reverses="P9")], ReversesNothing),
        (
            [Payment("P1", DAY, 5), Payment("R1", DAY, 5, "P1"), Payment("R2", DAY, 5, "R1")],
            ReversesNothing,
        ),
        (
            [Payment("P1", DAY, 5), Payment("R1", DAY, 3, "P1"), Payment("R2", DAY, 3, "P1")],
            ReversedTooMuch,
        ),
        ([Payment("P1", DAY, 5), Payment("R1", date(2026, 3, 1), 5, "P1")], ReversedTooEarly),
    ],
)
def test_reversals_that_undo_nothing_are_refused(
    rows: list[Payment], refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        money_on(payments=rows, as_of=DAY)


def test_a_part_reversal_leaves_the_rest_of_the_payment() -> None:
    rows = [Payment("P1", DAY, 500), Payment("R1", DAY, 200, reverses="P1")]
    assert money_on(payments=rows, as_of=DAY) == (Tender("P1", DAY, 300),)


def test_a_refund_takes_the_newest_money_first() -> None:
    rows = [Payment("P1", DAY, 500), Payment("P2", date(2026, 3, 5), 100)]
    refund = Adjustment("refund", "principal", 150, date(2026, 3, 6))
    left = money_on(payments=rows, adjustments=[refund], as_of=date(2026, 3, 6))
    assert left == (Tender("P1", DAY, 450),)


def test_adjustments_wait_for_their_day() -> None:
    rows = [Adjustment("charge", "fee", 70, date(2026, 3, 3), seq=1)]
    line = [Installment(1, DAY, 100)]
    assert dues_on(installments=line, adjustments=rows, as_of=DAY)[0].fee_fen == 0
    assert dues_on(installments=line, adjustments=rows, as_of=date(2026, 3, 3))[0].fee_fen == 70


def test_rows_of_one_day_give_one_answer_in_any_order() -> None:
    line = [Installment(1, DAY, 100, fee_fen=50)]
    rows = [
        Adjustment("waiver", "fee", 80, DAY, seq=1),
        Adjustment("charge", "fee", 40, DAY, seq=1),
    ]
    forward = dues_on(installments=line, adjustments=rows, as_of=DAY)
    assert forward == dues_on(installments=line, adjustments=rows[::-1], as_of=DAY)
    assert forward[0].fee_fen == 10


def test_an_adjustment_of_an_installment_that_is_gone_is_of_the_loan() -> None:
    rows = [Adjustment("charge", "fee", 70, DAY, seq=99)]
    dues = dues_on(installments=[Installment(1, DAY, 100)], adjustments=rows, as_of=DAY)
    assert [(due.seq, due.fee_fen) for due in dues] == [(1, 0), (None, 70)]


def test_a_refusal_travels_between_processes_whole() -> None:
    sent = pickle.loads(pickle.dumps(SeqTwice(seq=3)))
    assert (type(sent), sent.figures) == (SeqTwice, {"seq": 3})
