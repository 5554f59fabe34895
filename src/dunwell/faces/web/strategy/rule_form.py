"""Conditions by form, field by field: of a rule, of a step's exit, of what stands in for it.

Called by the pages that edit a draft. What a form cannot show (`any`, `not`, several ranges of
one field) stays as it is written and is changed in the text. Amounts are typed in yuan, shares
in percent; the text holds fen and parts per million.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from django.http import QueryDict
from django.utils.translation import gettext as _

from dunwell.core.decision_table import (
    KNOWN,
    UNKNOWN,
    Field,
    Fields,
    Is,
    WrongCondition,
    allowed_of,
    parse_when,
)
from dunwell.core.money import parse_yuan, plain_yuan
from dunwell.core.refusal import Refusal
from dunwell.faces.web.access.acting import sentence_of
from dunwell.faces.web.strategy.conditions import fact_title, fact_value, when_words

MOST_ROWS = 40
PPM_PER_PERCENT = 10_000


@dataclass(slots=True)
class Row:
    """One condition as the form shows it. `raw`: written so that only the text can change it."""

    field: Field | None
    name: str
    title: str
    start: str = ""
    until: str = ""
    values: tuple[str, ...] = ()
    unknown: bool = False
    known: bool = False
    raw: str = ""
    words: str = ""
    error: str = ""
    key: str = ""
    """What the names of its inputs begin with."""

    @property
    def unit(self) -> str:
        """What the numbers of the row are counted in."""
        unit = self.field.unit if self.field else ""
        return {"fen": _("元"), "ppm": "%", "days": _("天")}.get(unit, "")

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """What may be ticked: code, words, whether it is ticked."""
        if self.field is None or self.field.kind == "int":
            return []
        codes = ("true", "false") if self.field.kind == "flag" else self.field.choices
        meant = {"true": True, "false": False} if self.field.kind == "flag" else {}
        return [
            (code, fact_value(self.name, meant.get(code, code)), code in self.values)
            for code in codes
        ]

    @property
    def asks_unknown(self) -> bool:
        """Whether "not known" is a choice of its own."""
        return self.field is not None and self.field.may_be_none


def rows_of(when: Mapping[Any, Any], fields: Fields) -> list[Row]:
    """The rows of a condition as it stands in the text. Refuses what parse_when does."""
    return numbered([_row(str(key), value, fields) for key, value in when.items()])


def rows_typed(posted: QueryDict, fields: Fields, prefix: str = "") -> list[Row]:
    """The rows as they were typed, those ticked away left out, a new one at the end if asked.

    Refuses (Refusal) what was never written by this form.
    """
    rows = []
    for number in range(MOST_ROWS):
        key = f"{prefix}c{number}"
        name = posted.get(f"{key}_field", "")
        if not name or posted.get(f"{key}_remove"):
            continue
        raw = posted.get(f"{key}_raw", "")
        if raw:
            rows.append(_row(name, yaml.safe_load(raw), fields))
        elif name in fields:
            rows.append(_typed(posted, key, fields[name]))
    new = posted.get(f"{prefix}new_field", "")
    if new in fields and new not in {row.name for row in rows}:
        rows.append(Row(fields[new], new, fact_title(new)))
    return numbered(rows, prefix)


def numbered(rows: list[Row], prefix: str = "") -> list[Row]:
    """The rows with the names of their inputs in the order in which they stand."""
    for number, row in enumerate(rows):
        row.key = f"{prefix}c{number}"
    return rows


def fields_left(rows: list[Row], fields: Fields) -> list[tuple[str, str]]:
    """What may still be asked, in words."""
    used = {row.name for row in rows}
    return [(name, fact_title(name)) for name in fields if name not in used]


def when_typed(rows: list[Row], fields: Fields) -> dict[str, Any] | None:
    """The condition that the rows say; None where one cannot be read, with its error beside it."""
    when: dict[str, Any] = {}
    for row in rows:
        if row.raw:
            when[row.name] = yaml.safe_load(row.raw)
            continue
        try:
            when[row.name] = _written(row)
            parse_when({row.name: when[row.name]}, fields, file=_("这一条"), path="when")
        except Refusal as refusal:
            row.error = sentence_of(refusal)
    return None if any(row.error for row in rows) else when


def _row(name: str, value: Any, fields: Fields) -> Row:
    field = fields.get(name)
    when = parse_when({name: value}, fields, file="draft", path="when")
    if field is None or not isinstance(when, Is) or len(when.ranges) > 1:
        words = when_words(when)
        raw = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10**6)
        title = {"any": _("至少一组成立"), "not": _("不是")}.get(name, name)
        return Row(None, name, title, raw=raw.removesuffix("...\n").strip(), words=words)
    row = Row(field, name, fact_title(name), unknown=when.unknown)
    if when.ranges == ((None, None),):
        row.known = True
    elif when.ranges:
        row.start, row.until = (_typed_number(field, end) for end in when.ranges[0])
    row.values = tuple(
        str(value).lower() if isinstance(value, bool) else str(value) for value in when.values
    )
    return row


def _typed(posted: QueryDict, prefix: str, field: Field) -> Row:
    return Row(
        field,
        field.name,
        fact_title(field.name),
        start=posted.get(f"{prefix}_from", "").strip(),
        until=posted.get(f"{prefix}_until", "").strip(),
        values=tuple(posted.getlist(f"{prefix}_values")),
        unknown=bool(posted.get(f"{prefix}_unknown")),
        known=bool(posted.get(f"{prefix}_known")),
    )


def _written(row: Row) -> Any:
    """A row as it is written in the text. Refuses what is no number, and an empty row."""
    field = row.field
    assert field is not None
    said: list[Any] = []
    if row.known:
        said.append(KNOWN)
    elif field.kind == "int" and (row.start or row.until):
        ends = (("from", row.start), ("until", row.until))
        said.append({end: _number(field, text) for end, text in ends if text})
    elif field.kind == "flag":
        said += [value == "true" for value in row.values]
    else:
        said += list(row.values)
    if row.unknown:
        said.append(UNKNOWN)
    if not said:
        raise WrongCondition(file=_("这一条"), path=row.title, found="", allowed=allowed_of(field))
    return said[0] if len(said) == 1 else said


def _number(field: Field, text: str) -> int:
    if field.unit == "fen":
        return parse_yuan(text)
    try:
        if field.unit == "ppm":
            return round(float(text) * PPM_PER_PERCENT)
        return int(text)
    except ValueError:
        raise WrongCondition(
            file=_("这一条"), path=fact_title(field.name), found=text, allowed=_("整数")
        ) from None


def _typed_number(field: Field, value: int | None) -> str:
    if value is None:
        return ""
    if field.unit == "fen":
        return plain_yuan(value)
    return f"{value / PPM_PER_PERCENT:g}" if field.unit == "ppm" else str(value)
