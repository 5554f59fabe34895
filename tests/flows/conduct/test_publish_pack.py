"""Publishing a change of a pack: two persons, a day to come, and what it would have changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from dunwell.core.params import WrongValue
from dunwell.flows.conduct.publish_pack import (
    Wanted,
    preview_change,
    propose_change,
    rule_on_proposal,
)
from dunwell.flows.conduct.refusals import (
    NoChange,
    NoSuchNumber,
    NoSuchProposal,
    NotChecked,
    NotYourSet,
    OwnProposal,
    PackMoved,
    RuledAlready,
    SetGrew,
    SourceMissing,
    TooEarly,
)
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.store.journal.models import Entry
from dunwell.store.people.permissions import NotPermitted, system_actor
from dunwell.store.policy.packs import NoSuchPack, shipped_pack
from dunwell.store.policy.published import newest_version, pack_at
from tests.flows.contact.people import NOON, Office, open_office

pytestmark = pytest.mark.django_db

NUMBER = "contact.conversations_per_debtor_per_day"
TOMORROW = date(2026, 3, 3)
WANTED = Wanted(
    pack="cn_small_loan",
    parameter=NUMBER,
    value=1,
    from_on=TOMORROW,
    source="GB/T 45251-2027, 5.3",
    force="recommended",
    read="text",
    checked_on=date(2026, 3, 1),
    recheck_by=date(2026, 9, 1),
)


@pytest.fixture
def office(db) -> Office:
    return open_office()


def publish(office: Office, wanted: Wanted = WANTED) -> None:
    """Propose by one, approve by another."""
    row = propose_change(
        actor=office.person("compliance"), now=office.now, wanted=wanted, why="new text"
    )
    rule_on_proposal(
        actor=office.person("compliance"), now=office.now, proposal=row.pk, approve=True, why="read"
    )


def test_a_published_number_counts_from_its_day_on_and_not_before(office: Office) -> None:
    publish(office)
    office.call()
    assert office.ask().granted  # today two more are allowed
    office.later(days=1)
    office.call()
    assert office.ask().decision.codes == ("CN-T02",)
    assert "45251-2027" in office.ask().decision.reasons[0].clause


def test_a_permit_of_yesterday_is_checked_under_the_version_of_today(office: Office) -> None:
    office.now = NOON.replace(hour=14)
    publish(office)
    office.later(days=1, hours=-4)
    office.call()
    held = office.ask()
    assert not held.granted
    assert held.decision.pack_hash != office.ask(packs=("house",)).decision.pack_hash


def test_the_version_names_exactly_what_was_published(office: Office) -> None:
    assert newest_version() == ""
    publish(office)
    version = newest_version()
    pack = pack_at("cn_small_loan", version=version)
    assert pack.hash != shipped_pack("cn_small_loan").hash
    assert pack.parameters[NUMBER].value_on(TOMORROW) == 1
    assert pack.parameters[NUMBER].value_on(TOMORROW - timedelta(days=1)) == 3
    assert pack_at("house", version=version) == shipped_pack("house")


def test_the_preview_counts_what_would_have_been_decided_otherwise(office: Office) -> None:
    office.call()
    office.call()  # allowed then, the second of the day
    office.later(hours=11)
    office.ask()  # refused then for the hour, and still
    looked = preview_change(actor=office.person("compliance"), now=office.now, wanted=WANTED)
    assert (looked.preview.looked_at, looked.preview.otherwise, looked.preview.stricter) == (
        3,
        1,
        1,
    )
    far = office.now + timedelta(days=31)
    later = replace(WANTED, from_on=far.date() + timedelta(days=1))
    looked = preview_change(actor=office.person("compliance"), now=far, wanted=later)
    assert looked.preview.looked_at == 0


def test_nobody_approves_what_they_proposed(office: Office) -> None:
    one = office.person("compliance")
    row = propose_change(actor=one, now=office.now, wanted=WANTED, why="new text")
    with pytest.raises(OwnProposal):
        rule_on_proposal(actor=one, now=office.now, proposal=row.pk, approve=True, why="mine")
    rule_on_proposal(actor=one, now=office.now, proposal=row.pk, approve=False, why="withdrawn")
    assert newest_version() == ""


def test_a_proposal_is_answered_once_and_on_the_version_it_was_made_on(office: Office) -> None:
    one, two = office.person("compliance"), office.person("legal")
    first = propose_change(actor=one, now=office.now, wanted=WANTED, why="new text")
    other = replace(WANTED, value=2)
    second = propose_change(actor=one, now=office.now, wanted=other, why="or this")
    rule_on_proposal(actor=two, now=office.now, proposal=first.pk, approve=True, why="read it")
    with pytest.raises(RuledAlready):
        rule_on_proposal(actor=two, now=office.now, proposal=first.pk, approve=False, why="again")
    with pytest.raises(PackMoved):
        rule_on_proposal(actor=two, now=office.now, proposal=second.pk, approve=True, why="also")


NIGHT = replace(WANTED, parameter="contact.quiet_from", value=21 * 60)


def test_numbers_that_belong_together_are_answered_at_once(office: Office) -> None:
    one, two = office.person("compliance"), office.person("legal")
    first = propose_change(actor=one, now=office.now, wanted=WANTED, why="new text")
    second = propose_change(
        actor=one, now=office.now, wanted=NIGHT, why="same text", joins=first.pk
    )
    eight = replace(NIGHT, value=20 * 60)
    looked = preview_change(actor=one, now=office.now, wanted=eight, joins=first.pk)
    assert looked.now is not None and looked.now.value == 22 * 60
    with pytest.raises(SetGrew):
        rule_on_proposal(
            actor=two, now=office.now, proposal=first.pk, approve=True, why="read it",
            seen=first.result_hash,
        )  # fmt: skip
    ruling = rule_on_proposal(
        actor=two, now=office.now, proposal=first.pk, approve=True, why="read it",
        seen=second.result_hash,
    )  # fmt: skip
    pack = pack_at("cn_small_loan", version=newest_version())
    assert pack.hash == second.result_hash
    assert pack.parameters[NUMBER].value_on(TOMORROW) == 1
    assert pack.parameters[NIGHT.parameter].value_on(TOMORROW) == 21 * 60
    assert ruling.version == newest_version()
    published = Entry.objects.filter(verb="pack.published").count()
    assert published == 2


def test_only_who_proposed_adds_to_it_of_the_same_pack_and_while_it_is_open(office: Office) -> None:
    one, two = office.person("compliance"), office.person("legal")
    first = propose_change(actor=one, now=office.now, wanted=WANTED, why="new text")
    other_pack = replace(NIGHT, pack="house", parameter="contact.burst_minutes", value=20)
    for actor, wanted in ((two, NIGHT), (one, other_pack)):
        with pytest.raises(NotYourSet):
            propose_change(actor=actor, now=office.now, wanted=wanted, why="added", joins=first.pk)
    joined = propose_change(actor=one, now=office.now, wanted=NIGHT, why="added", joins=first.pk)
    for number in (joined.pk, 999):
        with pytest.raises(NoSuchProposal):
            rule_on_proposal(actor=two, now=office.now, proposal=number, approve=True, why="read")
    rule_on_proposal(actor=two, now=office.now, proposal=first.pk, approve=False, why="not yet")
    with pytest.raises(RuledAlready):
        propose_change(actor=one, now=office.now, wanted=NIGHT, why="added", joins=first.pk)
    assert newest_version() == ""


def test_a_preview_of_very_many_questions_reads_an_even_part_and_says_so(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(4):
        office.ask()
    monkeypatch.setattr("dunwell.flows.conduct.preview.PREVIEW_MOST", 2)
    found = preview_change(actor=office.person("compliance"), now=office.now, wanted=WANTED).preview
    assert (found.looked_at, found.every) == (2, 2)


def test_an_approval_that_comes_too_late_is_refused(office: Office) -> None:
    one, two = office.person("compliance"), office.person("legal")
    row = propose_change(actor=one, now=office.now, wanted=WANTED, why="new text")
    with pytest.raises(TooEarly):
        rule_on_proposal(
            actor=two, now=office.now + timedelta(days=1), proposal=row.pk, approve=True, why="late"
        )


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"pack": "none"}, NoSuchPack),
        ({"parameter": "contact.none"}, NoSuchNumber),
        ({"pack": "house", "parameter": "permit.reserve_minutes"}, NoSuchNumber),
        ({"value": 99}, WrongValue),
        ({"value": -1}, WrongValue),
        ({"force": "hearsay"}, WrongValue),
        ({"source": "  "}, SourceMissing),
        ({"from_on": date(2026, 3, 2)}, TooEarly),
        ({"checked_on": date(2026, 3, 3)}, NotChecked),
        ({"recheck_by": date(2026, 3, 3)}, NotChecked),
    ],
)
def test_a_change_that_cannot_be_published_is_refused(
    office: Office, change: dict, refusal: type
) -> None:
    with pytest.raises(refusal):
        propose_change(
            actor=office.person("compliance"),
            now=office.now,
            wanted=replace(WANTED, **change),
            why="new text",
        )


def test_the_same_again_is_no_change_but_a_later_recheck_is(office: Office) -> None:
    now = shipped_pack("cn_small_loan").parameters[NUMBER]
    dated = now.dated_on(TOMORROW)
    same = replace(
        WANTED, value=dated.value, source=dated.source, force=dated.force, read=dated.read,
        recheck_by=now.recheck_by,
    )  # fmt: skip
    actor = office.person("compliance")
    with pytest.raises(NoChange):
        propose_change(actor=actor, now=office.now, wanted=same, why="nothing new")
    later = replace(same, recheck_by=now.recheck_by + timedelta(days=90))
    propose_change(actor=actor, now=office.now, wanted=later, why="compared again")


def test_who_may_not_is_refused_and_every_step_is_journalled(office: Office) -> None:
    for actor in (office.collector, system_actor("command-line")):
        with pytest.raises(NotPermitted):
            propose_change(actor=actor, now=office.now, wanted=WANTED, why="new text")
    one = office.supervisor
    with pytest.raises(ReasonMissing):
        propose_change(actor=one, now=office.now, wanted=WANTED, why=" ")
    row = propose_change(actor=one, now=office.now, wanted=WANTED, why="new text")
    with pytest.raises(NotPermitted):
        rule_on_proposal(actor=one, now=office.now, proposal=row.pk, approve=True, why="mine")
    two = office.person("compliance")
    with pytest.raises(NoSuchProposal):
        rule_on_proposal(actor=two, now=office.now, proposal=0, approve=True, why="none")
    rule_on_proposal(actor=two, now=office.now, proposal=row.pk, approve=True, why="read it")
    verbs = list(Entry.objects.filter(subject=f"proposal:{row.pk}").values_list("verb", flat=True))
    assert verbs == ["pack.proposed", "pack.published"]
