"""Words for what a day run moved, and for standing in no bucket."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

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
