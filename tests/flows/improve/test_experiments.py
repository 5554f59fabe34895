"""Experiments on a book: what can be seen before a start, honest results, harm, and the end."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dunwell.core.decision_table import UnknownField
from dunwell.core.experiment import UnsoundExperiment, smallest_effect
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.improve.experiment_plan import plan_experiment
from dunwell.flows.improve.experiments import (
    experiment_named,
    experiments,
    look_days,
    stop_experiment,
)
from dunwell.flows.improve.publish_document import WantedDocument, propose_document
from dunwell.flows.improve.refusals import (
    ExperimentBlind,
    ExperimentOver,
    ExperimentTaken,
    ExperimentUnshown,
    NoSuchExperiment,
)
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, NotPermitted
from dunwell.store.policy.documents import NoDocument, find_in_force
from dunwell.store.policy.models import HouseValue
from tests.flows.contact.people import Office, open_office
from tests.flows.improve.an_experiment import TEXT, TODAY, Trial, counts, propose, publish

pytestmark = pytest.mark.django_db
NOBODY = Actor(staff=0, label="nobody")


@pytest.fixture
def office(db: None) -> Office:
    return open_office()


@pytest.fixture
def trial(office: Office, tmp_path: Path) -> Trial:
    """The experiment is published; nobody is in it yet."""
    publish(office, tmp_path)
    return Trial(office)


def test_a_plan_says_how_many_fall_in_it_and_what_they_can_show(office: Office) -> None:
    trial = Trial(office)
    for _ in range(40):
        trial.person("", experiment="")
    found = plan_experiment(actor=office.supervisor, day=TODAY, text=TEXT)
    assert (found.today, found.total, found.days) == (40, 40, 28)
    assert [(arm.arm, arm.borrowers) for arm in found.arms] == [
        ("champion", 19),
        ("early", 19),
        ("hold_out", 2),
    ]
    seen = found.visible[0]
    expected = smallest_effect(base_rate=0.4, champion=19, challenger=19)
    assert expected is not None and seen.smallest_ppm == round(expected * 1_000_000)
    assert not found.realistic
    elsewhere = TEXT.replace("bucket: M1", "bucket: M6")
    assert plan_experiment(actor=office.supervisor, day=TODAY, text=elsewhere).today == 0


def test_borrowers_to_come_are_expected_at_the_pace_since_the_first_day_run(
    office: Office,
) -> None:
    trial = Trial(office)
    for _ in range(10):
        trial.person("", experiment="")
    before = plan_experiment(actor=office.supervisor, day=TODAY, text=TEXT)
    day = TODAY + timedelta(days=1)
    for _ in range(2):
        case = trial.person("", on=day, experiment="")
        case.events.create(day=day, kind="opened", overdue_fen=1, why="entry_met")
    after = plan_experiment(actor=office.supervisor, day=day, text=TEXT)
    assert (before.today, before.new_per_28_days) == (10, 0)
    assert (after.today, after.new_per_28_days, after.total) == (12, 56, 68)


def test_a_test_that_sees_nothing_realistic_is_begun_only_knowingly(
    office: Office, tmp_path: Path
) -> None:
    with pytest.raises(ExperimentBlind) as told:
        propose(office, tmp_path, confirmed=False)
    assert told.value.figures["needed"] == 1531
    row = propose(office, tmp_path, confirmed=True)
    assert row.preview["power"]["realistic"] is False


def test_what_cannot_be_sound_is_refused_before_it_is_proposed(
    office: Office, tmp_path: Path
) -> None:
    for change, refusal in (
        (("bucket: M1", "mood: low"), UnknownField),
        (("strategy: default}\nmeasure", "strategy: nowhere}\nmeasure"), NoDocument),
        (("475000", "500000"), UnsoundExperiment),
    ):
        with pytest.raises(refusal):
            propose(office, tmp_path, TEXT.replace(*change))
    HouseValue.objects.create(
        parameter="experiment.least_hold_out_ppm", value=60_000, from_on=TODAY,
        set_at=office.now, why="more to compare with",
    )  # fmt: skip
    with pytest.raises(UnsoundExperiment):
        propose(office, tmp_path)


def test_an_experiment_is_not_proposed_past_what_it_can_show(office: Office) -> None:
    with pytest.raises(ExperimentUnshown):
        propose_document(
            actor=office.person("analyst"), now=office.now, why="try it",
            wanted=WantedDocument(kind="experiment", text=TEXT, from_on=TODAY),
        )  # fmt: skip


def test_results_of_two_experiments_never_share_an_id(trial: Trial, tmp_path: Path) -> None:
    with pytest.raises(ExperimentTaken):
        propose(trial.office, tmp_path, TEXT.replace("early-call-1", "other-seed"))


def test_an_arm_that_truly_does_better_is_seen(trial: Trial) -> None:
    trial.arm("champion", people=100, cured=40)
    trial.arm("early", people=100, cured=75)
    trial.arm("hold_out", people=10, cured=3)
    found = trial.early(after=21)
    assert found.verdict == "better"
    look = found.looks[-1]
    assert look.z is not None and look.z >= look.bound
    assert found.comparison.difference == pytest.approx(0.35)


def test_an_arm_that_does_alike_is_not(trial: Trial) -> None:
    trial.arm("champion", people=100, cured=40)
    trial.arm("early", people=100, cured=43)
    assert trial.early(after=21).verdict == "no_difference"
    assert trial.early(after=42).verdict == "no_difference"


def test_before_anybody_is_ripe_nothing_is_said(trial: Trial) -> None:
    trial.arm("champion", people=20, cured=0)
    trial.arm("early", people=20, cured=20)
    early = trial.early(after=10)
    assert (early.verdict, early.looks) == ("too_early", ())
    assert early.next_look_on == TODAY + timedelta(days=21)


def test_an_early_look_asks_for_more_than_a_late_one(office: Office, tmp_path: Path) -> None:
    publish(office, tmp_path)
    trial = Trial(office)
    for number in range(4):
        on = TODAY + timedelta(days=7 * number)
        for arm in ("champion", "early"):
            for _ in range(25):
                trial.person(arm, on=on)
    bounds = [look.bound for look in trial.early(after=42).looks]
    # The fourth look finds nobody new, so it is none.
    assert len(bounds) == 3 and bounds == sorted(bounds, reverse=True) and bounds[0] > 2.9


def test_more_complaints_than_chance_stop_an_arm_whatever_it_earns(trial: Trial) -> None:
    trial.arm("champion", people=60, cured=20)
    early = trial.arm("early", people=60, cured=55)
    for case in early[:6]:
        trial.complain(case)
    for case in early[6:9]:
        trial.complain(case, what="opt_out")
    assert trial.early(after=0).verdict == "too_early"  # harm comes after the assignment
    assert trial.early(after=2).verdict == "stop_for_harm"
    assert trial.early(after=42).verdict == "stop_for_harm"
    found = counts(trial.results(after=42), "early")
    assert (found.complaints, found.refusals) == (6, 3)


def test_everybody_assigned_counts_once_their_time_has_passed(trial: Trial) -> None:
    people = trial.arm("early", people=5, cured=0)
    trial.cured(people[0], after=14)
    trial.cured(people[1], after=15)  # too late
    trial.cured(people[2], after=3, why="written_off")
    trial.cured(people[3], after=3, why="left_tape")
    trial.person("early", on=TODAY + timedelta(days=10))
    before, after = (counts(trial.results(after=days), "early") for days in (13, 20))
    assert (before.assigned, before.ripe, before.successes) == (6, 0, 0)
    assert (after.assigned, after.ripe, after.successes) == (6, 5, 1)


def test_money_is_what_came_in_after_the_assignment_less_what_was_taken_back(
    trial: Trial,
) -> None:
    one, two = trial.arm("early", people=2, cured=0)
    trial.pay(one, after=0, fen=9_000)  # before the decision of that day
    trial.pay(one, after=2, fen=4_000)
    trial.pay(one, after=15, fen=5_000)  # after its time
    paid = trial.pay(two, after=3, fen=2_000)
    found = counts(trial.results(after=16), "early")
    assert (found.recovered_fen, found.overdue_fen) == (6_000, 20_000)
    trial.pay(two, after=17, fen=2_000, reverses=paid.payment_no)
    assert counts(trial.results(after=16), "early").recovered_fen == 6_000
    assert counts(trial.results(after=17), "early").recovered_fen == 4_000


def test_paying_anything_may_be_what_counts(office: Office, tmp_path: Path) -> None:
    publish(office, tmp_path, TEXT.replace("outcome: cured", "outcome: paid_any"))
    trial = Trial(office)
    people = trial.arm("early", people=3, cured=3)
    trial.pay(people[0], after=1, fen=100)
    assert counts(trial.results(after=20), "early").successes == 1


def test_one_lender_sees_its_own_borrowers_only(trial: Trial) -> None:
    trial.arm("early", people=2, cured=0)
    other = Lender.objects.create(code="other", name="O")
    analyst = trial.office.person("analyst", lender=other)
    shown = experiment_named(actor=analyst, day=TODAY, name="early-call")
    from_other = trial.results(after=1)
    assert counts(from_other, "early").assigned == 2
    with pytest.raises(NotPermitted):
        experiments(actor=analyst, day=TODAY, lender=trial.office.lender.pk)
    assert shown.state == "running"


def test_one_person_stops_an_experiment_and_no_earlier_one_comes_back(
    trial: Trial, tmp_path: Path
) -> None:
    office = trial.office
    later = TEXT.replace("early-call", "late-call")
    office.later(hours=1)
    second = publish(office, tmp_path, later)
    shown = {each.experiment.id: each for each in experiments(actor=office.supervisor, day=TODAY)}
    assert (shown["early-call"].state, shown["late-call"].state) == ("replaced", "running")
    with pytest.raises(ReasonMissing):
        stop_experiment(actor=office.supervisor, now=office.now, document=second.pk, why=" ")
    before = office.now
    office.later(hours=1)
    stop_experiment(
        actor=office.supervisor, now=office.now, document=second.pk, why="too many complaints"
    )
    assert find_in_force(kind="experiment", lender=None, day=TODAY) is None
    assert find_in_force(kind="experiment", lender=None, day=TODAY, known_at=before) is not None
    told = Entry.objects.get(verb="experiment.stopped")
    assert told.why == "too many complaints" and "late-call" in str(told.figures)
    with pytest.raises(ExperimentOver):
        stop_experiment(actor=office.supervisor, now=office.now, document=second.pk, why="again")


@pytest.mark.parametrize("role", ["nobody", "collector", "auditor"])
def test_who_may_not_stop_it_does_not(trial: Trial, role: str) -> None:
    actor = NOBODY if role == "nobody" else trial.office.person(role)
    shown = experiment_named(actor=trial.office.supervisor, day=TODAY, name="early-call")
    with pytest.raises(NotPermitted):
        stop_experiment(actor=actor, now=trial.office.now, document=shown.row.pk, why="because")


def test_nobody_without_the_permission_looks_at_experiments(trial: Trial) -> None:
    for actor in (NOBODY, trial.office.collector):
        with pytest.raises(NotPermitted):
            experiments(actor=actor, day=TODAY)
    with pytest.raises(NoSuchExperiment):
        experiment_named(actor=trial.office.supervisor, day=TODAY, name="another")


def test_looks_lie_evenly_between_the_first_ripe_and_the_last(trial: Trial) -> None:
    shown = experiment_named(actor=trial.office.supervisor, day=TODAY, name="early-call")
    assert [(day - TODAY).days for day in look_days(shown)] == [21, 28, 35, 42]
