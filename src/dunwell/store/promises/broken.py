"""Cases whose promise or plan broke lately, and nobody has spoken with the borrower since.

They go to the front of a person's day (trade: a broken promise is called within a working day).
Called by the worklist and by the desk's next case.
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db.models import Exists, F, OuterRef, Q

from dunwell.store.promises.models import PlanState, PromiseState

FRONT_DAYS = 30
"""What broke longer ago ranks as any other case."""


def broken_unasked(*, case: str, day: date) -> Q:
    """A condition on rows with a case under the name `case`: something broke, nobody asked yet."""
    since = day - timedelta(days=FRONT_DAYS)
    promises = PromiseState.objects.filter(
        promise__case=OuterRef(case), state="broken", called_on=None, settled_on__gt=since
    )
    plans = PlanState.objects.filter(case=OuterRef(case), state="broken", ended_on__gt=since)
    spoken = plans.filter(case__notes__effective=True, case__notes__at__date__gte=F("ended_on"))
    return Q(Exists(promises)) | (Q(Exists(plans)) & ~Q(Exists(spoken)))
