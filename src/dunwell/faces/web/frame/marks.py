"""Marks: how a bucket and a state look. Always a word, with a hue or an icon beside it.

A bucket's depth (0 current … 7 deepest) picks a step of the one-hue scale. A
state's tone is one of good, wait, stop, accent or empty (neutral).
"""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, kw_only=True)
class BucketMark:
    """Days covered, in words, and depth on the scale."""

    days: str
    depth: int


@dataclass(frozen=True, kw_only=True)
class StateMark:
    """Word, icon and tone of a state."""

    label: str | Promise
    icon: str
    tone: str = ""


BUCKETS: dict[str, BucketMark] = {
    "M0": BucketMark(days="0", depth=0),
    "M1": BucketMark(days="1–30", depth=1),
    "M2": BucketMark(days="31–60", depth=2),
    "M3": BucketMark(days="61–90", depth=3),
    "M4": BucketMark(days="91–120", depth=4),
    "M5": BucketMark(days="121–150", depth=5),
    "M6": BucketMark(days="151–180", depth=6),
    "M6+": BucketMark(days="181+", depth=7),
    "S1": BucketMark(days="1–7", depth=1),
    "S2": BucketMark(days="8–15", depth=1),
    "S3": BucketMark(days="16–30", depth=1),
}
"""The default buckets. A house with its own passes days and depth to the tag."""

STATES: dict[str, StateMark] = {
    # cases
    "open": StateMark(label=_("进行中"), icon="circle-dot", tone="accent"),
    "held": StateMark(label=_("暂停计日"), icon="circle-pause", tone="wait"),
    "closed": StateMark(label=_("已结案"), icon="circle-check"),
    "reopened": StateMark(label=_("再次立案"), icon="undo-2", tone="accent"),
    # installments and loans
    "current": StateMark(label=_("正常"), icon="circle-check", tone="good"),
    "overdue": StateMark(label=_("逾期"), icon="clock", tone="wait"),
    "paid": StateMark(label=_("已还清"), icon="check", tone="good"),
    "part_paid": StateMark(label=_("部分已还"), icon="circle-dashed", tone="wait"),
    "not_due": StateMark(label=_("未到期"), icon="circle"),
    "left": StateMark(label=_("已移出名单"), icon="log-out"),
    "settled": StateMark(label=_("已结清"), icon="circle-check", tone="good"),
    "written_off": StateMark(label=_("已核销"), icon="circle-slash"),
    # runs and imports
    "waiting": StateMark(label=_("等待中"), icon="hourglass"),
    "running": StateMark(label=_("运行中"), icon="loader", tone="accent"),
    "done": StateMark(label=_("已完成"), icon="circle-check", tone="good"),
    "recomputed": StateMark(label=_("只重算"), icon="eye"),
    "abandoned": StateMark(label=_("被中断"), icon="circle-slash", tone="wait"),
    "failed": StateMark(label=_("失败"), icon="circle-x", tone="stop"),
    "refused": StateMark(label=_("已拒绝"), icon="circle-slash", tone="stop"),
    "uploaded": StateMark(label=_("已上传"), icon="upload"),
    "mapped": StateMark(label=_("已对应"), icon="columns-3", tone="accent"),
    "checked": StateMark(label=_("已检查"), icon="file-check", tone="accent"),
    "partial": StateMark(label=_("部分导入"), icon="triangle-alert", tone="wait"),
    "dry_run": StateMark(label=_("试运行"), icon="eye"),
    # accounts
    "account_open": StateMark(label=_("在用"), icon="circle-check", tone="good"),
    "account_closed": StateMark(label=_("已停用"), icon="lock"),
}

TONE_ICONS = {
    "good": "circle-check",
    "wait": "triangle-alert",
    "stop": "circle-alert",
    "info": "info",
    "": "info",
}


def bucket_mark(*, name: str, days: str = "", depth: int | None = None) -> BucketMark:
    """The mark of a bucket: what the caller says, else the default scale, else neutral."""
    known = BUCKETS.get(name)
    if depth is None:
        depth = known.depth if known else 4
    return BucketMark(days=days or (known.days if known else ""), depth=max(0, min(depth, 7)))
