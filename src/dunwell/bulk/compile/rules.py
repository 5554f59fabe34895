"""Rules in SQL: the place of the rule that counts, and what stands at a place, fast.

A table becomes one CASE that stops at the first rule that holds, as core does; names
and reasons are then looked up by place, so that no text is compared twice. Places
count from 1, as lists in DuckDB do. Called by the compilers beside this file.
"""

from __future__ import annotations

from collections.abc import Sequence

from dunwell.bulk.compile.conditions import literal, sql_of
from dunwell.core.decision_table import When


def place_sql(conditions: Sequence[When], *, first: int = 1) -> str:
    """The place of the first condition that holds, counted from `first`; null where none does."""
    numbered = enumerate(conditions, first)
    return case_sql([(sql_of(when), str(number)) for number, when in numbered])


def case_sql(arms: Sequence[tuple[str, str]], *, otherwise: str = "NULL") -> str:
    """The answer beside the first condition that is true, else `otherwise`."""
    if not arms:
        return otherwise
    written = " ".join(f"WHEN {condition} THEN {answer}" for condition, answer in arms)
    return f"CASE {written} ELSE {otherwise} END"


def at_place_sql(place: str, values: Sequence[str | int | bool | None]) -> str:
    """What stands at a place of a list of values; null beyond its ends and at a null place."""
    return f"([{', '.join(literal(value) for value in values)}])[{place}]"
