"""What a check or an import found, as the pages show it: tables, quality, problems."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from dunwell.faces.cli.import_codes import STEPS
from dunwell.faces.web.imports.labels import LAYOUTS, field_label, table_label
from dunwell.faces.web.imports.listing import STATES
from dunwell.faces.web.imports.reader import said


def batch_context(shown: Mapping[str, Any]) -> dict[str, Any]:
    """One finished or waiting batch."""
    return {
        "batch": shown,
        "state": STATES[shown["status"]],
        "layout": LAYOUTS.get(shown["layout"], shown["layout"]),
        "tables": table_rows(shown["tables"]),
        "quality": quality_figures(shown["quality"]),
        "remarks": grouped(shown["flags"]),
        "refusal": said(shown["code"]) if shown["code"] else "",
        "steps": [
            {"label": said(STEPS[step["name"]]), "seconds": step["seconds"]}
            for step in shown["steps"]
        ],
    }


def checked_context(checked: Mapping[str, Any]) -> dict[str, Any]:
    """What the check of an upload found."""
    return {
        "refusals": [said(each["code"], each["figures"]) for each in checked["refusals"]],
        "checked": checked,
        "layout": LAYOUTS.get(checked.get("layout", ""), ""),
        "tables": table_rows(checked.get("tables", {})),
        "quality": quality_figures(checked.get("quality", {})),
        "rejected": problem_groups(checked.get("rejected", []), checked.get("rejects_by_code", {})),
        "remarks": problem_groups(checked.get("remarks", []), checked.get("flags", {})),
        "left_out": [
            {
                "where": " · ".join(filter(None, (left["file"], left["sheet"], left["column"]))),
                "text": said(left["code"]),
            }
            for left in checked.get("left_out", [])
        ],
        "previews": [_preview(name, rows) for name, rows in checked.get("preview", {}).items()],
    }


def table_rows(tables: Mapping[str, Mapping[str, int]]) -> list[dict[str, Any]]:
    """Counts per table, with its word."""
    return [{"label": table_label(name), **counts} for name, counts in tables.items()]


def quality_figures(quality: Mapping[str, int]) -> list[dict[str, str]]:
    """Figures of quality, each with its definition; only those with something to say."""
    told = []
    borrowers = quality.get("borrowers", 0)
    if borrowers:
        base = _("本批客户 {n} 人").format(n=f"{borrowers:,}")
        told.append(
            {
                "label": _("有有效手机号"),
                "value": _share(quality["with_valid_phone"], borrowers),
                "definition": _("有手机号且号段有效的客户占比。"),
                "base": base,
            }
        )
        told.append(
            {
                "label": _("有有效证件号"),
                "value": _share(quality["with_valid_id"], borrowers),
                "definition": _("有证件号且校验位正确的客户占比。"),
                "base": base,
            }
        )
    for key, compared, label, definition in (
        ("sums_wrong", "sums_compared", _("合计对不上"), _("总额与分项之和不等的借据。")),
        (
            "dpd_mismatched",
            "dpd_compared",
            _("逾期天数不一致"),
            _("机构报的逾期天数与按日期算的不同。"),
        ),
    ):
        if quality.get(compared):
            told.append(
                {
                    "label": label,
                    "value": f"{quality[key]:,}",
                    "definition": definition,
                    "base": _("核对了 {n} 笔").format(n=f"{quality[compared]:,}"),
                }
            )
    for key, label, definition in (
        ("unnamed_borrowers", _("没有姓名的客户"), _("只有编号，请补导客户表。")),
        ("same_id_other_name", _("同号异名"), _("证件号与已有客户相同但姓名不同。")),
    ):
        if quality.get(key):
            told.append(
                {"label": label, "value": f"{quality[key]:,}", "definition": definition, "base": ""}
            )
    return told


def problem_groups(
    problems: Sequence[Mapping[str, Any]], counts: Mapping[str, int]
) -> list[dict[str, Any]]:
    """Problems grouped by what is wrong, the most frequent first, with their first rows."""
    groups = []
    for code, count in sorted(counts.items(), key=lambda each: -each[1]):
        rows = [each for each in problems if each["code"] == code]
        groups.append(
            {
                "count": count,
                # Figures of one row say nothing of the others.
                "text": said(code, rows[0]["figures"] if count == len(rows) == 1 else {}),
                "rows": [
                    {
                        "file": each["file"],
                        "row": each["row"],
                        "column": field_label(each["column"]) if each["column"] else "",
                        "value": each["value"],
                        "text": said(code, each["figures"]),
                    }
                    for each in rows[:20]
                ],
                "more": max(count - 20, 0),
            }
        )
    return groups


def grouped(flags: Mapping[str, int]) -> list[dict[str, Any]]:
    """Remarks by what they say, the most frequent first."""
    ordered = sorted(flags.items(), key=lambda each: -each[1])
    return [{"count": count, "text": said(code)} for code, count in ordered]


def _preview(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The first rows of a table; columns that are empty in all of them are not shown."""
    filled = [key for key in rows[0] if any(row[key] is not None for row in rows)]
    money = {key for key in filled if key.endswith("_fen")}
    return {
        "label": table_label(name),
        "heads": [
            {
                "label": _("行") if key == "source_row" else field_label(key.removesuffix("_fen")),
                "is_money": key in money,
            }
            for key in filled
        ],
        "rows": [[{"value": row[key], "is_money": key in money} for key in filled] for row in rows],
    }


def _share(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.1f}%"
