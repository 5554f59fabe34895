"""Conditions of rules in words: `逾期天数 30–59 天；等级 D、E`.

Called by every table of rules on the strategy pages. Names of facts are those of the work
room; what only rules ask about (freezes, categories, legal states) has its words here.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from dunwell.core.decision_table import All, Is, Not, When
from dunwell.core.decision_table import Any as AnyOf
from dunwell.faces.web.frame.figures import is_english
from dunwell.faces.web.work.fact_words import title_words, value_words
from dunwell.store.policy.document_kinds import parse_document, seed_text

FREEZES: Mapping[str, str | Promise] = {
    "freeze_complaint": _("投诉处理中"),
    "freeze_dispute": _("债务有争议"),
    "freeze_hardship": _("困难申请审核中"),
    "freeze_vulnerable": _("属脆弱客户"),
    "freeze_deceased": _("客户身故"),
    "freeze_represented": _("由代理人代表"),
    "freeze_estate": _("遗产处理中"),
}
LEGAL: Mapping[str, str | Promise] = {
    "none": _("未进入"),
    "counsel": _("已征询律师"),
    "demanded": _("已发律师函"),
    "mediation": _("调解中"),
    "mediated": _("已调解"),
    "payment_order_filed": _("已申请支付令"),
    "po_issued": _("支付令已发出"),
    "po_lapsed": _("支付令失效"),
    "pre_suit_preservation": _("诉前保全"),
    "suit_filed": _("已起诉"),
    "small_claims": _("小额诉讼"),
    "simplified": _("简易程序"),
    "ordinary": _("普通程序"),
    "judged": _("已判决"),
    "appealed": _("上诉中"),
    "final": _("判决生效"),
    "arbitration_filed": _("已申请仲裁"),
    "award": _("已裁决"),
    "notarised_deed": _("公证债权文书"),
    "enforceable": _("可申请执行"),
    "enforcement": _("执行中"),
    "closed_no_assets": _("终结本次执行"),
    "paid": _("已还清"),
    "settled": _("已和解"),
    "closed": _("已结束"),
    "time_barred": _("诉讼时效已过"),
}


def when_words(when: When) -> str:
    """A condition as people say it; one that always holds says so."""
    if isinstance(when, All) and not when.parts:
        return gettext("其余全部")
    return _said(when, inside=False)


def when_parts(when: When) -> list[str]:
    """The parts of a condition that must all hold, each in words."""
    if isinstance(when, All) and when.parts:
        return [_said(part, inside=False) for part in when.parts]
    return [when_words(when)]


def fact_title(name: str) -> str:
    """The name of a field that rules may ask about."""
    return str(FREEZES[name]) if name in FREEZES else title_words(name)


def fact_value(name: str, value: Any) -> str:
    """A value of a field in words."""
    if value is None:
        return gettext("不知道")
    if name == "legal_state":
        return str(LEGAL.get(value, value))
    if name in ("category", "five_class"):
        return _class_title(name, value, english=is_english())
    return value_words(name, value)


def example_words(row: Mapping[str, Any]) -> str:
    """A borrower of an example, fact by fact."""
    said = gettext("{title}：{value}")
    return gettext("；").join(
        said.format(title=fact_title(name), value=fact_value(name, value))
        for name, value in row.items()
    )


def _said(when: When, *, inside: bool) -> str:
    match when:
        case Is():
            return _is(when)
        case All():
            text = gettext("；").join(_said(part, inside=True) for part in when.parts)
        case AnyOf():
            text = gettext(" 或 ").join(_said(part, inside=True) for part in when.parts)
        case Not():
            return gettext("不是（{what}）").format(what=_said(when.part, inside=False))
    return gettext("（{what}）").format(what=text) if inside else text


def _is(when: Is) -> str:
    title = fact_title(when.field)
    if when.values in ((True,), (False,)) and not when.unknown and when.field in FREEZES:
        return title if when.values[0] else gettext("没有“{what}”").format(what=title)
    parts = [_range(when.field, start, until) for start, until in when.ranges]
    parts += [fact_value(when.field, value) for value in when.values]
    if when.unknown and gettext("不知道") not in parts:
        unsaid = when.field in ("ability", "willingness", "reachability") and when.values
        if not (unsaid and "unknown" in when.values):
            parts.append(gettext("不知道"))
    if when.ranges == ((None, None),):
        parts[0] = gettext("已知")
    return gettext("{title} {values}").format(title=title, values=gettext("、").join(parts))


def _range(name: str, start: int | None, until: int | None) -> str:
    if start is not None and until is not None:
        if until == start + 1:
            return value_words(name, start)
        if name.endswith("_fen"):
            return gettext("{start} 至不足 {until}").format(
                start=value_words(name, start), until=value_words(name, until)
            )
        return gettext("{start} 至 {last}").format(
            start=value_words(name, start), last=value_words(name, until - 1)
        )
    if start is not None:
        return gettext("{start} 起").format(start=value_words(name, start))
    return gettext("不足 {until}").format(until=value_words(name, until))


@cache
def _class_title(kind: str, code: str, *, english: bool) -> str:
    """The shipped name of a category or class: a published list may say it otherwise."""
    room = {"category": "categories", "five_class": "five_classes"}[kind]
    text = seed_text(room)
    assert text is not None
    title = parse_document(room, text, file=room).titles.get(code)
    if title is None:
        return code
    return str(title.en if english else title.zh)


def in_words(zh: str, en: str) -> str:
    """The words of a document of policy in the reader's language, as a sentence begins."""
    english = (get_language() or "").startswith("en")
    return en[:1].upper() + en[1:] if english else zh
