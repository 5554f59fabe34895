"""The columns page: what was detected, as rows to choose from, and the choice read back."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from dunwell.bulk.intake.detect import DetectedColumn, DetectedColumns, DetectedSheet
from dunwell.bulk.intake.mapping import ColumnChoice, ColumnMap
from dunwell.bulk.intake.refusals import Note
from dunwell.faces.web.imports.labels import field_label, table_label
from dunwell.faces.web.imports.reader import said
from dunwell.store.book.models import Batch

SURE = 0.9
"""Below this a detected field is only a proposal and is shown as one."""


def columns_context(found: DetectedColumns, *, batch: Batch) -> dict[str, Any]:
    """Sheets with their columns, samples masked, and what is wrong with them."""
    return {
        "sheets": [_sheet(place, sheet) for place, sheet in enumerate(found.sheets)],
        "left_out": [
            {
                "where": " · ".join(filter(None, (left.file, left.sheet, left.column))),
                "text": said(left.code),
            }
            for left in found.left_out
        ],
    }


def map_from_form(posted: Mapping[str, Any], found: DetectedColumns) -> ColumnMap:
    """The map the person chose: one select per column, named by sheet and position."""
    tables: dict[str, dict[str, ColumnChoice]] = {}
    for place, sheet in enumerate(found.sheets):
        columns = tables.setdefault(sheet.table, {})
        for column in sheet.columns:
            field = posted.get(_name(place, column), "")
            if field not in sheet.fields:
                field = ""
            scale = None
            if field and column.unit_fen is not None:
                scale = Decimal(column.unit_fen) / 100
            columns[column.header] = ColumnChoice(field=field or None, scale=scale)
    return ColumnMap(layout=found.layout, tables=tables)


def _sheet(place: int, sheet: DetectedSheet) -> dict[str, Any]:
    facts = [sheet.encoding, _("表头在第 {n} 行").format(n=sheet.header_row)]
    return {
        "name": sheet.file if sheet.sheet is None else f"{sheet.file} · {sheet.sheet}",
        "table": table_label(sheet.table),
        "facts": " · ".join(str(fact) for fact in facts if fact),
        "recognised": sheet.recognised,
        "missing": "、".join(_missing(each) for each in sheet.missing),
        "doubled": "、".join(field_label(each) for each in sheet.doubled),
        "columns": [_column(place, column) for column in sheet.columns],
        "fields": [(name, field_label(name)) for name in sheet.fields],
    }


def _missing(words: str) -> str:
    """`a / b` are alternatives; one of them is enough."""
    return " / ".join(field_label(each) for each in words.split(" / "))


def _column(place: int, column: DetectedColumn) -> dict[str, Any]:
    sure = column.confidence >= SURE
    return {
        "name": _name(place, column),
        "header": column.header,
        "field": column.field or "",
        "unsure": bool(column.field) and not sure,
        # What the process does not need is not shown either.
        "samples": "" if column.note == Note.COLUMN_UNNEEDED else "、".join(column.samples),
        "note": said(column.note) if column.note else "",
    }


def _name(place: int, column: DetectedColumn) -> str:
    return f"column-{place}-{column.position}"
