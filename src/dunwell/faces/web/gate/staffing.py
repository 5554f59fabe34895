"""Whether a colleague may contact borrowers: the card of the person page, and what changes it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dunwell.faces.web.access.acting import Acting, acting
from dunwell.faces.web.gate import labels
from dunwell.faces.web.gate.stand_forms import ReasonForm
from dunwell.flows.contact.standings import KINDS, set_staff_state, staff_standing
from dunwell.flows.house.refusals import NoSuchStaff
from dunwell.store.people.models import Appointment, Staff
from dunwell.store.people.permissions import may


def staff_shown(person: Staff, *, who: Acting) -> dict[str, Any]:
    """What the card asks for: where the colleague stands, and which acts are offered."""
    stands = {row.kind: row for row in staff_standing(person.pk)}
    offers = person.pk != who.actor.staff and _may_set(who, person)
    acts = []
    if offers and person.is_active:
        acts = [
            {
                "kind": kind,
                "href": reverse("gate:staff_state", args=[person.pk, kind]),
                "holds": kind not in stands,
                "words": _words(kind, holds=kind not in stands),
                "primary": kind == "certified" and kind not in stands,
            }
            for kind in KINDS["staff"]
            if kind != "suspended" or "certified" in stands or kind in stands
        ]
    return {
        "certified": "certified" in stands,
        "suspended": "suspended" in stands,
        "rows": [
            {
                "words": _("已认证") if kind == "certified" else _("已暂停"),
                "at": row.from_at,
                "by": labels.person_words(row.by.display_name if row.by else row.by_label),
                "why": row.why,
            }
            for kind, row in stands.items()
        ],
        "acts": acts,
    }


@require_POST
def staff_state(request: HttpRequest, staff: int, kind: str) -> HttpResponse:
    """Certify or suspend, or end that; `holds=yes` lets it stand."""
    if kind not in KINDS["staff"]:
        raise Http404
    who = acting(request)
    found = Staff.objects.filter(pk=staff).first()
    if found is None:
        raise NoSuchStaff(staff=staff)
    form = ReasonForm(request.POST)
    holds = request.POST.get("holds") == "yes"
    form.is_valid()  # a missing reason is the flow's to refuse, in its own words
    set_staff_state(
        actor=who.actor, now=who.now, staff=found, kind=kind, holds=holds,
        why=form.cleaned_data.get("why", ""),
    )  # fmt: skip
    messages.success(request, _("{act}：已登记，即时生效。").format(act=_words(kind, holds=holds)))
    return redirect("house:person", staff)


def _words(kind: str, *, holds: bool) -> str:
    if kind == "certified":
        return _("认证") if holds else _("收回认证")
    return _("暂停联系") if holds else _("恢复联系")


def _may_set(who: Acting, person: Staff) -> bool:
    """As `set_staff_state` has it: at every lender the colleague works for."""
    held = set(Appointment.objects.filter(staff=person).values_list("lender_id", flat=True))
    places: list[int | None] = [*held] or [None]
    return all(may(who.actor, "staff.certify", day=who.day, lender=each) for each in places)
