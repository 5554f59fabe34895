"""What is put off at desks, counted per step of the strategy: how often, and why.

For whoever adjusts the strategy: a step that officers keep putting off is asked too early, too
often, or of the wrong people. Counts are of steps, never of persons; who put a case off stands
on its own timeline only. Called by the page and the command of that name.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import Count, OuterRef, Subquery

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.next_case import ELSEWHERE
from dunwell.flows.prepare.day_policy import policies_of
from dunwell.flows.prepare.show_decision import Words
from dunwell.store.cases.lists import Scope, visible_cases
from dunwell.store.decisions.models import Decision
from dunwell.store.desk.models import PutOff
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.put_off_reasons import put_off_reasons
from dunwell.store.work.models import WorkItem

MOST_WAITING = 50
Step = tuple[str, int, str]
"""Plan, number of the step (0: no plan), act."""


@dataclass(frozen=True, slots=True)
class StepPutOff:
    """One step of the strategy: how often it was put off, over how many cases, and why."""

    plan: str
    title: Words
    step: int
    action: str
    put_off: int
    cases: int
    items: int
    """Pieces of work of this step that people were given in these days."""
    reasons: dict[str, int] = field(default_factory=dict)
    """Times by reason, the most frequent first."""


def put_off_counts(*, actor: Actor, lender: int, since: date, until: date) -> list[StepPutOff]:
    """The steps put off in the days [since, until), the most often first. Refuses NotPermitted."""
    require(actor, "day.see", day=until, lender=lender)
    rows = PutOff.objects.filter(case__lender=lender, day__gte=since, day__lt=until, replaced=None)
    reasons: dict[Step, Counter[str]] = defaultdict(Counter)
    cases: dict[Step, set[int]] = defaultdict(set)
    for plan, step, action, reason, case in rows.values_list(
        "plan", "step", "action", "reason", "case"
    ):
        reasons[plan, step, action][reason] += 1
        cases[plan, step, action].add(case)
    if not reasons:
        return []
    given = _given(lender, since, until)
    titles = _titles(lender, until)
    found = [
        StepPutOff(
            plan=key[0],
            title=titles.get(key[0], Words(key[0], key[0])),
            step=key[1],
            action=key[2],
            put_off=why.total(),
            cases=len(cases[key]),
            items=given.get(key, 0),
            reasons=dict(why.most_common()),
        )
        for key, why in reasons.items()
    ]
    return sorted(found, key=lambda each: (-each.put_off, each.plan, each.step, each.action))


def waiting_for_a_supervisor(*, actor: Actor, scope: Scope, now: datetime) -> Sequence[PutOff]:
    """Cases put aside for what a supervisor has to do, the soonest back first.

    Refuses NotPermitted: for whoever gives out the work.
    """
    day = now.astimezone(BEIJING).date()
    team = min(scope.teams) if scope.teams else None
    require(actor, "case.assign", day=day, lender=scope.lender, team=team)
    told = [code for code, reason in put_off_reasons().items() if reason.tells]
    rows = PutOff.objects.filter(case__in=visible_cases(scope), until_at__gt=now, reason__in=told)
    rows = rows.filter(replaced=None)
    return list(rows.select_related("by").order_by("until_at", "pk")[:MOST_WAITING])


def _given(lender: int, since: date, until: date) -> dict[Step, int]:
    """The work people were given, by the step the strategy had decided by that day."""
    decided = Decision.objects.filter(case=OuterRef("case"), day__lte=OuterRef("day"))
    newest = decided.order_by("-pk")
    items = WorkItem.objects.filter(
        lender=lender, day__gte=since, day__lt=until, staff__isnull=False
    ).exclude(action__in=ELSEWHERE)
    counted = (
        items.exclude(state=WorkItem.State.RECALLED)
        .annotate(plan=Subquery(newest.values("plan")[:1]), at=Subquery(newest.values("step")[:1]))
        .order_by()
        .values_list("plan", "at", "action")
        .annotate(count=Count("pk"))
    )
    return {(plan or "", step or 0, action): count for plan, step, action, count in counted}


def _titles(lender: int, day: date) -> dict[str, Words]:
    policy = policies_of(lenders=[lender], day=day)[lender].policy
    return {
        plan.id: Words(*plan.title)
        for strategy in policy.strategies.values()
        for plan in strategy.plans.values()
    }
