"""Asking for a permit: what state the answer is made from, and what is kept of it."""

from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from dunwell.flows.contact.refusals import NoSuchContact, NotYours, NoWay, PermitOver, TextChanged
from dunwell.flows.contact.release_permit import release_permit
from dunwell.store.people.models import Lender, Party, Staff
from dunwell.store.people.permissions import NotPermitted, actor_of, system_actor
from dunwell.store.permits.models import Outcome, Permit, Reach, Step
from tests.flows.contact.people import NOON, TEXT, make_case

pytestmark = pytest.mark.django_db


def test_an_ordinary_call_is_allowed_and_kept_for_fifteen_minutes(office):
    answer = office.ask()
    assert answer.decision.verdict == "allow"
    assert answer.reserved_until == NOON + timedelta(minutes=15)
    row = Permit.objects.get()
    assert (row.verdict, row.codes, row.actor_id) == ("allow", "", office.collector.staff)
    assert row.reach_id == Reach.objects.get().pk


def test_a_refused_question_is_a_row_of_the_log_with_its_proof(office):
    office.now = NOON.replace(hour=23)
    answer = office.ask()
    assert not answer.granted
    row = Permit.objects.get()
    assert (row.verdict, row.codes, row.reserved_until) == ("refuse", "CN-T01", None)
    assert '"channel":"call"' in row.inputs_json
    assert row.pack_hash == answer.decision.pack_hash
    assert answer.decision.next_allowed_at == NOON.replace(hour=8) + timedelta(days=1)


def test_three_conversations_a_day_are_the_most_whoever_has_them(office):
    office.call()
    office.call(actor=office.colleague)
    office.call()
    assert office.ask(actor=office.colleague).decision.codes[0] == "CN-T02"
    office.later(days=1)
    assert office.ask().granted


def test_a_reserved_conversation_counts_until_it_is_given_back_or_lapses(office):
    office.call()
    office.call()
    held = office.ask()
    assert office.ask(actor=office.colleague).decision.codes == ("CN-T02",)
    release_permit(actor=office.collector, permit=held.permit, now=office.now)
    assert office.ask(actor=office.colleague).granted
    assert not office.ask().granted
    office.later(minutes=15)
    assert office.ask().granted


def test_a_call_nobody_answered_is_no_conversation_but_a_failed_attempt(office):
    for _ in range(3):
        office.call(answered=False)
        office.later(minutes=20)
    answer = office.ask()
    assert answer.granted
    row = Permit.objects.get(pk=answer.permit)
    assert '"failed_attempts_in_row":3' in row.inputs_json
    assert '"unanswered_dials_number_today":3' in row.inputs_json


def test_the_seventh_dial_to_a_number_is_refused_for_another_debtor_too(office):
    for _ in range(6):
        office.call(answered=False)
        office.later(minutes=20)
    assert office.ask().decision.codes[0] == "CN-T04"
    party = Party.objects.create(name_sealed=b"")
    case = make_case(party, office.lender, office.team)
    borrower = type(office.borrower).objects.create(
        lender=office.lender, borrower_no="B2", party=party
    )
    office.contact("shared", phone="138 0013 8000", borrower=borrower)
    assert office.ask("shared", case=case.pk).decision.codes[0] == "CN-T04"


def test_counts_are_of_the_debtor_across_lenders(office):
    other = Lender.objects.create(code="other", name="O")
    case = make_case(office.case.party, other, None)
    borrower = type(office.borrower).objects.create(
        lender=other, borrower_no="X1", party=office.case.party
    )
    office.contact("there", phone="13900139000", borrower=borrower)
    theirs = office.person("collector", lender=other)
    for _ in range(3):
        office.call()
    answer = office.ask("there", case=case.pk, actor=theirs)
    assert answer.decision.codes == ("CN-T02",)


def test_messages_count_and_their_text_is_kept_as_a_hash_only(office):
    first = office.ask(channel="sms", text=TEXT)
    assert first.granted, first.decision
    assert office.use(first, text=TEXT).token
    assert office.ask(channel="sms", text=TEXT).decision.codes[0] == "CN-T05"
    assert "善催" not in Permit.objects.get(pk=first.permit).inputs_json


def test_a_message_without_text_is_unknown_and_refused(office):
    assert "FACT-text" in office.ask(channel="sms").decision.codes


