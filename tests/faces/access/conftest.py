"""A house with people who log in, and a browser without a screen."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from dunwell.store.people.models import Appointment, Lender, Staff, Team

PASSWORD = "quiet-river-42"


@dataclass
class House:
    """A lender, another, a team; people by role."""

    lender: Lender
    other: Lender
    team: Team

    def staff(self, username, role=None, *, lender=None, team=None, password=None, **fields):
        """Somebody with a role from today on; without `password` nobody can log in as them."""
        staff = Staff(username=username, **{"display_name": f"名{username}", **fields})
        if password:
            staff.set_password(password)
        staff.save()
        if role:
            Appointment.objects.create(
                staff=staff,
                role=role,
                lender=lender or self.lender,
                team=team,
                from_on=timezone.localdate(),
            )
        return staff

    def visitor(self, username, role=None, **how):
        """A client who has logged in by the form."""
        self.staff(username, role, password=PASSWORD, **how)
        client = Client()
        log_in(client, username)
        return client


def log_in(client, username, password=PASSWORD):
    return client.post("/accounts/login/", {"login": username, "password": password})


@pytest.fixture
def house(db):
    lender = Lender.objects.create(code="default", name="示范小贷")
    return House(
        lender=lender,
        other=Lender.objects.create(code="other", name="别家小贷"),
        team=Team.objects.create(lender=lender, code="a", name="一组"),
    )
