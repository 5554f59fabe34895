"""Buckets: the range of late days a loan or installment stands in, by name.

Default: M1 1-30, M2 31-60 ... M6 151-180, M6+ above, and sub-stages S1-S3 inside
M1. A lender may name own ranges, as text (`1-3,4-30,61+`); a bucket is then
named by its range text. Days that no range holds are `current`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from dunwell.core.refusal import Refusal

CURRENT = "current"

_RANGE = re.compile(r"(\d{1,5})(?:-(\d{1,5})|(\+))")


class UnreadableBuckets(Refusal):
    """A range that is not written FROM-TO or FROM+, starts below 1 or runs backwards.

    Figures: value, buckets.
    """

    code = "AGEING-BUCKETS-UNREADABLE"


class OverlappingBuckets(Refusal):
    """Two ranges that hold the same day. Figures: first, second, days."""

    code = "AGEING-BUCKETS-OVERLAP"


@dataclass(frozen=True, slots=True)
class Bucket:
    """A named range of days, both ends inside; `to_days` None is without end."""

    name: str
    from_days: int
    to_days: int | None

    def holds(self, days: int) -> bool:
        return self.from_days <= days and (self.to_days is None or days <= self.to_days)


@dataclass(frozen=True, slots=True)
class Buckets:
    """Ranges in ascending order, none overlapping; gaps are allowed and read as `current`."""

    ranges: tuple[Bucket, ...]

    def __post_init__(self) -> None:
        for first, second in pairwise(self.ranges):
            if first.to_days is None or second.from_days <= first.to_days:
                raise OverlappingBuckets(
                    first=first.name, second=second.name, days=second.from_days
                )

    def name_of(self, days: int) -> str:
        """The bucket that holds `days`, or `current`.

        >>> [DEFAULT_BUCKETS.name_of(days) for days in (0, 1, 30, 31, 180, 181)]
        ['current', 'M1', 'M1', 'M2', 'M6', 'M6+']
        """
        for bucket in self.ranges:
            if bucket.holds(days):
                return bucket.name
        return CURRENT


def parse_buckets(text: str) -> Buckets:
    """Read ranges such as `1-3,4-30,31-60,61+`, in any order, each named by its own text.

    Refuses what is not FROM-TO or FROM+, days below 1, TO below FROM, and overlaps.

    >>> parse_buckets("61+, 1-30").name_of(75)
    '61+'
    """
    ranges = [_parse_range(part.strip(), text) for part in text.split(",")]
    return Buckets(ranges=tuple(sorted(ranges, key=lambda bucket: bucket.from_days)))


def sub_stage(days: int) -> str | None:
    """The finer stage inside M1: S1 1-7, S2 8-15, S3 16-30; None outside.

    >>> [sub_stage(days) for days in (0, 1, 8, 16, 31)]
    [None, 'S1', 'S2', 'S3', None]
    """
    return next((stage.name for stage in _SUB_STAGES if stage.holds(days)), None)


def _monthly(last: int) -> Sequence[Bucket]:
    months = [Bucket(f"M{n}", 30 * n - 29, 30 * n) for n in range(1, last + 1)]
    return [*months, Bucket(f"M{last}+", 30 * last + 1, None)]


def _parse_range(part: str, text: str) -> Bucket:
    match = _RANGE.fullmatch(part)
    if match is None:
        raise UnreadableBuckets(value=part, buckets=text)
    from_days = int(match.group(1))
    to_days = None if match.group(3) else int(match.group(2))
    if from_days < 1 or (to_days is not None and to_days < from_days):
        raise UnreadableBuckets(value=part, buckets=text)
    return Bucket(part, from_days, to_days)


DEFAULT_BUCKETS = Buckets(ranges=tuple(_monthly(6)))
_SUB_STAGES = (Bucket("S1", 1, 7), Bucket("S2", 8, 15), Bucket("S3", 16, 30))
