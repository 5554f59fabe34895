"""The desk's page: one case in the words, masks and shapes the template and script draw."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dunwell.core.permit import BEIJING
from dunwell.faces.web.cases.labels import COMPONENTS
from dunwell.faces.web.cases.reader import Reader
from dunwell.faces.web.desk import labels
from dunwell.faces.web.desk.demo_sound import OFFERED_IN
from dunwell.faces.web.desk.form import form_data
from dunwell.faces.web.desk.locate import locate_panel
from dunwell.faces.web.desk.next_act import next_act_card
from dunwell.faces.web.desk.numbers import numbers_shown, ways_shown
from dunwell.faces.web.desk.past import promise_words, timeline_of
from dunwell.faces.web.frame.figures import is_english
from dunwell.faces.web.gate.labels import CHANNELS, kind_words, label_of
from dunwell.faces.web.work.labels import action_words, joined
from dunwell.faces.web.work.plan_card import decision_words
from dunwell.flows.contact.care import care_minutes
from dunwell.flows.contact.desk import Desk
from dunwell.flows.contact.desk_past import Past
from dunwell.store.cases.models import Case
from dunwell.store.desk.models import Keys
from dunwell.store.outreach.models import Draft
from dunwell.store.people.models import Staff
from dunwell.store.policy.call_scripts import call_scripts
from dunwell.store.vault.masks import mask_name
from dunwell.store.vault.sealed import open_sealed

SOON_MINUTES = 60
"""A chip turns amber when the window closes within so many minutes."""


def desk_context(
    desk: Desk, *, reader: Reader, staff: Staff, session: str, now: datetime
) -> dict[str, Any]:
    """Everything the desk's template asks for; `session` names the log-in."""
    case = desk.case
    name = open_sealed(
        case.party.name_sealed, table="people_party", column="name_sealed", row=case.party_id
    )
    numbers = numbers_shown(desk, now=now)
    past = timeline_of(desk.past, now=now)
    keys = keys_of(staff)
    situation = situation_of(desk)
    decided = decision_words(desk.decided) if desk.decided else None
    return {
        "desk": desk,
        "case": case,
        "name": mask_name(name) or f"#{case.pk}",
        "state_words": state_words(desk),
        "why_now": why_now(desk),
        "decided": decided,
        "act": next_act_card(desk, decided, now=now),
        "locate": locate_panel(desk),
        "freezes": _freezes(desk),
        "chips": _chips(desk, now),
        "terms": _terms(case),
        "total": {"label": _("今日还清逾期"), "fen": case.overdue_fen},
        "timeline": past,
        "kinds": [
            {"code": code, "words": words}
            for code, (words, _icon) in labels.KINDS.items()
            if any(line["kind"] == code for line in past)
        ],
        "numbers": [each for each in numbers if not each["dead"]],
        "dead": [each for each in numbers if each["dead"]],
        "first": next(
            (each for each in numbers if each["may_call"] and not each["own_rest"]), None
        ),
        "all_rest": any(each["may_call"] and each["own_rest"] for each in numbers),
        "rest_reasons": labels.REST_REASONS.items(),
        "ways": ways_shown(desk, now=now),
        "scripts": _scripts(desk, staff, name, situation),
        "situation": situation,
        "keys": keys,
        "calculator": reverse("follow_up:calculator", args=[case.pk]),
        "saved": _saved(desk.saved, now),
        "care_minutes": care_minutes(saved=desk.saved, day=desk.day, lender=desk.case.lender_id),
        "steps": labels.STEPS.items(),
        "freeze_kinds": _freeze_kinds(),
        "demo": settings.ENVIRONMENT in OFFERED_IN,
        "data": form_data(
            desk, keys=keys, first=numbers, situation=situation, session=session, now=now
        ),
        "reader": reader,
    }


def keys_of(staff: Staff) -> dict[str, dict[str, Any]]:
    """Each act's key, as the person chose it or as shipped, and its words."""
    kept = Keys.objects.filter(staff=staff).first()
    chosen = kept.chosen if kept else {}
    return {
        act: {
            "key": chosen.get(act, key),
            "cap": key_cap(chosen.get(act, key)),
            "words": words,
        }
        for act, (key, words) in labels.KEYS.items()
    }


def key_cap(key: str) -> str:
    """A key as it stands on a button."""
    return _("空格") if key == " " else key.upper()


def state_words(desk: Desk) -> str:
    """One sentence of state: stage, days, what is owed today, the promise."""
    case = desk.case
    words = _("逾期 {days} 天").format(days=case.days_past_due)
    promise = desk.past.open_promise
    if promise is None:
        return words
    ahead = (promise.due_on - desk.day).days
    when = {0: _("今日承诺到期"), 1: _("明日承诺到期")}.get(ahead)
    return f"{words} · " + (when or _("承诺 {on}").format(on=promise.due_on))


