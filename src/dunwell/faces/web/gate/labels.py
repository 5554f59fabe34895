"""Words for the codes the gate's pages show. A code without words is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from dunwell.core.params import DatedValue, Parameter
from dunwell.core.permit import RuleSource
from dunwell.core.permit.engine import FACT
from dunwell.faces.web.frame.figures import is_english
from dunwell.store.policy.packs import shipped_gate, shipped_packs

Words = str | Promise

CHANNELS: dict[str, Words] = {
    "call": pgettext_lazy("channel", "电话"),
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

MACHINES: dict[str, Words] = {
    "system:command-line": _("命令行"),
    "system:worker": _("发送程序"),
    "system:day-run": _("日运行程序"),
}
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
WHATS: dict[str, Words] = {
    "freeze": _("已停止联系"),
    "consent": _("客户同意"),
    "approval": _("已批准"),
    "opt_out": _("不再用此方式"),
    "refusal": _("拒绝联系"),
    "evidence": _("材料"),
}
ADDS: dict[str, Words] = {
    "consent": _("登记同意"),
    "freeze": _("停止联系"),
    "approval": _("批准联系"),
    "opt_out": _("登记停用的联系方式"),
    "refusal": _("登记拒绝联系"),
    "evidence": _("登记材料"),
}
LEADS: dict[str, Words] = {
    "consent": _("本人同意过的方式和期限。到期自动失效，随时可以撤销。"),
    "freeze": _("登记后立刻停止催收，只放行该情形允许的联系。解除须由另一人办理。"),
    "approval": _("只解除规则写明可以由批准解除的部分；您批准的事由别人去做。"),
    "opt_out": _("对方不愿再用这种方式；登记后立刻停用，本人收回后由另一人撤销。"),
    "refusal": _("没有还款义务的人拒绝联系后，各机构永远不再联系这个号码，不能撤销。"),
    "evidence": _("已经入卷的材料；有日期的写日期。"),
}
ACTS: dict[str, Words] = {
    "consent": _("登记，即时生效"),
    "freeze": _("停止联系"),
    "approval": _("批准"),
    "opt_out": _("登记，即时生效"),
    "refusal": _("登记，永不再联系"),
    "evidence": _("登记"),
}
MARKS: dict[str, str] = {
    "freeze": "circle-pause",
    "consent": "circle-check",
    "approval": "stamp",
    "opt_out": "circle-slash",
    "refusal": "circle-slash",
    "evidence": "file-text",
}
STAND_KINDS: dict[str, dict[str, Words]] = {
    "freeze": {
        "complaint": _("投诉"),
        "dispute": _("争议"),
        "hardship": _("困难申请"),
        "vulnerable": _("脆弱客户"),
        "deceased": _("身故"),
        "represented": _("已委托代理人"),
        "estate": _("遗产处理"),
        "incapacitated": _("丧失行为能力"),
    },
    "consent": {"quiet_hours": _("夜间也可联系"), "commercial_sms": _("可发商业性短信")},
    "approval": {
        "visit": _("外访一次"),
        "contact_person": _("联系联系人，请其转告"),
        "estate": _("查找遗产"),
        "guardian": _("查找监护人"),
        "spouse_obligor": _("向共债配偶催收"),
    },
    "evidence": {
        "joint_debt": _("共同债务的证明"),
        "credit_notice": _("报送征信的事先告知"),
        "number_provenance": _("号码来源的证明"),
        "delivery_receipt": _("送达回执"),
    },
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


HINTS: dict[str, Words] = {
    "CN-T01": _("本人同意过此时段，可以更早"),
    "CN-V05": _("本人同意过此时段，可以更早"),
    "CN-T06": _("请主管批准"),
    "CN-T09": _("到期提醒可以发"),
    "CN-W02": _("先找本人；确已失联，再请批准"),
    "CN-W04": _("不再联系此人"),
    "CN-W05": _("补共同债务的材料，再请批准"),
    "CN-W06": _("先登记来源和依据"),
    "CN-W08": _("只可经批准查找遗产或监护人"),
    "CN-D02": _("先登记来源和依据"),
    "CN-C05": _("改用其他方式"),
    "CN-C13": _("改由人工拨打"),
    "CN-S04": _("改用其他方式"),
    "CN-S05": _("改用其他方式"),
    "HOUSE-F-complaint": _("可答复投诉；办结后由另一人解除"),
    "HOUSE-F-dispute": _("可答复争议；有结论后由另一人解除"),
    "HOUSE-F-hardship": _("可商谈减免；有结论后由另一人解除"),
    "HOUSE-F-vulnerable": _("可由专人关怀"),
    "HOUSE-F-deceased": _("只可经批准查找遗产"),
    "HOUSE-F-represented": _("请与代理人联系"),
    "HOUSE-F-estate": _("只可经批准查找遗产"),
}
"""What may be done instead, by rule; a rule without words leaves nothing else to do."""


def rule_words(code: str) -> str:
    """The title of a rule in the reader's language; what is no rule shows its code."""
    rule = shipped_gate(shipped_packs()).stack.rules.get(code)
    if rule is None and code.startswith(FACT):
        return gettext("缺少「{path}」").format(path=code.removeprefix(FACT))
    return title_of(rule) if rule else code


def hint_words(code: str) -> str:
    """What may be done instead; empty where nothing may."""
    return label_of(HINTS, code) if code in HINTS else ""


def kind_words(what: str, kind: str) -> str:
    """The kind of something that stands; empty where there is only one."""
    return label_of(STAND_KINDS[what], kind) if what in STAND_KINDS else ""


def label_of(words: Mapping[str, Words], code: str) -> str:
    """The words of a code, or the code itself."""
    return str(words.get(code, code))


def person_words(name: str) -> str:
    """Who acted: a name as it is, one of our own machines in words."""
    return label_of(MACHINES, name)


def title_of(has_title: object) -> str:
    """The title of a pack, rule or parameter in the reader's language."""
    english = getattr(has_title, "title_en", "")
    return (
        english[:1].upper() + english[1:]
        if english and is_english()
        else str(getattr(has_title, "title", ""))
    )


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
