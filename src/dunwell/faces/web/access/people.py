"""Pages of people: the list, a new account, one person with their appointments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import Acting, acting, refused
from dunwell.faces.web.access.forms import PersonForm, PlaceForm, ReasonForm
from dunwell.faces.web.access.labels import ROLES
from dunwell.faces.web.access.listing import people_listing
from dunwell.faces.web.gate.staffing import staff_shown
from dunwell.flows.house.accounts import (
    NewPassword,
    create_staff,
    reset_password,
    set_active,
)
from dunwell.flows.house.appointments import appoint, end_appointment
from dunwell.flows.house.refusals import NoSuchStaff
from dunwell.store.people.models import Appointment, Staff
from dunwell.store.people.permissions import lenders_seen, require


@require_GET
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody of the lenders one may see people of."""
    who = acting(request)
    require(who.actor, "people.see", day=who.day)
    listing = people_listing(request, staff=_visible(who), day=who.day, may=who.may)
    context = {"people": listing, "may_manage": who.may("people.manage")}
    return render(request, "access/people.html", context)


@require_http_methods(["GET", "POST"])
def add_person(request: HttpRequest) -> HttpResponse:
    """A new account with its first role; the answer shows the first password, once."""
    who = acting(request)
    require(who.actor, "people.manage", day=who.day)
    form = PersonForm(
        request.POST or None,
        lenders=lenders_seen(who.actor, who.day, "people.manage"),
        initial={"from_on": who.day, "language": "zh-hans"},
    )
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            made = create_staff(
                actor=who.actor,
                day=who.day,
                now=who.now,
                username=told["username"],
                display_name=told["display_name"],
                language=told["language"],
            )
        except Refusal as refusal:
            refused(form, refusal, "username" if "USERNAME" in refusal.code else None)
        else:
            _appoint(who, made.staff, told)
            return _show_password(request, made)
    return render(request, "access/add_person.html", {"form": form})


@require_GET
def person(request: HttpRequest, staff: int) -> HttpResponse:
    """One person: account, appointments, and what an administrator may do about them."""
    who = acting(request)
    require(who.actor, "people.see", day=who.day)
    return _person_page(request, who, _find(who, staff))


@require_POST
def appoint_person(request: HttpRequest, staff: int) -> HttpResponse:
    """Give a further role."""
    who = acting(request)
    require(who.actor, "people.manage", day=who.day)
    found = _find(who, staff)
    form = PlaceForm(request.POST, lenders=lenders_seen(who.actor, who.day, "people.manage"))
    if form.is_valid():
        try:
            _appoint(who, staff, form.cleaned_data)
        except Refusal as refusal:
            refused(form, refusal)
        else:
            role = ROLES.get(form.cleaned_data["role"], "")
            messages.success(request, _("已任命为{role}。").format(role=role))
            return redirect("house:person", staff)
    return _person_page(request, who, found, form=form, status=400)


@require_POST
def end_one(request: HttpRequest, appointment: int) -> HttpResponse:
    """End an appointment from today on."""
    who = acting(request)
    held = Appointment.objects.filter(pk=appointment).first()
    form = ReasonForm(request.POST)
    why = form.cleaned_data["why"] if form.is_valid() else ""
    end_appointment(actor=who.actor, day=who.day, now=who.now, appointment=appointment, why=why)
    messages.success(request, _("任命已结束，即时生效。"))
    return redirect("house:person", held.staff_id) if held else redirect("house:people")


@require_POST
def reset_person(request: HttpRequest, staff: int) -> HttpResponse:
    """A new first password, shown once."""
    who = acting(request)
    made = reset_password(actor=who.actor, day=who.day, now=who.now, staff=staff)
    return _show_password(request, made)


@require_POST
def set_person_active(request: HttpRequest, staff: int) -> HttpResponse:
    """Close an account or open it again."""
    who = acting(request)
    form = ReasonForm(request.POST)
    active = request.POST.get("active") == "yes"
    why = form.cleaned_data["why"] if form.is_valid() else ""
    set_active(actor=who.actor, day=who.day, now=who.now, staff=staff, active=active, why=why)
    messages.success(request, _("账号已启用。") if active else _("账号已停用，其登录即时结束。"))
    return redirect("house:person", staff)


def _visible(who: Acting) -> QuerySet[Staff]:
    """Those with a role, ever, at a lender one sees; managers also see those without any."""
    seen = lenders_seen(who.actor, who.day, "people.see")
    wanted = Q(pk__in=Appointment.objects.filter(lender__in=seen or ()).values("staff"))
    if who.may("people.manage"):
        wanted |= ~Q(pk__in=Appointment.objects.values("staff"))
    return Staff.objects.filter(wanted)


def _find(who: Acting, staff: int) -> Staff:
    found = _visible(who).filter(pk=staff).first()
    if found is None:
        raise NoSuchStaff(staff=staff)
    return found


def _appoint(who: Acting, staff: int, told: Mapping[str, Any]) -> None:
    appoint(
        actor=who.actor,
        day=who.day,
        now=who.now,
        staff=staff,
        role=told["role"],
        lender=told["lender"],
        team=told["team"],
        from_on=told["from_on"],
        until_on=told["until_on"],
    )


def _show_password(request: HttpRequest, made: NewPassword) -> HttpResponse:
    return render(request, "access/new_password.html", {"made": made})


def _person_page(
    request: HttpRequest,
    who: Acting,
    found: Staff,
    *,
    form: PlaceForm | None = None,
    status: int = 200,
) -> HttpResponse:
    manages = who.may("people.manage") and found.pk != who.actor.staff
    seen = lenders_seen(who.actor, who.day, "people.see") or frozenset()
    held = found.appointments.select_related("lender", "team").filter(lender__in=seen)
    context = {
        "person": found,
        "held": [_held_line(each, who) for each in held.order_by("-from_on", "-pk")],
        "manages": manages,
        "form": form
        or PlaceForm(
            lenders=lenders_seen(who.actor, who.day, "people.manage"),
            initial={"from_on": who.day},
        ),
        "is_self": found.pk == who.actor.staff,
        "contact_right": staff_shown(found, who=who),
    }
    return render(request, "access/person.html", context, status=status)


def _held_line(held: Appointment, who: Acting) -> dict[str, Any]:
    over = held.until_on is not None and held.until_on <= who.day
    state = "over" if over else "coming" if held.from_on > who.day else "now"
    return {
        "role": ROLES.get(held.role, held.role),
        "place": f"{held.lender.name} / {held.team.name}" if held.team else held.lender.name,
        "from_on": held.from_on,
        "until_on": held.until_on,
        "state": state,
        "end_href": ""
        if over or not who.may("people.manage", lender=held.lender_id)
        else reverse("house:end_appointment", args=[held.pk]),
    }
