"""Pages of the house: its front, what each role may do, lenders and teams."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import Acting, acting, refused
from dunwell.faces.web.access.forms import LenderForm, TeamForm
from dunwell.faces.web.access.labels import (
    KEY_STATES,
    PERMISSIONS,
    PURPOSES,
    ROLES,
    SCOPES,
)
from dunwell.faces.web.gate.calendar import calendar_warning
from dunwell.flows.house.appointments import set_role_policy
from dunwell.flows.house.places import create_lender, create_team
from dunwell.store.journal.models import Entry, Seal
from dunwell.store.people.models import Lender, RolePolicy, Team
from dunwell.store.people.permissions import PERMISSIONS as RULES
from dunwell.store.people.permissions import lenders_seen, require
from dunwell.store.vault import keyring


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What there is to set: each card for those who may see it; one's own account for all."""
    who = acting(request)
    context: dict[str, Any] = {
        "calendar": calendar_warning(who.actor, day=who.day),
        "sees_people": who.may("people.see"),
        "manages_people": who.may("people.manage"),
        "keys": _keys() if who.may("keys.see") else None,
        "sees_journal": who.may("journal.see"),
        "journal": _journal() if who.may("journal.verify") else None,
    }
    return render(request, "access/home.html", context)


@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """The nine roles: what each may do, how far, and whether log-in asks for a second factor."""
    who = acting(request)
    require(who.actor, "people.see", day=who.day)
    bound = set(RolePolicy.objects.filter(totp_required=True).values_list("role", flat=True))
    context = {
        "manages": who.may("people.manage"),
        "roles": [
            {
                "code": role,
                "words": words,
                "bound": role in bound,
                "may": [
                    (PERMISSIONS.get(name, name), SCOPES[rule.roles[role]])
                    for name, rule in RULES.items()
                    if role in rule.roles
                ],
            }
            for role, words in ROLES.items()
        ],
    }
    return render(request, "access/roles.html", context)


@require_POST
def set_role(request: HttpRequest, role: str) -> HttpResponse:
    """Bind a role to a second factor, or release it."""
    who = acting(request)
    bound = request.POST.get("totp") == "yes"
    set_role_policy(actor=who.actor, day=who.day, now=who.now, role=role, totp_required=bound)
    words = ROLES.get(role, role)
    messages.success(
        request,
        _("{role}：今后登录须用两步验证。").format(role=words)
        if bound
        else _("{role}：两步验证改为自愿。").format(role=words),
    )
    return redirect("house:roles")


@require_GET
def places_page(request: HttpRequest) -> HttpResponse:
    """Lenders and their teams."""
    who = acting(request)
    require(who.actor, "people.see", day=who.day)
    return _places(request, who)


@require_POST
def add_lender(request: HttpRequest) -> HttpResponse:
    """Open a lender."""
    who = acting(request)
    require(who.actor, "people.manage", day=who.day)
    form = LenderForm(request.POST, auto_id="id_lender_%s")
    if form.is_valid():
        try:
            create_lender(actor=who.actor, day=who.day, now=who.now, **form.cleaned_data)
        except Refusal as refusal:
            refused(form, refusal, "code")
        else:
            messages.success(request, _("机构已建好。请在命令行为它任命管理员。"))
            return redirect("house:places")
    return _places(request, who, lender_form=form)


@require_POST
def add_team(request: HttpRequest) -> HttpResponse:
    """Open a team of a lender."""
    who = acting(request)
    require(who.actor, "people.manage", day=who.day)
    form = TeamForm(request.POST, lenders=lenders_seen(who.actor, who.day, "people.manage"))
    if form.is_valid():
        told = {**form.cleaned_data, "lender": form.cleaned_data["lender"].pk}
        try:
            create_team(actor=who.actor, day=who.day, now=who.now, **told)
        except Refusal as refusal:
            refused(form, refusal, "code")
        else:
            messages.success(request, _("小组已建好。"))
            return redirect("house:places")
    return _places(request, who, team_form=form)


def _places(
    request: HttpRequest,
    who: Acting,
    *,
    lender_form: LenderForm | None = None,
    team_form: TeamForm | None = None,
) -> HttpResponse:
    seen = lenders_seen(who.actor, who.day, "people.see") or ()
    in_force = Q(appointments__from_on__lte=who.day) & (
        Q(appointments__until_on=None) | Q(appointments__until_on__gt=who.day)
    )
    people = Count("appointments__staff", filter=in_force, distinct=True)
    teams = Team.objects.filter(lender__in=seen).annotate(people=people).order_by("code")
    context = {
        "lenders": [
            {"lender": lender, "teams": [team for team in teams if team.lender_id == lender.pk]}
            for lender in Lender.objects.filter(pk__in=seen)
            .annotate(people=people)
            .order_by("code")
        ],
        "manages": who.may("people.manage"),
        "lender_form": lender_form or LenderForm(auto_id="id_lender_%s"),
        "team_form": team_form
        or TeamForm(lenders=lenders_seen(who.actor, who.day, "people.manage")),
    }
    status = 400 if lender_form or team_form else 200
    return render(request, "access/places.html", context, status=status)


def _keys() -> list[dict[str, Any]]:
    return [
        {
            "purpose": PURPOSES.get(key.purpose, key.purpose),
            "id": key.id,
            "made_on": key.made_at[:10],
            "state": KEY_STATES[key.state],
        }
        for key in keyring().keys
        if key.state != "retired"
    ]


def _journal() -> dict[str, int]:
    entries, sealed = Entry.objects.count(), Seal.objects.count()
    return {"entries": entries, "sealed": sealed, "unsealed": entries - sealed}
