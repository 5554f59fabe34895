"""Numbers that were found by looking for a borrower, and not yet known to be the borrower's.

A number is verified by a call that reached the borrower and checked who it was. Until then it is
rung with care, and nothing is written to it. Called by the desk and by whatever sends messages.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Exists, OuterRef, QuerySet

from dunwell.store.desk.models import FoundNumber
from dunwell.store.outreach.models import Note

REACHED = "SELF"


def unverified(contacts: Collection[int]) -> set[int]:
    """Those of the contacts that were found and not verified since."""
    return set(_waiting().filter(contact__in=contacts).values_list("contact", flat=True))


def not_verified(*, contact: str) -> QuerySet[FoundNumber]:
    """For queries of contacts: the found number of the outer column, not verified since."""
    return _waiting().filter(contact=OuterRef(contact))


def _waiting() -> QuerySet[FoundNumber]:
    reached = Note.objects.filter(
        contact=OuterRef("contact"), channel=Note.Channel.CALL, number_code=REACHED,
        identity_checked=True, corrected_by=None,
    )  # fmt: skip
    return FoundNumber.objects.filter(~Exists(reached))
