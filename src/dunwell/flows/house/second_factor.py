"""Whether somebody must log in with a second factor: asked at every page, answered in one query."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from dunwell.store.people.models import Appointment, RolePolicy


def needs_second_factor(staff: int, *, day: date) -> bool:
    """Whether a role held on the day, anywhere, is bound to a second factor."""
    held = Appointment.objects.filter(Q(until_on=None) | Q(until_on__gt=day), from_on__lte=day)
    bound = RolePolicy.objects.filter(totp_required=True).values("role")
    return held.filter(staff_id=staff, role__in=bound).exists()
