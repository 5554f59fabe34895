"""`dunwell gate ask|close|facts`: the gate's answer to one question, without any state.

`ask` exits 0 whatever the verdict; a question that is not written as the table of
facts says exits 1. The day is the moment of the question, so no clock is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import typer

from dunwell.core.days import parse_day
from dunwell.core.permit import (
    Decision,
    Gate,
    close_check,
    decide,
    read_closing,
)
from dunwell.core.refusal import Refusal
from dunwell.faces.cli.main import language
from dunwell.faces.cli.reading import read_words
from dunwell.faces.cli.telling import answer as print_json
from dunwell.faces.cli.telling import tell
from dunwell.faces.words import say
from dunwell.faces.words.gate_answer import answer, minute, reason_said
from dunwell.faces.words.gate_facts import facts_table
from dunwell.flows.contact.read_question import read_question
from dunwell.store.policy.packs import DEFAULT_PACKS, shipped_gate

app = typer.Typer(no_args_is_help=True, help="联系前的许可 / permission before contact")

PACKS = ",".join(DEFAULT_PACKS)

VERDICT_CODES = {
    "allow": "GATE-VERDICT-ALLOW",
    "warn": "GATE-VERDICT-WARN",
    "needs_approval": "GATE-VERDICT-APPROVAL",
    "refuse": "GATE-VERDICT-REFUSE",
}

_Packs = Annotated[str, typer.Option(help="规则包，逗号分隔，次序无关 / packs, in any order")]
_Json = Annotated[bool, typer.Option("--json", help="JSON")]


class NotJson(Refusal):
    """No JSON object, or a key that stands twice. Figures: file, line, column, found."""

    code = "GATE-JSON"


class NoFile(Refusal):
    """A question file that cannot be read. Figures: file."""

    code = "GATE-FILE"


@app.callback()
def _gate() -> None:
    """联系前的许可：先问再联系 / no contact without a permit: ask first."""


@app.command()
def ask(
    request: Annotated[str, typer.Option(help="提问的 JSON 文件，或 - / JSON file, or -")],
    packs: _Packs = PACKS,
    as_json: _Json = False,
) -> None:
    """问能否联系；不能时说明依据和何时可以 / may this contact be made, and if not, when."""
    gate = shipped_gate(_names(packs))
    facts = read_question(_read(request))
    _warn_of_age(gate, facts_day(facts))
    _show(decide(facts=facts, gate=gate), as_json=as_json)


@app.command()
def close(
    facts: Annotated[str, typer.Option(help="联系结果的 JSON 文件，或 - / JSON file, or -")],
    day: Annotated[str, typer.Option(help="联系当天 / the day of the contact")],
    packs: _Packs = PACKS,
    as_json: _Json = False,
) -> None:
    """问联系记录能否结束 / may the note of a finished contact be closed."""
    gate = shipped_gate(_names(packs))
    on = parse_day(day)
    _warn_of_age(gate, on)
    _show(close_check(facts=read_closing(_read(facts)), gate=gate, day=on), as_json=as_json)


@app.command()
def facts(packs: _Packs = PACKS, as_json: _Json = False) -> None:
    """列出每条规则读哪些事实 / which facts every rule reads."""
    table = facts_table(shipped_gate(_names(packs)))
    if as_json:
        print_json(table)
        return
    for fact in table["facts"]:
        typer.echo(f"{fact['path']:<42}{fact['allowed']}{_default(fact)}")
    for rule in table["rules"]:
        typer.echo(f"{rule['code']:<20}{' '.join(rule['channels'])}: {' '.join(rule['facts'])}")


def facts_day(facts: Any) -> date | None:
    """The day of Beijing a question is about, None where its moment is unknown."""
    beijing = getattr(facts, "beijing", None)
    return None if beijing is None else beijing.date()


def _show(decision: Decision, *, as_json: bool) -> None:
    if as_json:
        print_json(answer(decision))
        return
    tell(VERDICT_CODES[decision.verdict])
    for reason in decision.reasons:
        typer.echo(f"  {reason.code}  {reason_said(reason, language=language())}")
    for lifted in decision.lifted:
        tell("GATE-LIFTED", **lifted._asdict())
    if decision.next_allowed_at is not None:
        tell("GATE-NEXT", again=minute(decision.next_allowed_at))


def _names(packs: str) -> list[str]:
    return [name.strip() for name in packs.split(",") if name.strip()]


def _read(file: str) -> Mapping[str, object]:
    try:
        text = read_words(file)
    except OSError:
        raise NoFile(file=file) from None
    try:
        content = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        raise NotJson(file=file, line=error.lineno, column=error.colno, found=error.msg) from None
    except _Twice as twice:
        raise NotJson(file=file, line=1, column=1, found=f"2 × {twice}") from None
    except (RecursionError, ValueError):  # nested without end; a number of thousands of digits
        raise NotJson(file=file, line=1, column=1, found="…") from None
    if not isinstance(content, dict):
        raise NotJson(file=file, line=1, column=1, found=type(content).__name__)
    return content


class _Twice(Exception):
    """A key that stands twice: one of the two facts would be lost unseen."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _Twice(next(key for key in keys if keys.count(key) > 1))
    return content


def _default(fact: Mapping[str, Any]) -> str:
    return f" (= {json.dumps(fact['default'])})" if "default" in fact else ""


def _warn_of_age(gate: Gate, day: date | None) -> None:
    """Say on stderr, so that --json stays JSON, which packs nobody checked in time."""
    for pack in gate.stack.packs if day is not None else ():
        assert day is not None
        late = pack.overdue_for_check(day)
        if late:
            figures = {"pack": pack.id, "count": len(late), "first": late[0]}
            figures["recheck_by"] = pack.recheck_of(late[0]).isoformat()
            typer.echo(say("GATE-RECHECK", figures, language=language()), err=True)
