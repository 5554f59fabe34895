"""What people can take on: the newest row of the day counts, nonsense is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dunwell.flows.prepare.work_capacity import (
    TakesOn,
    WrongCapacity,
    capacities_shown,
    set_capacity,
)
from dunwell.flows.prepare.worklists import worklist
from dunwell.store.people.permissions import NotPermitted, actor_of
from dunwell.store.work.standing import capacities_on, minutes_on
from tests.flows.prepare.a_work_day import MONDAY, NOW, OPERATOR, WorkPlace

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> WorkPlace:
    return WorkPlace()


def test_a_leave_is_a_stretch_without_minutes(place):
    anna = place.staff("anna")
    set_capacity(
        actor=OPERATOR, day=MONDAY, now=NOW, lender=place.lender, staff=anna,
        from_on=MONDAY + timedelta(days=1), until_on=MONDAY + timedelta(days=3),
        takes=TakesOn(minutes=[0] * 7, skills=["phone"]),
    )  # fmt: skip
    days = [MONDAY + timedelta(days=n) for n in range(4)]
    found = [
        minutes_on(capacities_on(lender=place.lender.pk, day=day)[anna.pk], day) for day in days
    ]
    assert found == [480, 0, 0, 480]


@pytest.mark.parametrize(
    "takes",
    [
        TakesOn(minutes=[480] * 6, skills=["phone"]),
        TakesOn(minutes=[480] * 6 + [-1], skills=["phone"]),
        TakesOn(minutes=[480] * 7, skills=["singing"]),
        TakesOn(minutes=[480] * 7, skills=["visit"], regions=["长沙 市"]),
        TakesOn(minutes=[480] * 7, skills=["visit"], most={"visit": -1}),
    ],
)
def test_what_nobody_can_take_on_is_refused(place, takes):
    with pytest.raises(WrongCapacity):
        set_capacity(
            actor=OPERATOR, day=MONDAY, now=NOW, lender=place.lender, staff=place.staff("anna"),
            from_on=MONDAY, until_on=None, takes=takes,
        )  # fmt: skip


def test_only_who_gives_out_work_sets_it(place):
    anna = place.staff("anna")
    with pytest.raises(NotPermitted):
        set_capacity(
            actor=actor_of(anna), day=MONDAY, now=NOW, lender=place.lender, staff=anna,
            from_on=MONDAY, until_on=None, takes=TakesOn(minutes=[60] * 7, skills=["phone"]),
        )  # fmt: skip
    assert len(capacities_shown(actor=OPERATOR, lender=place.lender, day=MONDAY)) == 1


def test_a_collector_sees_the_own_list_and_a_supervisor_all(place):
    anna, _bert = place.staff("anna"), place.staff("bert")
    for fen in range(100_000, 500_000, 50_000):
        place.case(overdue_fen=fen)
    place.share()

    def seen(who, staff=None):
        found = worklist(actor=actor_of(who), lender=place.lender, day=MONDAY, staff=staff)
        return {item.staff.username for item in found.items}

    assert seen(anna) == {"anna"}
    assert seen(anna, staff=_bert) == set()
    assert seen(place.staff("sue", role="supervisor")) == {"anna", "bert"}
