"""What a column name means: header text to field, by the synonym table beside this file.

Called by `plan`. A header is compared in normal form: NFKC, lower case, without
blanks, separators, stars and units; `逾期本金(万元)` means overdue_principal in
units of 1,000,000 fen. columns.yaml holds the synonyms, unneeded.yaml the columns
the process does not need.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dunwell.bulk.intake.layouts import CONTACTS_MOST, LAYOUTS

_HERE = Path(__file__).parent
_SEPARATORS = re.compile(r"[\s_\-/\\.:,;*#'\"|、。，：；·]+")
_BRACKETS = re.compile(r"[(\[{【〔「]([^()\[\]{}【】〔〕「」]*)[)\]}】〕」]")
_BORROWER = ("客户", "借款人", "主借人", "债务人", "本人")
_ABOUT_BORROWER = ("borrower", "tape")
_NUMERALS = "一二三四五六七八九"
SURE = 0.9
"""At or above this confidence a column is taken without asking."""


@dataclass(frozen=True)
class Meaning:
    """A field a header may mean; `unit` is the key of the units table the header names."""

    field: str | None
    unit: str | None
    confidence: float


@dataclass(frozen=True)
class Units:
    """How large one unit of a column is."""

    fen: Mapping[str, int]
    rate: Mapping[str, str]


def meaning(header: str, *, table: str) -> Meaning:
    """The field `header` means in `table`: 1.0 our own name, 0.95 a synonym, 0.9 with its unit.

    A header that is none of these has no field.
    """
    names = _vocabulary(table)
    plain = normal(header)
    if plain in names:
        field, own = names[plain]
        return Meaning(field, None, 1.0 if own else 0.95)
    for bare, unit in (_without_unit(header), _trailing_unit(plain)):
        for said in (bare, _without_person(bare, table)):
            if said in names:
                return Meaning(names[said][0], unit, SURE)
    return Meaning(None, None, 0.0)


def unit_of(header: str) -> str | None:
    """The unit a header names, whatever its field: for columns a map takes without a scale."""
    return _without_unit(header)[1] or _trailing_unit(normal(header))[1]


def proposal(header: str, *, table: str) -> Meaning:
    """The field whose names are most like `header`, below SURE, for a person to confirm."""
    names = _vocabulary(table)
    bare, unit = _without_unit(header)
    alike = difflib.get_close_matches(bare, names, n=1, cutoff=0.7) if bare else []
    return Meaning(names[alike[0]][0], unit, 0.5) if alike else Meaning(None, None, 0.0)


def unneeded(header: str) -> bool:
    """Whether a column of this name is refused by default: the process does not need it."""
    names, parts = _unneeded()
    plain = normal(header)
    return plain in names or any(part in plain for part in parts)


def is_known(header: str) -> bool:
    """Whether any table of any layout knows a column by this name, or we refuse it by name."""
    tables = (table for tables in LAYOUTS.values() for table in tables)
    return bool(header) and (
        unneeded(header) or any(meaning(header, table=t).field is not None for t in tables)
    )


def normal(header: str) -> str:
    """The form in which headers are compared."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", header).lower())


@cache
def units() -> Units:
    """What units headers name, and how large they are."""
    data = _data("columns.yaml")
    return Units(fen=data["units_fen"], rate=data["units_rate"])


@cache
def file_names() -> Mapping[str, str]:
    """Words in a file's or sheet's name that tell which table it is."""
    return {
        normal(word): table
        for layout in LAYOUTS
        for table, described in _data("columns.yaml")[layout].items()
        for word in described["files"]
    }


@cache
def _vocabulary(table: str) -> Mapping[str, tuple[str, bool]]:
    layout = next(name for name, tables in LAYOUTS.items() if table in tables)
    names: dict[str, tuple[str, bool]] = {}
    for field, synonyms in _data("columns.yaml")[layout][table]["columns"].items():
        for one, said in _numbered(field, synonyms):
            names.update({normal(text): (one, False) for text in said})
    names.update({normal(f.name): (f.name, True) for f in LAYOUTS[layout][table].fields})
    return names


def _numbered(field: str, synonyms: list[str]) -> Iterator[tuple[str, list[str]]]:
    if "{n}" not in field:
        yield field, synonyms
        return
    for n in range(CONTACTS_MOST, 0, -1):
        numbers = [str(n), _NUMERALS[n - 1], *([""] if n == 1 else [])]
        said = [text.replace("{n}", number) for text in synonyms for number in numbers]
        yield field.replace("{n}", str(n)), said


@cache
def _unneeded() -> tuple[frozenset[str], tuple[str, ...]]:
    data = _data("unneeded.yaml")
    return (
        frozenset(normal(name) for name in data["names"]),
        tuple(normal(part) for part in data["parts"]),
    )


@cache
def _noise() -> frozenset[str]:
    return frozenset(normal(word) for word in _data("columns.yaml")["noise"])


@cache
def _longest_first() -> tuple[str, ...]:
    known = units()
    return tuple(sorted((*known.fen, *known.rate), key=len, reverse=True))


def _without_unit(header: str) -> tuple[str, str | None]:
    """The normal form without bracketed units and noise, and the unit."""
    known, noise = units(), _noise()
    found: list[str] = []

    def drop(match: re.Match[str]) -> str:
        inside = normal(match.group(1)).removeprefix("单位")
        if inside in known.fen or inside in known.rate:
            found.append(inside)
            return ""
        return "" if inside in noise or not inside else match.group(0)

    text = unicodedata.normalize("NFKC", header).lower()
    return normal(_BRACKETS.sub(drop, text)), (found[0] if found else None)


def _without_person(plain: str, table: str) -> str:
    """客户手机号码 is 手机号码 where the table is about the borrower alone."""
    if table in _ABOUT_BORROWER:
        for word in _BORROWER:
            if plain.startswith(word):
                return plain.removeprefix(word)
    return plain


def _trailing_unit(plain: str) -> tuple[str, str | None]:
    for unit in _longest_first():
        if plain.endswith(unit) and plain != unit:
            return plain.removesuffix(unit), unit
    return plain, None


@cache
def _data(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load((_HERE / name).read_text("utf-8"))
    return data