def why_now(desk: Desk) -> list[str]:
    """Why now, beside what the decision says: the promise, or that nobody decided yet."""
    said = []
    past: Past = desk.past
    if past.broken_promise is not None:
        said.append(
            _("上次承诺未兑现：{words}。先问变化，再谈还款。").format(
                words=promise_words(past.broken_promise)
            )
        )
    elif past.open_promise is not None:
        said.append(_("有未到期的承诺：{words}。").format(words=promise_words(past.open_promise)))
    if desk.decided is None and desk.item is not None:
        said.append(_("今天安排：{action}。").format(action=action_words(desk.item.action)))
    if not said and desk.decided is None:
        said.append(_("逾期未还，今天还没有人联系过。"))
    return said


def situation_of(desk: Desk) -> str:
    """Which prompts fit: a broken promise, one to come, else the first call."""
    frozen = {each.kind for each in desk.answers.stands if each.what == "freeze"}
    if "vulnerable" in frozen:
        return "welfare"
    if desk.past.broken_promise is not None:
        return "broken"
    return "promise" if desk.past.open_promise is not None else "first"


def _terms(case: Case) -> list[dict[str, Any]]:
    parts = {
        "principal": case.overdue_principal_fen,
        "interest": case.overdue_interest_fen,
        "penalty": case.overdue_penalty_fen,
        "fee": case.overdue_fee_fen,
    }
    rest = case.overdue_fen - sum(parts.values())
    return [
        {"label": COMPONENTS[name], "fen": fen}
        for name, fen in {**parts, "cost": rest}.items()
        if fen or name in {"principal", "interest"}
    ]


def _chips(desk: Desk, now: datetime) -> dict[str, Any]:
    limits = desk.answers.limits
    here = now.astimezone(BEIJING)
    minute = here.hour * 60 + here.minute
    is_open = limits.open_from <= minute < limits.open_until
    closes = here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(
        minutes=limits.open_until
    )
    done = desk.answers.counts.effective_conversations_today
    promise = desk.past.open_promise
    return {
        "window": f"{limits.open_from // 60}:{limits.open_from % 60:02d}–"
        f"{limits.open_until // 60}:{limits.open_until % 60:02d}",
        "is_open": is_open,
        "left_seconds": int((closes - here).total_seconds()) if is_open else 0,
        "soon": is_open and limits.open_until - minute <= SOON_MINUTES,
        "talks": f"{done}/{limits.conversations}",
        "talks_over": done >= limits.conversations,
        "promise": promise_words(promise) if promise else "",
        "left_today": desk.left_today,
        "replies": _replies(desk, now),
        "rests": _rests(desk, now),
    }


def _replies(desk: Desk, now: datetime) -> dict[str, Any] | None:
    """What the borrower wrote and nobody has seen to; the oldest is opened."""
    waiting = desk.past.waiting_replies(now=now)
    if not waiting:
        return None
    words = ngettext("{n} 条回复待处理", "{n} 条回复待处理", len(waiting)).format(n=len(waiting))
    return {"words": words, "href": reverse("outbox:reply", args=[waiting[0].pk])}


def _rests(desk: Desk, now: datetime) -> str:
    """Until when the borrower is left alone after what the last conversation came to."""
    until = desk.past.rests_until(now=now)
    if until is None:
        return ""
    moment = timezone.localtime(until).strftime("%m-%d %H:%M")
    return _("上次通话后歇到 {moment}").format(moment=moment)


def _freezes(desk: Desk) -> list[str]:
    words = [
        kind_words("freeze", each.kind) or each.kind
        for each in desk.answers.stands
        if each.what == "freeze"
    ]
    closed = desk.answers.closed_ways
    if "" in closed:
        words.append(_("要求停用一切联系方式"))
    elif closed:
        ways = [label_of(CHANNELS, code) for code in CHANNELS if code in closed]
        words.append(_("要求停用：{ways}").format(ways=joined(ways)))
    return ([_("停催中")] if desk.case.held else []) + words


def _scripts(desk: Desk, staff: Staff, name: str, situation: str) -> list[dict[str, Any]]:
    family = name[:1]
    values = {
        "lender": desk.case.lender.name,
        "officer": staff.display_name,
        "addressee": _("{family}先生/女士").format(family=family) if family else _("本人"),
        "call_back": _("我们的公开客服电话"),
    }
    return [
        {
            "situation": name,
            "title": script.title.en if is_english() else script.title.zh,
            "lines": [
                (line.en if is_english() else line.zh).format(**values) for line in script.lines
            ],
            "on": name == situation,
        }
        for name, script in call_scripts().items()
    ]


def _saved(draft: Draft | None, now: datetime) -> dict[str, Any] | None:
    if draft is None or draft.seals_at is None:
        return None
    return {
        "case": draft.case_id,
        "seconds": max(0, int((draft.seals_at - now).total_seconds())),
        "undo": reverse("desk:undo", args=[draft.case_id]),
        "seal": reverse("desk:seal"),
    }


def _freeze_kinds() -> list[tuple[str, str]]:
    kinds = ("hardship", "vulnerable", "dispute", "complaint", "represented", "deceased")
    return [(kind, kind_words("freeze", kind)) for kind in kinds]
