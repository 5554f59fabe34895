"""Not now, because: put aside until a moment, recorded, counted by step, no way round a call."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from dunwell.channels.voice.tel import TelLink
from dunwell.core.params import WrongKeys, WrongValue
from dunwell.core.permit import BEIJING
from dunwell.flows.contact.desk_past import past_of
from dunwell.flows.contact.dial import dial
from dunwell.flows.contact.next_case import NoRecord, next_case
from dunwell.flows.contact.note_refusals import NoteWording
from dunwell.flows.contact.put_off import (
    NoPutOffToUndo,
    NoSuchPutOff,
    PutOffNeedsWords,
    PutOffTooLong,
    proposed_until,
    put_off,
    undo_put_off,
)
from dunwell.flows.contact.put_off_counts import put_off_counts, waiting_for_a_supervisor
from dunwell.flows.prepare.case_file import NoSuchCase
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.desk.models import Claim, PutOff
from dunwell.store.journal.models import Entry
from dunwell.store.outreach.models import Note
from dunwell.store.people.models import Party
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.policy.put_off_reasons import parse_put_off, put_off_reasons
from dunwell.store.work.models import WorkItem
from tests.flows.contact.people import NOON, Office, make_case
from tests.flows.prepare.a_work_day import MONDAY, NOW, OPERATOR, WorkPlace

DAY = date(2026, 3, 2)


def scope(office: Office) -> Scope:
    return Scope(office.lender.pk, frozenset({office.team.pk}))


def put(office: Office, case: Case | None = None, **how: Any) -> PutOff:
    told = {
        "reason": "asked_later", "until": office.now + timedelta(hours=1), "words": "",
        "actor": office.collector, **how,
    }  # fmt: skip
    return put_off(scope=scope(office), now=office.now, case=(case or office.case).pk, **told)


def item(office: Office, case: Case, gain_fen: int) -> None:
    WorkItem.objects.create(
        day=DAY, lender=office.lender, case=case, staff_id=office.collector.staff, action="phone",
        minutes=8, gain_fen=gain_fen, why="step",
    )  # fmt: skip


def following(office: Office) -> int | None:
    return next_case(actor=office.collector, scope=scope(office), now=office.now)


@pytest.mark.django_db
def test_what_is_put_off_gives_the_next_case_and_comes_back_first_at_its_moment(
    office: Office,
) -> None:
    second = make_case(Party.objects.create(name_sealed=b"x"), office.lender, office.team)
    item(office, office.case, 10)
    item(office, second, 90)
    assert following(office) == second.pk
    put(office, second)
    assert not Claim.objects.exists()
    assert following(office) == office.case.pk
    put(office, until=office.now + timedelta(hours=5))
    assert following(office) is None
    office.later(minutes=60)
    assert following(office) == second.pk
    assert WorkItem.objects.get(case=second).state == "held"


@pytest.mark.django_db
def test_without_shared_work_too_it_waits_for_its_moment(office: Office) -> None:
    put(office)
    assert following(office) is None
    office.later(minutes=61)
    assert following(office) == office.case.pk


@pytest.mark.django_db
def test_it_is_on_the_timeline_and_in_the_journal_without_words(office: Office) -> None:
    row = put(office, reason="other", words="客户说下午三点在家")
    (told,) = past_of(office.case).put_offs
    assert (told.pk, told.reason, told.by_id) == (row.pk, "other", office.collector.staff)
    assert Note.objects.get().put_off == row
    entry = Entry.objects.get(verb="case.put_off")
    assert "下午三点" not in str(entry.figures) + entry.why
    with pytest.raises(DatabaseError), transaction.atomic():
        PutOff.objects.filter(pk=row.pk).update(reason="asked_later")


@pytest.mark.django_db
def test_it_is_no_way_of_leaving_a_call_without_a_record(office: Office) -> None:
    dial(
        actor=office.collector, now=office.now, case=office.case.pk,
        contact=office.contacts["self"].pk, dialler=TelLink(), line="",
    )  # fmt: skip
    with pytest.raises(NoRecord):
        put(office)
    assert not PutOff.objects.exists()


@pytest.mark.django_db
def test_taken_back_it_stays_on_record_and_counts_no_more(office: Office) -> None:
    row = put(office)
    with pytest.raises(NoPutOffToUndo):
        undo_put_off(actor=office.colleague, now=office.now, put_off=row.pk)
    undo_put_off(actor=office.collector, now=office.now, put_off=row.pk)
    with pytest.raises(NoPutOffToUndo):
        undo_put_off(actor=office.collector, now=office.now, put_off=row.pk)
    assert following(office) == office.case.pk
    (told,) = past_of(office.case).put_offs
    assert told.replaced_id is not None
    counted = put_off_counts(
        actor=office.supervisor, lender=office.lender.pk, since=DAY, until=DAY + timedelta(days=1)
    )
    assert counted == []
    again = put(office)
    assert again.pk != row.pk
    with pytest.raises(DatabaseError), transaction.atomic():
        PutOff.objects.filter(pk=again.pk).update(reason="unclear")


@pytest.mark.django_db
def test_once_its_moment_has_come_it_is_not_taken_back(office: Office) -> None:
    row = put(office)
    office.later(minutes=60)
    with pytest.raises(NoPutOffToUndo):
        undo_put_off(actor=office.collector, now=office.now, put_off=row.pk)


@pytest.mark.django_db
def test_a_double_click_puts_off_once(office: Office) -> None:
    assert put(office) == put(office)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"reason": "tea"}, NoSuchPutOff),
        ({"reason": "other", "words": " "}, PutOffNeedsWords),
        ({"until": NOON}, PutOffTooLong),
        ({"until": NOON + timedelta(days=8)}, PutOffTooLong),
        ({"reason": "other", "words": "再不还就上门抄家"}, NoteWording),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    office: Office, how: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        put(office, **how)
    assert not PutOff.objects.exists() and not Note.objects.exists()


@pytest.mark.django_db
def test_who_may_not_work_the_case_may_not_put_it_off(office: Office) -> None:
    with pytest.raises(NotPermitted):
        put(office, actor=office.person("auditor"))
    with pytest.raises(NoSuchCase):
        put_off(
            actor=office.collector, scope=Scope(office.lender.pk, frozenset()), now=office.now,
            case=office.case.pk, reason="asked_later", until=office.now + timedelta(hours=1),
        )  # fmt: skip


def test_the_moment_proposed_is_round_and_days_end_in_the_morning() -> None:
    at = datetime(2026, 3, 2, 14, 2, 30, tzinfo=BEIJING)
    reasons = put_off_reasons()
    assert proposed_until(reasons["on_a_line"], now=at) == at.replace(minute=20, second=0)
    assert proposed_until(reasons["awaiting_proof"], now=at) == datetime(
        2026, 3, 3, 9, tzinfo=BEIJING
    )


@pytest.mark.parametrize(
    "entry",
    [
        {"minutes": 5, "days": 1},
        {},
        {"minutes": -1},
        {"minutes": 5, "needs_words": "yes"},
        {"minutes": 5, "tells": "everybody"},
        {"minutes": 5, "only": "sometimes"},
    ],
)
def test_a_reason_that_cannot_be_read_stops_the_start(entry: dict[str, Any]) -> None:
    whole = {"id": "x", "title": "x", "title_en": "x", "reasons": {"a": {"zh": "x", "en": "x"}}}
    whole["reasons"]["a"] |= entry  # type: ignore[index]
    with pytest.raises(WrongValue):
        parse_put_off(whole, file="reasons.yaml")
    with pytest.raises(WrongKeys):
        parse_put_off({**whole, "more": 1}, file="reasons.yaml")


@pytest.mark.django_db
def test_counts_are_of_steps_of_the_strategy_and_name_nobody() -> None:
    place = WorkPlace()
    staff = place.staff("anna")
    cases = [place.case("phone", overdue_fen=300_000 + n) for n in range(3)]
    place.share()
    for case, reason in ((cases[0], "asked_later"), (cases[0], "other"), (cases[1], "other")):
        PutOff.objects.create(
            case=case, day=MONDAY, plan=case.decisions.get().plan, step=case.decisions.get().step,
            action="phone", reason=reason, at=NOW, until_at=NOW + timedelta(hours=1), by=staff,
            by_label="anna",
        )  # fmt: skip
    span: Any = {"lender": place.lender.pk, "since": MONDAY, "until": MONDAY + timedelta(days=1)}
    (row,) = put_off_counts(actor=OPERATOR, **span)
    assert (row.put_off, row.cases, row.items) == (3, 2, 3)
    assert row.reasons == {"other": 2, "asked_later": 1}
    assert row.title.zh and row.title.zh != row.plan
    assert "anna" not in repr(row)
    span["since"] = span["until"]
    assert put_off_counts(actor=OPERATOR, **span) == []


@pytest.mark.django_db
def test_what_waits_for_a_supervisor_is_listed_for_who_gives_out_work(office: Office) -> None:
    row = put(office, reason="supervisor", until=office.now + timedelta(days=1))
    asked: Any = {"scope": scope(office), "now": office.now}
    assert waiting_for_a_supervisor(actor=office.supervisor, **asked) == [row]
    with pytest.raises(NotPermitted):
        waiting_for_a_supervisor(actor=office.collector, **asked)
