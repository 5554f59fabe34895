"""Appointments: who holds which role where, from when until when; and what log-in asks of a role.

Called by `dunwell people` and the people pages. Nobody appoints themselves: the
first administrator is appointed at the command line.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction

from dunwell.flows.house.accounts import find_staff
from dunwell.flows.house.refusals import (
    AlreadyAppointed,
    AppointmentOver,
    NoSuchPlace,
    NoSuchRole,
    OwnAccount,
)
from dunwell.store.journal.append import HOUSE, append, stream_of
from dunwell.store.people.models import Appointment, Lender, Role, RolePolicy, Team
from dunwell.store.people.permissions import Actor, require


def appoint(
    *,
    actor: Actor,
    day: date,
    now: datetime,
    staff: int,
    role: str,
    lender: int,
    team: int | None = None,
    from_on: date | None = None,
    until_on: date | None = None,
) -> Appointment:
    """Give somebody a role at a lender (or in one team of it) over [from_on, until_on).

    It begins on `day` unless said otherwise. Refuses NotPermitted, OwnAccount,
    NoSuchStaff, NoSuchPlace, NoSuchRole, and AlreadyAppointed when they hold that
    role there on the first day.
    """
    if role not in Role.values:
        raise NoSuchRole(role=role, roles=", ".join(Role.values))
    require(actor, "people.manage", day=day, lender=lender)
    place = Lender.objects.filter(pk=lender).first()
    if place is None or (team and not Team.objects.filter(pk=team, lender=lender).exists()):
        raise NoSuchPlace(lender=lender, team=team)
    if staff == actor.staff:
        raise OwnAccount(staff=staff)
    begins = from_on or day
    with transaction.atomic():
        person = find_staff(staff)
        same = Appointment.objects.filter(staff=person, role=role, lender=lender, team=team)
        if any(each.until_on is None or begins < each.until_on for each in same):
            raise AlreadyAppointed(staff=person.username, role=role, from_on=begins)
        try:
            with transaction.atomic():
                made = Appointment.objects.create(
                    staff=person,
                    role=role,
                    lender=place,
                    team_id=team,
                    from_on=begins,
                    until_on=until_on,
                )
        except IntegrityError:
            raise AlreadyAppointed(staff=person.username, role=role, from_on=begins) from None
        append(
            stream=stream_of(lender),
            verb="people.appoint",
            subject=f"staff:{staff}",
            actor=actor,
            at=now,
            day=day,
            lender=lender,
            figures={
                "appointment": made.pk,
                "role": role,
                "team": team,
                "from_on": begins.isoformat(),
                "until_on": until_on and until_on.isoformat(),
            },
        )
    return made


def end_appointment(
    *, actor: Actor, day: date, now: datetime, appointment: int, why: str = ""
) -> None:
    """End an appointment on `day`: from that day on it no longer counts.

    One that has not begun is cancelled. Refuses NotPermitted, OwnAccount, and
    AppointmentOver for one that has ended or never was.
    """
    with transaction.atomic():
        held = Appointment.objects.select_for_update().filter(pk=appointment).first()
        if held is None:
            require(actor, "people.manage", day=day)
            raise AppointmentOver(appointment=appointment)
        require(actor, "people.manage", day=day, lender=held.lender_id)
        if held.staff_id == actor.staff:
            raise OwnAccount(staff=actor.staff)
        if held.until_on is not None and held.until_on <= day:
            raise AppointmentOver(appointment=appointment)
        held.until_on = max(day, held.from_on)
        held.save(update_fields=["until_on"])
        append(
            stream=stream_of(held.lender_id),
            verb="people.end_appointment",
            subject=f"staff:{held.staff_id}",
            actor=actor,
            at=now,
            day=day,
            lender=held.lender_id,
            why=why,
            figures={
                "appointment": held.pk,
                "role": held.role,
                "until_on": held.until_on.isoformat(),
            },
        )


def set_role_policy(
    *, actor: Actor, day: date, now: datetime, role: str, totp_required: bool
) -> None:
    """Say whether everyone with this role must log in with a second factor.

    It binds from the next page on. Refuses NotPermitted and NoSuchRole.
    """
    require(actor, "people.manage", day=day)
    if role not in Role.values:
        raise NoSuchRole(role=role, roles=", ".join(Role.values))
    with transaction.atomic():
        policy, _ = RolePolicy.objects.select_for_update().get_or_create(role=role)
        if policy.totp_required == totp_required:
            return
        policy.totp_required = totp_required
        policy.save(update_fields=["totp_required"])
        append(
            stream=HOUSE,
            verb="people.set_role_policy",
            subject=f"role:{role}",
            actor=actor,
            at=now,
            day=day,
            figures={"totp_required": totp_required},
        )
