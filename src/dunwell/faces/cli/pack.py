"""`dunwell pack list|show|check|diff`: the packs of the gate, their numbers and sources.

Needs no state but with `--published`: what counts in this house, from which day and by whom.
A pack is named (shipped) or given as a folder. `check` exits 1 when a
file is wrong, 0 with a loud warning when a recheck is overdue. Reads the clock only
when no day is given, and then says which day it took.
"""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from dunwell.core.days import parse_day
from dunwell.core.params import NoValueOn, Parameter
from dunwell.core.permit import Pack, RuleSource
from dunwell.faces.cli.main import language, prepare_django
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words import say
from dunwell.store.policy.calendar_year import CalendarEnds, shipped_calendar
from dunwell.store.policy.packs import read_pack, shipped_pack, shipped_packs

SCREEN_ZONE = ZoneInfo("Asia/Shanghai")

app = typer.Typer(no_args_is_help=True, help="规则包 / the packs of the gate")

_Json = Annotated[bool, typer.Option("--json", help="JSON")]
_Published = Annotated[
    bool,
    typer.Option("--published", help="本机构现行的，读数据库 / as it counts here, from the state"),
]
_Version = Annotated[
    str,
    typer.Option(
        "--version", help="已发布的版本，写开头几位即可 / a published version, its first digits"
    ),
]
_Day = Annotated[str | None, typer.Option(help="哪一天，默认今天 / which day, default today")]


@app.callback()
def _pack() -> None:
    """规则包：规则、数值和出处 / packs: rules, numbers and where they stand written."""


@app.command("list")
def list_packs(as_of: _Day = None, published: _Published = False, as_json: _Json = False) -> None:
    """列出规则包：随软件发布的，或本机构现行的 / the packs as shipped, or as they count here."""
    day = _day(as_of)
    rows = _published_rows(day) if published else []
    packs = [_summary(_find(name, day, published=published), day) for name in shipped_packs()]
    for pack in packs if published else ():
        pack["published"] = [row for row in rows if row["pack"] == pack["pack"]]
        pack["shipped_hash"] = shipped_pack(pack["pack"]).hash
    if as_json:
        answer(packs)
        return
    for pack in packs:
        late = f"  ! {pack['overdue_for_check']}" if pack["overdue_for_check"] else ""
        counts = f"{pack['rules']:>4}{pack['parameters']:>4}"
        typer.echo(f"{pack['pack']:<16}{counts}  {pack['hash'][:12]}  {pack[_key('title')]}{late}")
        if published:
            _tell_published(pack["published"])


@app.command()
def show(
    pack: Annotated[str, typer.Argument(help="名称或目录 / name or folder")],
    as_of: _Day = None,
    published: _Published = False,
    version: _Version = "",
    as_json: _Json = False,
) -> None:
    """一个规则包当天的数值和出处 / a pack's numbers of a day and their sources."""
    day, of_state = _day(as_of), published or bool(version)
    found = _find(pack, day, published=of_state, version=version)
    rows = _published_rows(day, version) if of_state else []
    rows = [row for row in rows if row["pack"] == found.id]
    if as_json:
        answer(_whole(found, day) | ({"published": rows} if of_state else {}))
        return
    typer.echo(f"{found.id}  {_in_words(found, 'title')}  {found.hash[:12]}  ({day})")
    for code, source in found.rules.items():
        written = f"[{source.force}, {source.read}]  {_in_words(source, 'source')}"
        typer.echo(f"  {code:<20}{_in_words(source, 'title')}  {written}")
    for name in found.parameters:
        number = _number(found.parameters[name], day)
        said = f"{number['value_named']} {number['unit']}" if "value" in number else "—"
        typer.echo(f"  {name:<48}{said}  {number.get(_key('source'), '')}")
    if of_state:
        _tell_published(rows)
    _warn(found, day)


@app.command()
def check(
    packs: Annotated[
        list[str] | None,
        typer.Argument(help="名称或目录，默认全部 / names or folders, default all"),
    ] = None,
    as_of: _Day = None,
    published: _Published = False,
    as_json: _Json = False,
) -> None:
    """检查规则包的写法、复核期限和日历 / is every pack right, checked in time; the calendar."""
    day = _day(as_of)
    found = [_find(name, day, published=published) for name in packs or shipped_packs()]
    ends = _calendar_of_state(day) if published else shipped_calendar(day)
    if as_json:
        summed = [_summary(pack, day) for pack in found]
        answer(
            {
                "as_of": day.isoformat(),
                "packs": summed,
                "calendar_known_until": ends.known_until.isoformat(),
                "calendar_days_left": ends.days_left,
            }
        )
    if ends.near:
        _shout(ends.code, ends.figures)
    for pack in found:
        if not as_json:
            tell("PACK-OK", pack=pack.id, rules=len(pack.rules), parameters=len(pack.parameters))
        _warn(pack, day)


