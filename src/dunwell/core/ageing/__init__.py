"""Ageing: how late a loan is on a day, by how much, in which bucket, and what was paid.

`age_loan` is the meaning; the kernel in dunwell.bulk.kernels is proved equal to it.
"""

from dunwell.core.ageing.buckets import (
    CURRENT,
    DEFAULT_BUCKETS,
    Bucket,
    Buckets,
    OverlappingBuckets,
    UnreadableBuckets,
    parse_buckets,
    sub_stage,
)
from dunwell.core.ageing.loan import (
    DueAge,
    Hold,
    LoanAge,
    LoanFacts,
    age_loan,
    ageing_history,
    is_held,
    settlement_of,
)
from dunwell.core.ageing.terms import (
    BUCKET_ON,
    DAY_COUNTS,
    AgeingTerms,
    BadTerms,
    BucketOn,
    DayCount,
)

__all__ = [
    "BUCKET_ON",
    "CURRENT",
    "DAY_COUNTS",
    "DEFAULT_BUCKETS",
    "AgeingTerms",
    "BadTerms",
    "Bucket",
    "BucketOn",
    "Buckets",
    "DayCount",
    "DueAge",
    "Hold",
    "LoanAge",
    "LoanFacts",
    "OverlappingBuckets",
    "UnreadableBuckets",
    "age_loan",
    "ageing_history",
    "is_held",
    "parse_buckets",
    "settlement_of",
    "sub_stage",
]
