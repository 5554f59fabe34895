"""Words for the codes of the desk: steps, closing facts, kinds of the timeline, keys, acts."""

from __future__ import annotations

from functools import cache

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pypinyin import Style, lazy_pinyin

Words = str | Promise

STEPS: dict[str, Words] = {
    "call": _("再打电话"),
    "sms": _("发短信"),
    "remind": _("提醒承诺"),
    "plan": _("谈还款计划"),
    "confirm": _("确认书面条款"),
    "reconcile": _("核对入账"),
    "relief": _("谈减免"),
    "approve": _("提交审批"),
    "review": _("主管复核"),
    "specialist": _("专人跟进"),
    "locate": _("查找联系方式"),
    "none": _("不再安排"),
}
LIKELY = ("NOAS", "PTP", "REJ", "BUSY", "OFF", "CBK", "INAB", "KNOW", "NSA")
"""Under the digits 1 to 9: what most calls come to."""

SAID_BY: dict[str, Words] = {
    "borrower": _("本人"),
    "guarantor": _("担保人"),
    "spouse_obligor": _("共债配偶"),
}
KINDS: dict[str, tuple[Words, str]] = {
    "note": (_("催记"), "phone"),
    "sms": (_("短信"), "message-square"),
    "payment": (_("还款"), "banknote"),
    "promise": (_("承诺"), "handshake"),
    "event": (_("变动"), "trending-up"),
    "stand": (_("限制"), "circle-pause"),
    "put_off": (_("暂缓"), "clock"),
    "locate": (_("失联查找"), "search"),
}
"""Kinds of the timeline and their icons, in the order in which filters offer them."""

KEYS: dict[str, tuple[str, Words]] = {
    "next": ("n", _("下一案")),
    "call": (" ", _("拨打")),
    "known": ("i", _("身份已核实")),
    "result": ("d", _("选结果")),
    "promise": ("p", _("记承诺")),
    "put_off": ("w", _("现在不办")),
    "calculator": ("c", _("试算方案")),
    "sms": ("s", _("发短信")),
    "hardship": ("h", _("困难话术")),
    "freeze": ("x", _("暂停催收")),
    "recording": ("r", _("附录音")),
    "undo": ("z", _("撤销刚才的保存")),
}
"""Acts of the desk that have a key, as shipped."""

REST_REASONS: dict[str, Words] = {
    "asked": _("客户请我们现在打这个号码"),
    "works_again": _("得知这个号码又通了"),
    "wrong_result": _("上次的结果记错了"),
    "promise_due": _("承诺今天到期，没有别的号码"),
}
"""Why a number is dialled before its rest is over, by the codes of flows.contact.number_rest."""

ACTS: dict[str, Words] = {
    "open_to_dial": _("打开案件到拨打"),
    "dial_to_result": _("拨打到选结果（含通话）"),
    "result_to_save": _("选结果到保存"),
    "save_to_next": _("保存到下一案"),
    "whole": _("打开到保存，不含通话"),
    "pause": _("难的通话之后歇一会儿（算工作）"),
}


@cache
def initials(text: str) -> str:
    """The pinyin initials of a Chinese text: 无人接听 is wrjt."""
    return "".join(
        part[:1] for part in lazy_pinyin(text, style=Style.NORMAL, errors="ignore")
    ).lower()
