"""The timeline of the desk: what happened, each kind in words, one stream, newest first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dunwell.core.disposition import Code
from dunwell.core.money import format_yuan
from dunwell.core.permit import BEIJING
from dunwell.faces.web.cases.labels import KINDS as EVENT_KINDS
from dunwell.faces.web.cases.labels import WHYS
from dunwell.faces.web.cases.labels import label_of as case_label
from dunwell.faces.web.desk import labels
from dunwell.faces.web.frame.figures import in_reader
from dunwell.faces.web.gate.labels import CHANNELS, WHATS, kind_words
from dunwell.faces.web.outbox.labels import KINDS as REPLY_KINDS
from dunwell.faces.web.outbox.labels import STATES
from dunwell.faces.web.work.labels import PROMISES, label_of
from dunwell.flows.contact.desk_past import NoteTold, Past
from dunwell.store.desk.models import PutOff
from dunwell.store.policy.dispositions import result_codes
from dunwell.store.policy.locate_sources import Entry, locate_sources
from dunwell.store.policy.put_off_reasons import put_off_reasons
from dunwell.store.promises.models import Promise

MOST = 80


def timeline_of(past: Past, *, now: datetime) -> list[dict[str, Any]]:
    """Every line of the timeline; open and broken promises stand at the top, pinned.

    A reply that waits for somebody stands there too, until it is seen to.
    """
    lines = [
        *_notes(past),
        *_messages(past, now),
        *_money(past),
        *_moves(past),
        *_put_offs(past),
        *_look_ups(past),
    ]
    pinned = [line for line in lines if line["pinned"]]
    rest = sorted((line for line in lines if not line["pinned"]), key=_moment, reverse=True)
    return [*pinned, *rest][:MOST]


def code_words(code: str) -> str:
    """A result code in the reader's language; an unknown code as it is."""
    found: Code | None = result_codes().codes.get(code)
    return code if found is None else in_reader(found.zh, found.en)


def reason_words(code: str) -> str:
    """An overdue reason in the reader's language."""
    found = result_codes().reasons.get(code)
    return code if found is None else in_reader(found.zh, found.en)


def promise_words(promise: Promise) -> str:
    """A promise in a sentence: when, how much, how it stands."""
    standing = getattr(promise, "state", None)
    return _("{on} 还 {sum} · {state}").format(
        on=promise.due_on,
        sum=format_yuan(promise.amount_fen),
        state=label_of(PROMISES, standing.state if standing else "open"),
    )


def put_off_words(row: PutOff) -> str:
    """A case put aside, in a sentence: until when, and why."""
    reason = put_off_reasons().get(row.reason)
    why = row.reason if reason is None else in_reader(reason.zh, reason.en)
    until = f"{row.until_at.astimezone(BEIJING):%m-%d %H:%M}"
    return _("暂缓到 {until}：{why}").format(until=until, why=why)


def _notes(past: Past) -> Iterator[dict[str, Any]]:
    for told in past.notes:
        note = told.note
        codes = [code_words(code) for code in (note.number_code, note.case_code) if code]
        title = " · ".join(codes) or _("备注")
        if note.corrects_id:
            title = _("更正：{title}").format(title=title)
        yield _line("note", title, at=note.at, detail=_note_detail(told), by=_by(note))


def _note_detail(told: NoteTold) -> str:
    words = told.text.get("words", "")
    parts = [
        reason_words(told.note.reason) if told.note.reason else "",
        told.text.get("summary", ""),
        _("客户说：“{words}”").format(words=words) if words else "",
        told.text.get("why", ""),
    ]
    return " · ".join(part for part in parts if part)


def _by(row: Any) -> str:
    return row.by.display_name if row.by is not None else ""


def _messages(past: Past, now: datetime) -> Iterator[dict[str, Any]]:
    for message in past.messages:
        state = STATES[message.state][0]
        yield _line(
            "sms", _("短信 · {state}").format(state=state), at=message.queued_at,
            href=reverse("outbox:message", args=[message.pk]),
        )  # fmt: skip
    waiting = {reply.pk for reply in past.waiting_replies(now=now)}
    for reply in past.replies:
        words = _("短信回复 · {kind}").format(kind=REPLY_KINDS[reply.kind][0])
        waits = reply.pk in waiting
        yield _line(
            "sms", _("{what} · 待处理").format(what=words) if waits else words, at=reply.at,
            href=reverse("outbox:reply", args=[reply.pk]), tone="wait" if waits else "",
            pinned=waits,
        )  # fmt: skip


def _money(past: Past) -> Iterator[dict[str, Any]]:
    for payment in past.payments:
        words = _("冲正 {sum}") if payment.reverses else _("还款 {sum}")
        yield _line(
            "payment", words.format(sum=format_yuan(payment.amount_fen)), on=payment.paid_on,
            detail=payment.loan.loan_no, tone="" if payment.reverses else "good",
        )  # fmt: skip
    for promise in past.promises:
        standing = getattr(promise, "state", None)
        state = standing.state if standing else "open"
        yield _line(
            "promise", _("承诺：{words}").format(words=promise_words(promise)),
            at=promise.made_at, tone={"kept": "good", "broken": "wait"}.get(state, "accent"),
            pinned=state in ("open", "due", "broken") and promise == past.promises[0],
        )  # fmt: skip


def _moves(past: Past) -> Iterator[dict[str, Any]]:
    for event in past.events:
        yield _line(
            "event", str(EVENT_KINDS.get(event.kind, event.kind)), on=event.day,
            detail=f"{case_label(WHYS, event.why)} · {format_yuan(event.overdue_fen)}",
        )  # fmt: skip
    for stands in past.stands:
        parts = (
            label_of(WHATS, stands.what),
            kind_words(stands.what, stands.kind),
            label_of(CHANNELS, stands.channel) if stands.channel else "",
        )
        words = " · ".join(filter(None, parts))
        over = stands.replaced is not None
        title = _("{what}（已解除）").format(what=words) if over else words
        yield _line("stand", title, at=stands.from_at, tone="" if over else "wait")


def _put_offs(past: Past) -> Iterator[dict[str, Any]]:
    for row in past.put_offs:
        words = put_off_words(row)
        told = words if row.replaced_id is None else _("{what}（已撤销）").format(what=words)
        yield _line("put_off", told, at=row.at, by=_by(row))


def _look_ups(past: Past) -> Iterator[dict[str, Any]]:
    known = locate_sources()
    for row in past.look_ups:
        result = getattr(row, "result", None)
        yield _line(
            "locate",
            _("失联查找：{source}").format(source=entry_words(known.allowed, row.source)),
            at=row.at, by=_by(row), tone="" if result else "wait",
            detail=_("目的：{purpose} · {result}").format(
                purpose=entry_words(known.purposes, row.purpose),
                result=entry_words(known.results, result.result) if result else _("结果未记录"),
            ),
        )  # fmt: skip


def entry_words(entries: Mapping[str, Entry], code: str) -> str:
    """An entry of the locating sources in the reader's language; an unknown one as it is."""
    found = entries.get(code)
    return code if found is None else in_reader(found.zh, found.en)


def _line(kind: str, title: str, **told: Any) -> dict[str, Any]:
    return {
        "kind": kind, "title": title, "at": None, "on": None, "detail": "", "tone": "", "by": "",
        "pinned": False, "href": "", "mark": labels.KINDS[kind][1], **told,
    }  # fmt: skip


def _moment(line: dict[str, Any]) -> datetime:
    at: datetime | None = line["at"]
    return at if at is not None else datetime.combine(line["on"], time.max, BEIJING)
