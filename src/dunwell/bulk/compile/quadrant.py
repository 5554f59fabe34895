"""Ability and willingness of a whole table as SQL, with the rules that say so.

Called by bulk.deciding; core.risk.quadrant is the meaning, a property test holds the two
equal. The source has a column per feature that the rules read.
"""

from __future__ import annotations

from collections.abc import Sequence

from dunwell.bulk.compile.conditions import column, literal, sql_of
from dunwell.core.decision_table import Table
from dunwell.core.risk.quadrant import QuadrantTables, Said

QUADRANT_COLUMNS = ("ability", "willingness", "ability_rule", "willingness_rule")


def quadrant_sql(tables: QuadrantTables, *, source: str, keys: Sequence[str]) -> str:
    """A SELECT of `keys` and QUADRANT_COLUMNS from `source`."""
    kept = "".join(f"{column(key)}, " for key in keys)
    halves = {"ability": tables.ability, "willingness": tables.willingness}
    # The rule is found once; its answer follows from its name.
    found = ", ".join(f"{_rule(table)} AS {half}_rule" for half, table in halves.items())
    answers = ", ".join(f"{_answer(table, half)} AS {half}" for half, table in halves.items())
    return (
        f"SELECT {kept}{answers}, ability_rule, willingness_rule"
        f" FROM (SELECT {kept}{found} FROM {source})"
    )


def _rule(table: Table[Said]) -> str:
    whens = [f"WHEN {sql_of(rule.when)} THEN {literal(rule.id)}" for rule in table.rules]
    return f"CASE {' '.join(whens)} END"


def _answer(table: Table[Said], half: str) -> str:
    whens = [
        f"WHEN {half}_rule = {literal(rule.id)} THEN {literal(rule.then.answer)}"
        for rule in table.rules
    ]
    return f"CASE {' '.join(whens)} END"
