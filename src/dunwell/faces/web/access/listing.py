"""The list of people: filters by role and state, a page at a time by work name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dunwell.faces.web.access.labels import ROLES
from dunwell.faces.web.frame.listing import Choice, Column, Filter, Listing, Total
from dunwell.store.people.models import Appointment, Staff

PAGE_ROWS = 50
COLUMNS = (
    Column(key="name", label=gettext_lazy("显示姓名"), kind="link", lead=True),
    Column(key="username", label=gettext_lazy("工作名")),
    Column(key="roles", label=gettext_lazy("岗位")),
    Column(key="places", label=gettext_lazy("机构或小组")),
    Column(key="state", label=gettext_lazy("账号"), kind="state"),
    Column(key="last_login", label=gettext_lazy("最近登录"), kind="moment"),
)


def people_listing(
    request: HttpRequest,
    *,
    staff: QuerySet[Staff],
    day: date,
    may: Callable[[str], bool],
) -> Listing:
    """One page of the people in `staff`, as the address bar narrows it."""
    wanted = _narrowed(request, staff, day)
    after = request.GET.get("after", "")
    now = Appointment.objects.select_related("lender", "team").filter(_in_force(day))
    page = list(
        (wanted.filter(username__gt=after) if after else wanted)
        .order_by("username")
        .prefetch_related(Prefetch("appointments", now.order_by("pk"), to_attr="held_now"))[
            : PAGE_ROWS + 1
        ]
    )
    shown = page[:PAGE_ROWS]
    return Listing(
        request=request,
        name="people",
        columns=COLUMNS,
        rows=[_row(person) for person in shown],
        filters=_filters(),
        totals=[Total(label=_("人数"), value=wanted.count())],
        next_after=shown[-1].username if len(page) > PAGE_ROWS else "",
        empty_title=_("还没有人员"),
        empty_text=_("开好账号并任命岗位后，人员会列在这里。"),
        empty_href=reverse("house:add_person") if may("people.manage") else "",
        empty_act=_("开账号") if may("people.manage") else "",
    )


def _narrowed(request: HttpRequest, staff: QuerySet[Staff], day: date) -> QuerySet[Staff]:
    roles = [role for role in request.GET.get("role", "").split(",") if role]
    if roles:
        held = Appointment.objects.filter(_in_force(day), role__in=roles)
        staff = staff.filter(pk__in=held.values("staff"))
    state = request.GET.get("state")
    return staff.filter(is_active=state == "open") if state in {"open", "closed"} else staff


def _in_force(day: date) -> Q:
    return Q(from_on__lte=day) & (Q(until_on=None) | Q(until_on__gt=day))


def _filters() -> list[Filter]:
    return [
        Filter(
            key="role",
            label=_("岗位"),
            choices=[Choice(value=role, label=words) for role, words in ROLES.items()],
        ),
        Filter(
            key="state",
            label=_("账号"),
            many=False,
            choices=[
                Choice(value="open", label=_("在用")),
                Choice(value="closed", label=_("已停用")),
            ],
        ),
    ]


def _row(person: Staff) -> dict[str, Any]:
    held: list[Appointment] = person.held_now  # type: ignore[attr-defined]
    places = {f"{h.lender.name} / {h.team.name}" if h.team else h.lender.name: None for h in held}
    return {
        "href": reverse("house:person", args=[person.pk]),
        "name": person.display_name,
        "username": person.username,
        "roles": "、".join(dict.fromkeys(str(ROLES.get(h.role, h.role)) for h in held)),
        "places": "、".join(places),
        "state": "account_open" if person.is_active else "account_closed",
        "last_login": person.last_login,
        "muted": not person.is_active,
    }
