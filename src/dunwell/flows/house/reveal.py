"""Reveal: one personal value of one case is shown in full, to one person, for one reason.

Called by the case page and the API. The value goes to the screen and nowhere
else; the journal keeps who, when, which case, which kind of value, and why.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Literal, get_args

from django.db import models, transaction

from dunwell.flows.house.refusals import NoSuchValue, ReasonMissing
from dunwell.store.book.models import BorrowerTerms, Contact
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.models import Party
from dunwell.store.people.permissions import Actor, require
from dunwell.store.vault import open_sealed

What = Literal["name", "id_no", "contact_name", "phone", "address", "employer"]
LEAST_REASON = 4

_Find = Callable[[Case, int], "models.QuerySet[Any]"]


def _party(case: Case, row: int) -> models.QuerySet[Any]:
    return Party.objects.filter(pk=row).filter(pk=case.party_id)


def _contact(case: Case, row: int) -> models.QuerySet[Any]:
    return Contact.objects.filter(
        pk=row, borrower__party=case.party_id, borrower__lender=case.lender_id
    )


def _terms(case: Case, row: int) -> models.QuerySet[Any]:
    return BorrowerTerms.objects.filter(
        pk=row, borrower__party=case.party_id, borrower__lender=case.lender_id
    )


VALUES: dict[str, tuple[_Find, str]] = {
    "name": (_party, "name_sealed"),
    "id_no": (_party, "id_no_sealed"),
    "contact_name": (_contact, "name_sealed"),
    "phone": (_contact, "phone_sealed"),
    "address": (_contact, "address_sealed"),
    "employer": (_terms, "employer_sealed"),
}
"""What can be revealed, and the column it stands in; rows are looked for inside the case only."""

assert set(VALUES) == set(get_args(What))


def reveal(
    *, actor: Actor, day: date, now: datetime, case: int, what: str, row: int, why: str
) -> str:
    """The value in full, after writing down who asked for it and why.

    Refuses NotPermitted outside the actor's teams or for a case in another's
    hand, ReasonMissing for less than four characters, and NoSuchValue for what is
    not of this case: a case nobody may see and one that is not there look alike.
    """
    with transaction.atomic():
        found = Case.objects.filter(pk=case).first()
        if found is None or what not in VALUES:
            require(actor, "personal.reveal", day=day)
            raise NoSuchValue(case=case, what=what)
        require(
            actor,
            "personal.reveal",
            day=day,
            lender=found.lender_id,
            team=found.team_id,
            holder=found.holder_id,
        )
        if len(why.strip()) < LEAST_REASON:
            raise ReasonMissing(least=LEAST_REASON)
        find, column = VALUES[what]
        value = find(found, row).first()
        sealed = getattr(value, column, None)
        if value is None or sealed is None:
            raise NoSuchValue(case=case, what=what)
        text = open_sealed(sealed, table=value._meta.db_table, column=column, row=value.pk)
        append(
            stream=stream_of(found.lender_id),
            verb="personal.reveal",
            subject=f"case:{case}",
            actor=actor,
            at=now,
            day=day,
            lender=found.lender_id,
            why=why.strip(),
            figures={"what": what, "row": row},
        )
    return text
