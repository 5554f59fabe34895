"""Fields: what a condition may ask about, each with its kind and its possible values.

Strategies, categories and quadrants name fields; whoever has the facts fills them.
None is a value of its own, "unknown". A choice field that has `unknown` among its
choices reads None as that choice, so that nothing is unknown in two ways.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind = Literal["int", "choice", "flag"]
Value: TypeAlias = int | str | bool | None
Facts: TypeAlias = Mapping[str, Value]

UNKNOWN = "unknown"
KNOWN = "known"
RESERVED = frozenset({"any", "not", KNOWN})
"""Words of the language of conditions: no field and no choice may be called so."""


@dataclass(frozen=True, slots=True)
class Field:
    """One fact by name. `least` and `most` bound an int, both ends inside.

    With `always_known` the fact is never None, and no rule has to answer for it.
    """

    name: str
    kind: Kind
    unit: str = ""
    choices: tuple[str, ...] = ()
    least: int | None = None
    most: int | None = None
    always_known: bool = False

    def __post_init__(self) -> None:
        assert (self.kind == "choice") == bool(self.choices), self.name
        assert self.name not in RESERVED and not RESERVED & set(self.choices), self.name
        assert len(set(self.choices)) == len(self.choices), self.name

    @property
    def says_unknown(self) -> bool:
        """Whether `unknown` is one of its choices, and None is read as it."""
        return UNKNOWN in self.choices

    @property
    def may_be_none(self) -> bool:
        """Whether None is a further value beside the others."""
        return not self.always_known and not self.says_unknown


Fields: TypeAlias = Mapping[str, Field]


def fields_by_name(fields: Iterable[Field]) -> dict[str, Field]:
    """The fields by their names, in order. A name that stands twice is a fault of ours."""
    found: dict[str, Field] = {}
    for field in fields:
        assert field.name not in found, field.name
        found[field.name] = field
    return found
