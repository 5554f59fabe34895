"""Cases put aside at a desk: those whose moment has not come, and those that came back today.

For queries of cases and of work, as `Exists(put_aside(case="pk", now=now))`.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, QuerySet

from dunwell.store.desk.models import PutOff


def put_aside(*, case: str, now: datetime) -> QuerySet[PutOff]:
    """The put-offs of the case in the outer column `case` whose moment has not come."""
    return PutOff.objects.filter(case=OuterRef(case), until_at__gt=now, replaced=None)


def came_back(*, case: str, since: datetime, now: datetime) -> QuerySet[PutOff]:
    """The put-offs of the case in the outer column `case` whose moment came in [since, now]."""
    return PutOff.objects.filter(
        case=OuterRef(case), until_at__gte=since, until_at__lte=now, replaced=None
    )
