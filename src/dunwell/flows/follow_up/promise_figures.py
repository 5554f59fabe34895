"""How well promises are kept: by count and by amount, with and without the allowance.

Called by `dunwell promise figures`, the day's report and the follow-up board. A promise is in
the figures once its last day is over (its day and the grace days; without the allowance the
day itself): an open one is in neither part, one that was moved is told apart. Kept by count is
kept ÷ matured, by amount paid ÷ promised. Amounts are fen, shares parts per million.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum

from dunwell.core.refusal import Refusal
from dunwell.store.cases.lists import Scope, visible_cases
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, NotPermitted, lenders_seen, teams_seen
from dunwell.store.promises.models import PlanEvent, PromiseEvent, PromiseState

SETTLED = ("kept", "part_kept", "broken")
RELIEF_ONLY = ("waived", "unwaived")
"""Events of a plan that book its relief and leave it standing as it stood."""
PPM = 1_000_000


class PeriodBackwards(Refusal):
    """A period that ends before it begins or covers no day. Figures: from_on, until_on."""

    code = "PROMISE-PERIOD"


@dataclass(frozen=True, slots=True)
class KeptFigures:
    """One reading of the promises that matured: how many came to which end, and the money."""

    matured: int
    kept: int
    part_kept: int
    broken: int
    promised_fen: int
    paid_fen: int

    @property
    def kept_ppm(self) -> int | None:
        """Kept by count; None while nothing matured."""
        return self.kept * PPM // self.matured if self.matured else None

    @property
    def paid_ppm(self) -> int | None:
        """Paid of what was promised; None while nothing matured."""
        return self.paid_fen * PPM // self.promised_fen if self.promised_fen else None


@dataclass(frozen=True, slots=True)
class PromiseFigures:
    """The figures of [from_on, until_on) as they stood at the end of `day`.

    `strict` is without the allowance. `reminded` of `due` were reminded before their day.
    """

    day: date
    from_on: date
    until_on: date
    allowed: KeptFigures
    strict: KeptFigures
    rescheduled: int
    open: int
    due: int
    reminded: int


def promise_figures(
    *, actor: Actor, day: date, from_on: date, until_on: date, lender: int | None = None
) -> PromiseFigures:
    """The figures of promises whose last day lies in [from_on, until_on) and is over on `day`.

    Of the cases the actor may see, of one lender or of all. Refuses NotPermitted and
    PeriodBackwards.
    """
    if until_on <= from_on:
        raise PeriodBackwards(from_on=from_on.isoformat(), until_on=until_on.isoformat())
    rows = _seen(actor, day, lender)
    due = rows.filter(due_on__gte=from_on, due_on__lt=until_on).exclude(state="rescheduled")
    told = due.aggregate(
        due=Count("pk"),
        reminded=Count("pk", filter=Q(reminded_on__lt=F("due_on"))),
        open=Count("pk", filter=Q(state__in=("open", "due"))),
    )
    over = min(until_on, day)
    allowed = rows.filter(last_on__gte=from_on, last_on__lt=over)
    strict = rows.filter(due_on__gte=from_on, due_on__lt=over)
    moved = rows.filter(state="rescheduled", due_on__gte=from_on, due_on__lt=until_on)
    return PromiseFigures(
        day=day,
        from_on=from_on,
        until_on=until_on,
        allowed=_kept(allowed, "state", "paid_fen"),
        strict=_kept(strict, "strict", "strict_paid_fen"),
        rescheduled=moved.count(),
        **told,
    )


def settled_on_day(day: date) -> list[dict[str, Any]]:
    """The promises that came to their end on `day`, by lender and end, for the day's report.

    `strict` is the same promise without the allowance. One that came to two ends in a day is
    told by the last.
    """
    ended = PromiseEvent.objects.filter(day=day, kind__in=SETTLED).values("promise_id")
    rows = PromiseState.objects.filter(pk__in=ended, state__in=SETTLED)
    told = (
        rows.order_by()
        .values("promise__case__lender_id", "state", "strict")
        .annotate(
            promises=Count("pk"),
            promised_fen=Sum("promise__amount_fen"),
            paid_sum=Sum("paid_fen"),
            strict_sum=Sum("strict_paid_fen"),
        )
        .order_by("promise__case__lender_id", "state", "strict")
    )
    return [
        {
            "lender_id": row["promise__case__lender_id"],
            "state": row["state"],
            "strict": row["strict"],
            "promises": row["promises"],
            "promised_fen": int(row["promised_fen"]),
            "paid_fen": int(row["paid_sum"]),
            "strict_paid_fen": int(row["strict_sum"]),
        }
        for row in told
    ]


def plans_moved_on_day(day: date) -> list[dict[str, Any]]:
    """The plans something happened to on `day`, by lender and the last of it, for the report."""
    last: dict[int, PlanEvent] = {}
    moved = PlanEvent.objects.filter(day=day).exclude(kind__in=RELIEF_ONLY)
    for event in moved.select_related("plan__case", "plan__state").order_by("pk"):
        last[event.plan_id] = event
    rows: dict[tuple[int, str], dict[str, Any]] = {}
    for event in last.values():
        lender, state = event.plan.case.lender_id, event.kind
        row = rows.setdefault(
            (lender, state), {"lender_id": lender, "state": state, "plans": 0, "left_fen": 0}
        )
        row["plans"] += 1
        row["left_fen"] += event.plan.state.left_fen
    return [rows[key] for key in sorted(rows)]


def _seen(actor: Actor, day: date, lender: int | None) -> QuerySet[PromiseState]:
    lenders = lenders_seen(actor, day)
    asked = Lender.objects.all() if lender is None else Lender.objects.filter(pk=lender)
    wanted = [
        each
        for each in asked.order_by("pk").values_list("pk", flat=True)
        if lenders is None or each in lenders
    ]
    if lenders is not None and not wanted:
        raise NotPermitted(permission="case.see", lender=lender, team=None)
    found = PromiseState.objects.none()
    for each in wanted:
        scope = Scope(each, teams_seen(actor, day, lender=each))
        found = found | PromiseState.objects.filter(promise__case__in=visible_cases(scope))
    return found


def _kept(rows: QuerySet[PromiseState], state: str, paid: str) -> KeptFigures:
    ended = rows.filter(**{f"{state}__in": SETTLED})
    told: Mapping[str, Any] = ended.aggregate(
        matured=Count("pk"),
        kept=Count("pk", filter=Q(**{state: "kept"})),
        part_kept=Count("pk", filter=Q(**{state: "part_kept"})),
        broken=Count("pk", filter=Q(**{state: "broken"})),
        promised_fen=Sum("promise__amount_fen"),
        money_fen=Sum(paid),
    )
    return KeptFigures(
        matured=told["matured"],
        kept=told["kept"],
        part_kept=told["part_kept"],
        broken=told["broken"],
        promised_fen=int(told["promised_fen"] or 0),
        paid_fen=int(told["money_fen"] or 0),
    )
