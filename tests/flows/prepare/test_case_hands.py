"""Moved, kept, taken back: each with a reason, each undone by a further act."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dunwell.flows.house.refusals import NoSuchStaff, ReasonMissing
from dunwell.flows.prepare.case_file import NoSuchCase
from dunwell.flows.prepare.case_hands import (
    AlreadyThere,
    CaseNotOpen,
    NoHolder,
    NotAHand,
    RetainedTooLong,
    RetainedTooMany,
    hold_case,
    move_case,
    recall_case,
)
from dunwell.store.cases.models import Case
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Staff, Team
from dunwell.store.people.permissions import NotPermitted, actor_of
from dunwell.store.work.models import HandOver, Retention
from dunwell.store.work.standing import standing_retentions
from tests.flows.prepare.a_work_day import MONDAY, NOW, OPERATOR, WorkPlace, lists

pytestmark = pytest.mark.django_db
SAID = {"actor": OPERATOR, "day": MONDAY, "now": NOW, "why": "customer asked for it"}


@pytest.fixture
def place() -> WorkPlace:
    return WorkPlace()


def holder(case: Case) -> str | None:
    case.refresh_from_db()
    return case.holder.username if case.holder else None


def test_a_moved_case_takes_todays_item_with_it_and_stays_when_shared_anew(place):
    place.staff("anna")
    case = place.case()
    place.share()
    bert = place.staff("bert")
    move_case(**SAID, case=case.pk, staff=bert.pk)
    assert (holder(case), lists()) == ("bert", {case.pk: ("bert", "phone", "open")})
    place.share()
    assert (holder(case), lists()) == ("bert", {case.pk: ("bert", "phone", "open")})
    assert Entry.objects.get(verb="case.move").why == "customer asked for it"


def test_a_move_is_undone_by_moving_back(place):
    anna, bert = place.staff("anna"), place.staff("bert")
    case = place.case(holder=anna)
    move_case(**SAID, case=case.pk, staff=bert.pk)
    move_case(**SAID, case=case.pk, staff=anna.pk)
    assert holder(case) == "anna"
    told = HandOver.objects.order_by("pk").values_list("from_staff", "to_staff")
    assert list(told) == [(anna.pk, bert.pk), (bert.pk, anna.pk)]


def test_a_recalled_case_is_nobodys_and_gets_no_work_that_day(place):
    place.staff("anna")
    case = place.case()
    place.share()
    recall_case(**SAID, case=case.pk)
    place.share()
    assert (holder(case), lists()) == (None, {case.pk: ("anna", "phone", "recalled")})
    place.share(day=MONDAY + timedelta(days=1))
    assert holder(case) == "anna"


def test_a_recalled_case_may_be_moved_to_somebody_the_same_day(place):
    place.staff("anna")
    case = place.case()
    place.share()
    recall_case(**SAID, case=case.pk)
    bert = place.staff("bert")
    move_case(**SAID, case=case.pk, staff=bert.pk)
    assert lists() == {case.pk: ("bert", "phone", "open")}


def test_a_retained_case_waits_for_its_holder(place):
    anna = place.staff("anna")
    case = place.case(holder=anna)
    hold_case(**SAID, case=case.pk, until_on=MONDAY + timedelta(days=5))
    place.capacity(anna, minutes=0)
    place.staff("bert")
    place.share()
    assert holder(case) == "anna"
    assert "bert" not in {name for name, _, _ in lists().values()}


def test_a_move_ends_the_retention(place):
    anna, bert = place.staff("anna"), place.staff("bert")
    case = place.case(holder=anna)
    hold_case(**SAID, case=case.pk, until_on=MONDAY + timedelta(days=5))
    move_case(**SAID, case=case.pk, staff=bert.pk)
    assert not standing_retentions(day=MONDAY).exists()
    assert Retention.objects.count() == 2


def test_a_retention_is_prolonged_but_not_beyond_the_most_days_since_it_began(place):
    anna = place.staff("anna")
    case = place.case(holder=anna)
    later = {**SAID, "day": MONDAY + timedelta(days=20)}
    hold_case(**SAID, case=case.pk, until_on=MONDAY + timedelta(days=25))
    hold_case(**later, case=case.pk, until_on=MONDAY + timedelta(days=30))
    assert standing_retentions(day=MONDAY + timedelta(days=29)).count() == 1
    with pytest.raises(RetainedTooLong):
        hold_case(**later, case=case.pk, until_on=MONDAY + timedelta(days=31))


def test_a_holder_keeps_no_more_than_the_share(place):
    anna = place.staff("anna")
    cases = [place.case(holder=anna) for _ in range(10)]
    until_on = MONDAY + timedelta(days=5)
    for case in cases[:2]:  # a fifth of ten
        hold_case(**SAID, case=case.pk, until_on=until_on)
    with pytest.raises(RetainedTooMany):
        hold_case(**SAID, case=cases[2].pk, until_on=until_on)
    hold_case(**SAID, case=cases[0].pk, until_on=until_on + timedelta(days=1))


def test_what_cannot_be_is_refused_and_nothing_is_written(place):
    anna = place.staff("anna")
    case = place.case(holder=anna)
    stranger = Staff.objects.create_user(username="stranger", display_name="s")
    until_on = MONDAY + timedelta(days=5)
    with pytest.raises(ReasonMissing):
        move_case(**{**SAID, "why": " "}, case=case.pk, staff=stranger.pk)
    with pytest.raises(NotAHand):
        move_case(**SAID, case=case.pk, staff=stranger.pk)
    with pytest.raises(AlreadyThere):
        move_case(**SAID, case=case.pk, staff=anna.pk)
    with pytest.raises(NoSuchStaff):
        move_case(**SAID, case=case.pk, staff=999_999)
    with pytest.raises(NoSuchCase):
        recall_case(**SAID, case=999_999)
    nobodys = place.case()
    with pytest.raises(NoHolder):
        recall_case(**SAID, case=nobodys.pk)
    with pytest.raises(NoHolder):
        hold_case(**SAID, case=nobodys.pk, until_on=until_on)
    with pytest.raises(RetainedTooLong):
        hold_case(**SAID, case=case.pk, until_on=MONDAY)
    Case.objects.filter(pk=case.pk).update(status="closed", closed_on=MONDAY)
    with pytest.raises(CaseNotOpen):
        recall_case(**SAID, case=case.pk)
    assert not HandOver.objects.exists() and not Retention.objects.exists()


@pytest.mark.parametrize("verb", ["move", "hold", "recall"])
def test_nobody_a_role_without_scope_and_a_role_with_scope(place, verb):
    team, other = (
        Team.objects.create(lender=place.lender, code=code, name=code) for code in ("one", "two")
    )
    anna, bert = place.staff("anna", team=team), place.staff("bert", team=team)
    case = place.case(holder=anna, team=team)

    def act(actor):
        said = {**SAID, "actor": actor, "case": case.pk}
        if verb == "move":
            move_case(**said, staff=bert.pk)
        elif verb == "hold":
            hold_case(**said, until_on=MONDAY + timedelta(days=3))
        else:
            recall_case(**said)

    elsewhere = actor_of(place.staff("sue", role="supervisor", team=other))
    for actor in (actor_of(anna), elsewhere):
        with pytest.raises(NotPermitted):
            act(actor)
    act(actor_of(place.staff("ida", role="supervisor", team=team)))
