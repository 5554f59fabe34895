"""Words for the codes the house pages show: roles, permissions, key purposes and states."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = str | Promise

ROLES: dict[str, Words] = {
    "collector": _("催收专员"),
    "field": _("外访员"),
    "supervisor": _("主管"),
    "legal": _("法务"),
    "compliance": _("合规质检"),
    "analyst": _("分析"),
    "trainer": _("培训"),
    "auditor": _("审计"),
    "admin": _("管理员"),
}

PERMISSIONS: dict[str, Words] = {
    "case.see": _("看案件（掩码）"),
    "case.export": _("导出案件"),
    "permit.ask": _("申请、使用和归还许可"),
    "permit.see": _("查看闸门记录"),
    "permit.approve": _("批准须审批的联系"),
    "standing.keep": _("登记同意、冻结和拒绝"),
    "staff.certify": _("认证或暂停联系资格"),
    "pack.propose": _("提议改规则数值"),
    "pack.approve": _("批准改规则数值"),
    "strategy.see": _("看策略、评分卡和分类规则"),
    "strategy.propose": _("提议改策略、评分卡和分类规则"),
    "strategy.approve": _("批准改策略、评分卡和分类规则"),
    "decision.overrule": _("改判等级或策略（须写理由）"),
    "case.assign": _("分派案件"),
    "personal.search": _("按电话、证件查找"),
    "personal.reveal": _("查看完整号码（须写理由）"),
    "book.see": _("看导入"),
    "book.import": _("导入数据"),
    "payment.enter": _("登记还款"),
    "payment.reverse": _("冲正还款"),
    "hold.set": _("登记和解除停催"),
    "day.see": _("看日运行"),
    "day.run": _("执行日运行"),
    "policy.see": _("看内部参数"),
    "policy.set": _("改内部参数"),
    "people.see": _("看人员"),
    "people.manage": _("管理人员"),
    "keys.see": _("看密钥状态"),
    "keys.rotate": _("更换密钥"),
    "journal.see": _("看日志"),
    "journal.verify": _("验证日志"),
    "journal.seal": _("封存日志"),
}

SCOPES: dict[str, Words] = {
    "lender": _("全机构"),
    "team": _("本组"),
    "own": _("本人经手"),
}

PURPOSES: dict[str, Words] = {
    "seal": _("个人信息"),
    "index": _("查找索引"),
    "journal": _("日志链"),
    "receipt": _("联系凭证签名"),
}

KEY_STATES: dict[str, tuple[Words, str, str]] = {
    "active": (_("使用中"), "good", "circle-check"),
    "opening": (_("更换中"), "wait", "hourglass"),
    "retired": (_("已退役"), "", "circle-slash"),
}
"""Words, tone and icon of a key's state."""

JOURNAL_ROOMS: dict[str, Words] = {
    "book": _("账册"),
    "day": _("日运行"),
    "case": _("案件"),
    "hold": _("停催"),
    "payment": _("还款"),
    "decision": _("判定"),
    "work": _("分案"),
    "permit": _("许可"),
    "approval": _("审批"),
    "note": _("催记"),
    "recording": _("录音"),
    "message": _("短信"),
    "promise": _("承诺"),
    "plan": pgettext_lazy("journal", "还款计划"),
    "personal": _("查看个人信息"),
    "pack": _("规则包"),
    "policy": _("内部参数"),
    "calendar": _("日历"),
    "document": pgettext_lazy("journal", "策略文件"),
    "experiment": _("实验"),
    "people": _("人员"),
    "staff": _("联系资格"),
    "keys": _("密钥"),
    "api": _("接口令牌"),
    "journal": _("日志"),
}
"""What stands before the dot of a journal entry's verb."""

_JOURNAL_TITLES: dict[str, Words] = {
    "number": _("序号"),
    "at": _("时刻"),
    "day": _("业务日"),
    "actor": _("谁"),
    "verb": _("做了什么"),
    "subject": _("涉及"),
    "why": _("理由"),
    "figures": _("数字"),
    "stream": _("链"),
    "place": _("封链位置"),
    "hash": _("链上哈希"),
}


def journal_title(key: str) -> str:
    """The title of a column of the journal's sheet."""
    return str(_JOURNAL_TITLES[key])
