"""Conditions: what must hold of the facts for a rule to count, as frozen records.

`holds` is the meaning; bulk.compile.conditions says the same in SQL, and `covering`
reasons about it without facts. Every condition is true or false, never between:
unknown is a value that a condition accepts or does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from dunwell.core.decision_table.fields import Facts, Value


@dataclass(frozen=True, slots=True)
class Is:
    """One field is among these values.

    `ranges` are half-open and ascending (None: without end), for ints; `values` for
    choices and flags; `unknown` accepts None too.
    """

    field: str
    ranges: tuple[tuple[int | None, int | None], ...] = ()
    values: tuple[str | bool, ...] = ()
    unknown: bool = False

    def accepts(self, value: Value) -> bool:
        """Whether `value` is among them."""
        if value is None:
            return self.unknown
        if isinstance(value, str | bool):
            return value in self.values
        return any(
            (start is None or start <= value) and (end is None or value < end)
            for start, end in self.ranges
        )


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds; without parts it always does."""

    parts: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds; without parts it never does."""

    parts: tuple[When, ...] = ()


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: When


When: TypeAlias = Is | All | Any | Not

ALWAYS = All()
NEVER = Any()


def holds(when: When, facts: Facts) -> bool:
    """Whether the condition holds of the facts. Facts name every field the condition reads.

    >>> late = Is("days_past_due", ranges=((30, 60),))
    >>> [holds(late, {"days_past_due": days}) for days in (29, 30, 60, None)]
    [False, True, False, False]
    """
    match when:
        case Is():
            return when.accepts(facts[when.field])
        case All():
            return all(holds(part, facts) for part in when.parts)
        case Any():
            return any(holds(part, facts) for part in when.parts)
        case Not():
            return not holds(when.part, facts)


def atoms_of(when: When) -> Iterator[Is]:
    """Every question about one field inside a condition, in the order written."""
    match when:
        case Is():
            yield when
        case All() | Any():
            for part in when.parts:
                yield from atoms_of(part)
        case Not():
            yield from atoms_of(when.part)


def fields_read(*conditions: When) -> tuple[str, ...]:
    """The names of the fields that the conditions read, each once, in order of first use."""
    return tuple(dict.fromkeys(atom.field for when in conditions for atom in atoms_of(when)))
