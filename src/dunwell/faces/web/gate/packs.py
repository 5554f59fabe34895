"""The packs in words: every number and rule with its source, and warnings that are overdue."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dunwell.core.params import DatedValue, NoValueOn, Parameter
from dunwell.core.permit import NUMBERS, Pack
from dunwell.faces.web.access.acting import Acting
from dunwell.faces.web.gate import labels
from dunwell.flows.conduct.pack_pages import ShownPack
from dunwell.store.policy.models import Proposal
from dunwell.store.policy.packs import DEFAULT_PACKS


def packs_context(found: Sequence[ShownPack], *, who: Acting) -> dict[str, Any]:
    """What the list of packs asks for."""
    return {
        "packs": [
            {
                "pack": each.pack,
                "title": labels.title_of(each.pack),
                "href": reverse("gate:pack", args=[each.pack.id]),
                "default": each.pack.id in DEFAULT_PACKS,
                "overdue": overdue_words(each.pack, who.day),
                "open": [change_shown(change, each.pack) for change in each.changes],
            }
            for each in found
        ],
        "loud": any(each.pack.overdue_for_check(who.day) for each in found),
        "sees_log": who.may("permit.see"),
    }


def pack_context(found: ShownPack, *, who: Acting, joins: str = "") -> dict[str, Any]:
    """What the page of one pack asks for; `joins`: the change a further number is added to."""
    pack = found.pack
    proposes = who.may("pack.propose")
    joined = next((c for c in found.changes if str(c.pk) == joins and may_grow(c, who)), None)
    return {
        "pack": pack,
        "title": labels.title_of(pack),
        "overdue": overdue_words(pack, who.day),
        "numbers": [
            _number(pack, name, who.day, proposes=proposes, joins=joined)
            for name in pack.parameters
            if name in NUMBERS
        ],
        "rules": [
            {
                "code": code,
                "title": labels.title_of(rule),
                "source": labels.source_of(rule),
                "force": labels.label_of(labels.FORCES, rule.force),
                "read": labels.label_of(labels.READS, rule.read),
                "unread": rule.read in {"recalled"},
            }
            for code, rule in pack.rules.items()
        ],
        "changes": [change_shown(change, pack) for change in found.changes],
        "proposes": proposes,
        "joins": joined,
    }


def may_grow(change: Proposal, who: Acting) -> bool:
    """Whether this person may add a number to a change: their own, while it is open."""
    return not hasattr(change, "ruling") and change.proposed_by_id == who.actor.staff


def overdue_words(pack: Pack, day: date) -> str:
    """The warning of a pack whose recheck is due; empty where it is not."""
    late = pack.overdue_for_check(day)
    if not late:
        return ""
    return _(
        "{pack} 有 {n} 项已过复核期限，最早的是 {first}（应于 {on} 前复核）。数值仍然有效，"
        "但请专人尽快对照原文复核；未复核的不能重新发布。"
    ).format(pack=pack.id, n=len(late), first=late[0], on=pack.recheck_of(late[0]))


def change_shown(change: Proposal, pack: Pack) -> dict[str, Any]:
    """A change as one line, with its state."""
    parameter = pack.parameters.get(change.parameter)
    ruling = getattr(change, "ruling", None)
    if ruling is None:
        state = {"label": _("待批准"), "tone": "wait", "mark": "hourglass"}
    elif ruling.approved:
        state = {"label": _("已发布"), "tone": "good", "mark": "circle-check"}
    else:
        state = {"label": _("未批准"), "tone": "", "mark": "circle-slash"}
    more = len(change.joined.all())
    return {
        "row": change,
        "more": _("另有 {n} 个数值").format(n=more) if more else "",
        "href": reverse("gate:proposal", args=[change.pk]),
        "title": labels.title_of(parameter) if parameter else change.parameter,
        "value": labels.value_words(parameter, change.value) if parameter else change.value,
        "state": state,
        "ruling": ruling,
    }


def dated_shown(parameter: Parameter, dated: DatedValue) -> dict[str, Any]:
    """A dated value in words."""
    return {
        "value": labels.value_words(parameter, dated.value),
        "from_on": dated.from_on,
        "source": labels.source_of(dated),
        "force": labels.label_of(labels.FORCES, dated.force),
        "read": labels.label_of(labels.READS, dated.read),
    }


def _number(
    pack: Pack, name: str, day: date, *, proposes: bool, joins: Proposal | None
) -> dict[str, Any]:
    parameter = pack.parameters[name]
    try:
        now = dated_shown(parameter, parameter.dated_on(day))
    except NoValueOn:
        now = None
    to = f"?joins={joins.pk}" if joins else ""
    coming = [dated for dated in parameter.values if dated.from_on > day]
    return {
        "name": name,
        "title": labels.title_of(parameter),
        "stricter": labels.label_of(labels.STRICTER, parameter.stricter),
        "now": now,
        "coming": [dated_shown(parameter, dated) for dated in coming],
        "checked_on": parameter.checked_on,
        "recheck_by": parameter.recheck_by,
        "overdue": parameter.overdue_for_check(day),
        "href": f"{reverse('gate:propose', args=[pack.id, name])}{to}" if proposes else "",
    }
