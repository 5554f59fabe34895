"""Decisions read and kept for single cases, and the overrulings that stand.

Called by the flows that decide one by one, in their transaction under the lock of the book.
The day run writes the same for the whole book by staging (flows.prepare.day_write). The
standing a day builds on is that of the newest decision of an earlier day: so deciding a
day again gives the same, however often it is done.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Max, Q

from dunwell.core.decision import DECIDED, Before, Decided, Overruled
from dunwell.store.decisions.models import Considered, Deciding, Decision, Overrule

FIGURES = DECIDED
"""What a decision is: two rows that agree in these are one decision, whatever policy said so."""


def current_decisions(cases: Collection[int]) -> dict[int, Decision]:
    """The decision that counts for each of these cases, where there is one."""
    rows = Decision.objects.filter(case_id__in=cases, replaced=None)
    return {row.case_id: row for row in rows}


def decisions_before(cases: Collection[int], *, day: date) -> dict[int, Decision]:
    """The newest decision of an earlier day for each of these cases: what `day` builds on."""
    newest = (
        Decision.objects.filter(case_id__in=cases, day__lt=day)
        .order_by()
        .values("case_id")
        .annotate(newest=Max("pk"))
        .values_list("newest", flat=True)
    )
    return {row.case_id: row for row in Decision.objects.filter(pk__in=list(newest))}


def decision_on(case: int, *, day: date, known_at: datetime | None = None) -> Decision | None:
    """The decision that counted for a case at the end of `day`, as known at a moment."""
    rows = Decision.objects.filter(case_id=case, day__lte=day)
    if known_at is not None:
        rows = rows.filter(entered__at__lte=known_at)
    return rows.select_related("entered").order_by("-pk").first()


def act_of(case: int, *, day: date, known_at: datetime | None = None) -> Deciding | None:
    """The newest act that decided for a case up to `day`, as known at a moment (None: now)."""
    acts = Deciding.objects.filter(day__lte=day)
    if known_at is not None:
        acts = acts.filter(at__lte=known_at)
    whole = acts.filter(whole_book=True).order_by("-pk").first()
    own = acts.filter(considered__case_id=case).order_by("-pk").first()
    found = [each for each in (whole, own) if each is not None]
    return max(found, key=lambda each: each.pk, default=None)


def decision_after(case: int, *, act: Deciding) -> Decision | None:
    """The decision that counted for a case once `act` was done."""
    rows = Decision.objects.filter(case_id=case, entered_id__lte=act.pk)
    return rows.select_related("entered").order_by("-pk").first()


def before_of(row: Decision | None) -> Before | None:
    """A decision as the next day builds on it."""
    if row is None:
        return None
    return Before(row.plan, row.step, row.since_on, row.why, row.experiment)


def overruled_on(cases: Collection[int], *, day: date, at: datetime) -> defaultdict[int, Overruled]:
    """What people said counts for each case: it covers `day` and was known at the moment `at`.

    Of several of a kind the newest counts. A case nobody overruled answers nothing.
    """
    rows = (
        Overrule.objects.filter(case_id__in=cases, withdraws=None, at__lte=at)
        .filter(from_on__lte=day, until_on__gt=day)
        .exclude(Q(withdrawal__isnull=False) & Q(withdrawal__at__lte=at))
        .order_by("pk")
    )
    found: defaultdict[int, Overruled] = defaultdict(Overruled)
    for row in rows:
        found[row.case_id] = replace(found[row.case_id], **{row.what: row.value})
    return found


@dataclass(frozen=True, slots=True)
class NewDecision:
    """A decision to be kept: with the set of policy that made it, and its facts as written."""

    decided: Decided
    policy: str
    inputs_json: str


def keep_decisions(*, deciding: Deciding, new: Mapping[int, NewDecision]) -> dict[int, Decision]:
    """Enter decisions by case id where they differ from the current; answers what was entered."""
    current = current_decisions(new)
    rows = [
        Decision(
            case_id=case,
            entered=deciding,
            day=deciding.day,
            policy=each.policy,
            inputs_json=each.inputs_json,
            **figures,
        )
        for case, each in new.items()
        for figures in ({name: getattr(each.decided, name) for name in FIGURES},)
        if not _is(current.get(case), figures)
    ]
    replaced = [current[row.case_id].pk for row in rows if row.case_id in current]
    Decision.objects.filter(pk__in=replaced).update(replaced=deciding)
    Decision.objects.bulk_create(rows)
    return {row.case_id: row for row in rows}


def _is(row: Decision | None, figures: Mapping[str, object]) -> bool:
    return row is not None and all(getattr(row, name) == figures[name] for name in figures)


def note_considered(*, deciding: Deciding, cases: Collection[int]) -> None:
    """Write down whom an event decided for."""
    rows = [Considered(deciding=deciding, case_id=case) for case in sorted(cases)]
    Considered.objects.bulk_create(rows, batch_size=1_000)