@app.command()
def diff(
    first: Annotated[str, typer.Argument(help="名称或目录 / name or folder")],
    second: Annotated[
        str,
        typer.Argument(
            help="名称或目录；--published 时可省 / name or folder; not with --published"
        ),
    ] = "",
    as_of: _Day = None,
    published: _Published = False,
    version: _Version = "",
    as_json: _Json = False,
) -> None:
    """两个规则包的差别，或现行与原版的差别 / how two packs differ, or published from shipped."""
    of_state = published or bool(version)
    if not second and not of_state:
        raise typer.BadParameter("SECOND / --published")
    day = _day(as_of)
    old = _find(first, day)
    new = _find(second or first, day, published=of_state, version=version)
    rows = [*_differences("rule", _rules(old), _rules(new))]
    rows += _differences("number", _numbers(old, day), _numbers(new, day))
    if as_json:
        answer({"as_of": day.isoformat(), "first": old.hash, "second": new.hash, "changes": rows})
        return
    for row in rows:
        typer.echo(f"{row['name']:<48}{row['first'] or '—'}  →  {row['second'] or '—'}")


def _find(pack: str, day: date, *, published: bool = False, version: str = "") -> Pack:
    if published:
        prepare_django()
        from dunwell.faces.cli.pack_of_state import pack_in_force  # reason: start-up — needs state

        return pack_in_force(pack, day=day, version=version)
    return read_pack(Path(pack)) if Path(pack).is_dir() else shipped_pack(pack)


def _published_rows(day: date, version: str = "") -> list[dict[str, Any]]:
    prepare_django()
    from dunwell.faces.cli.pack_of_state import published_rows  # reason: start-up — needs state

    return published_rows(day=day, version=version)


def _calendar_of_state(day: date) -> CalendarEnds:
    prepare_django()
    from dunwell.faces.cli.pack_of_state import calendar_of_state  # reason: start-up — needs state

    return calendar_of_state(day)


def _tell_published(rows: list[dict[str, Any]]) -> None:
    if not rows:
        tell("PACK-AS-SHIPPED")
    for row in rows:
        on = row["approved_at"][:10]
        tell(
            "PACK-PUBLISHED",
            **{**row, "from_on": row["from"], "on": on, "version": row["version"][:12]},
        )


def _day(as_of: str | None) -> date:
    if as_of is not None:
        return parse_day(as_of)
    today = datetime.now(tz=SCREEN_ZONE).date()
    typer.echo(say("PACK-DAY-ASSUMED", {"as_of": today}, language=language()), err=True)
    return today


def _warn(pack: Pack, day: date) -> None:
    late = pack.overdue_for_check(day)
    if late:
        figures: dict[str, object] = {"pack": pack.id, "count": len(late), "first": late[0]}
        figures["recheck_by"] = pack.recheck_of(late[0])
        _shout("GATE-RECHECK", figures)


def _shout(code: str, figures: dict[str, object]) -> None:
    typer.secho(say(code, figures, language=language()), err=True, fg="red", bold=True)


def _summary(pack: Pack, day: date) -> dict[str, Any]:
    return {
        "pack": pack.id,
        "title": pack.title,
        "title_en": pack.title_en,
        "rules": len(pack.rules),
        "parameters": len(pack.parameters),
        "hash": pack.hash,
        "checked_on": pack.checked_on.isoformat(),
        "recheck_by": pack.recheck_by.isoformat(),
        "overdue_for_check": list(pack.overdue_for_check(day)),
    }


def _whole(pack: Pack, day: date) -> dict[str, Any]:
    return {
        **_summary(pack, day),
        "as_of": day.isoformat(),
        "rules": {
            code: {key: getattr(source, key) for key in source.__slots__}
            for code, source in pack.rules.items()
        },
        "parameters": {name: _number(p, day) for name, p in pack.parameters.items()},
    }


def _number(parameter: Parameter, day: date) -> dict[str, Any]:
    number: dict[str, Any] = {
        "id": parameter.id,
        "title": parameter.title,
        "title_en": parameter.title_en,
        "unit": parameter.unit,
        "stricter": parameter.stricter,
        "checked_on": parameter.checked_on.isoformat(),
        "recheck_by": parameter.recheck_by.isoformat(),
    }
    try:
        dated = parameter.dated_on(day)
    except NoValueOn:
        return number
    number["value"], number["value_named"] = dated.value, parameter.name_of(dated.value)
    number["from"] = dated.from_on.isoformat()
    written = ("source", "source_en", "force", "read")
    return number | {key: getattr(dated, key) for key in written}


def _key(name: str) -> str:
    """`title` or `source` under the name it has in the language of this terminal."""
    return f"{name}_en" if language().startswith("en") else name


def _in_words(record: Pack | RuleSource, name: str) -> str:
    return str(getattr(record, _key(name), "") or getattr(record, name))


def _rules(pack: Pack) -> dict[str, str]:
    return {
        code: f"{_in_words(source, 'title')} [{_in_words(source, 'source')}]"
        for code, source in pack.rules.items()
    }


def _numbers(pack: Pack, day: date) -> dict[str, str]:
    numbers = {name: _number(parameter, day) for name, parameter in pack.parameters.items()}
    return {
        name: f"{number['value_named']} {number['unit']}"
        for name, number in numbers.items()
        if "value" in number
    }


def _differences(kind: str, old: dict[str, str], new: dict[str, str]) -> list[dict[str, Any]]:
    return [
        {"kind": kind, "name": name, "first": old.get(name), "second": new.get(name)}
        for name in sorted({*old, *new})
        if old.get(name) != new.get(name)
    ]
