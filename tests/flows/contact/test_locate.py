"""Looking for a lost borrower: by rule only, allowed sources only, journalled first, ended."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from dunwell.core.params import WrongKeys, WrongValue
from dunwell.flows.contact.desk import desk_of
from dunwell.flows.contact.desk_past import past_of
from dunwell.flows.contact.locate import (
    NoSuchLocate,
    NotLost,
    ResultFirst,
    ResultNeedsWords,
    SourceForbidden,
    look_up,
    lost_by,
    record_result,
)
from dunwell.flows.contact.next_case import NoRecord, next_case
from dunwell.flows.contact.notes import Said, write_note
from dunwell.flows.contact.standings import Said as Stands
from dunwell.flows.contact.standings import stand
from dunwell.store.cases.lists import Scope
from dunwell.store.desk.models import LookUp
from dunwell.store.journal.models import Entry
from dunwell.store.outreach.models import Note
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.policy.locate_sources import locate_sources, parse_sources
from tests.flows.contact.people import Office
from tests.flows.contact.test_notes import HEARD, dialled, note, recorded


def scope(office: Office) -> Scope:
    return Scope(office.lender.pk, frozenset({office.team.pk}))


def why(office: Office) -> str:
    return lost_by(
        desk_of(
            actor=office.collector, scope=scope(office), now=office.now, case=office.case.pk
        )
    )  # fmt: skip


def tries(office: Office, times: int, code: str = "NOAS") -> None:
    for _ in range(times):
        answer = office.ask()
        office.use(answer)
        write_note(
            actor=office.collector, now=office.now, case=office.case.pk, permit=answer.permit,
            said=Said(channel="call", number_code=code),
        )  # fmt: skip
        office.later(minutes=30)


def looks(office: Office, source: str = "own_records", purpose: str = "renew", **how: Any):
    told = {"actor": office.collector, "now": office.now, "case": office.case.pk, **how}
    return look_up(scope=scope(office), source=source, purpose=purpose, **told)


@pytest.mark.django_db
def test_the_gates_own_number_of_attempts_makes_a_borrower_lost(office: Office) -> None:
    tries(office, 2)
    assert why(office) == ""
    with pytest.raises(NotLost):
        looks(office)
    tries(office, 1)
    assert why(office) == "attempts"


@pytest.mark.django_db
def test_no_number_that_works_is_lost_and_a_freeze_protects(office: Office) -> None:
    tries(office, 1, "LOOO")
    assert why(office) == "numbers"
    stand(
        actor=office.collector, now=office.now, case=office.case.pk,
        said=Stands(what="freeze", kind="vulnerable", why="客户住院"),
    )  # fmt: skip
    assert why(office) == ""


@pytest.mark.django_db
def test_a_look_up_is_journalled_and_shows_masked_records_with_their_source(
    office: Office,
) -> None:
    tries(office, 3)
    found = looks(office)
    entry = Entry.objects.get(verb="locate.look_up")
    assert json.loads(entry.figures) == {
        "look_up": found.look_up.pk, "source": "own_records", "purpose": "renew",
        "lost_by": "attempts",
    }  # fmt: skip
    told = {line.kind: line for line in found.lines}
    assert (told["phone"].text, told["phone"].source) == ("138****8000", "contract")
    assert told["address"].text == "杭州市西湖区****"
    with pytest.raises(DatabaseError), transaction.atomic():
        LookUp.objects.all().delete()


@pytest.mark.django_db
def test_forbidden_sources_are_refused_with_their_clause_and_nothing_is_kept(
    office: Office,
) -> None:
    tries(office, 3)
    for source, entry in locate_sources().forbidden.items():
        assert entry.clause and entry.clause_en
        with pytest.raises(SourceForbidden):
            looks(office, source)
    for source, purpose in (("tea", "renew"), ("own_records", "curiosity")):
        with pytest.raises(NoSuchLocate):
            looks(office, source, purpose)
    assert not LookUp.objects.exists()


@pytest.mark.django_db
def test_nobody_leaves_a_look_up_without_its_result(office: Office) -> None:
    tries(office, 3)
    number = looks(office, "court_register").look_up.pk
    with pytest.raises(ResultFirst):
        looks(office)
    with pytest.raises(NoRecord):
        next_case(actor=office.collector, scope=scope(office), now=office.now)
    told: Any = {"actor": office.collector, "now": office.now, "look_up": number}
    with pytest.raises(ResultNeedsWords):
        record_result(**told, result="found_address", words="")
    with pytest.raises(NoSuchLocate):
        record_result(**told, result="tea")
    with pytest.raises(NoSuchLocate):
        record_result(**told | {"actor": office.colleague}, result="nothing")
    kept = record_result(**told, result="found_address", words="公示的经营地址在余杭区")
    assert record_result(**told, result="nothing") == kept
    (row,) = past_of(office.case).look_ups
    assert (row.result.result, Note.objects.last().look_up_result) == ("found_address", kept)
    assert "余杭" not in str(Entry.objects.get(verb="locate.result").figures)
    assert next_case(actor=office.collector, scope=scope(office), now=office.now) is None


@pytest.mark.django_db
def test_the_borrowers_own_words_and_answered_hours_are_sources(office: Office) -> None:
    permit = dialled(office)
    recorded(office, permit)
    note(
        office, permit, "SELF", case_code="CBK", words="晚上七点后在家", closing=HEARD,
        next_at=office.now + timedelta(hours=3), identity_checked=True,
    )  # fmt: skip
    office.later(days=1)
    tries(office, 1, "LOOO")
    words = looks(office, "own_replies")
    assert [line.text for line in words.lines] == ["晚上七点后在家"]
    record_result(
        actor=office.collector, now=office.now, look_up=words.look_up.pk, result="nothing"
    )
    (answered,) = looks(office, "own_contacts").lines
    assert (answered.kind, answered.text) == ("answered_call", "12:00")


@pytest.mark.django_db
def test_who_may_not_work_the_case_may_not_look(office: Office) -> None:
    tries(office, 3)
    with pytest.raises(NotPermitted):
        looks(office, actor=office.person("auditor"))


def test_a_source_without_its_clause_stops_the_start() -> None:
    entry = {"zh": "x", "en": "x"}
    whole: dict[str, Any] = {
        "id": "x", "title": "x", "title_en": "x", "purposes": {"a": entry},
        "allowed": {"a": entry}, "forbidden": {"a": entry}, "results": {"a": entry},
        "tellers": {"a": entry},
    }  # fmt: skip
    with pytest.raises(WrongKeys):
        parse_sources(whole, file="sources.yaml")
    full = {
        **entry,
        "clause": "x",
        "clause_en": "x",
        "shows": "tea",
        "read": "text",
        "basis": "contract",
    }
    with pytest.raises(WrongValue):
        parse_sources({**whole, "allowed": {"a": full}}, file="sources.yaml")
    with pytest.raises(WrongValue):
        parse_sources({**whole, "purposes": []}, file="sources.yaml")
