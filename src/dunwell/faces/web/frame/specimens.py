"""Specimens: invented data for the style page, so that every component can be looked at.

Called by the style page only. No person, amount or number here is real; the
shapes are those a view hands to the components.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dunwell.faces.web.frame.listing import Choice, Column, Filter, Listing, Total

DAY = date(2026, 3, 2)

SHAPE = (
    # name, days, depth, fen, cases, fen of the day before, cases of the day before
    ("M1", "1–30", 1, 412_380_400, 1846, 431_020_000, 1903),
    ("M2", "31–60", 2, 233_105_200, 912, 221_400_900, 880),
    ("M3", "61–90", 3, 151_220_000, 540, 149_003_300, 533),
    ("M4", "91–120", 4, 98_340_100, 318, 99_870_000, 322),
    ("M5", "121–150", 5, 71_004_000, 214, 70_120_500, 211),
    ("M6", "151–180", 6, 52_330_700, 160, 52_330_700, 160),
    ("M6+", "181+", 7, 188_450_000, 502, 186_900_000, 497),
)

CASES = (
    ("A-2603-0001", "王**", "138****8821", "M1", 12, 234_000, "open", "李敏", 1),
    ("A-2603-0002", "欧阳**", "159****0417", "M1", 3, 86_050, "open", "李敏", 0),
    ("A-2602-0417", "陈*", "186****7730", "M2", 44, 1_208_800, "held", "赵强", 2),
    ("A-2601-0093", "刘**", "137****5562", "M3", 71, 560_013, "open", "赵强", 3),
    ("A-2512-0311", "古丽**", "151****9004", "M5", 133, 3_400_000, "reopened", "周芳", 5),
    ("A-2509-0008", "黄*", "133****2087", "M6+", 208, 9_812_345, "open", "", 8),
    ("A-2603-0044", "何**", "135****3316", "M1", 1, 15_000, "open", "李敏", 0),
    ("A-2511-0172", "马**", "139****6648", "M4", 96, 741_200, "closed", "周芳", 0),
)


class SpecimenForm(forms.Form):
    """A form with every kind of field."""

    file = forms.FileField(
        label=gettext_lazy("文件"), help_text=gettext_lazy("CSV、XLSX、XLS、Parquet 或 ZIP。")
    )
    entry = forms.CharField(
        label=gettext_lazy("逾期本金"), help_text=gettext_lazy("如 1200 或 1,200.00。")
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("版式"),
        choices=[("auto", gettext_lazy("自动识别")), ("tape", gettext_lazy("逾期清单"))],
    )
    note = forms.CharField(
        label=gettext_lazy("说明"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    keep = forms.BooleanField(label=gettext_lazy("保存为本机构的对应表"), required=False)


def specimens(request: HttpRequest) -> dict[str, Any]:
    """The context of the style page."""
    form = SpecimenForm(data={"entry": "", "kind": "tape"})
    form.is_valid()
    return {
        "day": DAY,
        "now": datetime(2026, 3, 2, 10, 25, tzinfo=UTC),
        "late_fen": 38_204_050,
        "came_fen": 52_070_000,
        "listing": _listing(request),
        "nothing": _nothing(request),
        "form": form,
        "terms": _terms(),
        "total": {"label": _("逾期合计"), "fen": 234_000},
        "events": _events(),
        "shape": _shape(),
        "shape_table": {
            "heads": [_("账龄"), _("金额（元）"), _("户数")],
            "rows": [[s[0], f"{s[3] / 100:,.2f}", f"{s[4]:,}"] for s in SHAPE],
        },
        "ageing": {
            "rows": [
                {"on": f"2026-{2 + d // 28:02d}-{1 + d % 28:02d}", "value": v} for d, v in _ages()
            ],
            "words": {"value": _("逾期天数")},
        },
        "ageing_table": {"heads": [_("日期"), _("逾期天数")], "rows": [["2026-03-02", 12]]},
        "bars": {
            "rows": [
                {"name": _("新增"), "value": 214},
                {"name": _("迁徙"), "value": 96},
                {"name": _("回正"), "value": 131},
                {"name": _("结案"), "value": 58},
            ],
            "words": {"value": _("户数"), "unit": "count"},
        },
        "bars_table": {
            "heads": [_("变化"), _("户数")],
            "rows": [[_("新增"), 214], [_("迁徙"), 96], [_("回正"), 131], [_("结案"), 58]],
        },
        "bucket_names": ["M0", *(s[0] for s in SHAPE)],
        "states": ["open", "held", "closed", "current", "part_paid", "running", "done", "failed"],
    }


def _terms() -> list[dict[str, Any]]:
    return [
        {"label": _("本金"), "fen": 210_000},
        {"label": _("利息"), "fen": 18_450},
        {"label": _("罚息"), "fen": 6_550},
        {"label": _("费用"), "fen": 4_000},
        {"label": _("减免"), "fen": -5_000},
    ]


def _ages() -> list[tuple[int, int]]:
    ages, age = [], 0
    for d in range(44):
        age = 0 if d in {0, 17} else age + 1
        ages.append((d, age))
    return ages


def _shape() -> dict[str, Any]:
    keys = ("name", "days", "depth", "amount_fen", "count", "amount_fen_before", "count_before")
    rows = [dict(zip(keys, row, strict=True)) for row in SHAPE]
    for row in rows:
        row["days"] = _("{days}天").format(days=row["days"])
    return {
        "rows": rows,
        "words": {
            "amount": _("逾期金额（元）"),
            "count": _("户数"),
            "now": _("今日"),
            "before": _("昨日"),
        },
    }


def _events() -> list[dict[str, Any]]:
    return [
        {
            "at": datetime(2026, 3, 2, 2, 15, tzinfo=UTC),
            "title": _("部分还款 ¥600.00"),
            "detail": _("结清第 3 期费用与利息，本金余 ¥1,540.00；逾期天数不变。"),
            "mark": "banknote",
            "tone": "good",
        },
        {
            "on": date(2026, 2, 20),
            "title": _("账龄由 S1 进入 S2"),
            "mark": "trending-up",
            "tone": "wait",
        },
        {"on": date(2026, 2, 19), "title": _("立案"), "mark": "briefcase-business", "pinned": True},
    ]


def _columns() -> list[Column]:
    return [
        Column(key="case", label=_("案件"), kind="link", lead=True),
        Column(key="who", label=_("客户"), kind="masked"),
        Column(key="phone", label=_("手机"), kind="masked"),
        Column(key="bucket", label=_("账龄"), kind="bucket", sorts=True),
        Column(key="days", label=_("逾期"), unit=_("天"), kind="days", sorts=True),
        Column(key="amount", label=_("逾期金额"), unit=_("元"), kind="money", sorts=True),
        Column(key="state", label=_("状态"), kind="state"),
        Column(key="holder", label=_("经办"), kind="text"),
        Column(key="broken", label=_("失约"), kind="count", shown=False),
    ]


def _listing(request: HttpRequest) -> Listing:
    keys = ("case", "who", "phone", "bucket", "days", "amount", "state", "holder", "broken")
    rows = [dict(zip(keys, row, strict=True)) for row in CASES]
    for row in rows:
        row["href"] = f"#{row['case']}"
        row["holder"] = row["holder"] or None
        row["muted"] = row["state"] == "closed"
    return Listing(
        request=request,
        name="cases",
        columns=_columns(),
        rows=rows,
        sort="-amount",
        filters=[
            Filter(
                key="bucket",
                label=_("账龄"),
                choices=[Choice(value=s[0], label=s[0], count=s[4]) for s in SHAPE[:4]],
            ),
            Filter(
                key="holder",
                label=_("经办"),
                choices=[
                    Choice(value="me", label=_("我的")),
                    Choice(value="none", label=_("未分配")),
                ],
                many=False,
            ),
        ],
        totals=[
            Total(label=_("案件"), value=4492),
            Total(label=_("逾期金额"), value=1_206_830_400, kind="money"),
        ],
        next_after="A-2511-0172",
        exports={"XLSX": "#xlsx", "CSV": "#csv"},
    )


def _nothing(request: HttpRequest) -> Listing:
    return Listing(
        request=request,
        name="batches",
        columns=_columns(),
        rows=[],
        empty_title=_("还没有导入过数据"),
        empty_text=_("导入后，每一批的行数、拒绝的行和数据质量会列在这里。"),
        empty_href="#import",
        empty_act=_("导入第一批数据"),
        long=False,
    )
