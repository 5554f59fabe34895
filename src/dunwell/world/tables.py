"""Tables: the small data the invented people are made of, read once from world/tables.

Districts and roads are real places; birthplaces are real county codes (GB/T 2260 and its
earlier editions) with the years in which the code was given to newborns; names and
employers are ordinary words. No row stands for a person.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class District:
    """A district where the lender's customers live."""

    code: str
    province: str
    city: str
    name: str
    area_code: str
    branch: str
    weight: int
    roads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Birthplace:
    """A county code as ID numbers carry it, used for births of these years, both included."""

    code: str
    province: str
    used_from: int
    used_until: int


@dataclass(frozen=True, slots=True)
class Employers:
    """Words from which employers are put together."""

    marks: tuple[str, ...]
    trades: tuple[str, ...]
    trade_weights: tuple[int, ...]
    shops: tuple[str, ...]
    shop_weights: tuple[int, ...]


@cache
def districts() -> tuple[District, ...]:
    """Read the districts, in file order."""
    return tuple(
        District(
            code=row["code"],
            province=row["province"],
            city=row["city"],
            name=row["district"],
            area_code=row["area_code"],
            branch=row["branch"],
            weight=int(row["weight"]),
            roads=tuple(row["roads"].split(";")),
        )
        for row in _rows("districts")
    )


@cache
def branches() -> tuple[str, ...]:
    """Name the lender's branches, each once, in file order."""
    return tuple(dict.fromkeys(district.branch for district in districts()))


@cache
def birthplaces() -> tuple[Birthplace, ...]:
    """Read the county codes, in file order."""
    return tuple(
        Birthplace(
            code=row["code"],
            province=row["province"],
            used_from=int(row["used_from"]),
            used_until=int(row["used_until"]),
        )
        for row in _rows("birthplaces")
    )


@cache
def surnames() -> tuple[tuple[str, ...], tuple[int, ...]]:
    """Read the surnames and how common each is, per ten thousand people."""
    rows = _rows("surnames")
    return tuple(row["surname"] for row in rows), tuple(int(row["weight"]) for row in rows)


@cache
def given_parts(*, female: bool, born_year: int) -> tuple[str, ...]:
    """Answer the characters of given names in fashion when the person was born."""
    sex = "f" if female else "m"
    fitting = [
        row
        for row in _rows("given_names")
        if row["sex"] == sex and int(row["born_from"]) <= born_year
    ]
    return tuple(fitting[-1]["parts"].split(";"))


@cache
def employers() -> Employers:
    """Read the words employers are named with."""
    by_kind: dict[str, list[tuple[str, int]]] = {}
    for row in _rows("employers"):
        for word in row["words"].split(";"):
            by_kind.setdefault(row["kind"], []).append((word, int(row["weight"])))
    return Employers(
        marks=tuple(word for word, _ in by_kind["mark"]),
        trades=tuple(word for word, _ in by_kind["trade"]),
        trade_weights=tuple(weight for _, weight in by_kind["trade"]),
        shops=tuple(word for word, _ in by_kind["shop"]),
        shop_weights=tuple(weight for _, weight in by_kind["shop"]),
    )


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("dunwell.world") / "tables" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))
