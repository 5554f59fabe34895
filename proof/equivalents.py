"""The mutants that break nothing, each with the reason: the score leaves these out.

A name that no mutant bears any more fails the test, so that the list stays short and true.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_SAME_WINDOW = "CN-T01 is asked of the same channel and opens no earlier: next moments are the same"
_PARTS = "only the figure `parts` of a refusal of CN-S01, which has doctests; no verdict reads it"
_SENTENCE = "only which sentence says a code; the verdict is the same, scenarios hold the sentences"
_SPLIT = "rules.content `return 1 if characters <= single else -(-characters // part)`"

EQUIVALENT: Final[Mapping[str, str]] = {
    "asking CN-V05: its window is forgotten": _SAME_WINDOW,
    "asking CN-S06: its window is forgotten": _SAME_WINDOW,
    f"{_SPLIT}: LtE becomes Lt": _PARTS,
    f"{_SPLIT}: LtE becomes Gt": _PARTS,
    "sms.single_part_characters -1": _PARTS,
    "sms.single_part_characters +1": _PARTS,
    "sms.part_characters -1": _PARTS,
    "sms.part_characters +1": _PARTS,
    'rules.persons `said_as = "CN-W01-PURPOSE" if role == "contact" else ""`: '
    "Eq becomes NotEq": _SENTENCE,
    'rules.persons `said_as = "" if facts.borrower_deceased else "CN-W08-INCAPACITATED"`: '
    "the condition is negated": _SENTENCE,
}
