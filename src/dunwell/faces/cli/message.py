"""`dunwell message`: send what is due, look at the outbox, settle what nobody knows.

Speaks of cases and messages by number; no number of a phone and no text is printed. Gateways
are set up in gateways.toml (docs/en/messages.md). The command line acts as itself.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any

import typer
from django.conf import settings
from django.utils import timezone

from dunwell.channels.sms.callbacks import What
from dunwell.core.permit import BEIJING
from dunwell.faces.cli.main import language
from dunwell.faces.cli.telling import answer, tell
from dunwell.faces.cli.work_capacity import lender_named
from dunwell.faces.words import say
from dunwell.faces.worker.sender import Round, Stop, one_round, work
from dunwell.flows.contact.message_fate import TELLERS, send_again, settle_by_hand
from dunwell.flows.contact.message_list import count_by_state, message_seen, messages_page
from dunwell.flows.contact.outbox import letterhead_of, set_letterhead
from dunwell.flows.contact.ports import MessageLine
from dunwell.store.outreach.models import Letterhead, Message
from dunwell.store.people.permissions import system_actor
from dunwell.wiring import callback_addresses, open_lines

app = typer.Typer(no_args_is_help=True, help="短信 / messages")
letterhead = typer.Typer(no_args_is_help=True, help="签名与回电号码 / name and call-back number")
app.add_typer(letterhead, name="letterhead")
AsJson = Annotated[bool, typer.Option("--json", help="JSON")]
Number = Annotated[int, typer.Argument(help="短信编号 / number of the message")]
LenderCode = Annotated[str, typer.Option("--lender", help="机构代码 / code of the lender")]
ToldBy = Annotated[
    str, typer.Option("--told-by", help=f"依据谁的说法 / by whose word: {' | '.join(TELLERS)}")
]
Why = Annotated[str, typer.Option(help="理由，记入日志 / the reason, kept in the journal")]


@app.callback()
def _message() -> None:
    """短信：发件箱、通道、回执 / the outbox, gateways, receipts."""


@app.command("work")
def work_on(as_json: AsJson = False) -> None:
    """持续发送，直到收到停止信号 / send until told to stop (SIGTERM)."""
    stop, lines = Stop(), _lines()
    hear = _Hear(as_json)
    with stop.at_signals():
        _begin(lines, as_json)
        work(lines=lines, clock=timezone.now, stop=stop, hear=hear)


@app.command()
def send_once(as_json: AsJson = False) -> None:
    """发送现在到期的，然后结束 / send what is due now, and end."""
    stop, lines = Stop(), _lines()
    try:
        with stop.at_signals():
            done = one_round(lines=lines, clock=timezone.now, stop=stop)
    finally:
        for line in lines.values():
            line.close()
    if as_json:
        answer(_round_json(done))
    else:
        _tell_round(done)


@app.command("list")
def list_messages(
    state: Annotated[str, typer.Option(help=" | ".join(Message.State.values))] = "",
    case: Annotated[int | None, typer.Option(help="案件编号 / number of the case")] = None,
    limit: Annotated[int, typer.Option(help="最多几条 / at most", min=1, max=1000)] = 50,
    as_json: AsJson = False,
) -> None:
    """发件箱，新的在前 / the outbox, the newest first."""
    who = system_actor("command-line")
    day = timezone.now().astimezone(BEIJING).date()
    wanted = _state(state)
    page = messages_page(
        actor=who, day=day, states=(wanted,) if wanted else (), case=case, size=limit
    )
    found = count_by_state(actor=who, day=day)
    if as_json:
        answer({"counts": found, "messages": [_row_json(row) for row in page.rows]})
        return
    counts = [f"{_word(name)} {count}" for name, count in sorted(found.items())]
    tell("MESSAGE-LIST" if counts else "MESSAGE-LIST-EMPTY", counts=counts)
    for row in page.rows:
        tell("MESSAGE-ROW", **_row_figures(row))


@app.command()
def show(number: Number, as_json: AsJson = False) -> None:
    """一条短信的经过 / what became of a message."""
    seen = message_seen(actor=system_actor("command-line"), now=timezone.now(), message=number)
    if as_json:
        events = [
            {"at": each.at, "state": each.state, "code": each.code, "by": each.by_label}
            for each in seen.events
        ]
        answer({**_row_json(seen.row), "events": events})
        return
    tell("MESSAGE-ROW", **_row_figures(seen.row))
    for each in seen.events:
        tell(
            "MESSAGE-EVENT", at=_minute(each.at), state=_word(each.state), code=each.code or "–",
            by=each.by_label,
        )  # fmt: skip


@app.command()
def settle(
    number: Number,
    arrived: Annotated[bool, typer.Option("--arrived/--lost", help="是否送达 / did it arrive")],
    why: Why,
    told_by: ToldBy = "records",
    as_json: AsJson = False,
) -> None:
    """人工认定去向不明的短信 / say whether a message of unknown fate arrived."""
    row = settle_by_hand(
        actor=system_actor("command-line"), now=timezone.now(), message=number, arrived=arrived,
        told_by=told_by, why=why,
    )  # fmt: skip
    _tell_state(row, as_json)


@app.command("send-again")
def again(number: Number, why: Why, told_by: ToldBy = "records", as_json: AsJson = False) -> None:
    """认定未送达并重新排入一次 / say it did not arrive, and queue it anew, once."""
    queued = send_again(
        actor=system_actor("command-line"), now=timezone.now(), message=number, told_by=told_by,
        why=why,
    )  # fmt: skip
    _tell_state(queued.message, as_json)


@app.command()
def callback(
    gateway: Annotated[str, typer.Argument(help="通道 / the gateway, as in gateways.toml")],
    create: Annotated[
        bool, typer.Option("--create", help="没有密钥就生成 / make its secret")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """通道回调用的地址，带 TOKEN / the addresses, with their token, to be set up at a gateway."""
    found, made = callback_addresses(gateway=gateway, home=settings.HOME, create=create)
    kinds: tuple[What, ...] = ("receipt", "reply")
    shown: dict[str, dict[str, str]] = {
        what: {"url": found.standing_url(what), "token": found.token(what, "")} for what in kinds
    }
    if as_json:
        answer({"gateway": gateway, "secret_made": made, **shown})
        return
    if made:
        tell("MESSAGE-CALLBACK-MADE", gateway=gateway)
    for what, each in shown.items():
        tell(f"MESSAGE-CALLBACK-{what}", gateway=gateway, **each)
    if not found.url:
        tell("MESSAGE-CALLBACK-NO-URL", gateway=gateway)


@letterhead.command("show")
def show_letterhead(lender: LenderCode = "default", as_json: AsJson = False) -> None:
    """现在用的签名 / the name a lender writes under now."""
    _tell_letterhead(letterhead_of(lender_named(lender).pk), lender, as_json)


@letterhead.command("set")
def set_it(
    signature: Annotated[str, typer.Option(help="已报备的签名，不带【】 / as registered")],
    call_back: Annotated[str, typer.Option(help="回电号码 / number to call back")],
    pay_link: Annotated[str, typer.Option(help="还款网址 / where it can be paid")] = "",
    lender: LenderCode = "default",
    as_json: AsJson = False,
) -> None:
    """登记签名和回电号码 / say under which name a lender writes."""
    row = set_letterhead(
        actor=system_actor("command-line"), now=timezone.now(), lender=lender_named(lender),
        signature=signature, call_back=call_back, pay_link=pay_link,
    )  # fmt: skip
    _tell_letterhead(row, lender, as_json)


class _Hear:
    """Tells a round that did something, and a gateway that is lost or found."""

    def __init__(self, as_json: bool) -> None:
        self._as_json = as_json
        self._closed: set[str] = set()

    def __call__(self, done: Round) -> None:
        changed = set(done.closed) != self._closed
        self._closed = set(done.closed)
        if self._as_json and (done.busy or changed):
            answer(_round_json(done))
        elif done.busy or changed:
            _tell_round(done)
        sys.stdout.flush()


def _lines() -> dict[str, MessageLine]:
    return open_lines(home=settings.HOME, clock=timezone.now)


def _begin(lines: dict[str, MessageLine], as_json: bool) -> None:
    if as_json:
        answer({"gateways": sorted(lines)})
    else:
        tell("MESSAGE-WORKING", gateways=sorted(lines))
    sys.stdout.flush()


def _tell_round(done: Round) -> None:
    states = [f"{_word(name)} {count}" for name, count in sorted(done.states.items())]
    tell(
        "MESSAGE-ROUND", states=states or "0", receipts=done.receipts, replies=done.replies,
        notes=done.notes, lost=done.lost,
    )  # fmt: skip
    if done.closed:
        tell("MESSAGE-CLOSED", gateways=done.closed)


def _round_json(done: Round) -> dict[str, Any]:
    return {
        "states": done.states, "receipts": done.receipts, "replies": done.replies,
        "notes": done.notes, "lost": done.lost, "unreachable": done.closed,
    }  # fmt: skip


def _tell_state(row: Message, as_json: bool) -> None:
    if as_json:
        answer(_row_json(row))
    else:
        tell("MESSAGE-ROW", **_row_figures(row))


def _tell_letterhead(row: Letterhead, lender: str, as_json: bool) -> None:
    shown = {
        "lender": lender, "signature": row.signature, "call_back": row.call_back,
        "pay_link": row.pay_link,
    }  # fmt: skip
    if as_json:
        answer(shown)
    else:
        tell("MESSAGE-LETTERHEAD", **{**shown, "pay_link": row.pay_link or "–"})


def _row_json(row: Message) -> dict[str, Any]:
    return {
        "message": row.pk, "case": row.case_id, "lender": row.lender.code, "state": row.state,
        "code": row.code, "template": row.template, "parts": row.parts, "gateway": row.gateway,
        "gateway_id": row.gateway_id, "attempts": row.attempts, "queued_at": row.queued_at,
        "not_before": row.not_before, "handed_at": row.handed_at, "settled_at": row.settled_at,
    }  # fmt: skip


def _row_figures(row: Message) -> dict[str, Any]:
    return {
        "message": row.pk, "case": row.case_id, "state": _word(row.state), "code": row.code or "–",
        "template": row.template, "gateway": row.gateway, "at": _minute(row.queued_at),
    }  # fmt: skip


def _state(name: str) -> str:
    if name and name not in Message.State.values:
        raise typer.BadParameter(" | ".join(Message.State.values), param_hint="--state")
    return name


def _word(state: str) -> str:
    return say(f"MESSAGE-STATE-{state}", {}, language=language())


def _minute(moment: Any) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
