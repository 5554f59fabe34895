"""Column maps: which of the lender's columns means which of our fields, saved per lender.

A map is data (YAML in files, JSON in the state). It wins over the synonym table.
Short form `"客户编码": customer_no`; long form with `scale` (yuan per unit of the
column, `10000` for 万元, `0.01` for 分) and `format` (a strptime date format);
`null` leaves a column out. `sheets` says which table a file or sheet is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml

from dunwell.bulk.intake.layouts import LAYOUTS
from dunwell.bulk.intake.refusals import BadMap
from dunwell.bulk.intake.tables import Table


@dataclass(frozen=True)
class ColumnChoice:
    """What one column is taken for; `field` None leaves it out."""

    field: str | None
    scale: Decimal | None = None
    date_format: str | None = None


@dataclass(frozen=True)
class ColumnMap:
    """A lender's columns, table by table, by the header as it stands in the file."""

    layout: str = "auto"
    tables: Mapping[str, Mapping[str, ColumnChoice]] = field(default_factory=dict)
    sheets: Mapping[str, str] = field(default_factory=dict)

    def as_data(self) -> dict[str, Any]:
        """The map as plain data for JSON or YAML; `map_from_data` reads it back."""
        return {
            "layout": self.layout,
            "sheets": dict(self.sheets),
            "tables": {
                table: {header: _choice_data(choice) for header, choice in columns.items()}
                for table, columns in self.tables.items()
            },
        }


def read_map(path: Path) -> ColumnMap:
    """Read a column map file. Refuses (BadMap) what is not a map, or names unknown fields."""
    try:
        data = yaml.safe_load(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        raise BadMap(where=path.name, found="?", allowed="YAML") from None
    return map_from_data(data)


def map_from_data(data: Any) -> ColumnMap:
    """Check plain data and make it a map. Refuses (BadMap) with the place of the fault."""
    top = _mapping(data, where="map")
    _known(top, allowed=("layout", "tables", "sheets"), where="map")
    layout = str(top.get("layout") or "auto")
    if layout not in ("auto", *LAYOUTS):
        raise BadMap(where="layout", found=layout, allowed=", ".join(("auto", *LAYOUTS)))
    every = {name: table for tables in LAYOUTS.values() for name, table in tables.items()}
    tables = _mapping(top.get("tables") or {}, where="tables")
    _known(tables, allowed=tuple(every), where="tables")
    sheets = _mapping(top.get("sheets") or {}, where="sheets")
    _known({str(name): None for name in sheets.values()}, allowed=tuple(every), where="sheets")
    return ColumnMap(
        layout=layout,
        tables={name: _columns(value, every[name]) for name, value in tables.items()},
        sheets={name: str(table) for name, table in sheets.items()},
    )


def _columns(data: Any, table: Table) -> dict[str, ColumnChoice]:
    where = f"tables.{table.name}"
    return {
        header: _choice(value, table, f"{where}.{header}")
        for header, value in _mapping(data, where=where).items()
    }


def _choice(value: Any, table: Table, where: str) -> ColumnChoice:
    if value is None or isinstance(value, str):
        value = {"field": value}
    parts = _mapping(value, where=where)
    _known(parts, allowed=("field", "scale", "format"), where=where)
    name = parts.get("field")
    if name is not None:
        _known({str(name): None}, allowed=tuple(f.name for f in table.fields), where=where)
    return ColumnChoice(
        field=None if name is None else str(name),
        scale=None if parts.get("scale") is None else _scale(parts["scale"], where),
        date_format=None if parts.get("format") is None else str(parts["format"]),
    )


def _scale(value: Any, where: str) -> Decimal:
    try:
        scale = Decimal(str(value))
        whole_fen = scale > 0 and (scale * 100) % 1 == 0
    except InvalidOperation:
        whole_fen = False
    if not whole_fen:
        raise BadMap(where=f"{where}.scale", found=str(value), allowed="0.01, 1, 1000, 10000")
    return scale


def _mapping(data: Any, *, where: str) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise BadMap(where=where, found=type(data).__name__, allowed="{...}")
    return {str(key): value for key, value in data.items()}


def _known(data: Mapping[str, Any], *, allowed: tuple[str, ...], where: str) -> None:
    for key in data:
        if key not in allowed:
            raise BadMap(where=where, found=key, allowed=", ".join(allowed))


def _choice_data(choice: ColumnChoice) -> Any:
    if choice.scale is None and choice.date_format is None:
        return choice.field
    return {
        "field": choice.field,
        "scale": None if choice.scale is None else str(choice.scale),
        "format": choice.date_format,
    }
