"""`dunwell permit`: ask for a contact, use it or give it back, from the command line.

For operators and scripts; people at work use the screens. The command line acts as
itself, so every permit it asks for stands in the log as system:command-line.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from django.utils import timezone

from dunwell.core.permit import BEIJING
from dunwell.faces.cli.main import language
from dunwell.faces.cli.receipt import FileUnread
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.words.gate_answer import answer as answer_of
from dunwell.faces.words.gate_answer import minute, reason_said
from dunwell.flows.contact.ask_permit import ask_permit
from dunwell.flows.contact.record_outcome import record_outcome
from dunwell.flows.contact.release_permit import release_permit
from dunwell.flows.contact.use_permit import use_permit
from dunwell.store.people.permissions import system_actor

app = typer.Typer(no_args_is_help=True, help="许可 / permits")
REFUSED = 1
"""The exit code of a gate that says no: a script goes on to dial only after a yes."""

AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
Number = Annotated[int, typer.Argument(help="许可编号 / number of the permit")]
TextFile = Annotated[
    Path | None, typer.Option("--text", help="要发出的文字所在的文件 / file with the text")
]


@app.callback()
def _permit() -> None:
    """许可：没有许可就没有联系 / no contact without one."""


@app.command()
def ask(
    case: Annotated[int, typer.Option(help="案件编号 / number of the case")],
    contact: Annotated[int, typer.Option(help="联系方式编号 / number of the contact")],
    channel: Annotated[str, typer.Option(help="call | ai_voice | sms | visit | letter")],
    purpose: Annotated[str, typer.Option(help="collect | remind | notify | service")] = "collect",
    direction: Annotated[str, typer.Option(help="outbound | inbound")] = "outbound",
    collectors: Annotated[int, typer.Option(help="外访人数 / how many visit")] = 0,
    text: TextFile = None,
    as_json: AsJson = False,
) -> None:
    """申请许可并保留 / ask for a permit and keep it."""
    got = ask_permit(
        actor=system_actor("command-line"),
        case=case,
        contact=contact,
        channel=channel,
        purpose=purpose,
        direction=direction,
        collectors=collectors,
        text=_text(text),
        now=timezone.now(),
    )
    until = None if got.reserved_until is None else got.reserved_until.astimezone(BEIJING)
    if as_json:
        body = {"permit": got.permit, "granted": got.granted, "reserved_until": until}
        answer({**body, **answer_of(got.decision)})
        raise typer.Exit(0 if got.granted else REFUSED)
    for reason in got.decision.reasons:
        typer.echo(f"{reason.code}: {reason_said(reason, language=language())}")
    if until is None:
        tell("PERMITS-DENIED", permit=got.permit)
        raise typer.Exit(REFUSED)
    tell("PERMITS-GRANTED", permit=got.permit, until=minute(until))


@app.command()
def use(permit: Number, text: TextFile = None, as_json: AsJson = False) -> None:
    """复核并使用许可 / re-check and use a permit."""
    used = use_permit(
        actor=system_actor("command-line"), permit=permit, text=_text(text), now=timezone.now()
    )
    if as_json:
        body = {"permit": permit, "used": used.token is not None}
        answer({**body, **({} if used.decision is None else answer_of(used.decision))})
        raise typer.Exit(0 if used.token is not None else REFUSED)
    for reason in () if used.decision is None else used.decision.reasons:
        typer.echo(f"{reason.code}: {reason_said(reason, language=language())}")
    if used.token is None:
        tell("PERMITS-DENIED", permit=permit)
        raise typer.Exit(REFUSED)
    tell("PERMITS-USED", permit=permit)


@app.command()
def release(permit: Number, as_json: AsJson = False) -> None:
    """释放许可 / give a permit back."""
    release_permit(actor=system_actor("command-line"), permit=permit, now=timezone.now())
    if as_json:
        answer({"permit": permit, "released": True})
    else:
        tell("PERMITS-RELEASED", permit=permit)


@app.command()
def outcome(
    permit: Number,
    answered: Annotated[bool, typer.Option(help="是否接通 / whether anybody answered")],
    conversation: Annotated[
        bool, typer.Option(help="是否有效通话 / an effective conversation")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """登记联系结果 / tell how the contact went."""
    record_outcome(
        actor=system_actor("command-line"),
        permit=permit,
        now=timezone.now(),
        answered=answered,
        conversation=conversation,
    )
    if as_json:
        answer({"permit": permit, "answered": answered, "conversation": conversation})
    else:
        tell("PERMITS-OUTCOME-TOLD", permit=permit)


def _text(file: Path | None) -> str | None:
    if file is None:
        return None
    try:
        return file.read_bytes().decode("utf-8")  # every byte: a receipt is verified by them
    except (OSError, UnicodeDecodeError):
        raise FileUnread(file=file.name) from None
