"""A house with two lenders, a team, and one person per case the tests ask about."""

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest

from dunwell.store.people.models import Appointment, Lender, Staff, Team
from dunwell.store.people.permissions import Actor, actor_of

DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


@dataclass
class House:
    """Lenders, a team, and people with roles in them."""

    lender: Lender
    other: Lender
    team: Team

    def staff(self, username: str) -> Staff:
        return Staff.objects.create(username=username, display_name=username)

    def actor(self, role: str, *, lender=None, team=None, username=None) -> Actor:
        staff = self.staff(username or f"{role}-{Staff.objects.count()}")
        Appointment.objects.create(
            staff=staff,
            role=role,
            lender=lender or self.lender,
            team=team,
            from_on=date(2026, 1, 1),
        )
        return actor_of(staff)

    def nobody(self) -> Actor:
        return actor_of(self.staff("nobody"))


@pytest.fixture
def house(db) -> House:
    lender = Lender.objects.create(code="default", name="D")
    return House(
        lender=lender,
        other=Lender.objects.create(code="other", name="O"),
        team=Team.objects.create(lender=lender, code="a", name="A"),
    )


@pytest.fixture
def when():
    """The day and moment every flow of these tests is told."""
    return {"day": DAY, "now": NOW}
