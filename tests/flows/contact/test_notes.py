"""Notes: everything a contact came to, once, with what follows from it, or nothing at all."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dunwell.core.disposition import NoSuchCode, NoteContradicts, NoteLacks
from dunwell.core.promise import TooFarAhead
from dunwell.core.wording import CaseState
from dunwell.flows.contact.note_refusals import (
    CorrectedAlready,
    NotClosable,
    NoteEmpty,
    NoteFiled,
    NoteNeedsContact,
    NoteWording,
    UnknownReason,
)
from dunwell.flows.contact.notes import Said, check_draft, correct_note, text_of, write_note
from dunwell.flows.contact.refusals import NotYours
from dunwell.flows.follow_up.promises import Wanted, take_promise
from dunwell.store.cases.models import Case
from dunwell.store.journal.models import Entry
from dunwell.store.outreach.models import Note, NoteText, Recording
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.permits.models import Desk, Outcome, Standing
from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.promises.models import Promise, PromiseState
from tests.flows.contact.people import Office
from tests.flows.follow_up.debtor import Debtor

pytestmark = pytest.mark.django_db
HEARD = {"identity_stated": True, "commissioner_named": True, "human_offered": True}


def dialled(office: Office, who: str = "self", **wish: Any) -> int:
    """A call: a permit asked for and used."""
    answer = office.ask(who, **wish)
    assert answer.granted, answer.decision.codes
    assert office.use(answer).token
    return answer.permit


def recorded(office: Office, permit: int) -> None:
    Recording.objects.create(
        permit_id=permit, case=office.case, media="wav", sha256="0" * 64, bytes=1, seconds=1,
        stored_name=f"{permit}.wav", retention="contact", keep_until=date(2029, 1, 1),
        at=office.now, by_label="test",
    )  # fmt: skip


def note(office: Office, permit: int | None, code: str = "NOAS", **said: Any) -> Note:
    told = {"channel": "call", "number_code": code, "closing": HEARD, **said}
    return write_note(
        actor=office.collector, now=office.now, case=office.case.pk, permit=permit,
        said=Said(**told),
    )  # fmt: skip


def test_a_call_nobody_answered_counts_as_one_more_failed_try(office: Office) -> None:
    row = note(office, dialled(office))
    assert Desk.objects.get().failed_in_row == 1
    assert (row.effective, row.next_step, row.next_on) == (False, "call", date(2026, 3, 3))
    assert not Outcome.objects.get().answered


def test_a_promise_made_on_the_phone_is_taken_down_with_the_note(debtor: Debtor) -> None:
    office = debtor.office
    permit = dialled(office)
    recorded(office, permit)
    wanted = Wanted(amount_fen=50_000, due_on=date(2026, 3, 6))
    row = note(
        office, permit, "SELF", case_code="PTP", reason="INCD", promise=wanted,
        words="月底才发工资", summary="沟通顺利，约定周五前还 500 元",
    )  # fmt: skip
    promise = Promise.objects.get()
    assert (promise.note_id, promise.amount_fen) == (row.pk, 50_000)
    assert row.effective and Desk.objects.get().last_conversation_at == office.now
    assert text_of(row)["words"] == "月底才发工资"


def test_the_words_lie_sealed_and_the_note_keeps_their_hash(office: Office) -> None:
    row = note(office, dialled(office), summary="无人接听，改日再打")
    sealed = bytes(NoteText.objects.get().text_sealed)
    assert "无人接听".encode() not in sealed and len(row.text_hash) == 64
    assert "无人接听" not in str(list(Entry.objects.values_list("figures", "why")))


def test_an_answered_call_needs_its_recording_and_what_was_said_first(office: Office) -> None:
    permit = dialled(office)
    told = {"case_code": "KNOW", "reason": "FTP"}
    with pytest.raises(NotClosable) as caught:
        note(office, permit, "SELF", **told)
    assert caught.value.figures["codes"] == ["CN-R01"]
    recorded(office, permit)
    with pytest.raises(NotClosable) as caught:
        note(office, permit, "SELF", closing={**HEARD, "identity_stated": False}, **told)
    assert caught.value.figures["codes"] == ["CN-W07"]
    note(office, permit, "SELF", **told)


@pytest.mark.parametrize(
    ("code", "what", "kind"),
    [
        ("DISP", "freeze", "dispute"),
        ("CMPL", "freeze", "complaint"),
        ("VULN", "freeze", "vulnerable"),
    ],
)
def test_what_the_borrower_asks_for_stands_at_once(
    office: Office, code: str, what: str, kind: str
) -> None:
    permit = dialled(office)
    recorded(office, permit)
    note(office, permit, "SELF", case_code=code, words="不要再打电话了")
    standing = Standing.objects.get(what=what)
    assert (standing.kind, standing.party_id) == (kind, office.case.party_id)
    office.later(hours=1)
    assert not office.ask().granted


def test_who_asks_for_no_calls_has_it_written_down(office: Office) -> None:
    permit = dialled(office)
    recorded(office, permit)
    note(office, permit, "SELF", case_code="CEASE", words="请发短信，不要打电话")
    standing = Standing.objects.get(what="opt_out")
    assert (standing.channel, standing.party_id) == ("call", office.case.party_id)
    assert standing.reach_id is None
    office.later(days=1)
    assert office.ask().decision.codes == ("CN-C05",)
    assert office.ask(channel="sms", text="【善催小贷】您好，请与我们联系。").granted


def test_a_guarantor_who_asks_for_no_calls_closes_no_number_of_the_borrower(
    office: Office,
) -> None:
    guarantor = office.contact("guarantor", role="guarantor", phone="13700137000")
    permit = dialled(office, "guarantor")
    recorded(office, permit)
    note(office, permit, "SELF", case_code="CEASE", words="不要再打给我")
    assert Standing.objects.get(what="opt_out").reach_id is not None
    office.later(days=1)
    assert office.ask("guarantor").decision.codes == ("CN-C05",)
    assert guarantor.pk and office.ask().granted


def test_a_number_of_somebody_else_is_never_tried_again(office: Office) -> None:
    permit = dialled(office)
    recorded(office, permit)
    note(office, permit, "NSN")
    office.later(days=1)
    refused = office.ask()
    assert not refused.granted and "CN-W04" in refused.decision.codes


def test_nothing_is_written_when_one_part_is_refused(debtor: Debtor) -> None:
    office = debtor.office
    permit = dialled(office)
    recorded(office, permit)
    far = Wanted(amount_fen=1_000, due_on=office.now.date() + timedelta(days=99))
    with pytest.raises(TooFarAhead):
        note(office, permit, "SELF", case_code="PTP", reason="FTP", promise=far)
    assert not Note.objects.exists() and not Outcome.objects.exists()


def test_checking_a_draft_writes_nothing(office: Office) -> None:
    permit = dialled(office)
    said = Said(channel="call", number_code="NOAS")
    check_draft(
        actor=office.collector, now=office.now, case=office.case.pk, said=said, permit=permit
    )
    assert not Note.objects.exists() and not Outcome.objects.exists()
    with pytest.raises(NoSuchCode):
        check_draft(
            actor=office.collector, now=office.now, case=office.case.pk, permit=permit,
            said=Said(channel="call", number_code="NONE"),
        )  # fmt: skip


def test_a_contact_is_filed_once(office: Office) -> None:
    permit = dialled(office)
    first = note(office, permit)
    with pytest.raises(NoteFiled) as caught:
        note(office, permit)
    assert caught.value.figures == {"permit": permit, "note": first.pk}
    assert Note.objects.count() == 1


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"code": "NOAS", "case_code": "PTP"}, NoteContradicts),
        ({"code": "SELF"}, NoteLacks),
        ({"code": "NOAS", "reason": "LAZY"}, UnknownReason),
        ({"code": "NOAS", "summary": "再不还钱就打断你的腿"}, NoteWording),
        ({"code": "VDEB"}, NoSuchCode),
    ],
)
def test_a_note_that_does_not_fit_together_is_refused(
    office: Office, said: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        note(office, dialled(office), **said)


def test_what_the_customer_said_may_be_reported_as_it_was(office: Office) -> None:
    permit = dialled(office)
    recorded(office, permit)
    note(office, permit, "SELF", case_code="INSY", reason="ARGU", words="再打我就打断你的腿")


def test_a_guess_about_an_ordinary_sentence_stops_no_note(office: Office) -> None:
    text = "能再宽限一个礼拜吗"
    findings = wording_checker()(text, facts=CaseState(), audience="note")
    assert [each.guessed for each in findings] == [True]  # else take another it guesses wrong
    note(office, dialled(office), summary=text)


def test_a_call_without_permit_cannot_be_filed(office: Office) -> None:
    with pytest.raises(NoteNeedsContact):
        note(office, None)
    with pytest.raises(NoteNeedsContact):
        note(office, dialled(office), channel="visit", code="VNON")


def test_a_remark_needs_no_permit_but_some_words(office: Office) -> None:
    row = note(office, None, "", channel="none", summary="已核对还款计划，金额无误")
    assert (row.channel, row.permit_id) == ("none", None)
    with pytest.raises(NoteEmpty):
        note(office, None, "", channel="none", summary="  ")


def test_a_correction_is_a_further_row_and_changes_nothing_that_followed(office: Office) -> None:
    first = note(office, dialled(office), summary="无人接听")
    again = correct_note(
        actor=office.collector, now=office.now, note=first.pk, why="记错结果",
        said=Said(channel="call", number_code="BUSY", summary="占线"),
    )  # fmt: skip
    assert again.corrects_id == first.pk and Outcome.objects.count() == 1
    assert text_of(first)["summary"] == "无人接听"
    with pytest.raises(CorrectedAlready):
        correct_note(
            actor=office.collector, now=office.now, note=first.pk, why="再改",
            said=Said(channel="call", number_code="OFF"),
        )  # fmt: skip


def test_a_correction_rests_from_the_contact_on_as_its_own_code_says(office: Office) -> None:
    first = note(office, dialled(office))
    office.now += timedelta(minutes=30)
    said = Said(channel="call", number_code="BUSY")
    again = correct_note(
        actor=office.collector, now=office.now, note=first.pk, why="记错结果", said=said
    )
    assert (first.rest_until, again.rest_until) == (
        first.at + timedelta(hours=2), first.at + timedelta(hours=1),
    )  # fmt: skip


def test_who_may_write_a_note(office: Office) -> None:
    permit = dialled(office)
    told = {"case": office.case.pk, "permit": permit, "now": office.now}
    said = Said(channel="call", number_code="NOAS")
    for nobody in (office.person("analyst"), office.person("auditor"), office.person("admin")):
        with pytest.raises(NotPermitted):
            write_note(actor=nobody, said=said, **told)
    with pytest.raises(NotYours):
        write_note(actor=office.colleague, said=said, **told)
    Case.objects.update(holder=office.colleague.staff)
    with pytest.raises(NotPermitted):
        write_note(actor=office.collector, said=said, **told)


def test_speaking_after_a_broken_promise_marks_it_as_asked_after(debtor: Debtor) -> None:
    office = debtor.office
    promise = take_promise(
        actor=office.collector, now=office.now, case=office.case.pk,
        wanted=Wanted(amount_fen=50_000, due_on=date(2026, 3, 3)),
    )  # fmt: skip
    office.now += timedelta(days=3)
    debtor.stands_all(office.now.date())
    permit = dialled(office)
    recorded(office, permit)
    row = note(office, permit, "SELF", case_code="KNOW", reason="FTP", summary="忘了，明天处理")
    state = PromiseState.objects.get(pk=promise.pk)
    assert (row.effective, state.state, state.called_on) == (True, "broken", office.now.date())
