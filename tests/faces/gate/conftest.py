"""An office with a log: two calls that were allowed, one that was refused, and people to look."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client

from dunwell.store.people.models import Appointment, Role, Staff
from tests.flows.contact.people import NOON, Office, open_office


@pytest.fixture
def office(db):
    """An office at noon of a Monday, with three questions in its log."""
    with time_machine.travel(NOON, tick=False):
        office = open_office()
        office.call()
        office.ask()
        office.later(hours=11)
        office.ask()
        office.later(hours=-11)
        yield office


def staff_of(office: Office, role: Role, name: str = "") -> Staff:
    """Somebody with this role over the whole lender."""
    name = name or f"{role.value}-x"
    staff = Staff.objects.create_user(name, "a-long-pass-word", display_name=name)
    Appointment.objects.create(
        staff=staff, role=role, lender=office.lender, from_on=date(2026, 1, 1)
    )
    return staff


def log_in(office: Office, role: Role, name: str = "", language: str = "") -> Client:
    """A browser of that person."""
    staff = staff_of(office, role, name)
    if language:
        staff.language = language
        staff.save()
    client = Client()
    client.force_login(staff)
    return client
