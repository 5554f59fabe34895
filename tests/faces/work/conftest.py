"""A lender on a Monday with people, hours and decided cases, and browsers of those people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from dunwell.store.cases.models import Case
from dunwell.store.people.models import Appointment, Party, Role, Staff, Team
from dunwell.store.vault import seal
from tests.faces.cases.conftest import book, on_the_day  # noqa: F401  # fixtures
from tests.flows.prepare.a_work_day import NOW, WorkPlace


class NamedPlace(WorkPlace):
    """A lender whose borrowers have names, as pages open and mask them."""

    def case(self, action: str = "phone", *, name: str = "王小明", **how: Any) -> Case:
        made = super().case(action, **how)
        sealed = seal(name, table="people_party", column="name_sealed", row=made.party_id)
        Party.objects.filter(pk=made.party_id).update(name_sealed=sealed)
        return Case.objects.get(pk=made.pk)


@pytest.fixture
def place(db: None) -> Iterator[NamedPlace]:
    """One lender at nine in the morning; nobody and nothing in it yet."""
    with time_machine.travel(NOW, tick=False):
        yield NamedPlace()


def log_in(staff: Staff, *, language: str = "") -> Client:
    """A browser of that person."""
    if language:
        staff.language = language
        staff.save()
    client = Client()
    client.force_login(staff)
    return client


def somebody(place: NamedPlace, role: Role, *, name: str = "", team: Team | None = None) -> Staff:
    """A person with this role at the lender, who takes on nothing."""
    staff = Staff.objects.create_user(name or f"{role.value}-x", "a-long-pass-word")
    Appointment.objects.create(
        staff=staff, role=role, lender=place.lender, team=team, from_on=date(2026, 1, 1)
    )
    return staff
