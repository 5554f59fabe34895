"""Words for the codes a case page shows. A code without words is shown as it is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dunwell.faces.web.frame.figures import moment_words

Words = str | Promise

COMPONENTS: dict[str, Words] = {
    "principal": _("本金"),
    "interest": _("利息"),
    "penalty": _("罚息"),
    "fee": _("费用"),
    "cost": _("实现债权费用"),
}

ROLES: dict[str, Words] = {
    "self": _("本人"),
    "guarantor": _("担保人"),
    "spouse_obligor": _("共债配偶"),
    "contact": _("联系人"),
    "other": _("其他"),
}

KINDS: dict[str, Words] = {
    "opened": _("入催"),
    "reopened": _("再次入催"),
    "rolled": _("升期"),
    "eased": _("降期"),
    "closed": _("结案"),
}

EVENTS: dict[str, tuple[str, str]] = {
    "opened": ("circle-dot", "accent"),
    "reopened": ("undo-2", "accent"),
    "rolled": ("trending-up", "wait"),
    "eased": ("trending-down", "good"),
    "closed": ("circle-check", "good"),
}
"""Icon and tone of each kind of event."""

WHYS: dict[str, Words] = {
    "entry_met": _("达到入催条件"),
    "days_passed": _("又过了些天"),
    "paid": _("已还款"),
    "waived": _("减免"),
    "written_off": _("核销"),
    "left_tape": _("已不在机构清单"),
    "money_taken_back": _("还款冲正或退款"),
    "paused": _("停催或宽限"),
    "unpaused": _("停催结束"),
    "book_changed": _("账务更正"),
}
"""The why of a move, by the codes of core.cases."""

SOURCES: dict[str, Words] = {
    "application_form": _("申请表"),
    "guarantee_contract": _("担保合同"),
    "loan_contract": _("借款合同"),
    "mobile-of-record": _("登记手机号"),
    "tape": _("机构清单"),
    "own_records": _("失联查找：本机构档案"),
    "own_contacts": _("失联查找：以往联系"),
    "own_replies": _("失联查找：本人告知"),
    "company_register": _("失联查找：企业公示系统"),
    "court_register": _("失联查找：执行信息公开网"),
    "contract": _("合同约定"),
    "consent": _("本人同意"),
    "public_source": _("合法公开信息"),
}
"""Where a way to reach somebody comes from, and on which legal basis it is held."""

WHAT: dict[str, Words] = {
    "name": _("姓名"),
    "id_no": _("证件号"),
    "contact_name": _("其他联系人姓名"),
    "phone": _("电话"),
    "address": _("地址"),
    "employer": _("单位"),
}
"""Kinds of value that can be shown in full."""

SHEET_TITLES: dict[str, Words] = {
    "case": _("案件号"),
    "name": _("客户（掩码）"),
    "status": _("状态"),
    "bucket": _("阶段"),
    "days_past_due": _("逾期天数"),
    "delinquent_days": _("计催天数"),
    "overdue_principal_fen": _("逾期本金（元）"),
    "overdue_interest_fen": _("逾期利息（元）"),
    "overdue_penalty_fen": _("逾期罚息（元）"),
    "overdue_fee_fen": _("逾期费用（元）"),
    "overdue_fen": _("逾期金额（元）"),
    "outstanding_fen": _("未还总额（元）"),
    "loans_overdue": _("逾期借据数"),
    "loans_total": _("借据数"),
    "team": _("团队"),
    "holder": _("经办人"),
    "opened_on": _("入催日"),
    "closed_on": _("结案日"),
}
"""Column titles of an exported sheet."""


def label_of(words: Mapping[str, Words], code: str) -> str:
    """The words of a code, or the code itself."""
    return str(words.get(code, code))


def title_of(key: str) -> str:
    """The title of an exported column."""
    return label_of(SHEET_TITLES, key)


def watermark_of(who: str, at: datetime, entry: int) -> str:
    """The watermark of an export: who, when, and the journal entry that tells of it."""
    return gettext("善催导出 · {who} · {at} · 留痕 {entry} · 仅限催收工作使用").format(
        who=who, at=moment_words(at), entry=entry
    )
