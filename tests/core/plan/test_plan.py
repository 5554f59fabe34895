"""Plans: relief before a longer term, every fen accounted for on every path."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.plan import (
    Band,
    Debt,
    Line,
    Means,
    NothingToPlan,
    PlanTerms,
    Relief,
    ReliefTooLarge,
    TermTooLong,
    approver_of,
    break_even_ppm,
    cost_rate_ppm,
    equal,
    offer_of,
    offers,
    payday_aligned,
    plan_standing,
    split_evenly,
    step_up,
    waived_when_done,
)

D = date
TODAY = D(2026, 3, 10)
DEBT = Debt(principal_fen=1_000_000, interest_fen=60_000, penalty_fen=40_000)
TERMS = PlanTerms()
EARNER = Means(income_fen=600_000)


def cards(debt: Debt = DEBT, means: Means = EARNER, terms: PlanTerms = TERMS, payday: int = 15):
    return offers(
        debt=debt, means=means, terms=terms, today=TODAY, payday=payday, borrowed_days=200
    )


def test_relief_is_offered_before_a_longer_term() -> None:
    made = cards(means=Means(income_fen=None))
    lengths = [len(each.lines) for each in made]
    assert lengths == sorted(lengths)
    first_longer = next(n for n, each in enumerate(made) if len(each.lines) > 1)
    assert any(each.relief.total_fen for each in made[:first_longer])
    assert all(each.relief.penalty_fen == 40_000 for each in made if len(each.lines) > 1)


def test_no_longer_than_it_takes_to_fit() -> None:
    assert {len(each.lines) for each in cards(means=Means(income_fen=800_000))} == {1, 3}
    assert max(len(each.lines) for each in cards(means=Means(income_fen=330_000))) == 12


def test_nobody_is_asked_to_live_on_less_than_the_floor() -> None:
    poor = Means(income_fen=200_000)
    assert {each.strain for each in cards(means=poor)} == {"beyond"}
    with_child = Means(income_fen=600_000, dependants=2)
    assert with_child.spare_fen(living_floor_fen=200_000) == 200_000


def test_what_is_not_known_is_not_guessed() -> None:
    assert {each.strain for each in cards(means=Means(income_fen=None))} == {"not_known"}


def test_an_offer_above_the_cap_says_so() -> None:
    # 100,000 of charges on 1,000,000 in 100 days is 36.5 % a year.
    dear = offer_of(
        shape="at_once", relief=Relief(), days=[TODAY], debt=DEBT, means=EARNER, terms=TERMS,
        borrowed_days=100,
    )  # fmt: skip
    assert (dear.all_in_ppm, dear.within_cap) == (365_000, False)
    eased = offer_of(
        shape="at_once", relief=Relief(40_000, 30_000), days=[TODAY], debt=DEBT, means=EARNER,
        terms=TERMS, borrowed_days=100,
    )  # fmt: skip
    assert (eased.all_in_ppm, eased.within_cap) == (109_500, True)


def test_the_rate_is_rounded_up_and_needs_principal() -> None:
    assert cost_rate_ppm(principal_fen=3, charges_fen=1, days=365) == 333_334
    assert cost_rate_ppm(principal_fen=0, charges_fen=10, days=30) == 0
    assert cost_rate_ppm(principal_fen=100, charges_fen=1, days=0) == 3_650_000


def test_break_even_is_a_chance() -> None:
    offer = cards()[0]
    assert break_even_ppm(offer=offer, otherwise_fen=offer.pays_fen // 2) == 500_000
    assert break_even_ppm(offer=offer, otherwise_fen=2 * offer.pays_fen) == 2_000_000


def test_principal_is_never_let_go_and_interest_only_in_part() -> None:
    for relief, component in ((Relief(40_001, 0), "penalty"), (Relief(0, 30_001), "interest")):
        with pytest.raises(ReliefTooLarge) as caught:
            offer_of(
                shape="equal", relief=relief, days=[TODAY], debt=DEBT, means=EARNER, terms=TERMS,
                borrowed_days=1,
            )  # fmt: skip
        assert caught.value.figures["component"] == component


def test_a_plan_needs_a_debt_and_ends() -> None:
    with pytest.raises(NothingToPlan):
        cards(debt=Debt(0))
    days = payday_aligned(first_after=TODAY, payday=1, count=13)
    with pytest.raises(TermTooLong):
        offer_of(
            shape="equal", relief=Relief(), days=days, debt=DEBT, means=EARNER, terms=TERMS,
            borrowed_days=1,
        )  # fmt: skip


def test_small_debts_are_not_cut_into_crumbs() -> None:
    assert {len(each.lines) for each in cards(debt=Debt(15_000), means=Means(None))} == {1}


def test_paydays_of_short_months_and_leap_years() -> None:
    days = payday_aligned(first_after=D(2027, 12, 31), payday=31, count=3)
    assert days == (D(2028, 1, 31), D(2028, 2, 29), D(2028, 3, 31))
    assert payday_aligned(first_after=D(2026, 3, 10), payday=10, count=1) == (D(2026, 4, 10),)


def test_who_may_agree() -> None:
    bands = [Band("", 0, 3), Band("supervisor", 100_000, 6), Band("legal", 200_000, 12)]
    assert approver_of(relief_ppm=0, installments=3, bands=bands) == ""
    assert approver_of(relief_ppm=1, installments=3, bands=bands) == "supervisor"
    assert approver_of(relief_ppm=0, installments=9, bands=bands) == "legal"
    assert approver_of(relief_ppm=200_001, installments=1, bands=bands) is None


LINES = equal(90_000, [D(2026, 4, 15), D(2026, 5, 15), D(2026, 6, 15)])


def stands(*paid: tuple[date, int], day: date):
    return plan_standing(lines=LINES, paid=paid, breaks_after_days=7, watch_days=30, day=day)


def test_a_plan_goes_is_late_and_breaks() -> None:
    states = [stands(day=D(2026, 4, 15) + timedelta(days=n)).state for n in (-1, 0, 1, 7, 8)]
    assert states == ["going", "going", "late", "late", "broken"]
    broken = stands((D(2026, 5, 1), 90_000), day=D(2026, 7, 1))
    assert (broken.state, broken.ended_on, broken.paid_fen) == ("broken", D(2026, 4, 23), 0)


def test_a_plan_kept_is_watched_then_done() -> None:
    paid = [(line.due_on, line.amount_fen) for line in LINES]
    assert stands(*paid, day=D(2026, 6, 14)).next_due_on == D(2026, 6, 15)
    assert stands(*paid, day=D(2026, 6, 15)).state == "watch"
    assert stands(*paid, day=D(2026, 7, 15)).state == "done"


def test_a_reversed_payment_breaks_a_plan_that_was_paid() -> None:
    paid = [(line.due_on, line.amount_fen) for line in LINES] + [(D(2026, 7, 1), -30_000)]
    assert stands(*paid, day=D(2026, 6, 30)).state == "watch"
    assert stands(*paid, day=D(2026, 7, 1)).state == "broken"


def test_relief_counts_only_when_the_plan_was_kept() -> None:
    relief = Relief(40_000, 0)
    paid = [(line.due_on, line.amount_fen) for line in LINES]
    assert waived_when_done(relief, stands(*paid, day=D(2026, 6, 15))) == relief
    assert waived_when_done(relief, stands(*paid, day=D(2026, 6, 14))) == Relief()
    assert waived_when_done(relief, stands(day=D(2026, 6, 15))) == Relief()


fen = st.integers(0, 10**9)
debts = st.builds(
    Debt, principal_fen=fen, interest_fen=fen, penalty_fen=fen, fee_fen=fen, cost_fen=fen
)


@given(debts.filter(lambda debt: debt.total_fen > 0), st.integers(1, 31), st.integers(0, 10**7))
def test_every_offer_is_the_debt_to_the_fen(debt: Debt, payday: int, income: int) -> None:
    for each in cards(debt, Means(income_fen=income), payday=payday):
        assert each.pays_fen + each.relief.total_fen == debt.total_fen
        assert each.pays_fen >= debt.principal_fen
        assert all(line.amount_fen >= 0 for line in each.lines)
        days = [line.due_on for line in each.lines]
        assert days == sorted(set(days)) and days[0] > TODAY


@given(fen, st.integers(1, 36), st.integers(0, 3_000_000))
def test_splits_lose_nothing(total: int, count: int, growth: int) -> None:
    even = split_evenly(total, count)
    assert sum(even) == total and max(even) - min(even) <= 1
    days = [TODAY + timedelta(days=n) for n in range(count)]
    rising = [line.amount_fen for line in step_up(total, days, growth_ppm=growth)]
    assert sum(rising) == total and rising == sorted(rising)


paid_rows = st.lists(
    st.tuples(
        st.integers(0, 120).map(lambda n: D(2026, 4, 1) + timedelta(days=n)),
        st.integers(-40_000, 60_000),
    ),
    max_size=6,
)


@given(paid_rows, st.integers(0, 150).map(lambda n: D(2026, 4, 1) + timedelta(days=n)))
def test_paid_and_left_are_always_the_plan(paid: list[tuple[date, int]], day: date) -> None:
    found = stands(*paid, day=day)
    assert found.paid_fen + found.left_fen == 90_000
    later = [(on + timedelta(days=400), amount) for on, amount in paid]
    assert stands(*paid, *later, day=day) == found


@given(paid_rows, st.integers(0, 150).map(lambda n: D(2026, 4, 1) + timedelta(days=n)))
def test_what_broke_stays_broken_unless_the_past_changes(
    paid: list[tuple[date, int]], day: date
) -> None:
    if stands(*paid, day=day).state == "broken":
        assert stands(*paid, day=day + timedelta(days=30)).state == "broken"


def test_lines_are_numbered() -> None:
    assert [line.seq for line in LINES] == [1, 2, 3]
    assert LINES[0] == Line(1, D(2026, 4, 15), 30_000)
