"""What stands about a case's people now, with who said so, why, and who may end it.

Called by the case page and `dunwell standing list`. A row about a number stands for
everybody who has that number; it is shown beside the case's contact that has it.
Nothing here is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.reaching import Way, reach_if_any
from dunwell.flows.contact.refusals import NoSuchContact
from dunwell.flows.contact.standings import ENDS_BY_ANOTHER
from dunwell.store.book.models import Borrower, Contact
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import Actor, may, require
from dunwell.store.permits.models import Standing

What = Standing.What
WAYS: tuple[Way, ...] = ("phone", "address")


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that stands. `contact` is the case's contact whose number it is about."""

    row: Standing
    contact: Contact | None
    by: str
    """The name of who said so, or the machine."""
    may_end: bool


@dataclass(frozen=True, slots=True)
class Standings:
    """Everything that stands about a case's people, the newest first, and what may be added."""

    rows: Sequence[Shown]
    may_keep: bool
    may_approve: bool


def what_stands(*, actor: Actor, now: datetime, case: int) -> Standings:
    """What stands about the case's party and numbers. Refuses NotPermitted, NoSuchContact."""
    day = now.astimezone(BEIJING).date()
    found = Case.objects.filter(pk=case).first()
    if found is None:
        require(actor, "permit.see", day=day)
        raise NoSuchContact(case=case, contact=None)
    place = {"lender": found.lender_id, "team": found.team_id, "holder": found.holder_id}
    require(actor, "permit.see", day=day, **place)
    keeps = may(actor, "standing.keep", day=day, **place)
    approves = may(actor, "permit.approve", day=day, **place)
    reaches = _reaches(found)
    about = Q(party=found.party_id) | Q(reach__in=reaches.keys())
    rows = (
        Standing.objects.filter(about, replaced=None, from_at__lte=now)
        .exclude(until_at__lte=now)
        .order_by("-from_at", "-pk")
    )
    names = dict(Staff.objects.values_list("pk", "display_name").filter(pk__in=_authors(rows)))
    return Standings(
        rows=[
            Shown(
                row=row,
                contact=reaches.get(row.reach_id or 0),
                by=names.get(row.by_id or 0, row.by_label),
                may_end=_may_end(row, actor, keeps=keeps, approves=approves),
            )
            for row in rows
        ],
        may_keep=keeps,
        may_approve=approves,
    )


def contacts_of(case: Case) -> list[Contact]:
    """The ways to reach somebody about the case, as the book has them now."""
    borrowers = Borrower.objects.filter(party=case.party_id, lender=case.lender_id)
    return list(Contact.objects.filter(borrower__in=borrowers, replaced=None).order_by("pk"))


def _reaches(case: Case) -> dict[int, Contact]:
    found: dict[int, Contact] = {}
    for contact in contacts_of(case):
        for way in WAYS:
            reach = reach_if_any(contact=contact, way=way)
            if reach is not None:
                found.setdefault(reach, contact)
    return found


def _authors(rows: Iterable[Standing]) -> set[int]:
    return {row.by_id for row in rows if row.by_id is not None}


def _may_end(row: Standing, actor: Actor, *, keeps: bool, approves: bool) -> bool:
    """As `withdraw` has it: a refusal never ends, a freeze and an opt-out by a second person."""
    if row.what == What.REFUSAL or row.party_id is None or not keeps:
        return False
    if row.what in ENDS_BY_ANOTHER:
        return approves and (row.by_id is None or row.by_id != actor.staff)
    return True
