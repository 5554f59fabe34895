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
from dunwell.flows.contact.standings import set_staff_state
from dunwell.flows.house.accounts import create_staff
from dunwell.flows.house.appointments import appoint
from dunwell.store.people.models import Lender, Role, Staff
from dunwell.store.people.permissions import Actor, actor_of, system_actor

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
    trainer = actor_of(Staff.objects.get(username=NAMES[Role.TRAINER][0]))
    for role in IN_CONTACT:
        staff = Staff.objects.get(username=NAMES[role][0])
        set_staff_state(
            actor=trainer, now=now, staff=staff, kind="certified", holds=True, why="演示：考核通过"
        )
    logins = [
        {"username": username, "role": role.value, "password": PASSWORD}
        for role, (username, _name) in NAMES.items()
    ]
    if as_json:
        print(json.dumps({"logins": logins}, ensure_ascii=False))
        return
    print("演示账号 Demo log-ins (密码 password: " + PASSWORD + ")")
    for login in logins:
        print(f"  {login['username']:<10}{Role(login['role']).label}  {login['role']}")


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
