"""`dunwell work capacity`: what each person can take on, set from a day and shown."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from django.utils import timezone

from dunwell.core.days import parse_day
from dunwell.faces.cli.day_asked import day_told
from dunwell.faces.cli.telling import answer, tell
from dunwell.flows.house.refusals import NoSuchPlace, NoSuchStaff
from dunwell.flows.prepare.work_capacity import (
    TakesOn,
    WrongCapacity,
    capacities_shown,
    set_capacity,
)
from dunwell.store.people.models import Lender, Staff
from dunwell.store.people.permissions import system_actor
from dunwell.store.work.models import Capacity

app = typer.Typer(no_args_is_help=True, help="可用工时 / what people can take on")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
LenderCode = Annotated[str, typer.Option("--lender", help="机构代码 / code of the lender")]
AsOf = Annotated[str | None, typer.Option("--as-of", help="业务日，默认今天 / the day, today")]


@app.command("set")
def set_(
    staff: Annotated[str, typer.Argument(help="工作名 / work name")],
    minutes: Annotated[
        str, typer.Option(help="每个工作日的分钟，或周一至周日七个数 / minutes, or seven numbers")
    ] = "480",
    skills: Annotated[str, typer.Option(help="phone,visit,legal")] = "phone",
    languages: Annotated[str, typer.Option(help="另会的语言 / further languages")] = "",
    regions: Annotated[str, typer.Option(help="外访城市，空为不限 / cities for visits")] = "",
    most: Annotated[str, typer.Option(help="每日上限 phone=80,visit=5 / daily limits")] = "",
    from_on: Annotated[str | None, typer.Option("--from", help="开始日 / first day")] = None,
    until_on: Annotated[str | None, typer.Option("--until", help="结束日 / end (not in)")] = None,
    why: Annotated[str, typer.Option(help="理由 / reason")] = "",
    lender: LenderCode = "default",
    as_of: AsOf = None,
    as_json: AsJson = False,
) -> None:
    """设定某人的工时、技能、语言、地区和上限 / hours, skills, languages, regions, limits."""
    day = day_told(as_of)
    made = set_capacity(
        actor=system_actor("command-line"),
        day=day,
        now=timezone.now(),
        lender=lender_named(lender),
        staff=staff_named(staff),
        from_on=parse_day(from_on) if from_on else day,
        until_on=parse_day(until_on) if until_on else None,
        takes=TakesOn(
            minutes=_minutes(minutes),
            skills=_listed(skills),
            languages=_listed(languages),
            regions=_listed(regions),
            most=_most(most),
        ),
        why=why,
    )
    if as_json:
        answer(_as_json(made))
        return
    shown = _shown(made)
    tell(
        "WORK-CAPACITY-SET",
        name=staff,
        from_on=made.from_on,
        minutes=shown["minutes"],
        skills=shown["skills"],
    )


@app.command()
def show(lender: LenderCode = "default", as_of: AsOf = None, as_json: AsJson = False) -> None:
    """看当天每人的工时和上限 / what counts for everybody on the day."""
    day = day_told(as_of)
    actor = system_actor("command-line")
    rows = capacities_shown(actor=actor, lender=lender_named(lender), day=day)
    if as_json:
        answer([_as_json(row) for row in rows])
        return
    for row in rows:
        tell("WORK-CAPACITY-SHOWN", **_shown(row))


def lender_named(code: str) -> Lender:
    """The lender of that code. Refuses NoSuchPlace."""
    found = Lender.objects.filter(code=code).first()
    if found is None:
        raise NoSuchPlace(lender=code, team=None)
    return found


def staff_named(username: str) -> Staff:
    """The person of that work name. Refuses NoSuchStaff."""
    found = Staff.objects.filter(username=username.strip().lower()).first()
    if found is None:
        raise NoSuchStaff(staff=username)
    return found


def _minutes(text: str) -> list[int]:
    """Seven numbers, or one for Monday to Friday."""
    found = [_number("minutes", part) for part in _listed(text)]
    return [*found * 5, 0, 0] if len(found) == 1 else found


def _most(text: str) -> dict[str, int]:
    pairs = [part.partition("=") for part in _listed(text)]
    return {skill: _number("most", number) for skill, _, number in pairs}


def _number(field: str, text: str) -> int:
    if not text.isdecimal():
        raise WrongCapacity(field=field, value=text, allowed="0..")
    return int(text)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.replace("，", ",").split(",") if part.strip()]


def _shown(row: Capacity) -> dict[str, Any]:
    return {
        "name": row.staff.username,
        "minutes": "/".join(map(str, row.minutes)),
        "skills": row.skills or "–",
        "languages": row.languages or "–",
        "regions": row.regions or "–",
        "most": ", ".join(f"{skill}={most}" for skill, most in row.most.items()) or "–",
        "from_on": row.from_on,
    }


def _as_json(row: Capacity) -> dict[str, Any]:
    return {
        "staff": row.staff.username,
        "from_on": row.from_on,
        "until_on": row.until_on,
        "minutes": row.minutes,
        "skills": row.skills.split(),
        "languages": row.languages.split(),
        "regions": row.regions.split(),
        "most": row.most,
    }
