"""Many borrowers with a number each, and a message queued for every one of them."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from dunwell.flows.contact.hours import Hours
from dunwell.flows.contact.outbox import queue_message, set_letterhead
from dunwell.store.book.models import Borrower, Contact
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Party
from dunwell.store.people.permissions import system_actor
from dunwell.store.vault import blind_index, seal
from tests.flows.contact.people import Office, make_case, open_office

FIRST_NUMBER = 13_900_000_000
GROUP = 500


def queue_many(count: int, *, gateway: str, template: str = "missed-call") -> Office:
    """An office with `count` messages that are due a second after noon."""
    with transaction.atomic():
        office = open_office()
        set_letterhead(
            actor=office.person("compliance"), now=office.now, lender=office.lender,
            signature="善信小贷", call_back="0731-80000000",
        )  # fmt: skip
    for first in range(0, count, GROUP):
        with transaction.atomic():
            for number in range(first, min(first + GROUP, count)):
                _queue(office, number, gateway, template)
    return office


def _queue(office: Office, number: int, gateway: str, template: str) -> None:
    party = Party.objects.create(name_sealed=b"")
    party.name_sealed = seal("王小明", table="people_party", column="name_sealed", row=party.pk)
    party.save(update_fields=["name_sealed"])
    case: Case = make_case(party, office.lender, office.team)
    borrower = Borrower.objects.create(lender=office.lender, borrower_no=f"M{number}", party=party)
    phone, pk = str(FIRST_NUMBER + number), 1_000_000 + number
    Contact.objects.create(
        pk=pk, entered=office.recording, borrower=borrower, key_mark=pk.to_bytes(16, "big"),
        role="self", source="contract", legal_basis="contract",
        phone_sealed=seal(phone, table="book_contact", column="phone_sealed", row=pk),
        phone_index=blind_index(phone, kind="phone"),
    )  # fmt: skip
    queue_message(
        actor=system_actor("worker"), now=office.now, case=case.pk, contact=pk,
        template=template, key=f"many:{number}", gateway=gateway,
        hours=Hours(office.now + timedelta(seconds=1)),
    )  # fmt: skip