def test_who_has_not_passed_the_test_asks_in_vain(office):
    staff = Staff.objects.create(username="new", display_name="new")
    staff.appointments.create(
        role="collector", lender=office.lender, team=office.team, from_on="2026-01-01"
    )
    assert office.ask(actor=actor_of(staff)).decision.codes == ("HOUSE-A-certified",)


def test_a_clock_that_went_back_is_not_believed(office):
    office.ask()
    office.later(minutes=-1)
    assert office.ask().granted
    office.later(minutes=-2)
    answer = office.ask()
    assert answer.decision.codes == ("GATE-CLOCK",)
    assert not Permit.objects.get(pk=answer.permit).clock_ok


def test_a_year_without_calendar_is_refused_and_does_not_move_the_clock(office):
    office.now = datetime(2031, 5, 5, 12, tzinfo=NOON.tzinfo)
    assert office.ask().decision.codes == ("GATE-CALENDAR",)
    office.now = NOON
    assert office.ask().granted


def test_a_moment_without_time_zone_is_refused(office):
    office.now = NOON.replace(tzinfo=None)
    assert office.ask().decision.codes == ("GATE-ZONE",)


def test_a_permit_is_used_once(office):
    answer = office.ask()
    token = office.use(answer).token
    assert (token.permit, token.channel) == (answer.permit, "call")
    with pytest.raises(PermitOver) as over:
        office.use(answer)
    assert over.value.figures["state"] == "used"
    assert Step.objects.get().kind == "used"


@pytest.mark.parametrize("minutes", [15, 600])
def test_a_lapsed_permit_is_not_used(office, minutes):
    answer = office.ask()
    office.later(minutes=minutes)
    with pytest.raises(PermitOver):
        office.use(answer)


def test_what_was_allowed_is_asked_again_at_the_moment_of_sending(office):
    office.now = NOON.replace(hour=21, minute=59)
    answer = office.ask()
    office.later(minutes=2)
    used = office.use(answer)
    assert (used.token, used.decision.codes) == (None, ("CN-T01",))
    assert Step.objects.get().kind == "refused"
    with pytest.raises(PermitOver):
        office.use(answer)


def test_a_corrected_number_is_not_used(office):
    answer = office.ask()
    office.contacts["self"].replaced = office.recording
    office.contacts["self"].save()
    assert office.use(answer).decision.codes == ("GATE-CONTACT",)
    with pytest.raises(NoSuchContact):
        office.ask()


def test_another_text_than_asked_for_is_not_sent(office):
    answer = office.ask(channel="sms", text=TEXT)
    with pytest.raises(TextChanged):
        office.use(answer, text=TEXT + "！")
    assert not Step.objects.exists()


def test_a_colleague_does_not_use_my_permit(office):
    answer = office.ask()
    with pytest.raises(NotYours):
        office.use(answer, actor=office.colleague)
    with pytest.raises(NotYours):
        release_permit(actor=office.colleague, permit=answer.permit, now=office.now)
    release_permit(actor=office.supervisor, permit=answer.permit, now=office.now)


def test_a_contact_without_number_cannot_be_called(office):
    office.contact("letter-box", address="杭州市")
    with pytest.raises(NoWay):
        office.ask("letter-box")


def test_a_contact_of_another_case_is_not_there(office):
    case = make_case(Party.objects.create(name_sealed=b""), office.lender, office.team)
    with pytest.raises(NoSuchContact):
        office.ask(case=case.pk)


def test_nobody_and_roles_without_need_or_scope_do_not_ask(office):
    other = Lender.objects.create(code="other", name="O")
    nobody = actor_of(Staff.objects.create(username="nobody", display_name="nobody"))
    for actor in (
        nobody,
        office.person("auditor"),
        office.person("admin"),
        office.person("collector", lender=other),
        system_actor("day-run"),
    ):
        with pytest.raises(NotPermitted):
            office.ask(actor=actor)
    assert not Permit.objects.exists()
    assert office.ask(actor=office.supervisor).granted
    assert office.ask(actor=system_actor("worker")).granted


def test_the_log_is_never_changed(office):
    office.call()
    for model in (Permit, Step, Outcome):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
            model.objects.update(actor_label="x")
