"""An office whose collector speaks to the API by a token."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client

from dunwell.flows.house.api_tokens import issue_token
from dunwell.store.people.models import Staff
from tests.flows.contact.people import NOON, Office, open_office


@pytest.fixture
def office(db):
    """The office at noon of a Monday; the clock stands."""
    with time_machine.travel(NOON, tick=False):
        yield open_office()


@pytest.fixture
def committed_office(committed_database):
    """The same, in a database of its own: a WSGI server closes its connection."""
    with time_machine.travel(NOON, tick=False):
        yield open_office()


def token_of(office: Office, days: int = 1) -> str:
    """A token of the collector."""
    staff = Staff.objects.get(pk=office.collector.staff)
    return issue_token(
        actor=office.collector, staff=staff, by_token=False, day=office.now.date(),
        now=office.now, days=days,
    )  # fmt: skip


@pytest.fixture
def program(office: Office) -> Client:
    """A program with the collector's token."""
    return Client(headers={"Authorization": f"Bearer {token_of(office)}"})
