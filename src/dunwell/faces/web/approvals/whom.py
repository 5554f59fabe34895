"""Whom a request to visit or to reach somebody is about: masked, never more than the case shows.

Called by the forms that ask and by the page of a request.
"""

from __future__ import annotations

from typing import Any

from dunwell.faces.web.gate.labels import ROLES, label_of
from dunwell.flows.contact.what_stands import contacts_of
from dunwell.flows.follow_up.ask_contact import APPROVED_AS
from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.vault.masks import mask_address, mask_phone
from dunwell.store.vault.sealed import open_sealed


def whom_choices(case: Case, kind: str) -> list[tuple[str, str]]:
    """The addresses that may be visited, or the persons who need an approval."""
    by_address = kind == "visit"
    return [
        (str(each.pk), whom_words(each, by_address=by_address))
        for each in contacts_of(case)
        if (each.address_sealed if by_address else _needs_approval(each))
    ]


def _needs_approval(contact: Contact) -> bool:
    return contact.role in APPROVED_AS and contact.phone_sealed is not None


def whom_asked(request: ApprovalRequest) -> dict[str, Any]:
    """The figure `whom` of a request that names a contact; else nothing."""
    contact = request.wanted.get("contact") if isinstance(request.wanted, dict) else None
    found = Contact.objects.filter(pk=contact).first() if contact else None
    by_address = request.kind == ApprovalRequest.Kind.VISIT
    return {"whom": whom_words(found, by_address=by_address)} if found else {}


def whom_words(contact: Contact, *, by_address: bool) -> str:
    """The role, and the number or address, masked."""
    column, mask = ("address_sealed", mask_address) if by_address else ("phone_sealed", mask_phone)
    sealed = getattr(contact, column)
    role = label_of(ROLES, contact.role)
    if not sealed:
        return role
    text = open_sealed(sealed, table="book_contact", column=column, row=contact.pk)
    return f"{role} {mask(text)}"
