"""A number that was found is entered with its source, and is nobody's until a call reached them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from dunwell.flows.contact.desk import Desk, Number, desk_of
from dunwell.flows.contact.found_number import (
    NoSuchTeller,
    NumberKnown,
    NumberTold,
    NumberUnfit,
    ToldWhen,
)
from dunwell.flows.contact.locate import record_result
from dunwell.flows.contact.message_refusals import NumberUnverified
from dunwell.flows.contact.outbox import preview_message
from dunwell.flows.contact.reaching import own_numbers
from dunwell.store.book.models import Contact
from dunwell.store.desk.models import FoundNumber, LookUpResult
from dunwell.store.journal.models import Entry
from dunwell.store.outreach.models import Note
from dunwell.store.policy.locate_sources import locate_sources
from tests.flows.contact.people import Office
from tests.flows.contact.test_locate import looks, scope, tries

pytestmark = pytest.mark.django_db
FOUND = "139-1234 5678"


def enters(office: Office, source: str = "own_replies", **how: Any) -> Contact:
    """The borrower is lost, is looked for, and a number is found."""
    if not Note.objects.exists():
        tries(office, 3)
    told = {"phone": FOUND, "told_on": office.now.date(), "said_by": "borrower", **how}
    row = looks(office, source=source).look_up
    record_result(
        actor=office.collector, now=office.now, look_up=row.pk, result="found_number",
        words="客户短信里写的新号码", number=NumberTold(**told),
    )  # fmt: skip
    return FoundNumber.objects.get(look_up=row).contact


def desk(office: Office) -> Desk:
    return desk_of(actor=office.collector, scope=scope(office), now=office.now, case=office.case.pk)


def shown(office: Office, contact: Contact) -> Number:
    return next(each for each in desk(office).numbers if each.contact.pk == contact.pk)


@pytest.mark.parametrize(
    ("source", "basis"), [("own_replies", "consent"), ("company_register", "public_source")]
)
def test_it_is_entered_with_source_day_and_teller_and_the_gate_has_its_basis(
    office: Office, source: str, basis: str
) -> None:
    contact = enters(office, source)
    assert (contact.role, contact.source, contact.legal_basis) == ("self", source, basis)
    found = FoundNumber.objects.get()
    assert (found.told_on, found.said_by) == (office.now.date(), "borrower")
    entry = Entry.objects.get(verb="contact.found")
    assert json.loads(entry.figures)["legal_basis"] == basis
    assert "5678" not in entry.figures + entry.why
    calls = [each for each in desk(office).answers.now if each.contact == contact.pk]
    assert calls and not any(
        {"CN-W06", "CN-D02", "FACT-party.legal_basis"} & set(each.decision.codes) for each in calls
    )


def test_it_stays_unverified_until_a_call_reached_the_borrower_on_it(office: Office) -> None:
    contact = enters(office)
    assert shown(office, contact).unverified
    assert not any(
        each.unverified for each in desk(office).numbers if each.contact.pk != contact.pk
    )
    assert contact.pk not in own_numbers({office.case.party_id}).values()
    with pytest.raises(NumberUnverified):
        preview_message(
            actor=office.collector, now=office.now, case=office.case.pk, contact=contact.pk,
            template="missed-call",
        )  # fmt: skip
    made = {"case": office.case, "contact": contact, "channel": "call", "at": office.now}
    Note.objects.create(number_code="NSA", identity_checked=True, by_label="test", **made)
    Note.objects.create(number_code="SELF", by_label="test", **made)
    assert shown(office, contact).unverified
    Note.objects.create(number_code="SELF", identity_checked=True, by_label="test", **made)
    assert not shown(office, contact).unverified


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"phone": "12345"}, NumberUnfit),
        ({"phone": "138 0013 8000"}, NumberKnown),
        ({"told_on": None}, ToldWhen),
        ({"said_by": "neighbour"}, NoSuchTeller),
    ],
)
def test_what_does_not_fit_is_refused_and_nothing_is_kept(
    office: Office, how: dict[str, Any], refusal: type[Exception]
) -> None:
    before = Contact.objects.count()
    with pytest.raises(refusal):
        enters(office, **how)
    assert Contact.objects.count() == before
    assert not FoundNumber.objects.exists() and not LookUpResult.objects.exists()


def test_tomorrow_is_no_day_on_which_it_was_told(office: Office) -> None:
    with pytest.raises(ToldWhen):
        enters(office, told_on=office.now.date() + timedelta(days=1))


def test_nobody_changes_it_afterwards(office: Office) -> None:
    enters(office)
    with pytest.raises(DatabaseError), transaction.atomic():
        FoundNumber.objects.update(said_by="document")


def test_every_allowed_source_has_a_basis_and_no_forbidden_one_leads_here() -> None:
    known = locate_sources()
    assert {each.basis for each in known.allowed.values()} == {
        "contract", "consent", "public_source",
    }  # fmt: skip
    assert not any(each.basis for each in known.forbidden.values())
