"""The work of a day: by gain, in one hand each, within everybody's day."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from dunwell.core.assign.day import DayPlan, DueCases, plan_day
from dunwell.core.assign.gain import ACTIONS
from dunwell.core.assign.hands import Hand
from tests.core.assign.a_day import due, phone, shipped, visitor

BIG = 2_000_000
FEWER = settings(max_examples=settings().max_examples // 4)
"""A day is many small decisions: a quarter of the examples say as much."""


def planned(cases: DueCases, *hands: Hand, sms: int = 0) -> DayPlan:
    return plan_day(due=cases, hands=hands, table=shipped(), sms_most=sms)


def acts(plan: DayPlan) -> list[str]:
    return [ACTIONS[act] for act in plan.action]


def test_the_call_goes_where_it_gains_most_not_to_the_worst_grade():
    plan = planned(due({"grade": "E"}, {"grade": "C"}, {"grade": "A"}), phone(7, minutes=8))
    assert acts(plan) == ["none", "phone", "none"]
    assert plan.staff.tolist() == [-1, 7, -1]


def test_when_calls_run_out_the_fallback_is_a_message():
    plan = planned(due({}, {"overdue_fen": BIG}), phone(7, minutes=8), sms=5)
    assert acts(plan) == ["sms", "phone"]
    assert plan.why == ("fallback", "step")


def test_who_fits_into_nobodys_day_gets_the_message_it_falls_back_to():
    cases = due({"team": 5})
    plan = planned(cases, phone(7, teams=frozenset({6})), sms=1)
    assert (acts(plan), plan.without_hand) == (["sms"], 1)


def test_no_act_is_given_that_the_step_does_not_allow():
    plan = planned(due({"action": "sms"}, {"action": "none"}), phone(7), sms=5)
    assert acts(plan) == ["sms", "none"]


def test_a_blocked_case_gets_nothing():
    assert acts(planned(due({"blocked": True}), phone(7), sms=5)) == ["none"]


def test_the_present_holder_keeps_the_case():
    plan = planned(due({"holder": 9}, {"holder": 7}), phone(7), phone(9))
    assert plan.staff.tolist() == [9, 7]


def test_a_holder_who_is_away_gives_the_case_to_another():
    assert planned(due({"holder": 9}), phone(7)).staff.tolist() == [7]


def test_a_retained_case_goes_to_nobody_else():
    plan = planned(due({"holder": 9, "retained": True}), phone(7), sms=1)
    assert (acts(plan), plan.staff.tolist()) == (["sms"], [-1])


def test_a_retained_case_comes_before_a_dearer_one_in_its_holders_day():
    cases = due({"holder": 7, "retained": True}, {"holder": 7})
    assert planned(cases, phone(7, minutes=8)).staff.tolist() == [7, -1]


def test_a_visit_is_made_by_who_covers_the_region():
    cases = due(
        {"action": "visit", "region": "长沙市", "overdue_fen": BIG},
        {"action": "visit", "region": "株洲市", "overdue_fen": BIG},
    )
    plan = planned(cases, visitor(1, "株洲市"), visitor(2, "长沙市"))
    assert plan.staff.tolist() == [2, 1]


def test_a_visitor_of_two_regions_never_gets_more_than_the_day_holds():
    cases = due(
        *({"action": "visit", "region": "长沙市", "overdue_fen": BIG} for _ in range(9)),
        *({"action": "visit", "region": "株洲市", "overdue_fen": BIG} for _ in range(4)),
    )
    plan = planned(cases, visitor(1, "株洲市", "长沙市"), sms=0)
    assert Counter(acts(plan)) == {"visit": 5, "none": 8}
    assert plan.without_hand == 0


def test_a_case_of_a_team_stays_with_who_works_for_the_team():
    cases = due({"team": 1}, {"team": 2}, {"team": -1, "overdue_fen": 10_000})
    hands = [phone(1, teams=frozenset({1})), phone(2), phone(3, teams=frozenset({3}))]
    assert planned(cases, *hands).staff.tolist()[:2] in ([1, 2], [2, 2])
    assert planned(cases, hands[0], hands[2]).staff.tolist()[:2] == [1, -1]


def test_nobody_keeps_time_for_visits_that_nobody_is_due_for():
    both = Hand(1, 96, frozenset({"phone", "visit"}))
    assert acts(planned(due(*[{}] * 12), both)).count("phone") == 12
    visit = {"action": "visit", "overdue_fen": BIG, "days": 60}
    assert acts(planned(due(*[{}] * 12, visit), both)) == ["none"] * 12 + ["visit"]


def test_a_language_is_spoken_by_who_speaks_it():
    cases = due({"language": "yue"}, {}, {"overdue_fen": BIG})
    plan = planned(cases, phone(1, minutes=8), phone(2, minutes=8, languages=frozenset({"yue"})))
    assert plan.staff.tolist() == [2, -1, 1]


def test_a_daily_limit_of_calls_holds():
    plan = planned(due({}, {}, {}), phone(7, most={"phone": 2}))
    assert acts(plan).count("phone") == 2


def test_values_lie_even_between_equal_hands():
    cases = due(*({"overdue_fen": 100_000 + 7_919 * n} for n in range(60)))
    plan = planned(cases, phone(1, minutes=160), phone(2, minutes=160), phone(3, minutes=160))
    after = plan.after["phone"]
    assert (after.least_count, after.most_count) == (20, 20)
    assert after.value_ratio_milli <= 1_050


def test_the_price_of_a_minute_is_told_with_its_room():
    plan = planned(due(*[{}] * 5), phone(1, minutes=16))
    room, used, price = plan.limits["minutes"]
    assert (room, used) == (16, 16)
    assert price == 13_100 // 8


def test_nobody_and_nothing_makes_an_empty_day():
    assert planned(due()).value_fen == 0
    assert acts(planned(due({}))) == ["none"]


@st.composite
def days(draw: st.DrawFn) -> tuple[list[dict], list[Hand]]:
    case = st.fixed_dictionaries(
        {
            "action": st.sampled_from(ACTIONS),
            "overdue_fen": st.integers(1_000, 5_000_000),
            "days": st.integers(1, 200),
            "grade": st.sampled_from("ABCDE"),
            "holder": st.integers(-1, 5),
            "retained": st.booleans(),
            "blocked": st.booleans(),
            "language": st.sampled_from(["", "yue"]),
            "region": st.sampled_from(["", "长沙市", "株洲市"]),
        }
    )
    hand = st.builds(
        Hand,
        staff=st.integers(0, 5),
        minutes=st.integers(0, 480),
        skills=st.frozensets(st.sampled_from(["phone", "visit", "legal"])),
        languages=st.sampled_from([frozenset(), frozenset({"yue"})]),
        regions=st.sampled_from([(), ("长沙市",), ("长沙市", "株洲市")]),
        most=st.dictionaries(st.sampled_from(["phone", "visit", "legal"]), st.integers(0, 4)),
    )
    hands = draw(st.lists(hand, max_size=4, unique_by=lambda each: each.staff))
    return draw(st.lists(case, max_size=25)), hands


@FEWER
@given(days(), st.integers(0, 9))
def test_no_hand_holds_more_than_its_day_and_no_rule_is_passed(day, sms):
    cases, hands = day
    rows = due(*cases)
    plan = planned(rows, *hands, sms=sms)
    table = shipped()
    assert sum(act in ("sms", "remind") for act in acts(plan)) <= sms
    by_staff = {hand.staff: hand for hand in hands}
    for row, act in enumerate(acts(plan)):
        case = cases[row]
        if act == "none":
            assert plan.staff[row] == -1
            continue
        fallback = ACTIONS[int(rows.fallback[row])]
        assert act in (case["action"], fallback) and not case["blocked"]
        skill = table.acts[act].skill
        if not skill:
            continue
        hand = by_staff[int(plan.staff[row])]
        assert skill in hand.skills
        assert not case["retained"] or case["holder"] == hand.staff
        if skill == "visit":
            assert not hand.regions or case["region"] in hand.regions
        if skill == "phone" and case["language"]:
            assert case["language"] in hand.languages
    for hand in hands:
        own = plan.staff == hand.staff
        assert int(plan.minutes[own].sum()) <= hand.minutes
        for skill, most in hand.most.items():
            done = sum(
                table.acts[a].skill == skill for a in np.array(acts(plan))[own] if a != "none"
            )
            assert done <= most
    assert plan.value_fen <= plan.bound_fen


@FEWER
@given(days(), st.integers(0, 9))
def test_the_day_shared_again_with_its_new_holders_is_the_same(day, sms):
    cases, hands = day
    once = planned(due(*cases), *hands, sms=sms)
    told = zip(cases, once.staff.tolist(), strict=True)
    again = planned(
        due(*({**case, "holder": staff if staff >= 0 else case["holder"]} for case, staff in told)),
        *hands,
        sms=sms,
    )
    assert once.action.tolist() == again.action.tolist()
    assert once.staff.tolist() == again.staff.tolist()


@FEWER
@given(days(), st.integers(0, 9))
def test_the_same_day_planned_again_is_the_same(day, sms):
    cases, hands = day
    once = planned(due(*cases), *hands, sms=sms)
    again = planned(due(*cases), *reversed(hands), sms=sms)
    assert once.action.tolist() == again.action.tolist()
    assert once.staff.tolist() == again.staff.tolist()
