"""Promises settle themselves from payments."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.promise import (
    AmountOutOfRange,
    DayNotAhead,
    Money,
    NotRescheduled,
    Promise,
    PromiseTerms,
    Settled,
    TooFarAhead,
    check_new,
    check_reschedule,
    open_until,
    reminder_on,
    settle,
)

TERMS = PromiseTerms(kept_share_ppm=950_000, grace_days=2)
D = date
MADE, DUE = D(2026, 3, 2), D(2026, 3, 10)
ONE = Promise(1, MADE, DUE, 100_000, TERMS)


def paid(
    amount_fen: int, on: date, *, loan: int = 7, key: str = "", undone: date | None = None
) -> Money:
    return Money(
        key or f"{on}-{amount_fen}", loan, on, amount_fen, ((undone, amount_fen),) if undone else ()
    )


def stands(*money: Money, day: date, promise: Promise = ONE) -> Settled:
    return settle(promises=[promise], money=money, day=day)[0]


def test_a_promise_is_open_until_its_day_and_due_through_the_posting_days() -> None:
    states = [stands(day=DUE + timedelta(days=n)).state for n in (-1, 0, 2, 3)]
    assert states == ["open", "due", "due", "broken"]
    assert stands(day=D(2026, 3, 13)).settled_on == D(2026, 3, 13)


def test_money_the_day_before_settles_it_that_day() -> None:
    found = stands(paid(100_000, D(2026, 3, 9)), day=D(2026, 3, 9))
    assert (found.state, found.settled_on, found.strict) == ("kept", D(2026, 3, 9), "kept")


def test_the_allowance_is_shown_apart() -> None:
    late = stands(paid(100_000, DUE + timedelta(days=1)), day=D(2026, 3, 20))
    assert (late.state, late.strict, late.paid_fen, late.strict_paid_fen) == (
        "kept",
        "broken",
        100_000,
        0,
    )
    short = stands(paid(95_000, DUE), day=D(2026, 3, 20))
    assert (short.state, short.strict) == ("kept", "part_kept")


def test_a_fen_short_of_the_share_is_part_kept() -> None:
    assert stands(paid(94_999, DUE), day=D(2026, 3, 20)).state == "part_kept"
    assert stands(paid(94_999, DUE), day=DUE).state == "due"


def test_parts_add_up() -> None:
    money = [paid(40_000, D(2026, 3, 5)), paid(60_000, D(2026, 3, 12))]
    assert stands(*money, day=D(2026, 3, 11)).state == "due"
    assert stands(*money, day=D(2026, 3, 12)).settled_on == D(2026, 3, 12)


def test_a_reversed_payment_breaks_what_it_had_kept() -> None:
    money = paid(100_000, D(2026, 3, 9), undone=D(2026, 3, 15))
    assert stands(money, day=D(2026, 3, 14)).state == "kept"
    assert stands(money, day=D(2026, 3, 15)).state == "broken"
    assert (
        stands(replace(money, undone=((D(2026, 3, 10), 100_000),)), day=D(2026, 3, 11)).state
        == "due"
    )
    part = replace(money, undone=((D(2026, 3, 15), 5_001),))
    assert stands(part, day=D(2026, 3, 15)).paid_fen == 94_999


def test_money_before_and_after_keeps_nothing() -> None:
    assert stands(paid(100_000, D(2026, 3, 1)), day=D(2026, 3, 20)).state == "broken"
    assert stands(paid(100_000, D(2026, 3, 13)), day=D(2026, 3, 20)).state == "broken"
    other = replace(ONE, loans=frozenset({8}))
    assert stands(paid(100_000, DUE), day=D(2026, 3, 20), promise=other).state == "broken"


def test_what_was_on_the_book_when_it_was_promised_was_not_promised() -> None:
    known = replace(ONE, came_before_fen=30_000)
    found = stands(paid(30_000, MADE), paid(100_000, MADE, key="later"), day=MADE, promise=known)
    assert (found.state, found.paid_fen) == ("kept", 100_000)
    assert stands(paid(100_000, MADE), day=MADE, promise=known).paid_fen == 70_000


def test_a_fen_keeps_one_promise_only() -> None:
    first = Promise(1, MADE, D(2026, 3, 5), 50_000, TERMS)
    second = Promise(2, MADE, D(2026, 3, 20), 80_000, TERMS)
    found = settle(
        promises=[second, first],
        money=[paid(100_000, D(2026, 3, 4))],
        day=D(2026, 3, 30),
    )
    assert [(each.promise.key, each.state, each.paid_fen) for each in found] == [
        (1, "kept", 50_000),
        (2, "part_kept", 50_000),
    ]


def test_a_moved_promise_is_neither_kept_nor_broken() -> None:
    moved = replace(ONE, rescheduled_on=D(2026, 3, 8))
    assert stands(day=D(2026, 3, 7), promise=moved).state == "open"
    found = stands(paid(100_000, D(2026, 3, 9)), day=D(2026, 3, 20), promise=moved)
    assert (found.state, found.settled_on, found.paid_fen) == ("rescheduled", D(2026, 3, 8), 0)


def test_a_promise_moves_once_and_before_its_day() -> None:
    check_reschedule(stands(day=D(2026, 3, 9)), day=D(2026, 3, 9))
    for settled, day, why in (
        (stands(day=DUE), DUE, "due"),
        (stands(paid(100_000, D(2026, 3, 4)), day=D(2026, 3, 5)), D(2026, 3, 5), "settled"),
        (stands(day=MADE, promise=replace(ONE, reschedules=9)), MADE, "moved_before"),
    ):
        with pytest.raises(NotRescheduled) as caught:
            check_reschedule(settled, day=day)
        assert caught.value.figures["why"] == why


def test_contact_rests_until_the_last_promise_is_settled() -> None:
    later = Promise(2, MADE, D(2026, 3, 20), 1_000, TERMS)
    found = settle(promises=[ONE, later], money=[], day=DUE)
    assert open_until(found) == D(2026, 3, 22)
    assert open_until(settle(promises=[ONE], money=[], day=D(2026, 3, 13))) is None


def test_it_is_reminded_the_day_before_unless_it_was_made_then() -> None:
    assert reminder_on(ONE) == D(2026, 3, 9)
    assert reminder_on(replace(ONE, due_on=D(2026, 3, 3))) is None
    assert reminder_on(replace(ONE, made_on=D(2024, 2, 27), due_on=D(2024, 3, 1))) == D(2024, 2, 29)


def test_only_a_real_promise_is_taken_down() -> None:
    def new(amount_fen: int = 100, due_on: date = DUE) -> None:
        check_new(amount_fen=amount_fen, due_on=due_on, made_on=MADE, owed_fen=100, terms=TERMS)

    new(due_on=MADE)
    new(due_on=D(2026, 4, 1))
    with pytest.raises(AmountOutOfRange):
        new(0)
    with pytest.raises(AmountOutOfRange):
        new(101)
    with pytest.raises(DayNotAhead):
        new(due_on=D(2026, 3, 1))
    with pytest.raises(TooFarAhead):
        new(due_on=D(2026, 4, 2))


days = st.integers(0, 40).map(lambda n: MADE + timedelta(days=n))
moneys = st.lists(
    st.builds(
        Money,
        key=st.uuids().map(str),
        loan=st.integers(1, 3),
        paid_on=days,
        amount_fen=st.integers(1, 90_000),
        undone=st.lists(st.tuples(days, st.integers(1, 90_000)), max_size=2).map(tuple),
    ),
    max_size=6,
)
promised = st.lists(
    st.builds(
        lambda made, ahead, amount, loans: (made, made + timedelta(days=ahead), amount, loans),
        days,
        st.integers(0, 20),
        st.integers(1, 120_000),
        st.frozensets(st.integers(1, 3), max_size=2),
    ),
    max_size=4,
).map(lambda rows: [Promise(n, *row[:3], TERMS, row[3]) for n, row in enumerate(rows)])


@given(promised, moneys, days)
def test_no_fen_is_counted_twice_and_none_is_made(
    promises: list[Promise], money: list[Money], day: date
) -> None:
    found = settle(promises=promises, money=money, day=day)
    came = sum(each.left_fen(day) for each in money if each.paid_on <= day)
    assert sum(each.paid_fen for each in found) <= came
    assert all(
        0 <= each.strict_paid_fen <= each.paid_fen <= each.promise.amount_fen for each in found
    )


@given(promised, moneys, days, moneys)
def test_what_comes_later_never_changes_a_past_day(
    promises: list[Promise], money: list[Money], day: date, later: list[Money]
) -> None:
    after = [replace(each, paid_on=each.paid_on + timedelta(days=60), undone=()) for each in later]
    asked = {"promises": promises, "day": day}
    assert settle(money=money, **asked) == settle(money=money + after, **asked)  # type: ignore[arg-type]


@given(promised, moneys, days)
def test_the_order_of_the_rows_does_not_matter(
    promises: list[Promise], money: list[Money], day: date
) -> None:
    one = settle(promises=promises, money=money, day=day)
    other = settle(promises=promises[::-1], money=money[::-1], day=day)
    assert one == other
