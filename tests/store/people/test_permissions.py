"""The table of permissions: what each role may do where, on which day."""

from datetime import date

import pytest

from dunwell.store.people.models import Appointment, Lender, Role, Staff, Team
from dunwell.store.people.permissions import (
    PERMISSIONS,
    Actor,
    Held,
    NotPermitted,
    actor_of,
    holds,
    lenders_seen,
    may,
    require,
    system_actor,
    teams_seen,
)

DAY = date(2026, 11, 23)
CHANGES = {
    "case.assign",
    "book.import",
    "payment.enter",
    "payment.reverse",
    "hold.set",
    "day.run",
    "policy.set",
    "people.manage",
    "keys.rotate",
}


def who(role, *, lender=1, team=None, from_on=DAY, until_on=None, staff=7):
    return Actor(staff, "someone", (Held(role, lender, team, from_on, until_on),))


def test_somebody_without_an_appointment_may_do_nothing():
    nobody = Actor(7, "someone")
    assert not any(may(nobody, name, lender=1, team=2, day=DAY) for name in PERMISSIONS)


def test_a_supervisor_of_one_team_does_not_reach_another_team_or_lender():
    supervisor = who("supervisor", team=2)
    assert may(supervisor, "payment.enter", lender=1, team=2, day=DAY)
    assert not may(supervisor, "payment.enter", lender=1, team=3, day=DAY)
    assert not may(supervisor, "payment.enter", lender=9, team=2, day=DAY)


def test_what_belongs_to_no_team_is_for_those_of_the_whole_lender():
    assert not may(who("supervisor", team=2), "case.see", lender=1, team=None, day=DAY)
    assert may(who("supervisor"), "case.see", lender=1, team=None, day=DAY)


def test_a_collector_reveals_in_own_cases_and_in_those_nobody_holds():
    collector = who("collector", team=2)
    assert may(collector, "personal.reveal", lender=1, team=2, holder=7, day=DAY)
    assert may(collector, "personal.reveal", lender=1, team=2, holder=None, day=DAY)
    assert not may(collector, "personal.reveal", lender=1, team=2, holder=8, day=DAY)


def test_the_auditor_reads_every_list_and_changes_nothing():
    auditor = who("auditor")
    seen = {name for name in PERMISSIONS if name.endswith(".see")}
    assert all(may(auditor, name, lender=1, day=DAY) for name in seen)
    assert not any(may(auditor, name, lender=1, day=DAY) for name in CHANGES)


def test_the_administrator_sees_no_case_and_no_personal_value():
    admin = who("admin")
    hidden = [name for name in PERMISSIONS if name.startswith(("case.", "personal."))]
    assert not any(may(admin, name, lender=1, day=DAY) for name in hidden)


def test_no_machine_of_ours_reveals_or_searches_persons():
    for machine in ("day-run", "command-line", "worker"):
        actor = system_actor(machine)
        assert not may(actor, "personal.reveal", lender=1, day=DAY)
        assert not may(actor, "personal.search", lender=1, day=DAY)


def test_the_day_run_may_run_the_day_and_not_manage_people():
    actor = system_actor("day-run")
    assert actor.label == "system:day-run"
    assert may(actor, "day.run", day=DAY)
    assert not may(actor, "people.manage", day=DAY)


@pytest.mark.parametrize(
    ("from_on", "until_on", "counts"),
    [
        (DAY, None, True),
        (date(2026, 11, 24), None, False),
        (date(2026, 1, 1), DAY, False),
        (date(2026, 1, 1), date(2026, 11, 24), True),
        (DAY, DAY, False),
    ],
)
def test_an_appointment_counts_from_its_first_day_and_not_on_its_last(from_on, until_on, counts):
    supervisor = who("supervisor", from_on=from_on, until_on=until_on)
    assert may(supervisor, "day.run", lender=1, day=DAY) is counts


def test_a_refusal_names_the_permission_and_the_place():
    with pytest.raises(NotPermitted) as refusal:
        require(who("collector", team=2), "book.import", lender=1, day=DAY)
    assert refusal.value.figures == {"permission": "book.import", "lender": 1, "team": None}


def test_an_unknown_permission_is_a_fault():
    with pytest.raises(KeyError):
        may(who("admin"), "people.menage", day=DAY)


def test_lists_are_narrowed_to_the_lenders_and_teams_one_holds():
    both = Actor(
        7,
        "someone",
        (
            Held("collector", 1, 2, DAY, None),
            Held("collector", 1, 3, DAY, None),
            Held("legal", 4, None, DAY, None),
            Held("admin", 5, None, DAY, None),
        ),
    )
    assert lenders_seen(both, DAY) == {1, 4}
    assert teams_seen(both, DAY, lender=1) == {2, 3}
    assert teams_seen(both, DAY, lender=4) is None
    assert teams_seen(both, DAY, lender=5) == frozenset()
    assert holds(both, "case.see", day=DAY)
    assert not holds(both, "case.assign", day=DAY)


def test_the_table_names_real_roles_only():
    assert {role for rule in PERMISSIONS.values() for role in rule.roles} <= set(Role.values)


@pytest.mark.django_db
def test_an_actor_carries_appointments_and_an_inactive_one_none():
    lender = Lender.objects.create(code="default", name="D")
    team = Team.objects.create(lender=lender, code="a", name="A")
    staff = Staff.objects.create(username="wang", display_name="W")
    Appointment.objects.create(staff=staff, role="collector", lender=lender, team=team, from_on=DAY)
    actor = actor_of(staff)
    assert actor.roles_on(DAY) == {"collector"}
    assert may(actor, "case.see", lender=lender.pk, team=team.pk, day=DAY)
    staff.is_active = False
    assert actor_of(staff).appointments == ()
