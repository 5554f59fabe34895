"""Packs laid upon each other: the strictest number binds, and its source is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from dunwell.core.params import Parameter
from dunwell.core.permit import (
    Pack,
    PacksDisagree,
    bind_parameter,
    compile_gate,
    decide,
    read_request,
    stack,
)
from dunwell.core.permit.packs import SamePackTwice
from dunwell.store.policy.packs import shipped_pack

DAY = date(2026, 3, 2)
CONVERSATIONS = "contact.conversations_per_debtor_per_day"
COLLECTORS = "visit.collectors_least"
CHINA = shipped_pack("cn_small_loan")


def _pack(name: str, **values: int) -> Pack:
    """A pack that gives the numbers of China other values; names with __ for the dot."""
    parameters: dict[str, Parameter] = {}
    for path, value in values.items():
        of_china = CHINA.parameters[path.replace("__", ".")]
        dated = replace(of_china.values[0], value=value, source=f"{name} says so")
        parameters[path.replace("__", ".")] = replace(of_china, values=(dated,))
    return replace(CHINA, id=name, rules={}, parameters=parameters)


def test_the_lower_limit_binds_whichever_pack_gives_it() -> None:
    stricter = _pack("city", contact__conversations_per_debtor_per_day=2)
    for order in permutations([CHINA, stricter]):
        bound = bind_parameter(order, CONVERSATIONS, DAY)
        assert bound is not None
        assert (bound.dated.value, bound.pack) == (2, "city")


def test_a_looser_pack_loosens_nothing() -> None:
    looser = _pack("city", contact__conversations_per_debtor_per_day=9, visit__collectors_least=1)
    limits = stack([CHINA, looser]).on(DAY).limits
    assert limits.contact_conversations_per_debtor_per_day == 3
    assert limits.visit_collectors_least == 2


def test_where_higher_is_stricter_the_higher_number_binds() -> None:
    limits = stack([CHINA, _pack("city", visit__collectors_least=3)]).on(DAY).limits
    assert limits.visit_collectors_least == 3


def test_quiet_hours_begin_with_the_earlier_and_end_with_the_later_pack() -> None:
    city = _pack("city", contact__quiet_from=20 * 60, contact__quiet_until=9 * 60)
    limits = stack([CHINA, city]).on(DAY).limits
    assert (limits.contact_quiet_from, limits.contact_quiet_until) == (1200, 540)


def test_the_clause_is_that_of_the_pack_that_binds() -> None:
    gate = compile_gate([CHINA, _pack("city", contact__conversations_per_debtor_per_day=2)])
    question: Mapping[str, object] = {
        "at": "2026-03-02T10:00:00+08:00",
        "channel": "call",
        "direction": "outbound",
        "counts": {"effective_conversations_today": 2},
    }
    reasons = decide(facts=read_request(question), gate=gate).reasons
    assert [r.clause for r in reasons if r.code == "CN-T02"] == ["city says so"]
    assert [r.figures["limit"] for r in reasons if r.code == "CN-T02"] == [2]


def test_packs_in_unlike_units_are_refused() -> None:
    other = _pack("city", contact__conversations_per_debtor_per_day=2)
    unlike = replace(other.parameters[CONVERSATIONS], unit="days")
    with pytest.raises(PacksDisagree):
        bind_parameter(
            [CHINA, replace(other, parameters={CONVERSATIONS: unlike})], CONVERSATIONS, DAY
        )


def test_packs_without_a_stricter_side_must_agree() -> None:
    def neutral(pack: Pack) -> Pack:
        parameter = replace(pack.parameters[CONVERSATIONS], stricter="none")
        return replace(pack, parameters={CONVERSATIONS: parameter})

    same = _pack("city", contact__conversations_per_debtor_per_day=3)
    assert bind_parameter([neutral(CHINA), neutral(same)], CONVERSATIONS, DAY) is not None
    other = _pack("city", contact__conversations_per_debtor_per_day=2)
    with pytest.raises(PacksDisagree) as refused:
        bind_parameter([neutral(CHINA), neutral(other)], CONVERSATIONS, DAY)
    assert refused.value.figures["packs"] == ["cn_small_loan", "city"]


def test_a_number_no_pack_gives_on_the_day_is_unknown() -> None:
    assert bind_parameter([CHINA], "contact.burst_minutes", DAY) is None
    assert bind_parameter([CHINA], CONVERSATIONS, date(1999, 12, 31)) is None


def test_a_stack_names_each_pack_once_and_at_least_one() -> None:
    for packs in ([], [CHINA, CHINA]):
        with pytest.raises(SamePackTwice):
            stack(packs)


def test_the_hash_is_the_same_in_any_order_and_differs_by_one_number() -> None:
    house = shipped_pack("house")
    assert stack([CHINA, house]).hash == stack([house, CHINA]).hash
    parameter = CHINA.parameters[COLLECTORS]
    dated = replace(parameter.values[-1], value=3)
    changed = replace(parameter, values=(*parameter.values[:-1], dated))
    other = replace(CHINA, parameters={**CHINA.parameters, COLLECTORS: changed})
    assert other.hash != CHINA.hash
    assert stack([other, house]).hash != stack([CHINA, house]).hash


def test_a_value_counts_from_its_day_on() -> None:
    parameter = CHINA.parameters["contact.unanswered_dials_per_number_per_day"]
    assert parameter.dated_on(date(2026, 1, 29)).force == "house"
    assert parameter.dated_on(date(2026, 1, 30)).force == "self-regulation"


def test_past_its_recheck_a_pack_names_what_is_overdue_longest_overdue_first() -> None:
    house = shipped_pack("house")
    assert house.overdue_for_check(house.checked_on) == ()
    assert "contact.burst_minutes" not in house.overdue_for_check(date(2027, 5, 23))
    late = house.overdue_for_check(date(2027, 11, 24))
    assert [house.recheck_of(name) for name in late] == sorted(map(house.recheck_of, late))
    assert {"house", "freezes.complaint", "contact.burst_minutes"} <= set(late)
