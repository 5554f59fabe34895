"""Words, icons and states that the strategy pages share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dunwell.store.policy.document_kinds import MAIN
from dunwell.store.policy.documents import InForceDocument
from dunwell.store.policy.models import Document

Words = str | Promise

KINDS: Mapping[str, tuple[Words, str, Words]] = {
    "strategy": (_("策略"), "route", _("谁用哪个方案、按什么步骤；不催也是一种方案。")),
    "card": (_("评分卡"), "calculator", _("每位客户的分数和等级从哪里来。")),
    "quadrant": (_("能力与意愿"), "scale", _("有没有能力还、愿不愿意还，由哪条规则判断。")),
    "categories": (_("客户分类"), "tag", _("由行为和联系情况推出，不由人填写。")),
    "five_classes": (_("五级分类"), "rows-3", _("监管口径的资产风险分类。")),
    "gains": (_("行动收益"), "trending-up", _("做这件事比不做，多收回多少；分案按它排先后。")),
    "experiment": (_("实验"), "git-compare", _("随机分组，看哪种做法更好，伤害与金额并列。")),
}
"""Title, icon and what it is for, in the order of the page."""

PREVIEWED = frozenset({"strategy", "card", "quadrant", "categories", "five_classes"})
"""Kinds whose effect on today's book can be looked at before they are proposed."""

ORIGINS: Mapping[str, Words] = {
    "lender": _("本机构的版本"),
    "house": _("各机构共用的版本"),
    "seed": _("随软件发布的版本"),
}
STATES: Mapping[str, tuple[Words, str, str]] = {
    "waiting": (_("待批准"), "wait", "hourglass"),
    "approved": (_("已批准"), "good", "circle-check"),
    "in_force": (_("生效中"), "good", "circle-check"),
    "coming": (_("待生效"), "accent", "calendar-days"),
    "turned_down": (_("未批准"), "", "circle-slash"),
    "withdrawn": (_("已撤回"), "", "undo-2"),
}
CHANGES: Mapping[str, tuple[Words, str, str]] = {
    "added": (_("新增"), "good", "plus"),
    "removed": (_("去掉"), "stop", "minus"),
    "changed": (_("有改动"), "accent", "pencil"),
}
BEGINNING = _("自始")


def kind_title(kind: str) -> str:
    """The name of a kind of document."""
    return str(KINDS[kind][0]) if kind in KINDS else kind


def document_title(kind: str, name: str) -> str:
    """The name of a document: those beside the one in force carry theirs."""
    if name == MAIN:
        return kind_title(kind)
    return gettext("{kind}（备选：{name}）").format(kind=kind_title(kind), name=name)


def state_mark(code: str) -> dict[str, Any]:
    """A state of a document as a pill."""
    words, tone, icon = STATES[code]
    return {"label": words, "tone": tone, "mark": icon}


def change_mark(code: str) -> dict[str, Any]:
    """What happened to a rule, as a pill."""
    words, tone, icon = CHANGES[code]
    return {"label": words, "tone": tone, "mark": icon}


def state_of(row: Document, *, counting: InForceDocument | None = None) -> str:
    """How a document stands; `counting` is what counts today, where the caller knows it."""
    ruling = getattr(row, "ruling", None)
    if ruling is None:
        return "waiting"
    if not ruling.approved:
        return "withdrawn" if ruling.by_id == row.proposed_by_id else "turned_down"
    if counting is not None and counting.number == row.pk:
        return "in_force"
    return "approved"


def document_line(row: Document, *, counting: InForceDocument | None = None) -> dict[str, Any]:
    """A document as one line of a history."""
    ruling = getattr(row, "ruling", None)
    return {
        "row": row,
        "title": document_title(row.kind, row.name),
        "href": reverse("strategy:document", args=[row.pk]),
        "state": state_mark(state_of(row, counting=counting)),
        "ruling": ruling,
        "hash": row.hash[:12],
        "whom": row.lender.name if row.lender else gettext("各机构"),
    }
