"""Decision tables: one language of conditions for strategy, category and quadrant.

Low room: knows no feature and no plan. `parse_rules` and `parse_when` read YAML
mappings, `choose` answers for one borrower, `check` finds gaps and overlaps with an
example row. bulk.compile.conditions says the same in SQL, proved equal by a test.
"""

from __future__ import annotations

from dunwell.core.decision_table.checking import (
    Findings,
    Overlap,
    RuleNeverReached,
    TableGap,
    TableOverlap,
    check,
    example_of,
    faults_of,
    refuse_unsound,
    row_text,
)
from dunwell.core.decision_table.conditions import (
    ALWAYS,
    NEVER,
    All,
    Any,
    Is,
    Not,
    When,
    atoms_of,
    fields_read,
    holds,
)
from dunwell.core.decision_table.covering import TooTangled, meet, space_of, uncovered
from dunwell.core.decision_table.fields import (
    KNOWN,
    UNKNOWN,
    Facts,
    Field,
    Fields,
    Value,
    fields_by_name,
)
from dunwell.core.decision_table.reading import (
    EmptyRange,
    RuleTwice,
    UnknownField,
    WrongCondition,
    allowed_of,
    parse_rules,
    parse_when,
)
from dunwell.core.decision_table.tables import Hit, NoRule, Rule, Table, choose

__all__ = [
    "ALWAYS",
    "KNOWN",
    "NEVER",
    "UNKNOWN",
    "All",
    "Any",
    "EmptyRange",
    "Facts",
    "Field",
    "Fields",
    "Findings",
    "Hit",
    "Is",
    "NoRule",
    "Not",
    "Overlap",
    "Rule",
    "RuleNeverReached",
    "RuleTwice",
    "Table",
    "TableGap",
    "TableOverlap",
    "TooTangled",
    "UnknownField",
    "Value",
    "When",
    "WrongCondition",
    "allowed_of",
    "atoms_of",
    "check",
    "choose",
    "example_of",
    "faults_of",
    "fields_by_name",
    "fields_read",
    "holds",
    "meet",
    "parse_rules",
    "parse_when",
    "refuse_unsound",
    "row_text",
    "space_of",
    "uncovered",
]
