"""One question of the gate's log in words: the answer, the facts, the answer under other packs."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dunwell.core.permit import Reason
from dunwell.faces.web.access.acting import Acting
from dunwell.faces.web.gate import labels
from dunwell.faces.words.gate_answer import clause_in, reason_said
from dunwell.flows.conduct.gate_log import Asked
from dunwell.flows.conduct.replay_question import Under, choices_for, replay_question
from dunwell.store.people.permissions import holds


def question_context(asked: Asked, *, who: Acting, under: str) -> dict[str, Any]:
    """Everything the page asks for."""
    row = asked.row
    choices = choices_for(asked)
    chosen = next((each for each in choices if each.key == under), None)
    return {
        "row": row,
        "verdict": verdict_mark(row.verdict),
        "lead": _lead(asked),
        "state": labels.label_of(labels.STATES, asked.state)
        + (_("，但没有发出，不计入联系") if hasattr(row, "unsent") else ""),
        "person": labels.person_words(row.actor.display_name if row.actor else row.actor_label),
        "case_href": reverse("cases:case", args=[row.case_id])
        if holds(who.actor, "case.see", day=who.day)
        else "",
        "reasons": [reason_shown(reason) for reason in asked.reasons],
        "lifted": asked.lifted,
        "facts": list(_flat(asked.inputs)),
        "choices": [{"key": each.key, "words": under_words(each)} for each in choices],
        "under": under,
        "again": None if chosen is None else _again(asked, chosen, who),
    }


def verdict_mark(verdict: str) -> dict[str, Any]:
    """A verdict as its pill."""
    words, tone, mark = labels.VERDICTS.get(verdict, (verdict, "", "circle"))
    return {"label": words, "tone": tone, "mark": mark}


def reason_shown(reason: Reason) -> dict[str, Any]:
    """A reason as its line: code, sentence, clause, and when time lifts it."""
    return {
        "code": reason.code,
        "pill": verdict_mark(reason.verdict),
        "sentence": reason_said(reason, language=get_language() or "zh-hans"),
        "clause": clause_in(reason, language=get_language() or "zh-hans"),
        "again_at": reason.again_at,
    }


def under_words(under: Under) -> str:
    """A choice of packs in words."""
    change = under.proposal
    if under.kind == "now":
        return _("现行版本")
    if under.kind == "shipped":
        return _("随软件发布的原版")
    if under.kind == "added":
        return _("加上规则包 {pack}").format(pack=under.added)
    assert change is not None
    words = (
        _("第 {n} 号改动（已发布）：{parameter} = {value}")
        if under.kind == "published"
        else _("第 {n} 号改动（待批准）：{parameter} = {value}")
    )
    return words.format(n=change.pk, parameter=change.parameter, value=change.value)


def _again(asked: Asked, under: Under, who: Acting) -> dict[str, Any]:
    found = replay_question(actor=who.actor, day=who.day, asked=asked, under=under)
    if found is None:
        return {"believed": False, "words": under_words(under)}
    decision = found.decision
    return {
        "believed": True,
        "words": under_words(under),
        "verdict": verdict_mark(decision.verdict),
        "same": decision.verdict == asked.row.verdict
        and set(decision.codes) == set(asked.row.codes.split()),
        "reasons": [reason_shown(reason) for reason in decision.reasons],
        "kept": ", ".join(found.kept),
        "text_kept": bool(asked.row.content_hash),
        "next_at": decision.next_allowed_at,
        "pack_hash": decision.pack_hash,
    }


def _lead(asked: Asked) -> str:
    row = asked.row
    parts = (
        labels.label_of(labels.CHANNELS, row.channel),
        labels.label_of(labels.ROLES, row.role),
        labels.label_of(labels.PURPOSES, row.purpose),
    )
    return " · ".join(parts)


def _flat(inputs: dict[str, Any], path: str = "") -> Any:
    """The facts as lines of path and value, in the order of their paths."""
    for key, value in sorted(inputs.items()):
        where = f"{path}{key}"
        if isinstance(value, dict):
            yield from _flat(value, f"{where}.")
        else:
            yield {"path": where, "value": _said(value)}


def _said(value: Any) -> str:
    if value is None or value == []:
        return "—"
    if isinstance(value, bool):
        return str(_("是") if value else _("否"))
    if isinstance(value, list):
        return "; ".join(_said(each) for each in value)
    if isinstance(value, dict):
        return ", ".join(f"{key} {_said(each)}" for key, each in sorted(value.items()))
    return str(value)
