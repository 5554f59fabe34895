"""Which number or address a channel uses for a contact: the row that counts go by.

Called by ask_permit and standings. Numbers and addresses are found by blind index; one
that is new here gets a row of its own. Personal text is opened only to be indexed.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Literal

from django.db import transaction
from django.db.models import Exists

from dunwell.flows.contact.refusals import NoWay
from dunwell.store.book.models import Contact
from dunwell.store.desk.found import not_verified
from dunwell.store.permits.models import Reach
from dunwell.store.vault import blind_index, index_candidates, open_sealed, seal

Way = Literal["phone", "address"]
WAY_OF: dict[str, Way] = {
    "call": "phone",
    "ai_voice": "phone",
    "sms": "phone",
    "visit": "address",
    "letter": "address",
}


def reach_of(*, contact: int, way: Way, channel: str = "") -> int:
    """The row of the contact's number or address. Refuses NoWay where it has none."""
    text = _text(Contact.objects.get(pk=contact), way)
    if text is None:
        raise NoWay(contact=contact, channel=channel or way)
    return (_found(text, way) or _made(text, way)).pk


def reach_if_any(*, contact: Contact, way: Way) -> int | None:
    """The row of the contact's number or address, None where nobody ever asked for it."""
    text = _text(contact, way)
    found = None if text is None else _found(text, way)
    return None if found is None else found.pk


def own_numbers(parties: Collection[int]) -> dict[int, int]:
    """The contact with the first of each party's own numbers, by tier; without one: left out.

    A number that was found and not verified is nobody's yet.
    """
    rows = Contact.objects.filter(
        ~Exists(not_verified(contact="pk")),
        borrower__party__in=parties,
        role="self",
        replaced=None,
        phone_sealed__isnull=False,
    ).order_by("-tier", "-pk")
    return dict(rows.values_list("borrower__party_id", "pk"))  # the last row of a party stays


def _text(contact: Contact, way: Way) -> str | None:
    sealed = contact.phone_sealed if way == "phone" else contact.address_sealed
    if sealed is None:
        return None
    return open_sealed(sealed, table="book_contact", column=f"{way}_sealed", row=contact.pk)


def _found(text: str, way: Way) -> Reach | None:
    wanted = {f"{way}_index__in": index_candidates(text, kind=way)}
    return Reach.objects.filter(**wanted).first()


def _made(text: str, way: Way) -> Reach:
    with transaction.atomic():
        # Two may come at once: the index is unique, and both get the one row.
        found: dict[str, Any] = {f"{way}_index": blind_index(text, kind=way)}
        row, new = Reach.objects.get_or_create(**found)
        if new:
            table, column = "permits_reach", f"{way}_sealed"
            setattr(row, column, seal(text, table=table, column=column, row=row.pk))
            row.save(update_fields=[column])
    return row
