"""`dunwell people`: accounts, appointments, lenders and teams, by the operator of the machine.

Whoever may run commands here acts as `system:command-line` in the journal. First
passwords are printed once and kept nowhere.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer
from django.utils import timezone

from dunwell.core.days import parse_day
from dunwell.faces.cli.telling import answer, tell
from dunwell.flows.contact.standings import set_staff_state, staff_states
from dunwell.flows.house.accounts import (
    NewPassword,
    create_staff,
    reset_password,
    set_active,
)
from dunwell.flows.house.appointments import appoint as appoint_staff
from dunwell.flows.house.appointments import end_appointment, set_role_policy
from dunwell.flows.house.places import create_lender, create_team
from dunwell.flows.house.refusals import NoSuchPlace, NoSuchStaff
from dunwell.store.people.models import Lender, RolePolicy, Staff, Team
from dunwell.store.people.permissions import system_actor

app = typer.Typer(no_args_is_help=True, help="人员 / people")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
Username = Annotated[str, typer.Argument(help="工作名 / work name")]
LenderCode = Annotated[str, typer.Option("--lender", help="机构代码 / code of the lender")]
TeamCode = Annotated[str | None, typer.Option("--team", help="小组代码 / code of the team")]
RoleName = Annotated[str, typer.Option("--role", help="岗位 / role")]


@app.callback()
def _people() -> None:
    """人员：账号、任命、机构和小组 / accounts, appointments, lenders and teams."""


@app.command()
def add(
    username: Username,
    name: Annotated[str, typer.Option(help="姓名 / name to show")],
    language: Annotated[str, typer.Option(help="zh-hans | en")] = "zh-hans",
    as_json: AsJson = False,
) -> None:
    """开账号并给出初始密码 / open an account and print its first password."""
    made = create_staff(**_now(), username=username, display_name=name, language=language)
    _tell_password("PEOPLE-ADDED", made, as_json)


@app.command()
def appoint(
    username: Username,
    role: RoleName,
    lender: LenderCode,
    team: TeamCode = None,
    from_on: Annotated[str | None, typer.Option("--from", help="开始日 / first day")] = None,
    until_on: Annotated[str | None, typer.Option("--until", help="结束日 / end (not in)")] = None,
    as_json: AsJson = False,
) -> None:
    """任命岗位 / give somebody a role."""
    place, group = _place(lender, team)
    made = appoint_staff(
        **_now(),
        staff=_staff(username).pk,
        role=role,
        lender=place.pk,
        team=group.pk if group else None,
        from_on=parse_day(from_on) if from_on else None,
        until_on=parse_day(until_on) if until_on else None,
    )
    if as_json:
        answer({"appointment": made.pk, "from_on": made.from_on, "until_on": made.until_on})
    else:
        tell("PEOPLE-APPOINTED", staff=username, role=role, from_on=made.from_on, number=made.pk)


@app.command()
def end(
    appointment: Annotated[int, typer.Argument(help="任命编号 / number of the appointment")],
    why: Annotated[str, typer.Option(help="理由 / reason")] = "",
    as_json: AsJson = False,
) -> None:
    """结束一项任命 / end an appointment today."""
    end_appointment(**_now(), appointment=appointment, why=why)
    _tell_done("PEOPLE-ENDED", as_json, appointment=appointment)


@app.command("list")
def list_people(as_json: AsJson = False) -> None:
    """列出账号、任命、机构和小组 / list accounts, appointments, lenders and teams."""
    states = staff_states()
    people = [
        _staff_line(staff, states.get(staff.pk, frozenset()))
        for staff in Staff.objects.order_by("username")
    ]
    lenders = list(Lender.objects.order_by("code").values("code", "name"))
    teams = [
        {"lender": each.lender.code, "code": each.code, "name": each.name}
        for each in Team.objects.select_related("lender").order_by("lender__code", "code")
    ]
    bound = RolePolicy.objects.filter(totp_required=True).values_list("role", flat=True)
    if as_json:
        answer(
            {"staff": people, "lenders": lenders, "teams": teams, "totp_required": sorted(bound)}
        )
        return
    for lender in lenders:
        tell("PEOPLE-LENDER", **lender)
    for team in teams:
        tell("PEOPLE-TEAM", **team)
    for staff in people:
        roles = ", ".join(_role_words(each) for each in staff["appointments"]) or "–"
        tell("PEOPLE-STAFF" if staff["active"] else "PEOPLE-STAFF-CLOSED", **staff, roles=roles)


@app.command("reset-password")
def reset(username: Username, as_json: AsJson = False) -> None:
    """重置密码并给出新的初始密码 / print a new first password."""
    made = reset_password(**_now(), staff=_staff(username).pk)
    _tell_password("PEOPLE-RESET", made, as_json)


@app.command("set-active")
def set_account_active(
    username: Username,
    active: Annotated[bool, typer.Option("--open/--closed", help="启用或停用 / open or closed")],
    why: Annotated[str, typer.Option(help="理由 / reason")] = "",
    as_json: AsJson = False,
) -> None:
    """停用或启用账号 / close an account, or open it again."""
    set_active(**_now(), staff=_staff(username).pk, active=active, why=why)
    _tell_done(
        "PEOPLE-OPENED" if active else "PEOPLE-CLOSED", as_json, username=username, active=active
    )


@app.command()
def certify(
    username: Username,
    why: Annotated[str, typer.Option(help="理由，如哪次考核 / reason, e.g. which test")],
    ends: Annotated[bool, typer.Option("--end", help="收回认证 / take it back")] = False,
    as_json: AsJson = False,
) -> None:
    """认证联系资格（或收回） / certify for contact with borrowers, or end that."""
    _set_state(username, "certified", holds=not ends, why=why, as_json=as_json)


@app.command()
def suspend(
    username: Username,
    why: Annotated[str, typer.Option(help="理由 / reason")],
    ends: Annotated[bool, typer.Option("--end", help="恢复 / let them back")] = False,
    as_json: AsJson = False,
) -> None:
    """暂停联系资格（或恢复） / suspend from contact with borrowers, or end that."""
    _set_state(username, "suspended", holds=not ends, why=why, as_json=as_json)


@app.command()
def policy(
    role: Annotated[str, typer.Argument(help="岗位 / role")],
    totp: Annotated[bool, typer.Option("--totp/--no-totp", help="须用两步验证 / second factor")],
    as_json: AsJson = False,
) -> None:
    """规定某岗位是否须两步验证 / say whether a role needs a second factor."""
    set_role_policy(**_now(), role=role, totp_required=totp)
    _tell_done("PEOPLE-TOTP" if totp else "PEOPLE-NO-TOTP", as_json, role=role, totp_required=totp)


@app.command()
def lender(
    code: Annotated[str, typer.Argument(help="机构代码 / code")],
    name: Annotated[str, typer.Option(help="机构名称 / name")],
    as_json: AsJson = False,
) -> None:
    """新建机构 / open a lender."""
    made = create_lender(**_now(), code=code, name=name)
    _tell_done("PEOPLE-LENDER-MADE", as_json, lender=made.code)


@app.command()
def team(
    code: Annotated[str, typer.Argument(help="小组代码 / code")],
    lender: LenderCode,
    name: Annotated[str, typer.Option(help="小组名称 / name")],
    as_json: AsJson = False,
) -> None:
    """新建小组 / open a team of a lender."""
    made = create_team(**_now(), lender=_place(lender, None)[0].pk, code=code, name=name)
    _tell_done("PEOPLE-TEAM-MADE", as_json, team=made.code)


def _now() -> dict[str, Any]:
    return {
        "actor": system_actor("command-line"),
        "day": timezone.localdate(),
        "now": timezone.now(),
    }


def _set_state(username: str, kind: str, *, holds: bool, why: str, as_json: bool) -> None:
    set_staff_state(
        actor=system_actor("command-line"), now=timezone.now(), staff=_staff(username), kind=kind,
        holds=holds, why=why,
    )  # fmt: skip
    code = f"PEOPLE-{kind.upper()}" if holds else f"PEOPLE-{kind.upper()}-ENDED"
    _tell_done(code, as_json, username=username, **{kind: holds})


def _staff(username: str) -> Staff:
    found = Staff.objects.filter(username=username.strip().lower()).first()
    if found is None:
        raise NoSuchStaff(staff=username)
    return found


def _place(lender: str, team: str | None) -> tuple[Lender, Team | None]:
    place = Lender.objects.filter(code=lender).first()
    group = Team.objects.filter(lender=place, code=team).first() if place and team else None
    if place is None or (team and group is None):
        raise NoSuchPlace(lender=lender, team=team)
    return place, group


def _staff_line(staff: Staff, states: frozenset[str]) -> dict[str, Any]:
    held = staff.appointments.select_related("lender", "team").order_by("from_on", "pk")
    return {
        "username": staff.username,
        "name": staff.display_name,
        "active": staff.is_active,
        "certified": "certified" in states,
        "suspended": "suspended" in states,
        "appointments": [
            {
                "number": each.pk,
                "role": each.role,
                "lender": each.lender.code,
                "team": each.team.code if each.team else None,
                "from_on": each.from_on,
                "until_on": each.until_on,
            }
            for each in held
        ],
    }


def _role_words(held: dict[str, Any]) -> str:
    place = f"{held['lender']}/{held['team']}" if held["team"] else held["lender"]
    until: date | None = held["until_on"]
    return f"#{held['number']} {held['role']}@{place} {held['from_on']}–{until or ''}"


def _tell_password(code: str, made: NewPassword, as_json: bool) -> None:
    if as_json:
        answer({"username": made.username, "password": made.password})
    else:
        tell(code, username=made.username, password=made.password)


def _tell_done(code: str, as_json: bool, /, **figures: object) -> None:
    if as_json:
        answer(figures)
    else:
        tell(code, **figures)
