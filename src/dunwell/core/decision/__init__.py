"""Decision: what one borrower gets today, and why. It only composes the rooms below.

features and what stands about the person → score and grade → ability and willingness →
category and five class → arm of an experiment → plan and step. `decide` is the meaning;
dunwell.bulk.deciding says the same for a book and is proved equal. Called by the desk,
by events during the day and by a past decision made again.
"""

from dunwell.core.decision.deciding import decide
from dunwell.core.decision.facts import FACT_NAMES, facts_of, freeze_flags, written_facts
from dunwell.core.decision.records import (
    DECIDED,
    HOLD_OUT_PLAN,
    Before,
    Decided,
    Overruled,
    Policy,
)

__all__ = [
    "DECIDED",
    "FACT_NAMES",
    "HOLD_OUT_PLAN",
    "Before",
    "Decided",
    "Overruled",
    "Policy",
    "decide",
    "facts_of",
    "freeze_flags",
    "written_facts",
]
