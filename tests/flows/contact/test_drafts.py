"""Drafts: kept while written, sealed ten seconds after saving, undone before, never lost."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dunwell.core.disposition import NoteLacks
from dunwell.flows.contact.drafts import (
    draft_of,
    drop_draft,
    keep_draft,
    save_draft,
    seal_due,
    undo_save,
)
from dunwell.flows.contact.note_refusals import DraftMoved, DraftSealed
from dunwell.flows.contact.notes import Said, text_of
from dunwell.flows.follow_up.promises import Wanted
from dunwell.store.cases.models import Case
from dunwell.store.outreach.models import Draft, Note
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.promises.models import Promise
from tests.flows.contact.people import Office
from tests.flows.contact.test_notes import HEARD, dialled, recorded
from tests.flows.follow_up.debtor import Debtor

pytestmark = pytest.mark.django_db


def saved(office: Office, permit: int, code: str = "NOAS", **said: Any):
    told = {"channel": "call", "number_code": code, "closing": HEARD, **said}
    return save_draft(
        actor=office.collector, now=office.now, case=office.case.pk, said=Said(**told),
        permit=permit,
    )  # fmt: skip


def kept(office: Office, **more: Any):
    body = {"summary": "写到一半", **more.pop("body", {})}
    return keep_draft(
        actor=office.collector, now=office.now, case=office.case.pk, body=body, **more
    )


def test_what_is_being_written_is_there_after_a_reload_and_lies_sealed(office: Office) -> None:
    kept(office)
    found = draft_of(actor=office.collector, case=office.case.pk)
    assert found is not None and found.body["summary"] == "写到一半"
    assert "写到一半".encode() not in bytes(Draft.objects.get().body_sealed or b"")
    assert draft_of(actor=office.colleague, case=office.case.pk) is None


def test_an_older_tab_does_not_write_over_a_newer_one(office: Office) -> None:
    first = kept(office)
    kept(office, version=first.draft.version)
    with pytest.raises(DraftMoved):
        kept(office, version=1)


def test_a_saved_note_seals_after_ten_seconds_as_of_its_saving(office: Office) -> None:
    saved(office, dialled(office), summary="无人接听")
    office.later(seconds=9)
    assert seal_due(now=office.now) == [] and not Note.objects.exists()
    office.later(seconds=1)
    [done] = seal_due(now=office.now)
    assert done.note is not None and done.note.at == office.now - timedelta(seconds=10)
    assert text_of(done.note)["summary"] == "无人接听"
    assert not Draft.objects.exists() and seal_due(now=office.now) == []


def test_it_can_be_undone_within_ten_seconds_and_not_after(office: Office) -> None:
    saved(office, dialled(office))
    office.later(seconds=5)
    undo_save(actor=office.collector, now=office.now, case=office.case.pk)
    office.later(seconds=60)
    assert seal_due(now=office.now) == []
    saved(office, Draft.objects.get().permit_id or 0)
    office.later(seconds=11)
    with pytest.raises(DraftSealed):
        undo_save(actor=office.collector, now=office.now, case=office.case.pk)


def test_a_note_that_lacks_something_is_refused_when_saved_not_when_sealed(office: Office) -> None:
    permit = dialled(office)
    kept(office, permit=permit)
    with pytest.raises(NoteLacks):
        saved(office, permit, "SELF")
    found = draft_of(actor=office.collector, case=office.case.pk)
    assert (
        found is not None and found.draft.seals_at is None and found.body["summary"] == "写到一半"
    )


def test_a_promise_travels_with_the_draft(debtor: Debtor) -> None:
    office = debtor.office
    permit = dialled(office)
    recorded(office, permit)
    wanted = Wanted(amount_fen=1_000, due_on=date(2026, 3, 6), loans=[debtor.loan.pk])
    saved(
        office, permit, "SELF", case_code="PTP", reason="FTP", promise=wanted, began_at=office.now
    )
    office.later(seconds=10)
    [done] = seal_due(now=office.now)
    assert Promise.objects.get().note == done.note


def test_what_can_no_longer_be_filed_stays_as_a_draft(debtor: Debtor) -> None:
    office = debtor.office
    permit = dialled(office)
    recorded(office, permit)
    wanted = Wanted(amount_fen=1_000, due_on=date(2026, 3, 6))
    saved(office, permit, "SELF", case_code="PTP", reason="FTP", promise=wanted)
    Case.objects.update(status="closed", closed_on=office.now.date())
    office.later(seconds=10)
    [done] = seal_due(now=office.now)
    assert done.note is None and done.refusal is not None
    assert done.refusal.code == "PROMISE-CASE-CLOSED" and Draft.objects.get().seals_at is None


def test_writing_on_stops_the_clock(office: Office) -> None:
    saved(office, dialled(office))
    kept(office)
    office.later(seconds=60)
    assert seal_due(now=office.now) == []


def test_only_who_may_write_notes_keeps_drafts(office: Office) -> None:
    with pytest.raises(NotPermitted):
        keep_draft(
            actor=office.person("analyst"), now=office.now, case=office.case.pk, body={"x": 1}
        )
    kept(office)
    drop_draft(actor=office.collector, case=office.case.pk)
    assert not Draft.objects.exists()
