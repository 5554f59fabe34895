"""Dialling: one act, with a permit, and the number is seen by the channel alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from dunwell.channels.voice.ami import Asterisk
from dunwell.channels.voice.tel import TelLink
from dunwell.flows.contact.dial import Call, CallFailed, dial
from dunwell.flows.contact.notes import Said, write_note
from dunwell.flows.contact.number_rest import NoSuchRestReason, NumberRests
from dunwell.flows.contact.ports import Dialler
from dunwell.store.journal.models import Entry
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.permits.models import Desk, Outcome, Permit, Step
from tests.channels.voice.peers import AsteriskPeer, running
from tests.flows.contact.people import Office

pytestmark = pytest.mark.django_db


def dials(office: Office, dialler: Dialler, line: str = "801", **how: Any) -> Call:
    told = {"actor": office.collector, **how}
    return dial(
        now=office.now, case=office.case.pk, contact=office.contacts["self"].pk, dialler=dialler,
        line=line, **told,
    )  # fmt: skip


def switched_off(office: Office) -> None:
    """A call that found the number switched off: it rests for twelve hours."""
    call = dials(office, TelLink())
    write_note(
        actor=office.collector, now=office.now, case=office.case.pk, permit=call.answer.permit,
        said=Said(channel="call", number_code="OFF"),
    )  # fmt: skip
    office.later(minutes=30)


def test_a_number_that_rests_is_dialled_for_a_reason_only_and_the_journal_keeps_it(
    office: Office,
) -> None:
    switched_off(office)
    asked = Permit.objects.count()
    with pytest.raises(NumberRests):
        dials(office, TelLink())
    with pytest.raises(NoSuchRestReason):
        dials(office, TelLink(), rest_why="tea")
    with pytest.raises(NotPermitted):
        dials(office, TelLink(), actor=office.person("auditor"))
    assert Permit.objects.count() == asked
    assert dials(office, TelLink(), rest_why="works_again").dialled is not None
    entry = Entry.objects.get(verb="call.before_rest_ends")
    figures = json.loads(entry.figures)
    assert (figures["code"], figures["reason"]) == ("OFF", "works_again")
    assert "138" not in entry.figures


def test_after_its_rest_it_is_dialled_as_any_other_and_no_reason_is_kept(office: Office) -> None:
    switched_off(office)
    office.later(minutes=12 * 60)
    office.now = office.now.replace(hour=10) + timedelta(days=1)
    assert dials(office, TelLink(), rest_why="asked").dialled is not None
    assert not Entry.objects.filter(verb="call.before_rest_ends").exists()


def test_a_call_uses_its_permit_and_rings(office: Office) -> None:
    call = dials(office, TelLink())
    assert call.dialled is not None and call.dialled.reference == "tel:13800138000"
    assert Step.objects.get(permit=call.answer.permit).kind == "used"


def test_at_night_nothing_rings(office: Office) -> None:
    office.now = office.now.replace(hour=23)
    call = dials(office, TelLink())
    assert call.dialled is None and "CN-T01" in call.answer.decision.codes
    assert not Step.objects.exists()


def test_a_switch_rings_the_officers_own_line(office: Office) -> None:
    with running(AsteriskPeer()) as peer:
        dials(office, Asterisk("127.0.0.1", peer.port, "dunwell", "s3cret"))
    order = peer.orders[1]
    assert isinstance(order, dict) and order["Exten"] == "13800138000"


def test_a_switch_that_fails_counts_as_a_try_and_the_note_can_still_be_filed(
    office: Office,
) -> None:
    with (
        running(AsteriskPeer(refuse=True)) as peer,
        pytest.raises(CallFailed) as caught,
    ):
        dials(office, Asterisk("127.0.0.1", peer.port, "dunwell", "s3cret"))
    permit = caught.value.figures["permit"]
    assert isinstance(permit, int) and not Outcome.objects.get(pk=permit).answered
    assert Desk.objects.get().failed_in_row == 1
    said = Said(channel="call", number_code="NCOV")
    write_note(
        actor=office.collector, now=office.now, case=office.case.pk, permit=permit, said=said
    )
    assert Desk.objects.get().failed_in_row == 1
