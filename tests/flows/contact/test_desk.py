"""The desk's reading: as the gate answers, in as many queries for a hundred rows as for one."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dunwell.core.wording import CaseState
from dunwell.flows.conduct.why_not_now import why_not_now
from dunwell.flows.contact.desk import Desk, desk_of
from dunwell.flows.contact.desk_answers import AT_THE_DESK, answers_now
from dunwell.flows.contact.notes import Said, write_note
from dunwell.flows.contact.standings import Said as Stands
from dunwell.flows.contact.standings import stand
from dunwell.flows.contact.timings import NoSuchAct, Took, act_times, add_times
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import CaseEvent
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.policy.call_scripts import FIELDS, SITUATIONS, call_scripts
from dunwell.store.policy.lexicon import wording_checker
from tests.flows.contact.people import Office

DAY = date(2026, 3, 2)


def seen(office: Office) -> Desk:
    scope = Scope(office.lender.pk, frozenset({office.team.pk}))
    return desk_of(actor=office.collector, scope=scope, now=office.now, case=office.case.pk)


def called(office: Office, who: str = "self", code: str = "NOAS", **said: Any) -> None:
    answer = office.ask(who)
    office.use(answer)
    write_note(
        actor=office.collector, now=office.now, case=office.case.pk, permit=answer.permit,
        said=Said(channel="call", number_code=code, **said),
    )  # fmt: skip


def remarked(office: Office, *, times: int) -> None:
    for _ in range(times):
        write_note(
            actor=office.collector, now=office.now, case=office.case.pk,
            said=Said(channel="none", summary="今天联系过门店"),
        )  # fmt: skip


@pytest.mark.django_db
def test_the_desk_answers_what_the_gate_answers(office: Office) -> None:
    office.contact("friend", phone="13900001111", role="contact")
    office.contact("home", address="杭州市上城区一号")
    called(office)
    stand(
        actor=office.collector, now=office.now, case=office.case.pk,
        said=Stands(what="freeze", kind="dispute", why="金额不对"),
    )  # fmt: skip
    contacts = list(office.contacts.values())
    asked: Any = {
        "actor": office.collector, "now": office.now, "case": office.case, "contacts": contacts
    }  # fmt: skip
    wanted = [each for each in why_not_now(**asked) if each.channel in AT_THE_DESK]
    found = answers_now(**asked)
    key = lambda each: (each.contact, each.channel)  # noqa: E731  # named where it is used
    assert sorted(found.now, key=key) == sorted(wanted, key=key)
    assert (found.limits.conversations, found.limits.open_from) == (3, 480)


@pytest.mark.django_db
def test_a_hundred_rows_take_no_more_queries_than_one(office: Office) -> None:
    called(office)
    remarked(office, times=1)
    seen(office)
    with CaptureQueriesContext(connection) as few:
        seen(office)
    remarked(office, times=20)
    for place in range(100):
        office.contact(f"n{place}", phone=f"1370000{place:04d}", address=f"西湖区{place}号")
        CaseEvent.objects.create(
            case=office.case, day=DAY - timedelta(days=place), kind="rolled", from_bucket="M1",
            to_bucket="M2", why="days_passed", overdue_fen=1,
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        desk = seen(office)
    assert len(many) == len(few) <= 24
    assert [told.text["summary"] for told in desk.past.notes[:20]] == ["今天联系过门店"] * 20
    assert len(desk.numbers) == 101


@pytest.mark.django_db
def test_a_dead_number_is_folded_and_one_number_is_shown_once(office: Office) -> None:
    office.contact("again", phone="13800138000")
    assert [number.dead for number in seen(office).numbers] == [""]
    called(office, code="LOOO")
    assert [number.dead for number in seen(office).numbers] == ["LOOO"]


@pytest.mark.django_db
def test_the_call_under_way_is_shown_until_its_note_is_written(office: Office) -> None:
    answer = office.ask()
    office.use(answer)
    call = seen(office).call
    assert call is not None
    assert (call.permit, call.contact, call.recording) == (
        answer.permit, office.contacts["self"].pk, None,
    )  # fmt: skip


@pytest.mark.django_db
def test_times_of_acts_are_counted_without_who_or_which_case(office: Office) -> None:
    took = [Took("open_to_dial", 12, 1), Took("open_to_dial", 48, 3), Took("whole", 999_999, 1)]
    told: Any = {"actor": office.collector, "lender": office.lender.pk, "day": DAY}
    assert add_times(**told, took=took) == 2
    (row,) = act_times(
        actor=office.supervisor, lender=office.lender.pk, since=DAY, until=DAY + timedelta(days=1)
    )
    assert (row.acts, row.average_tenths, row.median_tenths, row.p95_tenths) == (2, 30, 20, 50)
    assert row.average_keys_tenths == 20
    with pytest.raises(NoSuchAct):
        add_times(**told, took=[Took("tea", 1, 1)])
    with pytest.raises(NotPermitted):
        act_times(actor=office.collector, lender=office.lender.pk, since=DAY, until=DAY)


def test_every_prompt_passes_the_wording_checker() -> None:
    checker = wording_checker()
    values = dict.fromkeys(FIELDS, "某某")
    for script in call_scripts().values():
        for line in script.lines:
            found = checker(line.zh.format(**values), facts=CaseState(), audience="borrower")
            assert not found, (script.id, line.zh, found)
    assert tuple(call_scripts()) == SITUATIONS
