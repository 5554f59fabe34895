"""The facts a decision is made from, by name and in one order, and as they are written down.

The features, a flag per freeze, and how far the legal route has gone. What was read is kept
with the decision as JSON in this order, so that two ways to the same decision agree to the
letter.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from dunwell.core.borrower_fields import FREEZES, LEGAL_STATES
from dunwell.core.decision_table import Facts, Value
from dunwell.core.features import FEATURE_NAMES, BorrowerFeatures

NO_LEGAL_STATE = LEGAL_STATES[0]
FACT_NAMES: tuple[str, ...] = (
    *FEATURE_NAMES,
    *(f"freeze_{name}" for name in FREEZES),
    "legal_state",
)


def facts_of(
    *, features: BorrowerFeatures, freezes: Collection[str], legal_state: str = NO_LEGAL_STATE
) -> dict[str, Value]:
    """All facts of a borrower in the order of FACT_NAMES. Freezes no rule knows are left out."""
    facts = {**features.as_facts(), **freeze_flags(freezes), "legal_state": legal_state}
    assert tuple(facts) == FACT_NAMES
    return facts


def freeze_flags(freezes: Collection[str]) -> dict[str, bool]:
    """A flag for each freeze that rules may ask about.

    >>> [name for name, stands in freeze_flags({"dispute"}).items() if stands]
    ['freeze_dispute']
    """
    return {f"freeze_{name}": name in freezes for name in FREEZES}


def written_facts(facts: Facts) -> str:
    """The facts as JSON without spaces, in the order of FACT_NAMES."""
    ordered = {name: facts[name] for name in FACT_NAMES}
    return json.dumps(ordered, separators=(",", ":"), ensure_ascii=False)
