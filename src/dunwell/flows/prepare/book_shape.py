"""The book's shape on a day: what a supervisor reads first in the morning.

Called by the front page and `dunwell day show`. Reads the counts the day run
kept and the events it wrote; nothing here counts a million rows. Amounts fen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q, QuerySet, Sum

from dunwell.core.ageing import DEFAULT_BUCKETS
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import CaseEvent, CaseShape
from dunwell.store.cases.shape import shape_on


@dataclass(frozen=True, slots=True)
class BucketShape:
    """Open cases of one bucket on the day and on the day before it that was run."""

    bucket: str
    cases: int
    overdue_fen: int
    cases_before: int
    overdue_before_fen: int


@dataclass(frozen=True, slots=True)
class Move:
    """Cases that one kind of event moved on the day, their overdue fen, and what they paid."""

    kind: str
    cases: int
    overdue_fen: int
    paid_fen: int


@dataclass(frozen=True, slots=True)
class BookShape:
    """The last day that was run, its buckets in order of age, and what moved that day."""

    day: date
    day_before: date | None
    buckets: Sequence[BucketShape]
    moves: Sequence[Move]

    @property
    def cases(self) -> int:
        return sum(bucket.cases for bucket in self.buckets)

    @property
    def overdue_fen(self) -> int:
        return sum(bucket.overdue_fen for bucket in self.buckets)

    @property
    def overdue_before_fen(self) -> int:
        return sum(bucket.overdue_before_fen for bucket in self.buckets)

    def moved(self, kind: str) -> Move:
        """The move of that kind; nothing moved is a move of no cases."""
        return next((move for move in self.moves if move.kind == kind), Move(kind, 0, 0, 0))


def book_shape(*, scope: Scope, day: date) -> BookShape | None:
    """The shape as of the last run on or before `day`; None before the first day run."""
    kept = _counts(scope, CaseShape.objects.filter(day__lte=day))
    last = kept.aggregate(day=Max("day"))["day"]
    if last is None:
        return None
    before = kept.filter(day__lt=last).aggregate(day=Max("day"))["day"]
    now_by, before_by = _by_bucket(scope, last), _by_bucket(scope, before)
    names = [bucket.name for bucket in DEFAULT_BUCKETS.ranges]
    names += sorted((now_by.keys() | before_by.keys()) - set(names))
    return BookShape(
        day=last,
        day_before=before,
        buckets=[
            BucketShape(name, *now_by.get(name, (0, 0)), *before_by.get(name, (0, 0)))
            for name in names
        ],
        moves=_moves(scope, last),
    )


def _counts(scope: Scope, counts: QuerySet[CaseShape]) -> QuerySet[CaseShape]:
    counts = counts.filter(lender=scope.lender)
    return counts if scope.teams is None else counts.filter(team__in=scope.teams)


def _by_bucket(scope: Scope, day: date | None) -> dict[str, tuple[int, int]]:
    if day is None:
        return {}
    rows = (
        shape_on(day=day, lenders=[scope.lender], teams=scope.teams)
        .values("bucket")
        .annotate(all_cases=Sum("cases"), all_fen=Sum("overdue_fen"))
    )
    return {row["bucket"]: (row["all_cases"], row["all_fen"]) for row in rows}


def _moves(scope: Scope, day: date) -> list[Move]:
    seen = Q(case__lender=scope.lender)
    if scope.teams is not None:
        seen &= Q(case__team__in=scope.teams)
    rows = (
        CaseEvent.objects.filter(seen, day=day)
        .values("kind")
        .annotate(cases=Count("case", distinct=True), fen=Sum("overdue_fen"), paid=Sum("paid_fen"))
        .order_by("kind")
    )
    return [Move(row["kind"], row["cases"], row["fen"] or 0, row["paid"] or 0) for row in rows]
