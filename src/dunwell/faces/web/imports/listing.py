"""The list of imports as its screen needs it."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dunwell.faces.web.frame.listing import Column, Listing
from dunwell.faces.web.imports.labels import LAYOUTS
from dunwell.flows.prepare.import_list import BatchLine

COLUMNS = (
    Column(key="batch", label=gettext_lazy("批次"), kind="link", lead=True),
    Column(key="made_at", label=gettext_lazy("时间"), kind="moment"),
    Column(key="status", label=gettext_lazy("状态"), kind="state"),
    Column(key="lender", label=gettext_lazy("机构")),
    Column(key="layout", label=gettext_lazy("版式")),
    Column(key="as_of", label=gettext_lazy("数据日"), kind="day"),
    Column(key="rows", label=gettext_lazy("读入"), kind="count", unit=gettext_lazy("行")),
    Column(key="written", label=gettext_lazy("写入"), kind="count", unit=gettext_lazy("行")),
    Column(key="rejected", label=gettext_lazy("拒绝"), kind="count", unit=gettext_lazy("行")),
    Column(key="made_by", label=gettext_lazy("经手人")),
)

STATES = {
    "uploaded": "uploaded",
    "staged": "checked",
    "running": "running",
    "imported": "done",
    "refused": "refused",
    "abandoned": "failed",
}
"""Status of a batch → how the frame marks a state."""


def batch_listing(request: HttpRequest, found: Sequence[BatchLine], *, may_import: bool) -> Listing:
    """The batches as rows, newest first; where there is none, whoever may import is led on."""
    return Listing(
        request=request,
        name="imports",
        columns=COLUMNS,
        rows=[
            {
                "batch": _("批次 {n}").format(n=line.batch),
                "href": reverse("imports:batch", args=[line.batch]),
                "made_at": line.made_at,
                "status": STATES[line.status] if not line.rejected else _partly(line.status),
                "lender": line.lender,
                "layout": LAYOUTS.get(line.layout, line.layout),
                "as_of": line.as_of,
                "rows": line.rows,
                "written": line.written,
                "rejected": line.rejected,
                "made_by": line.made_by or _("命令行"),
            }
            for line in found
        ],
        empty_title=_("还没有导入过数据"),
        empty_text=_("导入机构给的文件后，每一批的条数、质量和被拒的行都会列在这里。"),
        empty_href=reverse("imports:upload") if may_import else "",
        empty_act=_("导入数据"),
        long=True,
    )


def _partly(status: str) -> str:
    return "partial" if status == "imported" else STATES[status]
