"""Words and icons for the codes the pages of work show. A code without words is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dunwell.faces.web.frame.figures import in_reader

Words = str | Promise

ACTIONS: dict[str, tuple[Words, str]] = {
    "visit": (pgettext_lazy("action", "上门"), "map-pin"),
    "legal": (pgettext_lazy("action", "法律途径"), "gavel"),
    "phone": (pgettext_lazy("action", "电话"), "phone"),
    "relief": (pgettext_lazy("action", "谈减免"), "hand-coins"),
    "sms": (pgettext_lazy("action", "短信"), "message-square"),
    "remind": (pgettext_lazy("action", "提醒"), "bell"),
    "none": (pgettext_lazy("action", "不行动"), "circle-pause"),
}
"""Words and icon of an act, in the order in which filters offer them."""

STATES: dict[str, tuple[Words, str, str]] = {
    "open": (_("待办"), "", "circle"),
    "held": (_("处理中"), "accent", "circle-dot"),
    "done": (_("已办"), "good", "circle-check"),
    "recalled": (_("已收回"), "wait", "undo-2"),
}
PROMISES: dict[str, Words] = {
    "open": _("待兑现"),
    "due": _("今日到期"),
    "kept": _("已兑现"),
    "part_kept": _("部分兑现"),
    "broken": _("未兑现"),
}
ITEM_WHYS: dict[str, Words] = {
    "fallback": _("首选方式的名额给了增益更高的案件，今天改用后备方式。"),
    "asked": _("客户要求不用原定的方式，改用其他方式。"),
    "moved": _("主管安排"),
}
SKILLS: dict[str, Words] = {
    "phone": pgettext_lazy("skill", "电话"),
    "visit": pgettext_lazy("skill", "上门"),
    "legal": pgettext_lazy("skill", "法务"),
}


class InBoth(Protocol):
    """Words that a rule or a card carries in both languages."""

    @property
    def zh(self) -> str: ...

    @property
    def en(self) -> str: ...


def in_language(words: InBoth) -> str:
    """The words of a document of policy, in the reader's language, as a sentence begins."""
    return in_reader(words.zh, words.en)


def label_of(words: Mapping[str, Words], code: str) -> str:
    """The words of a code, or the code itself."""
    return str(words.get(code, code))


def action_words(code: str) -> str:
    """The act in words."""
    return str(ACTIONS[code][0]) if code in ACTIONS else code


def action_mark(code: str) -> dict[str, Any]:
    """The act as a pill: words and icon."""
    words, icon = ACTIONS.get(code, (code, "circle"))
    return {"label": words, "tone": "", "mark": icon}


def state_mark(code: str) -> dict[str, Any]:
    """The state of an item as a pill."""
    words, tone, icon = STATES.get(code, (code, "", "circle"))
    return {"label": words, "tone": tone, "mark": icon}


def joined(parts: list[str]) -> str:
    """Several things in one line, as the language lists them."""
    return gettext("、").join(parts)


STEP_WHYS: dict[str, Words] = {
    "new_plan": _("规则给的方案是新的，从第一步开始。"),
    "moved_on": _("上一步期满仍未还清，进入这一步。"),
    "waiting": _("这一步还在进行中。"),
    "exit": _("上一步的目的已经达到，不必等到期满。"),
    "fallback": _("连续未接通，这一步改用后备方式。"),
    "plan_over": _("方案已走完。"),
    "hold_out": _("这位客户在实验的留出组，不作任何处理，用来比较。"),
}
"""Why the borrower is in this step."""
STEP_WHENS: dict[str, Words] = {
    "past": pgettext_lazy("step", "已过"),
    "now": _("现在"),
    "next": _("之后"),
}
NEEDS: dict[str, Words] = {
    "approval": _("这一步事先要主管批准。"),
    "counsel": _("这一步事先要征询律师。"),
}
OFFERS: dict[str, Words] = {
    "penalty_waiver": _("减免罚息"),
    "interest_relief": _("减息"),
    "extension": _("展期"),
}
OVERRULED: dict[str, Words] = {"grade": _("等级"), "plan": _("方案")}
OVERRULE_ACTS: dict[str, Words] = {"grade": _("改判等级"), "plan": _("改判方案")}
DECIDING_WHYS: dict[str, Words] = {
    "day_run": _("日运行"),
    "apart": _("日运行中的变动"),
    "reversal": _("冲正"),
    "payment": pgettext_lazy("cause", "还款"),
    "hold": _("停催"),
    "freeze": _("停止联系"),
    "overrule": _("改判"),
    "import": _("导入"),
    "promise": _("承诺"),
    "note": pgettext_lazy("cause", "催记"),
}
"""What made somebody decide."""
WHY_NOTS: dict[str, Words] = {
    "no_capacity": _("未设工时"),
    "away": _("今天不上班"),
    "not_certified": _("未通过考核"),
    "suspended": _("暂停中"),
}
"""Why somebody gets no work."""
