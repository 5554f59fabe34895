"""Dialling: one act, with a permit, and the number is seen by the channel alone."""

from __future__ import annotations

import pytest

from dunwell.channels.voice.ami import Asterisk
from dunwell.channels.voice.tel import TelLink
from dunwell.flows.contact.dial import Call, CallFailed, dial
from dunwell.flows.contact.notes import Said, write_note
from dunwell.flows.contact.ports import Dialler
from dunwell.store.permits.models import Desk, Outcome, Step
from tests.channels.voice.peers import AsteriskPeer, running
from tests.flows.contact.people import Office

pytestmark = pytest.mark.django_db


def dials(office: Office, dialler: Dialler, line: str = "801") -> Call:
    return dial(
        actor=office.collector, now=office.now, case=office.case.pk,
        contact=office.contacts["self"].pk, dialler=dialler, line=line,
    )  # fmt: skip


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
