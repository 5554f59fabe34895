"""The words of the import pages for tables, fields, steps and states."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

TABLES: dict[str, str | Promise] = {
    "borrowers": pgettext_lazy("table", "客户"),
    "loans": pgettext_lazy("table", "借据"),
    "installments": pgettext_lazy("table", "还款计划"),
    "payments": pgettext_lazy("table", "还款"),
    "adjustments": pgettext_lazy("table", "调整"),
    "holds": pgettext_lazy("table", "停催"),
    "contacts": pgettext_lazy("table", "联系方式"),
    "assets": pgettext_lazy("table", "资产线索"),
    "reasons": pgettext_lazy("table", "逾期原因"),
    "tape": pgettext_lazy("table", "逾期名单"),
}
"""By the name of the native file."""

STAGED = {
    "borrower": "borrowers", "loan": "loans", "installment": "installments",
    "payment": "payments", "adjustment": "adjustments", "hold": "holds",
    "contact": "contacts", "asset": "assets", "reason": "reasons", "tape": "tape", "lp": "lp",
}  # fmt: skip
"""Staged table → native file."""

LAYOUTS: dict[str, str | Promise] = {
    "auto": _("自动识别"),
    "native": _("多张表"),
    "tape": _("逾期名单"),
    "lp": _("拍拍贷计划表"),
}

FIELDS: dict[str, str | Promise] = {
    "borrower_no": pgettext_lazy("column", "客户编号"),
    "name": pgettext_lazy("column", "姓名"),
    "id_type": pgettext_lazy("column", "证件类型"),
    "id_no": pgettext_lazy("column", "证件号码"),
    "mobile": pgettext_lazy("column", "手机号"),
    "language": pgettext_lazy("column", "语言"),
    "employer": pgettext_lazy("column", "单位"),
    "monthly_income": pgettext_lazy("column", "月收入"),
    "payday": pgettext_lazy("column", "发薪日"),
    "flags": pgettext_lazy("column", "特殊标识"),
    "contact_prefs": pgettext_lazy("column", "联系偏好"),
    "loan_no": pgettext_lazy("column", "借据号"),
    "product": pgettext_lazy("column", "产品"),
    "branch": pgettext_lazy("column", "网点"),
    "contract_no": pgettext_lazy("column", "合同编号"),
    "disbursed_on": pgettext_lazy("column", "放款日期"),
    "disbursed": pgettext_lazy("column", "放款金额"),
    "principal": pgettext_lazy("column", "本金"),
    "annual_rate_ppm": pgettext_lazy("column", "年利率"),
    "penalty_rate_ppm": pgettext_lazy("column", "罚息年利率"),
    "repay_method": pgettext_lazy("column", "还款方式"),
    "day_count_basis": pgettext_lazy("column", "计息基础"),
    "allocation_order": pgettext_lazy("column", "冲抵顺序"),
    "cost_sheet_ref": pgettext_lazy("column", "息费明示编号"),
    "max_all_in_rate_ppm": pgettext_lazy("column", "综合成本上限"),
    "seq": pgettext_lazy("column", "期次"),
    "due_date": pgettext_lazy("column", "应还日"),
    "interest": pgettext_lazy("column", "利息"),
    "fee": pgettext_lazy("column", "费用"),
    "penalty": pgettext_lazy("column", "罚息"),
    "payment_no": pgettext_lazy("column", "还款编号"),
    "paid_on": pgettext_lazy("column", "还款日"),
    "amount": pgettext_lazy("column", "金额"),
    "channel": pgettext_lazy("column", "渠道"),
    "reverses": pgettext_lazy("column", "冲正的还款编号"),
    "adjustment_no": pgettext_lazy("column", "调整编号"),
    "kind": pgettext_lazy("column", "种类"),
    "component": pgettext_lazy("column", "项目"),
    "effective_on": pgettext_lazy("column", "生效日"),
    "reason": pgettext_lazy("column", "原因"),
    "start": pgettext_lazy("column", "开始日"),
    "end": pgettext_lazy("column", "结束日"),
    "role": pgettext_lazy("column", "关系身份"),
    "relation": pgettext_lazy("column", "关系"),
    "phone": pgettext_lazy("column", "电话"),
    "address": pgettext_lazy("column", "地址"),
    "tier": pgettext_lazy("column", "敏感级"),
    "source": pgettext_lazy("column", "来源"),
    "legal_basis": pgettext_lazy("column", "合法依据"),
    "birth_year": pgettext_lazy("column", "出生年"),
    "note": pgettext_lazy("column", "说明"),
    "value": pgettext_lazy("column", "价值"),
    "evidenced_on": pgettext_lazy("column", "取证日"),
    "evidence": pgettext_lazy("column", "证据"),
    "noted_on": pgettext_lazy("column", "记录日"),
    "batch_no": pgettext_lazy("column", "批次号"),
    "customer_no": pgettext_lazy("column", "客户号"),
    "phone_other": pgettext_lazy("column", "其他电话"),
    "phone_home": pgettext_lazy("column", "家庭电话"),
    "phone_work": pgettext_lazy("column", "单位电话"),
    "phone_tier": pgettext_lazy("column", "号码敏感级"),
    "addr_home": pgettext_lazy("column", "居住地址"),
    "addr_registered": pgettext_lazy("column", "户籍地址"),
    "addr_work": pgettext_lazy("column", "单位地址"),
    "lender_past_due_days": pgettext_lazy("column", "逾期天数"),
    "lender_stage": pgettext_lazy("column", "逾期阶段"),
    "synthetic_due_on": pgettext_lazy("column", "推算的应还日"),
    "oldest_due_on": pgettext_lazy("column", "最早未还应还日"),
    "first_overdue_on": pgettext_lazy("column", "首次逾期日"),
    "overdue": pgettext_lazy("column", "逾期总额"),
    "overdue_principal": pgettext_lazy("column", "逾期本金"),
    "overdue_interest": pgettext_lazy("column", "逾期利息"),
    "overdue_penalty": pgettext_lazy("column", "逾期罚息"),
    "overdue_fee": pgettext_lazy("column", "逾期费用"),
    "principal_left": pgettext_lazy("column", "剩余本金"),
    "payoff": pgettext_lazy("column", "结清金额"),
    "cure": pgettext_lazy("column", "恢复正常所需"),
    "waived": pgettext_lazy("column", "已减免"),
    "last_paid_on": pgettext_lazy("column", "最近还款日"),
    "last_paid": pgettext_lazy("column", "最近还款额"),
    "max_past_due_days": pgettext_lazy("column", "历史最大逾期天数"),
    "loan_count": pgettext_lazy("column", "借款笔数"),
    "overdue_loan_count": pgettext_lazy("column", "逾期笔数"),
    "overdue_terms": pgettext_lazy("column", "逾期期数"),
    "placed_on": pgettext_lazy("column", "委案日期"),
    "due_back_on": pgettext_lazy("column", "退案日期"),
    "prior_calls_7d": pgettext_lazy("column", "近 7 日已联系次数"),
    "overdue_reason": pgettext_lazy("column", "逾期原因"),
    "asset_note": pgettext_lazy("column", "资产线索"),
    "collateral": pgettext_lazy("column", "抵押物"),
    "guarantor_name": pgettext_lazy("column", "担保人姓名"),
    "guarantor_phone": pgettext_lazy("column", "担保人电话"),
    "listing_no": pgettext_lazy("column", "ListingId"),
    "status": pgettext_lazy("column", "还款状态"),
    "interest_left": pgettext_lazy("column", "剩余利息"),
    "recorded_on": pgettext_lazy("column", "快照日"),
}
"""What a column may be taken for. Contact persons 1 to 9 are made from the parts below."""

CONTACT_PARTS: dict[str, str | Promise] = {
    "name": _("联系人{n} 姓名"),
    "relation": _("联系人{n} 关系"),
    "phone": _("联系人{n} 电话"),
}


def field_label(name: str) -> str:
    """The word for a field; a field without one shows its own name."""
    if name.startswith("contact_") and name != "contact_prefs":
        _contact, number, part = name.split("_", 2)
        if part in CONTACT_PARTS:
            return str(CONTACT_PARTS[part]).format(n=number)
    return str(FIELDS.get(name, name))


def table_label(name: str) -> str:
    """The word for a table, by its file's name or its staged name."""
    file = STAGED.get(name, name)
    return str(TABLES.get(file, LAYOUTS.get(file, file)))
