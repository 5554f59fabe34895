"""Features: what a borrower is like on a day, from all that was known by then.

`FEATURES` names them all, `features_of` is the meaning for one borrower; the kernel in
dunwell.bulk.kernels is proved equal to it.
"""

from dunwell.core.features.borrower import features_of
from dunwell.core.features.catalogue import (
    ATTEMPT_CHANNELS,
    CONTACT_DAYS,
    FEATURE_NAMES,
    FEATURE_OF,
    FEATURES,
    FIRST_DEFAULT_DAYS,
    HALF_LOST_FAILURES,
    LAST_DUES,
    LATE_DEPTHS,
    LOST_FAILURES,
    NO_REASON,
    OTHER_REASON,
    PROMISE_STATES,
    REACH_DAYS,
    REACHABILITY,
    REASONS,
    Feature,
    Kind,
)
from dunwell.core.features.records import (
    Asides,
    AssetFact,
    BorrowerFeatures,
    ContactOutcome,
    LoanPast,
    PromiseFact,
    ReasonFact,
)
from dunwell.core.features.windows import Window, days_back, months_back

__all__ = [
    "ATTEMPT_CHANNELS",
    "CONTACT_DAYS",
    "FEATURES",
    "FEATURE_NAMES",
    "FEATURE_OF",
    "FIRST_DEFAULT_DAYS",
    "HALF_LOST_FAILURES",
    "LAST_DUES",
    "LATE_DEPTHS",
    "LOST_FAILURES",
    "NO_REASON",
    "OTHER_REASON",
    "PROMISE_STATES",
    "REACHABILITY",
    "REACH_DAYS",
    "REASONS",
    "Asides",
    "AssetFact",
    "BorrowerFeatures",
    "ContactOutcome",
    "Feature",
    "Kind",
    "LoanPast",
    "PromiseFact",
    "ReasonFact",
    "Window",
    "days_back",
    "features_of",
    "months_back",
]
