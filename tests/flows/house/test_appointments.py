"""Appointments begin, overlap nowhere, end, and take effect on the very day."""

from datetime import date

import pytest

from dunwell.flows.house.appointments import appoint, end_appointment, set_role_policy
from dunwell.flows.house.refusals import (
    AlreadyAppointed,
    AppointmentOver,
    NoSuchPlace,
    NoSuchRole,
    OwnAccount,
)
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Appointment, RolePolicy, Staff
from dunwell.store.people.permissions import actor_of, may, system_actor

pytestmark = pytest.mark.django_db
OPERATOR = system_actor("command-line")
DAY = date(2026, 11, 23)


def held(house, when, **changes):
    staff = house.staff("employee")
    told = {"staff": staff.pk, "role": "collector", "lender": house.lender.pk}
    return appoint(actor=OPERATOR, **when, **{**told, "team": house.team.pk, **changes})


def sees(appointment, house, day):
    actor = actor_of(Staff.objects.get(pk=appointment.staff_id))
    return may(actor, "case.see", lender=house.lender.pk, team=house.team.pk, day=day)


def test_an_appointment_counts_from_the_day_it_is_made(house, when):
    assert sees(held(house, when), house, DAY)


def test_one_that_begins_later_counts_later(house, when):
    made = held(house, when, from_on=date(2026, 12, 1))
    assert not sees(made, house, DAY)
    assert sees(made, house, date(2026, 12, 1))


def test_an_ended_appointment_counts_no_more_that_very_day(house, when):
    made = held(house, when)
    end_appointment(actor=OPERATOR, **when, appointment=made.pk, why="调岗")
    assert not sees(made, house, DAY)
    assert Entry.objects.get(verb="people.end_appointment").why == "调岗"


def test_one_that_has_not_begun_is_cancelled(house, when):
    made = held(house, when, from_on=date(2026, 12, 1))
    end_appointment(actor=OPERATOR, **when, appointment=made.pk)
    assert not sees(made, house, date(2026, 12, 1))


def test_ending_twice_is_refused(house, when):
    made = held(house, when)
    end_appointment(actor=OPERATOR, **when, appointment=made.pk)
    with pytest.raises(AppointmentOver):
        end_appointment(actor=OPERATOR, **when, appointment=made.pk)
    with pytest.raises(AppointmentOver):
        end_appointment(actor=OPERATOR, **when, appointment=999)


def test_the_same_role_at_the_same_place_is_not_held_twice(house, when):
    made = held(house, when)
    with pytest.raises(AlreadyAppointed):
        appoint(
            actor=OPERATOR, **when, staff=made.staff_id, role="collector",
            lender=house.lender.pk, team=house.team.pk, from_on=date(2026, 12, 1),
        )  # fmt: skip
    assert Appointment.objects.count() == 1


def test_after_its_end_a_role_may_be_given_again(house, when):
    made = held(house, when, from_on=date(2026, 1, 1), until_on=date(2026, 6, 1))
    again = appoint(
        actor=OPERATOR, **when, staff=made.staff_id, role="collector",
        lender=house.lender.pk, team=house.team.pk,
    )  # fmt: skip
    assert sees(again, house, DAY)


def test_nobody_appoints_or_ends_themselves(house, when):
    admin = house.actor("admin")
    own = Appointment.objects.get(staff=admin.staff)
    with pytest.raises(OwnAccount):
        appoint(actor=admin, **when, staff=admin.staff, role="supervisor", lender=house.lender.pk)
    with pytest.raises(OwnAccount):
        end_appointment(actor=admin, **when, appointment=own.pk)


def test_a_team_of_another_lender_is_no_place(house, when):
    with pytest.raises(NoSuchPlace):
        held(house, when, lender=house.other.pk)


def test_a_role_that_is_none_is_refused_with_those_there_are(house, when):
    with pytest.raises(NoSuchRole) as refusal:
        held(house, when, role="boss")
    assert "supervisor" in refusal.value.figures["roles"]


def test_a_role_policy_is_written_down_when_it_changes_and_only_then(house, when):
    for _ in range(2):
        set_role_policy(actor=OPERATOR, **when, role="admin", totp_required=True)
    assert RolePolicy.objects.get(role="admin").totp_required
    assert Entry.objects.filter(verb="people.set_role_policy").count() == 1
