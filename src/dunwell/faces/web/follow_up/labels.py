"""Words, icons and tones for the codes of the follow-up pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class ListWords:
    """How a list is told: its title, what its sum is, what `on` is, and what an empty one says."""

    title: Words
    icon: str
    sum_label: Words
    on_label: Words
    empty: Words


LISTS: dict[str, ListWords] = {
    "due_today": ListWords(
        title=_("今天到期的承诺"), icon="handshake", sum_label=_("还应到"), on_label=_("承诺日"),
        empty=_("今天没有到期的承诺。客户承诺的日子到了，会出现在这里。"),
    ),
    "due_tomorrow": ListWords(
        title=_("明天到期、还没提醒"), icon="bell", sum_label=_("还应到"), on_label=_("承诺日"),
        empty=_("明天到期的承诺都提醒过了，或者没有。"),
    ),
    "broken": ListWords(
        title=_("未兑现、还没通话"), icon="phone", sum_label=_("还差"), on_label=_("承诺日"),
        empty=_("近 30 天未兑现的承诺都谈过了，或者没有。"),
    ),
    "part_kept": ListWords(
        title=_("部分兑现、余额未谈"), icon="circle-dashed", sum_label=_("还差"),
        on_label=_("承诺日"), empty=_("没有只还了一部分、余额还没谈的承诺。"),
    ),
    "plans": ListWords(
        title=_("还款计划：逾期或已中断"), icon="calendar-days", sum_label=_("计划未还"),
        on_label=_("应还日"), empty=_("还款计划都在按期走，或者还没有计划。"),
    ),
    "holds": ListWords(
        title=_("停催将到期或无到期日"), icon="circle-pause", sum_label=_("逾期金额"),
        on_label=_("到期日"), empty=_("七天内没有到期的停催，也没有不设到期日的停催。"),
    ),
    "retained": ListWords(
        title=_("留案将到期"), icon="bookmark", sum_label=_("逾期金额"), on_label=_("到期日"),
        empty=_("七天内没有到期的留案。"),
    ),
}  # fmt: skip

STATES: dict[str, tuple[Words, str, str]] = {
    "open": (_("待兑现"), "", "circle"),
    "due": (_("今日到期"), "wait", "clock"),
    "kept": (_("已兑现"), "good", "circle-check"),
    "part_kept": (_("部分兑现"), "wait", "circle-dashed"),
    "broken": (_("未兑现"), "stop", "circle-x"),
    "rescheduled": (_("已改期"), "", "undo-2"),
}
"""Word, tone and icon of a promise."""

PLAN_STATES: dict[str, tuple[Words, str, str]] = {
    "going": (_("按期进行"), "good", "circle-check"),
    "late": (_("计划逾期"), "wait", "clock"),
    "broken": (_("已中断"), "stop", "circle-x"),
    "watch": (_("已还清，观察中"), "good", "eye"),
    "done": (_("已完成"), "good", "circle-check"),
}
HOLD_STATES: dict[tuple[str, str], tuple[Words, str, str]] = {
    ("hold", "ending"): (_("停止计日，将到期"), "wait", "clock"),
    ("hold", "no_end"): (_("停止计日，无到期日"), "", "circle-pause"),
    ("freeze", "ending"): (_("停止联系，将到期"), "wait", "lock"),
    ("retention", "ending"): (_("留案，将到期"), "wait", "bookmark"),
}
TITLES: dict[str, Words] = {
    "list": _("清单"),
    "case": _("案件号"),
    "name": _("客户（掩码）"),
    "state": _("状态"),
    "amount_fen": _("金额（元）"),
    "paid_fen": _("已到（元）"),
    "on": _("日期"),
    "reminded_on": _("提醒日"),
    "bucket": _("阶段"),
    "team": _("团队"),
    "holder": _("经办人"),
}
"""Column titles of the exported sheet."""


def mark_of(what: str, state: str) -> dict[str, Words]:
    """A row's state as a pill."""
    if what == "promise":
        words = STATES.get(state)
    elif what == "plan":
        words = PLAN_STATES.get(state)
    else:
        words = HOLD_STATES.get((what, state))
    label, tone, icon = words or (state, "", "circle")
    return {"label": label, "tone": tone, "mark": icon}


def sheet_words(code: str) -> str:
    """A list or a state in the exported sheet."""
    if code in LISTS:
        return str(LISTS[code].title)
    plain = {"ending": _("将到期"), "no_end": _("无到期日")}
    known = STATES.get(code) or PLAN_STATES.get(code)
    return str(known[0] if known else plain.get(code, code))


def sheet_title(key: str) -> str:
    """The title of a column."""
    return str(TITLES.get(key, key))
