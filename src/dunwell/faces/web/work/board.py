"""The supervisor's board: today's risk first, the sharing of the day with its prices, people's
load, coverage by bucket. No rankings: people stand in order of name.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dunwell.core.money import format_yuan
from dunwell.faces.web.access.labels import ROLES
from dunwell.faces.web.cases.reader import Reader, reader_of
from dunwell.faces.web.frame.figures import short_yuan
from dunwell.faces.web.frame.rail import address_of
from dunwell.faces.web.work import labels
from dunwell.faces.words.work_prices import price_sentences
from dunwell.flows.prepare.work_board import (
    COVERAGE_DAYS,
    Board,
    Load,
    Risk,
    Touched,
    near_cap_conversations,
    work_board,
)
from dunwell.store.work.models import WorkDay

RISKS: dict[str, tuple[str, str]] = {
    "promises_due": ("wait", "bell"),
    "promises_broken": ("stop", "phone"),
    "frozen": ("", "lock"),
    "near_cap": ("wait", "triangle-alert"),
    "approvals": ("wait", "stamp"),
    "undecided": ("wait", "circle-dashed"),
    "retentions_ending": ("", "clock"),
}
"""Tone and icon of a risk."""

LEADS_TO = {
    "promises_due": "follow_up:board",
    "promises_broken": "follow_up:board",
    "approvals": "approvals:list",
}
"""The route where a risk is worked off; a room that is not there is not linked."""

DEEPEST_PERCENT = 40
"""How strong the accent is in the fullest cell of the heat table."""


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """The board of today."""
    reader = reader_of(request, "case.assign")
    found = work_board(actor=reader.actor, lender=reader.lender, day=reader.day, now=timezone.now())
    return render(request, "work/board.html", board_context(request, found, reader=reader))


def board_context(request: HttpRequest, found: Board, *, reader: Reader) -> dict[str, Any]:
    """Everything the board asks for."""
    return {
        "reader": reader,
        "risks": [_risk(each, reader) for each in found.risks],
        "shared": shared_words(found.shared),
        "whole": found.whole,
        "load": [_load(each) for each in found.load],
        "spread": spread_words(found.shared.spread if found.shared else {}),
        "by_system": found.by_system,
        "heat": [_heat(each) for each in found.touched],
        "heat_lead": coverage_words(found.touched),
        "coverage_days": COVERAGE_DAYS,
        "undo": request.session.get("work_undo"),
    }


def _risk(risk: Risk, reader: Reader) -> dict[str, Any]:
    tone, mark = RISKS[risk.code]
    href = address_of(LEADS_TO.get(risk.code, ""))
    return {
        "text": _risk_words(risk.code, risk.count), "tone": tone, "mark": mark, "href": href,
        "n": risk.count, "sum": short_yuan(risk.sum_fen), "m": near_cap_conversations(reader.day),
    }  # fmt: skip


def _risk_words(code: str, n: int) -> str:
    """The sentence of a risk, for one or several."""
    return {
        "promises_due": ngettext(
            "{n} 个承诺今天到期，还没有提醒，合计 {sum}。",
            "{n} 个承诺今天到期，还没有提醒，合计 {sum}。",
            n,
        ),
        "promises_broken": ngettext(
            "{n} 个承诺昨天起未兑现，还没有回电，合计 {sum}。",
            "{n} 个承诺昨天起未兑现，还没有回电，合计 {sum}。",
            n,
        ),
        "frozen": ngettext(
            "{n} 案停止联系中，合计 {sum}；不分配工作，由专人处理。",
            "{n} 案停止联系中，合计 {sum}；不分配工作，由专人处理。",
            n,
        ),
        "near_cap": ngettext(
            "{n} 位客户今天已通话 {m} 次，再一次就到上限。",
            "{n} 位客户今天已通话 {m} 次，再一次就到上限。",
            n,
        ),
        "approvals": ngettext("{n} 件申请等待批准。", "{n} 件申请等待批准。", n),
        "undecided": ngettext(
            "{n} 案还没有判定，今天不分配。", "{n} 案还没有判定，今天不分配。", n
        ),
        "retentions_ending": ngettext("{n} 案的留案三天内到期。", "{n} 案的留案三天内到期。", n),
    }[code]


def shared_words(shared: WorkDay | None) -> dict[str, Any] | None:
    """How the day was shared: when, how much, how near to the best, and what more room is worth."""
    if shared is None:
        return None
    share = shared.value_fen * 10_000 // shared.bound_fen / 100 if shared.bound_fen else 0
    counts = shared.counts
    return {
        "at": shared.at,
        "value": format_yuan(shared.value_fen),
        "share": f"{share:.2f}%",
        "acts": acts_words(counts.get("acts", {})),
        "waiting": acts_words(counts.get("waiting", {})),
        "without_hand": counts.get("without_hand", 0),
        "blocked": counts.get("blocked", 0),
        "prices": price_sentences(shared.limits, language=get_language() or "zh-hans"),
    }


def acts_words(counts: dict[str, int]) -> str:
    """So many of each act, in a line."""
    known = [code for code in labels.ACTIONS if counts.get(code)]
    return labels.joined([f"{labels.action_words(code)} {counts[code]}" for code in known])


def spread_words(spread: dict[str, Any]) -> list[str]:
    """How even the work is, by skill, where several share it."""
    said = []
    for skill, told in spread.items():
        after = told["after"]
        if after["hands"] < 2:
            continue
        ratio = after["value_ratio_milli"]
        words = _("{skill}：{hands} 人，每人 {least}–{most} 件").format(
            skill=labels.label_of(labels.SKILLS, skill), hands=after["hands"],
            least=after["least_count"], most=after["most_count"],
        )  # fmt: skip
        if ratio:
            words += _("，同样用时的预计增益最多是最少的 {ratio} 倍").format(
                ratio=f"{ratio / 1000:.2f}"
            )
        said.append(words)
    return said


def _load(load: Load) -> dict[str, Any]:
    person = load.person
    return {
        "name": person.staff.display_name,
        "roles": labels.joined([labels.label_of(ROLES, role) for role in person.roles]),
        "href": f"{reverse('work:today')}?staff={person.staff.pk}",
        "hands_href": f"{reverse('work:hands')}?holder={person.staff.pk}",
        "items": load.items,
        "done": load.done,
        "minutes": load.minutes,
        "room": person.minutes,
        "gain_fen": load.gain_fen,
        "holds": load.holds,
        "why_not": labels.label_of(labels.WHY_NOTS, person.why_not) if person.why_not else "",
    }


def coverage_words(touched: list[Touched]) -> str:
    """Coverage and intensity of the whole, in a sentence."""
    cases = sum(each.cases for each in touched)
    reached = sum(each.touched for each in touched)
    attempts = sum(each.attempts for each in touched)
    if not reached:
        return _("近 {days} 天还没有尝试联系过任何一案。").format(days=COVERAGE_DAYS)
    return _(
        "近 {days} 天尝试联系过 {reached} / {cases} 案（{percent}%），平均每案 {times} 次。"
    ).format(
        days=COVERAGE_DAYS, reached=reached, cases=cases, percent=reached * 100 // cases,
        times=f"{attempts / reached:.1f}",
    )  # fmt: skip


def _heat(each: Touched) -> dict[str, Any]:
    counts = (each.untouched, each.once, each.few, each.many)
    return {
        "bucket": each.bucket,
        "cases": each.cases,
        "cells": [
            {"n": n, "percent": n * DEEPEST_PERCENT // each.cases if each.cases else 0}
            for n in counts
        ],
    }
