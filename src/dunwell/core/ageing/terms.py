"""The terms by which late days are counted: house settings, the same for one loan and the book.

Read by ageing here and by the kernel in bulk, which writes them into its SQL.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from dunwell.core.ageing.buckets import DEFAULT_BUCKETS, Buckets
from dunwell.core.refusal import Refusal

DayCount = Literal["exclusive", "inclusive"]
BucketOn = Literal["delinquent_days", "days_past_due"]

DAY_COUNTS: tuple[DayCount, ...] = get_args(DayCount)
BUCKET_ON: tuple[BucketOn, ...] = get_args(BucketOn)
MAX_GRACE_DAYS = 366


class BadTerms(Refusal):
    """A term outside its values. Figures: term, value, allowed."""

    code = "AGEING-TERMS"


@dataclass(frozen=True, slots=True)
class AgeingTerms:
    """How days are counted.

    exclusive: due today is 0 days late; inclusive: due today is day 1 and late, and
    every count is one more. Grace lowers the loan's delinquent days only.
    """

    day_count: DayCount = "exclusive"
    grace_days: int = 0
    buckets: Buckets = DEFAULT_BUCKETS
    bucket_on: BucketOn = "delinquent_days"

    def __post_init__(self) -> None:
        if self.day_count not in DAY_COUNTS:
            raise BadTerms(term="day_count", value=self.day_count, allowed=", ".join(DAY_COUNTS))
        if self.bucket_on not in BUCKET_ON:
            raise BadTerms(term="bucket_on", value=self.bucket_on, allowed=", ".join(BUCKET_ON))
        if not 0 <= self.grace_days <= MAX_GRACE_DAYS:
            raise BadTerms(term="grace_days", value=self.grace_days, allowed=f"0-{MAX_GRACE_DAYS}")

    @property
    def due_day_counts(self) -> int:
        """1 where the due day itself is the first late day, else 0."""
        return 1 if self.day_count == "inclusive" else 0
