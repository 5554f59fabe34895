"""Sharing a day: preview equals write, again changes nothing, what people did stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from dunwell.flows.prepare.assign_work import assign_in_run, assign_work
from dunwell.store.cases.models import Case
from dunwell.store.journal.models import Entry
from dunwell.store.outreach.models import Note
from dunwell.store.people.models import Lender, Team
from dunwell.store.people.permissions import NotPermitted, actor_of
from dunwell.store.runs import log
from dunwell.store.runs.models import Run
from dunwell.store.work.models import HandOver, WorkDay, WorkItem
from tests.flows.prepare.a_work_day import MONDAY, NOW, OPERATOR, WorkPlace, items, lists

pytestmark = pytest.mark.django_db


@pytest.fixture
def place() -> WorkPlace:
    return WorkPlace()


def test_a_due_case_goes_to_somebody_who_then_holds_it(place):
    anna = place.staff("anna")
    case = place.case()
    told = place.share()
    assert lists() == {case.pk: ("anna", "phone", "open")}
    case.refresh_from_db()
    assert case.holder == anna
    moved = HandOver.objects.get()
    assert (moved.from_staff, moved.to_staff, moved.why) == (None, anna, "from_pool")
    assert told.counts["new"] == told.counts["hand_overs"] == 1
    assert Entry.objects.filter(verb="work.assign").count() == 1


def test_a_preview_says_what_the_write_does_and_writes_nothing(place):
    place.staff("anna")
    place.staff("bert")
    for fen in range(100_000, 900_000, 50_000):
        place.case(overdue_fen=fen)
    shown = place.share(preview=True)
    assert not WorkItem.objects.exists() and not HandOver.objects.exists()
    assert not WorkDay.objects.exists()
    done = place.share()
    assert (shown.counts, shown.people, shown.limits) == (done.counts, done.people, done.limits)
    assert [(p.before, p.after, p.gained) for p in done.people] == [(0, 8, 8), (0, 8, 8)]


def test_the_same_day_shared_again_is_the_same(place):
    place.staff("anna", minutes=60)
    place.staff("bert", minutes=50)
    for fen in range(100_000, 900_000, 50_000):
        place.case(overdue_fen=fen)
    place.share()
    before, given = items(), HandOver.objects.count()
    told = place.share()
    assert items() == before
    assert HandOver.objects.count() == given
    counts = told.counts
    assert (counts["new"], counts["changed"], counts["gone"], counts["hand_overs"]) == (0, 0, 0, 0)
    assert WorkDay.objects.count() == 1


def test_without_a_decision_there_is_no_work_and_the_report_says_so(place):
    place.staff("anna")
    place.case(decided=False)
    told = place.share()
    assert told.counts["undecided"] == 1
    assert lists() == {}


def test_nobody_gets_work_for_a_frozen_or_held_borrower(place):
    place.staff("anna")
    frozen, _held = place.case(), place.case(held=True)
    place.stands(what="freeze", kind="complaint", party=frozen.party)
    assert place.share().counts["blocked"] == 2
    assert lists() == {}


def test_who_closed_a_channel_is_reached_another_way(place):
    place.staff("anna", skills=("phone", "visit"), regions=("*",))
    called, written, visited, talked = (
        place.case(act, address="湖南省长沙市岳麓区一路1号")
        for act in ("phone", "sms", "visit", "relief")
    )
    for case, channel in ((called, "call"), (written, "sms"), (visited, "visit"), (talked, "call")):
        place.stands(what="opt_out", kind="opt_out", channel=channel, party=case.party)
    place.share()
    acts = {case: action for case, (_, action, _) in lists().items()}
    assert acts == {
        called.pk: "sms",
        visited.pk: "sms",
        talked.pk: "sms",
    }  # nobody is called for it
    assert written.pk not in acts
    assert set(WorkItem.objects.values_list("why", flat=True)) == {"asked"}


def test_who_closed_every_channel_gets_no_work(place):
    place.staff("anna")
    case = place.case()
    place.stands(what="opt_out", kind="opt_out", channel="", party=case.party)
    assert place.share().counts["blocked"] == 1
    assert lists() == {}


def test_who_rests_all_day_after_a_conversation_gets_no_call_a_resting_number_stops_none(place):
    place.staff("anna")
    resting, number, morning, corrected = (place.case() for _ in range(4))

    def spoke(case, *, days=0, hours=0, **what):
        how = {"channel": "call", "at": NOW, "by_label": "test", **what}
        rest = NOW + timedelta(days=days, hours=hours)
        return Note.objects.create(case=case, rest_until=rest, **how)

    spoke(resting, case_code="INSY", days=7)
    spoke(number, number_code="STOP", days=7)
    spoke(morning, case_code="KNOW", hours=3)
    wrong = spoke(corrected, case_code="INSY", days=7)
    Note.objects.create(case=corrected, corrects=wrong, channel="call", at=NOW, by_label="test")
    assert place.share().counts["blocked"] == 1
    assert set(lists()) == {number.pk, morning.pk, corrected.pk}


def test_after_a_visit_visits_rest_and_calls_do_not(place):
    place.staff("anna", skills=("phone", "visit"), regions=("*",))
    address = "湖南省长沙市岳麓区一路1号"
    visit, call = (place.case(act, address=address) for act in ("visit", "phone"))
    for case in (visit, call):
        rest = NOW + timedelta(days=30)
        Note.objects.create(
            case=case, channel="visit", number_code="VREF", at=NOW, by_label="test", rest_until=rest
        )
    place.share()
    assert set(lists()) == {call.pk}


def test_under_hardship_only_relief_is_talked_over(place):
    place.staff("anna")
    relief, phone = place.case("relief"), place.case("phone")
    for case in (relief, phone):
        place.stands(what="freeze", kind="hardship", party=case.party)
    place.share()
    assert lists() == {relief.pk: ("anna", "relief", "open")}


def test_what_is_done_stays_and_is_not_asked_for_again(place):
    place.staff("anna")
    first, second = place.case(), place.case()
    place.share()
    WorkItem.objects.filter(case=first).update(state="done")
    place.share()
    assert lists()[first.pk] == ("anna", "phone", "done")
    told = place.share(day=MONDAY + timedelta(days=1))
    assert told.counts["due"] == 1
    assert WorkItem.objects.filter(case=second).count() == 2


def test_what_is_done_has_taken_its_minutes(place):
    place.staff("anna", minutes=16)
    cases = [place.case(overdue_fen=fen) for fen in (900_000, 800_000, 700_000)]
    place.share()
    WorkItem.objects.filter(case=cases[0]).update(state="done")
    place.share()
    phoned = {case for case, (_, action, _) in lists().items() if action == "phone"}
    assert phoned == {cases[0].pk, cases[1].pk}


def test_a_case_no_longer_due_leaves_the_list(place):
    place.staff("anna")
    case = place.case()
    place.share()
    Case.objects.filter(pk=case.pk).update(status="closed", closed_on=MONDAY)
    assert place.share().counts["gone"] == 1
    assert lists() == {}


def test_a_holder_on_leave_hands_over_and_the_reason_is_kept(place):
    anna, bert = place.staff("anna", minutes=0), place.staff("bert")
    place.case(holder=anna)
    told = place.share()
    assert told.left_out["away"] == 1
    moved = HandOver.objects.get()
    assert (moved.from_staff, moved.to_staff, moved.why) == (anna, bert, "holder_away")


def test_who_is_not_certified_or_is_suspended_gets_no_work(place):
    place.staff("anna", certified=False)
    bert = place.staff("bert")
    place.stands(what="staff", kind="suspended", staff=bert)
    place.case()
    told = place.share()
    assert (told.left_out["not_certified"], told.left_out["suspended"]) == (1, 1)
    assert {name for name, _, _ in lists().values()} <= {None}


def test_a_visit_goes_by_the_city_of_the_address_and_keeps_only_that(place):
    place.staff("anna", role="field", skills=("visit",), regions=("株洲市",))
    place.staff("bert", role="field", skills=("visit",), regions=("长沙市",))
    case = place.case(
        "visit", overdue_fen=5_000_000, days=60, address="湖南省长沙市岳麓区麓山南路 1 号"
    )
    told = place.share()
    assert WorkItem.objects.get(case=case).place == "长沙市"
    assert lists()[case.pk][0] == "bert"
    assert told.limits["visits:长沙市"][:2] == (1, 1)


def test_a_case_goes_with_the_team_of_who_takes_it(place):
    team = Team.objects.create(lender=place.lender, code="one", name="one")
    place.staff("anna", team=team)
    case = place.case()
    place.share()
    case.refresh_from_db()
    assert case.team == team


def test_the_database_lets_no_case_stand_twice_on_a_day(place):
    place.staff("anna")
    case = place.case()
    place.share()
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkItem.objects.create(
            day=MONDAY, lender=place.lender, case=case, action="sms", minutes=0, gain_fen=1, why="x"
        )


def test_only_who_gives_out_the_lenders_work_may_share_it(place):
    collector = actor_of(place.staff("anna"))
    with pytest.raises(NotPermitted):
        assign_work(actor=collector, lender=place.lender, day=MONDAY, now=NOW, preview=True)
    supervisor = actor_of(place.staff("sue", role="supervisor"))
    assign_work(actor=supervisor, lender=place.lender, day=MONDAY, now=NOW, preview=True)


def test_the_day_run_shares_every_lenders_work_in_its_own_transaction(place):
    place.staff("anna")
    place.case()
    other = Lender.objects.create(code="other", name="other")
    run = log.begin(kind=Run.Kind.DAY, day=MONDAY, at=NOW, actor=OPERATOR)
    told = assign_in_run(actor=OPERATOR, run=run, day=MONDAY, now=NOW)
    assert [(each.lender, each.counts["new"]) for each in told] == [
        (place.lender.pk, 1),
        (other.pk, 0),
    ]
    assert set(WorkDay.objects.values_list("lender", "run")) == {
        (place.lender.pk, run.pk),
        (other.pk, run.pk),
    }
    before = items()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assign_in_run(actor=OPERATOR, run=run, day=MONDAY + timedelta(days=1), now=NOW)
        raise ZeroDivisionError  # killed here: the day before stands as it was
    assert items() == before


def test_value_is_never_above_the_bound_that_is_kept_beside_it(place):
    place.staff("anna", minutes=33)
    for fen in range(100_000, 900_000, 70_000):
        place.case(overdue_fen=fen)
    place.share()
    kept = WorkDay.objects.get()
    assert 0 < kept.value_fen <= kept.bound_fen
    assert kept.limits["minutes"] == [32, 32, kept.limits["minutes"][2]]
    assert kept.limits["minutes"][2] > 0
