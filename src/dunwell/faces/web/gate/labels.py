"""Words for the codes the gate's pages show. A code without words is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dunwell.core.params import DatedValue, Parameter
from dunwell.core.permit import RuleSource

Words = str | Promise

CHANNELS: dict[str, Words] = {
    "call": _("电话"),
    "ai_voice": _("智能语音"),
    "sms": _("短信"),
    "visit": _("外访"),
    "letter": _("信函"),
}
PURPOSES: dict[str, Words] = {
    "collect": _("催收"),
    "remind": _("提醒"),
    "notify": _("告知"),
    "service": _("服务"),
}
ROLES: dict[str, Words] = {
    "borrower": _("本人"),
    "self": _("本人"),
    "guarantor": _("担保人"),
    "spouse_obligor": _("共债配偶"),
    "contact": _("联系人"),
    "other": _("其他"),
}
VERDICTS: dict[str, tuple[Words, str, str]] = {
    "allow": (_("可以"), "good", "circle-check"),
    "warn": (_("可以，请注意"), "wait", "triangle-alert"),
    "needs_approval": (_("须经批准"), "wait", "stamp"),
    "refuse": (_("不可以"), "stop", "circle-slash"),
}
"""Words, tone and icon of a verdict."""

STATES: dict[str, Words] = {
    "reserved": _("已预留"),
    "used": _("已使用"),
    "released": _("已退回"),
    "expired": _("已过期"),
    "refused": _("未给许可"),
}
FORCES: dict[str, Words] = {
    "binding": _("强制"),
    "recommended": _("推荐"),
    "self-regulation": _("自律"),
    "house": _("内部"),
}
READS: dict[str, Words] = {
    "text": _("读过原文"),
    "secondary": _("转引"),
    "recalled": _("凭记忆，待核"),
    "house": _("自定"),
}
UNITS: dict[str, Words] = {
    "minute-of-day": "",
    "minutes": _("分钟"),
    "seconds": _("秒"),
    "conversations/debtor/day": _("次／债务人／日"),
    "calls/debtor/day": _("次／债务人／日"),
    "calls/debt/7 days": _("次／笔／7 日"),
    "dials/number/day": _("次／号码／日"),
    "messages/debtor/day": _("条／债务人／日"),
    "messages/debtor/7 days": _("条／债务人／7 日"),
    "messages/number/day": _("条／号码／日"),
    "visits/address/day": _("次／地址／日"),
    "visits/address/7 days": _("次／地址／7 日"),
    "attempts": _("次"),
    "persons": _("人"),
    "years": _("岁"),
    "characters": _("字符"),
    "days": _("天"),
    "fen": _("分"),
    "ppm": _("百万分之一"),
    "choice": "",
}
CHOICES: dict[str, Words] = {
    "nothing": _("什么都不放行"),
    "estate": _("只放行查找遗产"),
    "notices": _("只放行法定通知"),
    "notices_and_service": _("放行法定通知和服务"),
    "yes": _("是"),
    "no": _("否"),
}
STRICTER: dict[str, Words] = {
    "lower": _("小者为严"),
    "higher": _("大者为严"),
    "none": _("不分严宽"),
}


def label_of(words: Mapping[str, Words], code: str) -> str:
    """The words of a code, or the code itself."""
    return str(words.get(code, code))


def is_english() -> bool:
    """Whether the page is read in English."""
    return (get_language() or "").startswith("en")


def title_of(has_title: object) -> str:
    """The title of a pack, rule or parameter in the reader's language."""
    english = getattr(has_title, "title_en", "")
    return english if english and is_english() else str(getattr(has_title, "title", ""))


def source_of(written: RuleSource | DatedValue) -> str:
    """Where a rule or number stands written, as this reader names it."""
    return (written.source_en if is_english() else "") or written.source


def value_words(parameter: Parameter, value: int) -> str:
    """A value as people read it: a time of day, a choice, or a number with its unit."""
    if parameter.choices:
        return label_of(CHOICES, parameter.name_of(value))
    if parameter.unit == "minute-of-day":
        return f"{value // 60:02d}:{value % 60:02d}"
    return f"{value} {label_of(UNITS, parameter.unit)}".strip()
