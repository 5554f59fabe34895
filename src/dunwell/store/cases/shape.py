"""The shape of the open cases on a day: counts and amounts by lender, team and bucket.

The day run calls `record_shape` in the transaction that writes the cases; the
front page and long lists read it, so that no page counts a million rows.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection
from django.db.models import QuerySet

from dunwell.store.cases.models import CaseShape

_COUNT = """
    INSERT INTO cases_caseshape (day, lender_id, team_id, bucket, cases, overdue_fen)
    SELECT %s, lender_id, team_id, bucket, COUNT(*), CAST(SUM(overdue_fen) AS BIGINT)
    FROM cases_case WHERE status = 'open'
    GROUP BY lender_id, team_id, bucket
"""


def record_shape(*, day: date) -> int:
    """Count the open cases as they stand now and keep the counts as those of `day`.

    Counting again for the same day replaces the counts. Answers the rows kept.
    """
    CaseShape.objects.filter(day=day).delete()
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [day])
        return int(cursor.rowcount)


def shape_on(
    *, day: date, lenders: Collection[int], teams: Collection[int] | None
) -> QuerySet[CaseShape]:
    """The counts of `day` for `lenders`; `teams` of None means every team and none."""
    counts = CaseShape.objects.filter(day=day, lender__in=lenders)
    return counts if teams is None else counts.filter(team__in=teams)
