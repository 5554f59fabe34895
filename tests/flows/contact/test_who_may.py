"""Using, giving back and telling the outcome of a permit: who may, and who may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from dunwell.flows.contact.ask_permit import Answer, ask_permit
from dunwell.flows.contact.record_outcome import record_outcome
from dunwell.flows.contact.refusals import NoSuchPermit
from dunwell.flows.contact.release_permit import release_permit
from dunwell.flows.contact.use_permit import use_permit
from dunwell.store.people.models import Lender, Staff, Team
from dunwell.store.people.permissions import Actor, NotPermitted, actor_of
from dunwell.store.permits.models import Outcome, Step
from tests.flows.contact.people import Office

pytestmark = pytest.mark.django_db

Act = Callable[[Office, Actor, int], Any]


def use(office: Office, actor: Actor, permit: int) -> Any:
    return use_permit(actor=actor, permit=permit, now=office.now)


def release(office: Office, actor: Actor, permit: int) -> Any:
    release_permit(actor=actor, permit=permit, now=office.now)


def tell(office: Office, actor: Actor, permit: int) -> Any:
    record_outcome(actor=actor, permit=permit, now=office.now, answered=True, conversation=True)


def given(office: Office, act: Act) -> Answer:
    """A permit the act could be done with: reserved, or used where the outcome is told."""
    answer = office.ask()
    assert answer.granted
    if act is tell:
        assert office.use(answer).token
    return answer


def trace() -> tuple[int, int]:
    return Step.objects.count(), Outcome.objects.count()


@pytest.mark.parametrize("act", [use, release, tell])
def test_nobody_may(office: Office, act: Act) -> None:
    nobody = actor_of(Staff.objects.create(username="nobody", display_name="nobody"))
    answer = given(office, act)
    before = trace()
    with pytest.raises(NotPermitted):
        act(office, nobody, answer.permit)
    assert trace() == before


@pytest.mark.parametrize("act", [use, release, tell])
@pytest.mark.parametrize("role", ["collector", "field", "supervisor", "legal"])
def test_a_role_at_another_lender_or_in_another_team_may_not(
    office: Office, act: Act, role: str
) -> None:
    elsewhere = Lender.objects.create(code="other", name="O")
    others = Team.objects.create(lender=office.lender, code="other", name="O")
    answer = given(office, act)
    before = trace()
    for actor in (office.person(role, lender=elsewhere), office.person(role, team=others)):
        with pytest.raises(NotPermitted):
            act(office, actor, answer.permit)
    assert trace() == before


@pytest.mark.parametrize("act", [use, release, tell])
@pytest.mark.parametrize("role", ["analyst", "trainer", "auditor", "admin"])
def test_a_role_that_does_not_contact_may_not(office: Office, act: Act, role: str) -> None:
    answer = given(office, act)
    before = trace()
    with pytest.raises(NotPermitted):
        act(office, office.person(role), answer.permit)
    assert trace() == before


@pytest.mark.parametrize("act", [use, release, tell])
@pytest.mark.parametrize("role", ["collector", "field", "supervisor", "legal"])
def test_a_role_of_the_case_s_team_may_with_its_own_permit(
    office: Office, act: Act, role: str
) -> None:
    actor = office.person(role, team=office.team)
    answer = ask_permit(
        actor=actor, case=office.case.pk, contact=office.contacts["self"].pk, channel="call",
        now=office.now,
    )  # fmt: skip
    assert answer.granted
    if act is tell:
        use(office, actor, answer.permit)
    before = trace()
    act(office, actor, answer.permit)
    assert trace() != before


@pytest.mark.parametrize("act", [use, release, tell])
def test_who_may_not_ask_does_not_even_learn_that_a_permit_is_not_there(
    office: Office, act: Act
) -> None:
    with pytest.raises(NotPermitted):
        act(office, office.person("auditor"), 404)
    with pytest.raises(NoSuchPermit):
        act(office, office.collector, 404)
