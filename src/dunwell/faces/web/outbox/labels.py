"""Words, icons and tones for the codes of the pages of messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from dunwell.faces.web.frame.figures import in_reader
from dunwell.faces.web.gate.labels import rule_words
from dunwell.store.outreach.models import Message, Reply
from dunwell.store.policy.message_templates import templates

Words = str | Promise
State = Message.State

VIEWS: dict[str, tuple[Words, tuple[Message.State, ...]]] = {
    "all": (_("全部"), ()),
    "queued": (_("待发送"), (State.QUEUED,)),
    "under_way": (_("途中"), (State.LEASED, State.HANDED, State.ACCEPTED)),
    "delivered": (_("已送达"), (State.DELIVERED,)),
    "failed": (_("未发出或未送达"), (State.FAILED, State.REFUSED, State.CANCELLED)),
    "unknown": (_("待认定"), (State.UNKNOWN,)),
    "replies": (_("待处理回复"), ()),
}
"""The tabs, in order, and the states each of them shows."""

EMPTY: dict[str, tuple[Words, Words]] = {
    "all": (
        _("还没有短信"),
        _("在工作台给客户发的、日运行按策略排的短信，会从这里看到去向。"),
    ),
    "queued": (_("没有待发送的短信"), _("排入的短信在发送程序取走之前会在这里。")),
    "under_way": (_("没有在途的短信"), _("交给网关、还没有回执的短信会在这里。")),
    "delivered": (_("还没有送达的短信"), _("网关回执说送达的短信会在这里。")),
    "failed": (
        _("没有未发出或未送达的短信"),
        _("闸门不许、网关拒收、没有送到或被撤回的短信会在这里，写明原因。"),
    ),
    "unknown": (
        _("没有去向不明的短信"),
        _("可能发出也可能没有的短信会在这里，等回执或由您认定；不会自动重发。"),
    ),
    "replies": (
        _("没有待处理的回复"),
        _("客户回复的短信会在这里；只写退订的已经立即生效，不用处理。"),
    ),
}

STATES: dict[str, tuple[Words, str, str]] = {
    State.QUEUED: (_("待发送"), "", "hourglass"),
    State.LEASED: (_("发送中"), "accent", "loader"),
    State.HANDED: (_("已交网关"), "accent", "arrow-right"),
    State.ACCEPTED: (_("网关已收"), "accent", "check"),
    State.DELIVERED: (_("已送达"), "good", "circle-check"),
    State.FAILED: (_("发送失败"), "stop", "circle-x"),
    State.REFUSED: (_("未获许可"), "stop", "circle-slash"),
    State.UNKNOWN: (_("去向不明"), "wait", "triangle-alert"),
    State.CANCELLED: (_("已取消"), "", "undo-2"),
}

CODES: dict[str, Words] = {
    "GATE-RECHECK": _("发送时复核不许"),
    "SENDER-GONE": _("发送程序中断，没有听到应答"),
    "NO-ANSWER": _("网关没有应答"),
    "LINE-BROKEN": _("线路中断"),
    "SETTLED-BY-HAND": _("人工认定"),
    "TEXT-NOT-REGISTERED": _("文字没有报备"),
}
"""Codes of our own; a gateway's stand as they are."""

KINDS: dict[str, tuple[Words, str, str]] = {
    Reply.Kind.OPT_OUT: (_("退订，已生效"), "good", "circle-check"),
    Reply.Kind.REPLY: (_("客户回复"), "accent", "message-square"),
    Reply.Kind.UNKNOWN_NUMBER: (_("未知号码"), "", "circle-alert"),
}

TELLERS: dict[str, Words] = {
    "gateway": _("网关或运营商查询的结果"),
    "borrower": _("收件人自己说的"),
    "records": _("我们自己的记录"),
}
WHAT_HAPPENED: dict[str, Words] = {
    "arrived": pgettext_lazy("message", "送达了"),
    "lost": pgettext_lazy("message", "没有送达，不再发"),
    "again": pgettext_lazy("message", "没有送达，重新申请许可再发一次"),
}


def pill(known: Mapping[str, tuple[Words, str, str]], code: str) -> dict[str, Any]:
    """A code as its pill."""
    words, tone, mark = known.get(code, (code, "", "circle"))
    return {"label": words, "tone": tone, "mark": mark}


def code_words(code: str) -> str:
    """Why a message stands where it does, in words: a code of ours, or rules of the gate."""
    if code in CODES:
        return str(CODES[code])
    return " · ".join(rule_words(each) for each in code.split())


def template_words(name: str) -> str:
    """The title of a template, or its id where it is no more."""
    found = templates().get(name)
    if found is None:
        return name
    return in_reader(found.title, found.title_en)
