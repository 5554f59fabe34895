"""Numbers by tier and what may be done with each: the right side of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from dunwell.core.permit import Decision, Reason
from dunwell.faces.web.desk.past import code_words
from dunwell.faces.web.gate import labels
from dunwell.faces.web.gate.now import MILD_FIRST, OWN_STATE, moment_words
from dunwell.faces.web.gate.question import verdict_mark
from dunwell.flows.conduct.why_not_now import Now
from dunwell.flows.contact.desk import Desk
from dunwell.store.vault.masks import mask_name, mask_phone
from dunwell.store.vault.sealed import open_sealed

MAY = ("allow", "warn")


def numbers_shown(desk: Desk, *, now: datetime) -> list[dict[str, Any]]:
    """Each number, masked, by tier: best hour, whether it may be rung and written to now."""
    by = {(each.contact, each.channel): each.decision for each in desk.answers.now}
    shown = []
    for number in desk.numbers:
        contact = number.contact
        call, sms = by.get((contact.pk, "call")), by.get((contact.pk, "sms"))
        shown.append(
            {
                "contact": contact.pk,
                "tier": number.tier,
                "role": labels.label_of(labels.ROLES, contact.role),
                "name": mask_name(_opened(contact, "name_sealed"))
                if contact.role != "self"
                else "",
                "phone": mask_phone(_opened(contact, "phone_sealed")),
                "best": _("最常 {a}–{b} 点接听").format(a=number.best[0], b=number.best[1])
                if number.best
                else "",
                "rests": _("歇到 {moment}").format(
                    moment=timezone.localtime(number.rests_until).strftime("%m-%d %H:%M")
                )
                if number.rests_until
                else "",
                "own_rest": number.own_rest,
                "unverified": number.unverified,
                "dead": code_words(number.dead) if number.dead else "",
                "may_call": bool(call and call.verdict in MAY and not number.dead),
                "may_sms": bool(sms and sms.verdict in MAY and not number.dead)
                and not number.unverified,
                "call": said(call, now=now),
                "sms": said(sms, now=now),
            }
        )
    return shown


def ways_shown(desk: Desk, *, now: datetime) -> list[dict[str, Any]]:
    """What may not be done with the borrower, each once, with reason, until when, what else."""
    own = {contact.pk for contact in desk.contacts if contact.role == "self"}
    lines: dict[tuple[Any, ...], dict[str, Any]] = {}
    for each in desk.answers.now:
        if each.contact not in own or each.decision.verdict == "allow":
            continue
        told = said(each.decision, now=now)
        channel = labels.label_of(labels.CHANNELS, each.channel)
        key = (channel, *told["what"], told["until"])
        lines.setdefault(key, {"channel": channel, **told, "ask_href": _ask_href(desk, each)})
    return list(lines.values())


def _ask_href(desk: Desk, answer: Now) -> str:
    """Where a visit that only lacks its approval is asked for; empty for anything else."""
    if answer.channel != "visit" or answer.decision.verdict != "needs_approval":
        return ""
    return f"{reverse('approvals:ask', args=[desk.case.pk, 'visit'])}?contact={answer.contact}"


def said(decision: Decision | None, *, now: datetime) -> dict[str, Any]:
    """A decision in words: pill, what stands in the way, until when, and what else may be done."""
    if decision is None:
        return {"pill": verdict_mark("refuse"), "what": [], "until": "", "instead": ""}
    what = _what(decision.reasons)
    again = decision.next_allowed_at
    refused = decision.verdict == "refuse"
    lasting = [each for each in what if each.again_at is None] or what
    hints = filter(None, (labels.hint_words(each.code) for each in reversed(lasting)))
    return {
        "pill": verdict_mark(decision.verdict),
        "what": [labels.rule_words(each.code) for each in what],
        "until": moment_words(again, now=now) if refused and again and again > now else "",
        "instead": next(hints, ""),
    }


def _what(reasons: Sequence[Reason]) -> list[Reason]:
    """The worst reasons, those that time does not lift first; one's own state only where
    nothing else stands in the way."""
    worst = max((each.verdict for each in reasons), key=MILD_FIRST.index, default="allow")
    found = [each for each in reasons if each.verdict == worst]
    others = [each for each in found if not each.code.startswith(OWN_STATE)]
    return sorted(others or found, key=lambda each: each.again_at is not None)


def _opened(contact: Any, column: str) -> str:
    value = getattr(contact, column)
    return open_sealed(value, table="book_contact", column=column, row=contact.pk) if value else ""
