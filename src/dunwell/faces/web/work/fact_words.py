"""Names and values of the facts that rules look at, in words: `未还期数 3 期`.

The names are those of core.borrower_fields; a field without words is shown by its name.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dunwell.core.money import format_yuan
from dunwell.faces.web.work.labels import Words, label_of

TITLES: dict[str, Words] = {
    "days_past_due": _("逾期天数"),
    "delinquent_days": _("计催天数"),
    "bucket": _("阶段"),
    "held": _("停催"),
    "overdue_fen": _("逾期金额"),
    "outstanding_fen": _("未还总额"),
    "overdue_share_ppm": _("逾期占未还"),
    "loans_total": _("借据数"),
    "loans_overdue": _("逾期借据数"),
    "max_past_due_days_6m": _("近 6 月最长逾期"),
    "max_past_due_days_12m": _("近 12 月最长逾期"),
    "max_past_due_days_24m": _("近 24 月最长逾期"),
    "late_times_1d_12m": _("近 12 月逾期期数"),
    "late_times_8d_12m": _("近 12 月逾期满 8 天的期数"),
    "late_times_31d_12m": _("近 12 月逾期满 31 天的期数"),
    "first_payment_default": _("首期违约"),
    "part_payments_12m": _("近 12 月部分还款"),
    "days_since_payment": _("距上次还款"),
    "paid_share_last_3_dues_ppm": _("最近三期已还比例"),
    "loan_age_days": _("最早借据已放款"),
    "installments_due": _("已到期的期数"),
    "promises_kept_12m": _("近 12 月守诺次数"),
    "promises_broken_12m": _("近 12 月跳票次数"),
    "promise_state": _("当前承诺"),
    "promise_due_in_days": _("距承诺日"),
    "attempts_30d": _("近 30 天联系次数"),
    "answered_30d": _("近 30 天接通次数"),
    "conversations_30d": _("近 30 天通话次数"),
    "failed_in_row": _("连续未接通"),
    "days_since_conversation": _("距上次通话"),
    "reachability": _("可联状态"),
    "asset_value_fen": _("登记资产价值"),
    "assets": _("登记的资产"),
    "monthly_income_fen": _("月收入"),
    "reason": _("逾期原因"),
    "days_since_reason": _("原因登记已"),
    "grade": _("等级"),
    "ability": _("能力"),
    "willingness": _("意愿"),
    "category": _("客户分类"),
    "five_class": _("五级分类"),
    "legal_state": _("法律阶段"),
    "freeze_complaint": _("投诉处理中"),
    "freeze_dispute": _("债务有争议"),
    "freeze_hardship": _("困难申请审核中"),
    "freeze_vulnerable": _("脆弱客户"),
    "freeze_deceased": _("客户身故"),
    "freeze_represented": _("已委托代理人"),
    "freeze_estate": _("遗产处理中"),
}
VALUES: dict[str, dict[str, Words]] = {
    "promise_state": {
        "none": _("无"),
        "open": _("待兑现"),
        "due": _("今日到期"),
        "kept": _("已兑现"),
        "part_kept": _("部分兑现"),
        "broken": _("未兑现"),
    },
    "reachability": {
        "unknown": _("还不清楚"),
        "reachable": _("可联"),
        "half_lost": _("半失联"),
        "lost": _("失联"),
    },
    "ability": {"yes": _("有"), "no": _("无"), "unknown": _("还不清楚")},
    "willingness": {"yes": _("有"), "no": _("无"), "unknown": _("还不清楚")},
    "legal_state": {"none": _("未进入")},
    "bucket": {"current": _("未逾期")},
    "reason": {
        "none": _("未登记"),
        "FTP": _("忘记"),
        "RODM": _("扣款失败"),
        "NAL": _("不在本地"),
        "INCD": _("收入延迟"),
        "ECOH": _("经济困难"),
        "MULO": _("多头共债"),
        "BIZF": _("经营失败"),
        "UNEM": _("失业"),
        "DIS": _("疾病"),
        "FAML": _("家庭变故"),
        "DISA": _("灾害"),
        "FRAD": _("诈骗受害"),
        "ARGU": _("争议"),
        "BKR": _("破产"),
        "ARTD": _("羁押"),
        "DEAD": _("身故"),
        "OTHR": _("其他"),
    },
}
_DAYS = frozenset({"promise_due_in_days", "loan_age_days"})


def title_words(name: str) -> str:
    """The name of a fact."""
    return label_of(TITLES, name)


def value_words(name: str, value: Any) -> str:
    """A fact as people say it: amounts in yuan, shares in percent, days with their unit."""
    if value is None:
        return gettext("不知道")
    if isinstance(value, bool):
        return gettext("是") if value else gettext("否")
    if isinstance(value, str):
        return label_of(VALUES.get(name, {}), value)
    if name.endswith("_fen"):
        return format_yuan(value)
    if name.endswith("_ppm"):
        return f"{value / 10_000:.0f}%"
    if "days" in name or name in _DAYS:
        return gettext("{n} 天").format(n=value)
    return f"{value:,}"


def told(name: str, value: Any) -> str:
    """Name and value: 逾期金额 ¥3,200.00."""
    return gettext("{title}：{value}").format(
        title=title_words(name), value=value_words(name, value)
    )
