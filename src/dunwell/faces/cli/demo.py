"""`dunwell demo users`: log-ins of the demo, one per role, printed on the terminal.

Only in the demo environment: a real house never has accounts whose passwords
stand in a log. Run again, it prints the same names and makes only what is missing.
"""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Annotated

import typer
from django.conf import settings
from django.utils import timezone

from dunwell.core.refusal import Refusal
from dunwell.flows.contact.outbox import set_letterhead
from dunwell.flows.contact.standings import set_staff_state
from dunwell.flows.house.accounts import create_staff
from dunwell.flows.house.appointments import appoint
from dunwell.flows.prepare.work_capacity import TakesOn, set_capacity
from dunwell.store.outreach.models import Letterhead
from dunwell.store.people.models import Lender, Role, Staff
from dunwell.store.people.permissions import Actor, actor_of, system_actor
from dunwell.store.work.models import Capacity

app = typer.Typer(help="演示环境 / the demo")

PASSWORD = "shancui-demo-2026"
NAMES = {
    Role.SUPERVISOR: ("zhuguan", "陈主管"),
    Role.COLLECTOR: ("cuishou", "李催收"),
    Role.FIELD: ("waifang", "赵外访"),
    Role.LEGAL: ("fawu", "周法务"),
    Role.COMPLIANCE: ("hegui", "吴合规"),
    Role.ANALYST: ("fenxi", "郑分析"),
    Role.TRAINER: ("peixun", "冯培训"),
    Role.AUDITOR: ("shenji", "褚审计"),
    Role.ADMIN: ("guanli", "卫管理"),
}


COLLEAGUES = (
    (Role.COLLECTOR, "cuishou2", "孙催收"),
    (Role.FIELD, "waifang2", "钱外访"),
)
"""A second hand for the phone and for visits, so that work can be shared and moved."""

TAKES: dict[str, TakesOn] = {
    "cuishou": TakesOn(minutes=[480] * 5 + [0, 0], skills=["phone"]),
    "cuishou2": TakesOn(minutes=[360] * 5 + [0, 0], skills=["phone"], languages=["粤语"]),
    "waifang": TakesOn(
        minutes=[420] * 6 + [0], skills=["visit"], regions=["长沙市", "株洲市"], most={"visit": 5}
    ),
    "waifang2": TakesOn(minutes=[420] * 5 + [0, 0], skills=["visit"], most={"visit": 4}),
    "fawu": TakesOn(minutes=[240] * 5 + [0, 0], skills=["legal"], most={"legal": 3}),
}
"""What each can take on: hours of weekdays, skills, cities and limits of the demo."""

IN_CONTACT = (Role.SUPERVISOR, Role.COLLECTOR, Role.FIELD, Role.LEGAL)
"""Who speaks with borrowers: the gate lets nobody through who has not passed the test."""


class NotTheDemo(Refusal):
    """Demo log-ins were asked for outside the demo. Figures: environment."""

    code = "DEMO-NOT-THE-DEMO"


@app.callback()
def _demo() -> None:
    """演示环境 / the demo."""


@app.command()
def users(
    as_json: Annotated[bool, typer.Option("--json", help="机器可读 / machine-readable")] = False,
) -> None:
    """为九个角色各建一个演示账号并打印 / make and print one log-in per role."""
    if settings.ENVIRONMENT != "demo":
        raise NotTheDemo(environment=settings.ENVIRONMENT)
    actor, now = system_actor("command-line"), timezone.now()
    lender = Lender.objects.order_by("pk").first() or Lender.objects.create(
        code="default", name="演示小额贷款公司"
    )
    for role, (username, display_name) in NAMES.items():
        _log_in(actor, now, role, username, display_name, lender)
    for role, username, display_name in COLLEAGUES:
        _log_in(actor, now, role, username, display_name, lender)
    trainer = actor_of(Staff.objects.get(username=NAMES[Role.TRAINER][0]))
    colleagues = [username for _role, username, _name in COLLEAGUES]
    for username in [*(NAMES[role][0] for role in IN_CONTACT), *colleagues]:
        staff = Staff.objects.get(username=username)
        set_staff_state(
            actor=trainer, now=now, staff=staff, kind="certified", holds=True, why="演示：考核通过"
        )
    _take_on(actor, now, lender)
    if not Letterhead.objects.filter(lender=lender).exists():
        set_letterhead(
            actor=actor, now=now, lender=lender, signature="演示小贷", call_back="0731-80000000"
        )
    people = [(role, username) for role, (username, _name) in NAMES.items()]
    people += [(role, username) for role, username, _name in COLLEAGUES]
    logins = [
        {"username": username, "role": role.value, "password": PASSWORD}
        for role, username in people
    ]
    if as_json:
        print(json.dumps({"logins": logins}, ensure_ascii=False))
        return
    print("演示账号 Demo log-ins (密码 password: " + PASSWORD + ")")
    for login in logins:
        print(f"  {login['username']:<10}{Role(login['role']).label}  {login['role']}")


def _take_on(actor: Actor, now: datetime, lender: Lender) -> None:
    """Give the demo's people their hours, once: what somebody changed since stays."""
    day: date = timezone.localdate(now)
    for username, takes in TAKES.items():
        staff = Staff.objects.get(username=username)
        if not Capacity.objects.filter(staff=staff, lender=lender).exists():
            set_capacity(
                actor=actor, day=day, now=now, lender=lender, staff=staff, from_on=day,
                until_on=None, takes=takes, why="演示",
            )  # fmt: skip


def _log_in(
    actor: Actor, now: datetime, role: Role, username: str, display_name: str, lender: Lender
) -> None:
    if Staff.objects.filter(username=username).exists():
        return
    day: date = timezone.localdate(now)
    made = create_staff(
        actor=actor,
        day=day,
        now=now,
        username=username,
        display_name=display_name,
        password=PASSWORD,
    )
    # A demo is looked at by many: nobody is asked to change the password printed above.
    Staff.objects.filter(pk=made.staff).update(must_change_password=False)
    appoint(actor=actor, day=day, now=now, staff=made.staff, role=role.value, lender=lender.pk)
