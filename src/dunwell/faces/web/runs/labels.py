"""Words for what a day run counts: its steps, tables and moves, and standing in no bucket."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

STEPS: dict[str, Words] = {
    "snapshot": _("取快照"),
    "extract": _("读出账本"),
    "age": _("计算账龄"),
    "roll_up": _("归户"),
    "decide": _("判定变动"),
    "features": _("客户特征"),
    "grade": _("评级与分类"),
    "strategy": _("策略与步骤"),
    "write": _("写回变动"),
    "seal": _("日志封链"),
}

COUNTS: dict[str, Words] = {
    "installment": pgettext_lazy("counted", "还款计划"),
    "payment": pgettext_lazy("counted", "还款"),
    "adjustment": pgettext_lazy("counted", "调整"),
    "hold": pgettext_lazy("counted", "停催"),
    "loan_row": pgettext_lazy("counted", "借据"),
    "borrower": pgettext_lazy("counted", "客户"),
    "own_order": pgettext_lazy("counted", "约定抵充顺序"),
    "left_tape": pgettext_lazy("counted", "已移出名单"),
    "stored_age": pgettext_lazy("counted", "上次账龄"),
    "stored_case": pgettext_lazy("counted", "上次案件"),
    "loans": pgettext_lazy("counted", "借据"),
    "shards": pgettext_lazy("counted", "分片"),
    "borrowers": pgettext_lazy("counted", "逾期或在催客户"),
    "moves": pgettext_lazy("counted", "案件变动"),
    "age_change": pgettext_lazy("counted", "账龄变动"),
    "case_change": pgettext_lazy("counted", "案件行变动"),
    "case_event": pgettext_lazy("counted", "事件"),
    "ages": pgettext_lazy("counted", "账龄"),
    "cases": pgettext_lazy("counted", "案件"),
    "events": pgettext_lazy("counted", "事件"),
    "shape": pgettext_lazy("counted", "汇总行"),
    "set_aside": pgettext_lazy("counted", "运行中变动、逐笔重算"),
    "entries": pgettext_lazy("counted", "日志"),
    "disbursed": pgettext_lazy("counted", "放款日"),
    "asset_row": pgettext_lazy("counted", "资产"),
    "reason_row": pgettext_lazy("counted", "逾期原因"),
    "income_row": pgettext_lazy("counted", "收入"),
    "contact_row": pgettext_lazy("counted", "联系结果"),
    "freeze_row": pgettext_lazy("counted", "停催冻结"),
    "stored_decision": pgettext_lazy("counted", "上次决定"),
    "overrule_row": pgettext_lazy("counted", "改判"),
    "features": pgettext_lazy("counted", "特征"),
    "graded": pgettext_lazy("counted", "评级"),
    "categorised": pgettext_lazy("counted", "分类"),
    "decided": pgettext_lazy("counted", "决定"),
    "decision_change": pgettext_lazy("counted", "决定变动"),
    "first_decided": pgettext_lazy("counted", "首次决定"),
    "decisions": pgettext_lazy("counted", "决定"),
    "work": pgettext_lazy("counted", "今日工作"),
    "decided_apart": pgettext_lazy("counted", "运行中变动、逐案决定"),
}

KIND_SENTENCES: dict[str, Words] = {
    "opened": _("逾期天数和金额达到入催条件，第一次成为案件。"),
    "reopened": _("结案后又达到入催条件，历史保留。"),
    "rolled": _("逾期阶段比上一次更深。"),
    "eased": _("仍在逾期，阶段比上一次更浅。"),
    "closed": _("名下已没有任何逾期金额。"),
}

_BUCKETS: dict[str, Words] = {
    "none": _("未入催"),
    "closed": _("已结案"),
    "current": _("计入 0 天"),
}


def bucket_word(name: str) -> Words:
    """A bucket's name, or the word for standing outside the buckets."""
    return _BUCKETS.get(name, name)
