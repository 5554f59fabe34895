"""A collector with cases on today's list, at noon of the present day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from dunwell.core.permit import BEIJING
from dunwell.store.book.models import Borrower
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Party, Staff
from dunwell.store.people.permissions import Actor
from dunwell.store.vault import seal
from dunwell.store.work.models import WorkItem
from tests.flows.contact.people import Office, make_case, open_office

OVERDUE_FEN = 234_000


@dataclass
class Floor:
    """An office whose collector has so many cases to call today."""

    office: Office
    clock: time_machine.Traveller
    cases: list[Case] = field(default_factory=list)

    def add(self, count: int, *, staff: Actor | None = None) -> list[Case]:
        """So many borrowers, each with a number of their own and an item of today."""
        whose = staff or self.office.collector
        made = [self._case(len(self.cases) + place) for place in range(count)]
        self.cases += made
        WorkItem.objects.bulk_create(
            WorkItem(
                day=timezone.localdate(), lender=self.office.lender, case=case,
                staff_id=whose.staff, action="phone", minutes=6,
                gain_fen=100_000 - place, why="step",
            )
            for place, case in enumerate(made)
        )  # fmt: skip
        return made

    def _case(self, place: int) -> Case:
        party = Party.objects.create(name_sealed=b"")
        party.name_sealed = seal("王小明", table="people_party", column="name_sealed", row=party.pk)
        party.save()
        case = make_case(party, self.office.lender, self.office.team)
        Case.objects.filter(pk=case.pk).update(
            overdue_principal_fen=OVERDUE_FEN, overdue_fen=OVERDUE_FEN, outstanding_fen=OVERDUE_FEN
        )
        borrower = Borrower.objects.create(
            lender=self.office.lender, borrower_no=f"N{place}", party=party
        )
        self.office.borrower = borrower
        self.office.contact(f"n{place}", phone=f"1391000{place:04d}", borrower=borrower)
        return case


def noon() -> datetime:
    """Noon of the present day, in Beijing: the gate is open."""
    return datetime.combine(datetime.now(BEIJING).date(), time(12), BEIJING)


@pytest.fixture
def floor(committed_database: object) -> Iterator[Floor]:
    """An office at noon, the clock running."""
    with time_machine.travel(noon(), tick=True) as clock:
        office = open_office()
        office.now = timezone.now()
        yield Floor(office, clock)


def browser_of(actor: Actor, *, language: str = "") -> Client:
    """A browser of that person, as Django's own test client."""
    staff = Staff.objects.get(pk=actor.staff)
    if language:
        staff.language = language
        staff.save()
    client = Client()
    client.force_login(staff)
    return client
