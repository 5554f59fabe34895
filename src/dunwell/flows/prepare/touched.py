"""Which loans were touched since a moment: by the keys of the rows that came after it.

Called by the day run, for what changed while it computed, and by the import, to
re-age at once what it brought. Keys of fact rows grow with time, so no scan is needed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import Max, Model, Q

from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.reage import MOST_LOANS, Reaged, business_day
from dunwell.flows.prepare.redecide import reage_and_redecide
from dunwell.store.book.models import (
    Adjustment,
    Hold,
    Installment,
    LoanTerms,
    Payment,
    Recording,
    TapeLine,
)

FACTS: tuple[type[Model], ...] = (Installment, Payment, Adjustment, Hold, LoanTerms, TapeLine)
"""What ageing and the roll-up read of a loan."""

MOST_ROWS = 40 * MOST_LOANS
"""Above this many rows of one table nobody counts whose they are."""

_ONLY_ADD = {Recording.Kind.PAYMENT, Recording.Kind.REVERSAL}
"""Recordings that replace nothing: what they touched is found by the keys of new rows."""


class TooMany(Exception):
    """More loans were touched than are aged one by one."""


def newest_rows() -> dict[type[Model], int]:
    """The newest key of each table of facts, as it is now."""
    found = {model: model._default_manager.aggregate(last=Max("pk"))["last"] for model in FACTS}
    return {model: last or 0 for model, last in found.items()}


def touched_since(newest: Mapping[type[Model], int]) -> set[int]:
    """Loans with rows entered after `newest`. Raises TooMany above MOST_LOANS."""
    return _loans({model: Q(pk__gt=newest[model]) for model in FACTS})


def touched_after(seen: Collection[int], newest: Mapping[type[Model], int]) -> set[int]:
    """Loans of which anything was entered or replaced by a recording that is not in `seen`.

    `seen` are the recordings a snapshot held (its last ones, one by one), `newest` its newest
    rows. Raises TooMany likewise.
    """
    recent = Recording.objects.filter(pk__gte=min(seen, default=0)).values_list("pk", "kind")
    later = {number: kind for number, kind in recent if number not in seen}
    if not later:
        return set()
    if set(later.values()) <= _ONLY_ADD:
        return touched_since(newest)
    # No index says this: the scan is worth it, for it happens when files meet the run.
    rows = Q(entered_id__in=list(later)) | Q(replaced_id__in=list(later))
    return _loans(dict.fromkeys(FACTS, rows))


def reage_touched(newest: Mapping[type[Model], int], *, at: datetime) -> Reaged | None:
    """Re-age the loans touched since `newest`, move their cases and decide for them anew.

    In the caller's transaction, at the moment `at`.

    None before the first day run, and where more than MOST_LOANS were touched, or one of them
    cannot be aged as it stands: the next day run answers for those.
    """
    day = business_day()
    if day is None:
        return None
    try:
        loans = touched_since(newest)
        return reage_and_redecide(loans=loans, day=day, at=at, why="import")[0]
    except (TooMany, Refusal):
        return None


def _loans(rows: Mapping[type[Model], Q]) -> set[int]:
    touched: set[int] = set()
    for model, condition in rows.items():
        # Not asked DISTINCT: PostgreSQL would read a whole import before its first answer.
        found = model._default_manager.filter(condition).values_list("loan_id", flat=True)
        ids = list(found[: MOST_ROWS + 1])
        touched.update(ids)
        if len(ids) > MOST_ROWS or len(touched) > MOST_LOANS:
            raise TooMany
    return touched
