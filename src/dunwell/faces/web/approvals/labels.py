"""Words for the codes and figures of requests. A figure without words is not shown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dunwell.core.money import format_yuan
from dunwell.faces.web.access.labels import ROLES

Words = str | Promise

KINDS: dict[str, tuple[Words, str]] = {
    "relief": (_("减免"), "hand-coins"),
    "plan": (_("分期"), "calendar-days"),
    "extension": (_("展期"), "calendar-days"),
    "cease": (_("停催"), "circle-pause"),
    "retain": (_("留案"), "bookmark"),
    "visit": (_("外访"), "map-pin"),
    "contact": (_("联系第三人"), "users"),
}
VERDICTS: dict[str, tuple[Words, str, str]] = {
    "waiting": (_("等待批准"), "wait", "hourglass"),
    "approved": (pgettext_lazy("answered", "同意"), "good", "circle-check"),
    "declined": (pgettext_lazy("answered", "不同意"), "stop", "circle-x"),
    "withdrawn": (pgettext_lazy("verdict", "已撤回"), "", "undo-2"),
}
SHAPES: dict[str, Words] = {
    "at_once": _("一次还清"),
    "equal": _("等额"),
    "step_up": _("逐期递增"),
}
STRAINS: dict[str, tuple[Words, str, str]] = {
    "fits": (_("负担得起"), "good", "circle-check"),
    "tight": (_("偏紧"), "wait", "triangle-alert"),
    "beyond": (_("超出负担"), "stop", "circle-x"),
    "not_known": (_("收入未知"), "", "circle-dashed"),
}
FIGURES: dict[str, Words] = {
    "shape": _("还款方式"),
    "installments": _("期数"),
    "pays_fen": _("客户共还"),
    "first_on": _("首期日"),
    "last_on": _("末期日"),
    "debt_fen": _("目前欠款"),
    "relief_penalty_fen": _("罚息减免"),
    "relief_interest_fen": _("利息减免"),
    "relief_fen": _("减免合计"),
    "relief_ppm": _("减免占欠款"),
    "all_in_ppm": _("综合年化"),
    "cap_ppm": _("年化上限"),
    "strain": _("负担"),
    "break_even_ppm": _("盈亏平衡：履约概率"),
    "otherwise_fen": _("不做计划的预计回收"),
    "whom": _("联系谁"),
    "visit_on": _("外访日"),
    "loans": _("借据数"),
    "until_on": _("到期日"),
    "start_on": _("起始日"),
    "end_on": _("结束日"),
}
"""Figures of a request in the order in which they are told."""
DECLINE_WHYS: tuple[Words, ...] = (
    _("材料不足，请补充后再提"),
    _("超出负担能力，请谈更小的金额"),
    _("先还一部分再谈"),
)


def kind_mark(kind: str) -> dict[str, Any]:
    """The kind of a request as a pill."""
    label, icon = KINDS.get(kind, (kind, "stamp"))
    return {"label": label, "tone": "", "mark": icon}


def verdict_mark(verdict: str) -> dict[str, Any]:
    """The answer as a pill."""
    label, tone, icon = VERDICTS.get(verdict, (verdict, "", "circle"))
    return {"label": label, "tone": tone, "mark": icon}


def told(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures that have words, in their order, as text."""
    return [
        {"label": words, "text": text_of(name, figures[name])}
        for name, words in FIGURES.items()
        if figures.get(name) not in (None, "")
    ]


def wanted_of(wanted: Any) -> dict[str, Any]:
    """What a request asks, its figures of value among it, on one level."""
    asked: dict[str, Any] = dict(wanted) if isinstance(wanted, dict) else {}
    days = asked.get("days")
    if isinstance(days, list) and days:
        asked |= {"installments": len(days), "first_on": days[0], "last_on": days[-1]}
    asked.pop("days", None)
    loans = asked.get("loans")
    if isinstance(loans, list):
        asked["loans"] = len(loans)
    value: dict[str, Any] = asked.get("value", {})
    return asked | value


def lines_of(wanted: Any) -> list[dict[str, Any]]:
    """The installments asked for, as they were written into the request."""
    lines = wanted.get("lines", []) if isinstance(wanted, dict) else []
    return [{"seq": seq, "due_on": on, "amount_fen": fen} for seq, (on, fen) in enumerate(lines, 1)]


def policy_of(wanted: Any, role: str) -> list[dict[str, Any]]:
    """The house's bands of authority at the time of asking; the one that decides is marked."""
    bands = wanted.get("policy", []) if isinstance(wanted, dict) else []
    return [
        {
            "who": ROLES.get(each, each) if each else _("经办人自己"),
            "relief": percent(most_relief_ppm),
            "installments": most_installments,
            "decides": each == role,
        }
        for each, most_relief_ppm, most_installments in bands
    ]


def text_of(name: str, value: Any) -> str:
    """A figure as its name says it is written."""
    if name.endswith("_fen"):
        return format_yuan(int(value))
    if name.endswith("_ppm"):
        return percent(int(value))
    if name == "shape":
        return str(SHAPES.get(value, value))
    if name == "strain":
        return str(STRAINS[value][0]) if value in STRAINS else str(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def percent(ppm: int) -> str:
    """A share in hundredths: 5.2%."""
    return f"{ppm / 10_000:.1f}%"
