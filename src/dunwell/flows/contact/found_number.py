"""A number found by looking for a lost borrower is entered: from which source, when, who said so.

Called with the result of the look-up, so only sources of packs/house/locate can lead here; the
legal basis is that of the source (CN-W06), and the gate asks for it as of any contact. The row is
a fact of the book like any other: nothing is overwritten. It stays unverified until a call on it
reached the borrower (store.desk.found).
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from dunwell.core.permit import BEIJING
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.keyed_marks import contact_mark
from dunwell.store.book.models import Borrower, Contact, Recording
from dunwell.store.book.recording import record
from dunwell.store.desk.models import FoundNumber, LookUp
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.permissions import Actor
from dunwell.store.policy.locate_sources import locate_sources
from dunwell.store.vault import blind_index, index_candidates, seal

ROLE = "self"
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|\+\d{8,15}")
_BETWEEN = re.compile(r"[\s()\-–—]")


class NumberUnfit(Refusal):
    """What was typed is no phone number. Figures: digits."""

    code = "LOCATE-NUMBER"


class NumberKnown(Refusal):
    """The borrower has this number on file already. Figures: case."""

    code = "LOCATE-NUMBER-KNOWN"


class ToldWhen(Refusal):
    """The day is missing or after today. Figures: day."""

    code = "LOCATE-TOLD-ON"


class NoSuchTeller(Refusal):
    """Who said so is not on the list. Figures: given, allowed."""

    code = "LOCATE-TELLER"


@dataclass(frozen=True, slots=True)
class NumberTold:
    """A number as it was told."""

    phone: str
    told_on: date | None
    said_by: str


def enter_found(*, actor: Actor, now: datetime, look_up: LookUp, told: NumberTold) -> FoundNumber:
    """Put the number on the book of the borrower, inside the caller's transaction.

    Refuses NumberUnfit, ToldWhen, NoSuchTeller and NumberKnown. Who may, the caller asked.
    """
    known = locate_sources()
    day = now.astimezone(BEIJING).date()
    phone = _BETWEEN.sub("", unicodedata.normalize("NFKC", told.phone))
    if not _PHONE.fullmatch(phone):
        raise NumberUnfit(digits=sum(char.isdigit() for char in phone))
    if told.told_on is None or told.told_on > day:
        raise ToldWhen(day=day.isoformat())
    if told.said_by not in known.tellers:
        raise NoSuchTeller(given=told.said_by, allowed=", ".join(known.tellers))
    contact = _contact(actor, now, look_up, phone, known.allowed[look_up.source].basis)
    found = FoundNumber.objects.create(
        look_up=look_up, contact=contact, told_on=told.told_on, said_by=told.said_by, at=now
    )
    case = look_up.case
    append(
        stream=stream_of(case.lender_id), verb="contact.found", subject=f"case:{case.pk}",
        actor=actor, at=now, lender=case.lender_id, day=day,
        figures={
            "look_up": look_up.pk, "contact": contact.pk, "source": contact.source,
            "legal_basis": contact.legal_basis, "told_on": told.told_on.isoformat(),
            "said_by": told.said_by,
        },
    )  # fmt: skip
    return found


def _contact(actor: Actor, now: datetime, look_up: LookUp, phone: str, basis: str) -> Contact:
    case = look_up.case
    whose = Borrower.objects.filter(party=case.party_id, lender=case.lender_id).order_by("pk")
    borrower = whose.select_related("lender").first()
    assert borrower is not None  # a case is of somebody who borrowed
    entered = record(lender=borrower.lender, kind=Recording.Kind.CORRECTION, at=now, actor=actor)
    marks = index_candidates(phone, kind="phone")
    own = Contact.objects.filter(borrower__in=whose.values("pk"), role=ROLE, replaced=None)
    if own.filter(phone_index__in=marks).exists():
        raise NumberKnown(case=case.pk)
    row = Contact.objects.create(
        entered=entered, borrower=borrower, role=ROLE, source=look_up.source, legal_basis=basis,
        key_mark=contact_mark(role=ROLE, phone=phone),
        phone_index=blind_index(phone, kind="phone"),
    )  # fmt: skip
    row.phone_sealed = seal(phone, table="book_contact", column="phone_sealed", row=row.pk)
    row.save(update_fields=["phone_sealed"])
    return row
