"""The next case of a desk: the best left, one desk a case, and no call without a record."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection

from dunwell.channels.voice.tel import TelLink
from dunwell.flows.contact.dial import dial
from dunwell.flows.contact.drafts import save_draft
from dunwell.flows.contact.next_case import (
    CLAIM_MINUTES,
    NoRecord,
    NothingRecorded,
    OnAnotherDesk,
    leave_desk,
    next_case,
    open_case,
)
from dunwell.flows.contact.notes import Said, write_note
from dunwell.flows.contact.put_off import put_off, undo_put_off
from dunwell.flows.contact.standings import Said as Stands
from dunwell.flows.contact.standings import stand
from dunwell.flows.prepare.case_file import NoSuchCase
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.desk.models import Claim, PutOff
from dunwell.store.outreach.models import Note
from dunwell.store.people.models import Party
from dunwell.store.people.permissions import Actor, NotPermitted
from dunwell.store.work.models import WorkItem
from tests.flows.contact.people import NOON, Office, make_case, open_office

DAY = date(2026, 3, 2)


def scope(office: Office) -> Scope:
    return Scope(office.lender.pk, frozenset({office.team.pk}))


def more(office: Office, count: int) -> list[Case]:
    return [
        make_case(Party.objects.create(name_sealed=b"x"), office.lender, office.team)
        for _ in range(count)
    ]


def item(office: Office, case: Case, *, staff: Actor, gain_fen: int = 1, action: str = "phone"):
    return WorkItem.objects.create(
        day=DAY, lender=office.lender, case=case, staff_id=staff.staff, action=action, minutes=6,
        gain_fen=gain_fen, why="step",
    )  # fmt: skip


def following(office: Office, actor: Actor | None = None, **how: int) -> int | None:
    return next_case(actor=actor or office.collector, scope=scope(office), now=office.now, **how)


def put_aside(office: Office, case: Case) -> PutOff:
    return put_off(
        actor=office.collector, scope=scope(office), now=office.now, case=case.pk,
        reason="appointment", until=office.now + timedelta(hours=1),
    )  # fmt: skip


@pytest.mark.django_db
def test_the_best_item_of_today_that_is_left_comes_first(office: Office) -> None:
    first, second, visit = more(office, 3)
    item(office, first, staff=office.collector, gain_fen=10)
    item(office, second, staff=office.collector, gain_fen=90)
    item(office, visit, staff=office.collector, gain_fen=99, action="visit")
    assert following(office) == second.pk
    assert WorkItem.objects.get(case=second).state == "held"
    put_aside(office, second)
    assert following(office, after=second.pk) == first.pk
    assert WorkItem.objects.get(case=second).state == "open"


@pytest.mark.django_db
def test_a_borrower_who_rests_is_no_next_case_until_the_rest_is_over(office: Office) -> None:
    resting, other = more(office, 2)
    item(office, resting, staff=office.collector, gain_fen=90)
    item(office, other, staff=office.collector, gain_fen=10)
    Note.objects.create(
        case=resting, channel="call", case_code="KNOW", at=office.now, by_label="test",
        rest_until=office.now + timedelta(minutes=5),
    )  # fmt: skip
    assert following(office) == other.pk
    # By hand it opens at any time: about a call the gate decides.
    shown = {"actor": office.collector, "scope": scope(office)}
    assert open_case(now=office.now, case=resting.pk, **shown).case == resting
    leave_desk(actor=office.collector, now=office.now)
    office.now += timedelta(minutes=5)
    assert following(office, after=other.pk) == resting.pk


@pytest.mark.django_db
def test_a_case_claimed_just_now_is_opened_without_claiming_it_again(office: Office) -> None:
    following(office)
    until = Claim.objects.get().until_at
    shown = {"actor": office.collector, "scope": scope(office), "case": office.case.pk}
    office.later(minutes=1)
    open_case(now=office.now, **shown)
    assert Claim.objects.get().until_at == until
    office.later(minutes=1)
    open_case(now=office.now, **shown)
    assert Claim.objects.get().until_at == until + timedelta(minutes=2)


@pytest.mark.django_db
def test_a_case_is_on_one_desk_only_until_its_claim_lapses(office: Office) -> None:
    assert following(office) == office.case.pk
    assert following(office, office.colleague) is None
    with pytest.raises(OnAnotherDesk):
        open_case(actor=office.colleague, scope=scope(office), now=office.now, case=office.case.pk)
    office.later(minutes=CLAIM_MINUTES)
    assert following(office, office.colleague) == office.case.pk


@pytest.mark.django_db
def test_leaving_the_desk_gives_its_case_back(office: Office) -> None:
    following(office)
    leave_desk(actor=office.collector, now=office.now)
    assert following(office, office.colleague) == office.case.pk


@pytest.mark.django_db
def test_without_shared_work_ones_own_cases_come_before_nobodys(office: Office) -> None:
    own, other = more(office, 2)
    Case.objects.filter(pk=own.pk).update(holder=office.collector.staff, overdue_fen=1)
    Case.objects.filter(pk=other.pk).update(holder=office.colleague.staff, overdue_fen=999)
    Case.objects.filter(pk=office.case.pk).update(overdue_fen=500)
    assert following(office) == own.pk
    put_aside(office, own)
    assert following(office, after=own.pk) == office.case.pk


@pytest.mark.django_db
def test_a_call_without_a_record_comes_before_any_other_case(office: Office) -> None:
    (other,) = more(office, 1)
    call = dial(
        actor=office.collector, now=office.now, case=office.case.pk,
        contact=office.contacts["self"].pk, dialler=TelLink(), line="",
    )  # fmt: skip
    with pytest.raises(NoRecord) as missing:
        following(office)
    assert missing.value.figures == {"case": office.case.pk}
    with pytest.raises(NoRecord):
        open_case(actor=office.collector, scope=scope(office), now=office.now, case=other.pk)
    write_note(
        actor=office.collector, now=office.now, case=office.case.pk, permit=call.answer.permit,
        said=Said(channel="call", number_code="NOAS"),
    )  # fmt: skip
    assert following(office, after=office.case.pk) == other.pk


@pytest.mark.django_db
def test_a_note_of_a_call_is_the_doing_of_todays_item(office: Office) -> None:
    item(office, office.case, staff=office.collector)
    answer = office.ask()
    office.use(answer)
    write_note(
        actor=office.collector, now=office.now, case=office.case.pk, permit=answer.permit,
        said=Said(channel="call", number_code="NOAS"),
    )  # fmt: skip
    assert WorkItem.objects.get().state == "done"
    assert following(office) is None


@pytest.mark.django_db
def test_nobody_without_the_permission_or_scope_opens_a_case(office: Office) -> None:
    with pytest.raises(NotPermitted):
        following(office, office.person("auditor"))
    with pytest.raises(NoSuchCase):
        open_case(
            actor=office.collector, scope=Scope(office.lender.pk, frozenset()), now=office.now,
            case=office.case.pk,
        )  # fmt: skip


def keep_note(office: Office) -> None:
    said = Said(channel="none", summary="约明天来网点")
    write_note(actor=office.collector, now=office.now, case=office.case.pk, said=said)


def save_words(office: Office) -> None:
    said = Said(channel="none", summary="约明天来网点")
    save_draft(actor=office.collector, now=office.now, case=office.case.pk, said=said, permit=None)


def stop(office: Office) -> None:
    said = Stands(what="freeze", kind="hardship", why="失业三个月")
    stand(actor=office.collector, now=office.now, case=office.case.pk, said=said)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "record", [keep_note, save_words, stop, lambda office: put_aside(office, office.case)]
)
def test_nobody_leaves_a_case_of_todays_work_without_any_record(
    office: Office, record: Callable[[Office], object]
) -> None:
    (other,) = more(office, 1)
    item(office, office.case, staff=office.collector, gain_fen=90)
    item(office, other, staff=office.collector)
    assert following(office) == office.case.pk
    with pytest.raises(NothingRecorded) as missing:
        following(office, after=office.case.pk)
    assert missing.value.figures == {"case": office.case.pk}
    assert following(office) == office.case.pk
    office.later(minutes=1)
    record(office)
    assert following(office, after=office.case.pk) == other.pk


@pytest.mark.django_db
def test_a_case_of_nobodys_that_came_as_the_next_one_needs_a_record_too(office: Office) -> None:
    more(office, 1)
    first = following(office)
    with pytest.raises(NothingRecorded):
        following(office, after=first)


@pytest.mark.django_db
def test_what_was_only_looked_up_is_left_freely_and_ones_own_work_is_not(office: Office) -> None:
    mine, other = more(office, 2)
    item(office, other, staff=office.colleague)
    item(office, mine, staff=office.collector)
    shown = {"actor": office.collector, "scope": scope(office), "now": office.now}
    open_case(case=other.pk, **shown)
    assert following(office, after=other.pk) == mine.pk
    leave_desk(actor=office.collector, now=office.now)
    open_case(case=mine.pk, **shown)
    with pytest.raises(NothingRecorded):
        following(office, after=mine.pk)


@pytest.mark.django_db
def test_a_reason_taken_back_is_no_record_and_the_case_comes_back(office: Office) -> None:
    item(office, office.case, staff=office.collector)
    following(office)
    row = put_aside(office, office.case)
    assert following(office, after=office.case.pk) is None
    undo_put_off(actor=office.collector, now=office.now, put_off=row.pk)
    assert following(office) == office.case.pk
    with pytest.raises(NothingRecorded):
        following(office, after=office.case.pk)


@pytest.mark.django_db
def test_what_was_recorded_on_an_earlier_visit_does_not_count(office: Office) -> None:
    item(office, office.case, staff=office.collector)
    following(office)
    put_aside(office, office.case)
    office.later(minutes=60)
    assert following(office) == office.case.pk
    with pytest.raises(NothingRecorded):
        following(office, after=office.case.pk)


def test_eight_desks_at_once_never_get_one_case(committed_database: object) -> None:
    office = open_office()
    cases = [office.case, *more(office, 11)]
    people = [office.person("collector", team=office.team) for _ in range(8)]

    def take(actor: Actor) -> int | None:
        try:
            return next_case(actor=actor, scope=scope(office), now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as pool:
        got = list(pool.map(take, people))
    assert None not in got
    assert len(set(got)) == len(people)
    later = NOON + timedelta(minutes=1)
    rest = {next_case(actor=each, scope=scope(office), now=later) for each in people}
    assert rest == set(got) <= {case.pk for case in cases}
