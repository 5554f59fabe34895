"""Why not now: one line per number and answer, in words; the case page shows it.

Contacts that share a number are one line, channels that get one answer are named
together, and what says the same at the same hour is said once. The sentences of the
rules follow below, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dunwell.core.permit import BEIJING, Reason
from dunwell.faces.web.gate import labels
from dunwell.faces.web.gate.question import verdict_mark
from dunwell.faces.words.gate_answer import reason_said
from dunwell.flows.conduct.why_not_now import Now, why_not_now
from dunwell.flows.contact.reaching import WAY_OF
from dunwell.store.book.models import Contact
from dunwell.store.cases.models import Case
from dunwell.store.people.permissions import Actor, may

OWN_STATE = "HOUSE-A-"
"""Rules about who asks: said once above the lines, and only to whoever may ask."""
MILD_FIRST = ("allow", "warn", "needs_approval", "refuse")
NEAREST = ("self", "guarantor", "spouse_obligor")


@dataclass(slots=True)
class _Line:
    numbers: list[str]
    role: str
    channels: list[str] = field(default_factory=list)
    verdict: str = "allow"
    what: list[str] = field(default_factory=list)
    until: str = ""
    instead: str = ""


def now_shown(
    *, actor: Actor, now: datetime, case: Case, contacts: Sequence[Contact], shown: Sequence[Any]
) -> dict[str, Any]:
    """What the card asks for: `lines`, `own` and `sentences`; empty without permission.

    `shown` are the contacts as the case page shows them, masked, in the same order.
    """
    place = {"lender": case.lender_id, "team": case.team_id, "holder": case.holder_id}
    day = now.astimezone(BEIJING).date()
    closed = case.status == Case.Status.CLOSED
    if closed or not may(actor, "permit.see", day=day, **place):
        return {}
    answers = why_not_now(actor=actor, now=now, case=case, contacts=contacts)
    masked = {contact.pk: (contact, each) for contact, each in zip(contacts, shown, strict=True)}
    lines: dict[Any, _Line] = {}
    for answer in sorted(answers, key=lambda each: _nearness(masked[each.contact][0])):
        _add(lines, answer, *masked[answer.contact], now=now)
    reasons = [reason for answer in answers for reason in answer.decision.reasons]
    asks = may(actor, "permit.ask", day=day, **place)
    own = _said(each for each in reasons if each.code.startswith(OWN_STATE)) if asks else []
    return {
        "lines": [_line_shown(line) for line in _grouped(lines.values())],
        "own": own,
        "sentences": _said(each for each in reasons if not each.code.startswith(OWN_STATE)),
    }


def _nearness(contact: Contact) -> int:
    return NEAREST.index(contact.role) if contact.role in NEAREST else len(NEAREST)


def _add(
    lines: dict[Any, _Line], answer: Now, contact: Contact, masked: Any, now: datetime
) -> None:
    way = WAY_OF[answer.channel]
    reached = bytes(contact.phone_index or b"") if way == "phone" else masked["address"]
    reasons = [each for each in answer.decision.reasons if not each.code.startswith(OWN_STATE)]
    verdict = max((each.verdict for each in reasons), key=MILD_FIRST.index, default="allow")
    what = _what_counts(reasons)
    until = _until(reasons, verdict, now)
    alike = (way, reached, contact.role, verdict, tuple(each.code for each in what), until)
    line = lines.get(alike)
    if line is None:
        line = lines[alike] = _Line(
            numbers=[masked[way]],
            role=masked["role"],
            verdict=verdict,
            what=[labels.rule_words(each.code) for each in what],
            until=until,
            instead=next(
                filter(None, (labels.hint_words(each.code) for each in reversed(what))), ""
            ),
        )
    channel = labels.label_of(labels.CHANNELS, answer.channel)
    if channel not in line.channels:
        line.channels.append(channel)


def _what_counts(reasons: Sequence[Reason]) -> list[Reason]:
    """What time does not lift; where time lifts every refusal, the one that lasts longest too."""
    for_good = [each for each in reasons if each.verdict == "refuse" and each.again_at is None]
    if for_good:
        return for_good
    timed = [(each.again_at, each) for each in reasons if each.again_at is not None]
    longest = [max(timed, key=lambda pair: pair[0])[1]] if timed else []
    return longest + [each for each in reasons if each.again_at is None]


def _until(reasons: Sequence[Reason], verdict: str, now: datetime) -> str:
    """From when it is allowed, as far as time alone decides; empty where it does not."""
    ends = [each.again_at for each in reasons if each.verdict == "refuse"]
    moments = [moment for moment in ends if moment is not None]
    if verdict != "refuse" or not moments or len(moments) < len(ends):
        return ""
    return moment_words(max(moments), now=now)


def moment_words(moment: datetime, *, now: datetime) -> str:
    """A moment to come as people say it: today and tomorrow by name, other days by date."""
    here, today = timezone.localtime(moment), timezone.localtime(now).date()
    clock = here.strftime("%H:%M")
    days: dict[date, str] = {
        today: _("今天 {clock} 起"),
        today + timedelta(days=1): _("明天 {clock} 起"),
    }
    words = days.get(here.date(), _("{day} {clock} 起"))
    return words.format(clock=clock, day=date_format(here.date(), "Y-m-d"))


def _grouped(lines: Iterable[_Line]) -> list[_Line]:
    """Numbers of one role that get one answer on the same channels stand in one line."""
    found: dict[Any, _Line] = {}
    for line in lines:
        alike = (line.role, line.verdict, *line.channels, *line.what, line.until)
        if found.setdefault(alike, line) is not line:
            found[alike].numbers += line.numbers
    return list(found.values())


def _line_shown(line: _Line) -> dict[str, Any]:
    return {
        "numbers": line.numbers,
        "role": line.role,
        "channels": line.channels,
        "pill": verdict_mark(line.verdict),
        "what": line.what,
        "until": line.until,
        "instead": line.instead,
    }


def _said(reasons: Iterable[Reason]) -> list[dict[str, str]]:
    """Each sentence once, in the order in which it is first met."""
    language = get_language() or "zh-hans"
    said = {reason_said(each, language=language): each.code for each in reasons}
    return [{"code": code, "sentence": sentence} for sentence, code in said.items()]
