"""One person's work of a day as the list shows it: each item with its case and why, and the counts.

Called by the page of today's work. Who gives out work in a team may look at the list of
anybody for the cases of that team; everybody else sees the own one. Names stay sealed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case as CaseOf
from django.db.models import Count, Exists, Q, QuerySet, Sum, Value, When

from dunwell.core.decision import Policy
from dunwell.flows.contact.message_list import waiting_about
from dunwell.flows.prepare.day_policy import policy_again
from dunwell.flows.prepare.show_decision import Words, plan_why_of, strategy_of
from dunwell.store.cases.lists import Scope, visible_cases
from dunwell.store.cases.models import Case
from dunwell.store.decisions.keeping import current_decisions
from dunwell.store.decisions.models import Decision
from dunwell.store.desk.aside import put_aside
from dunwell.store.desk.models import PutOff
from dunwell.store.people.permissions import Actor, NotPermitted, teams_seen
from dunwell.store.promises.broken import broken_unasked
from dunwell.store.promises.models import Promise
from dunwell.store.work.models import HandOver, WorkDay, WorkItem

LEFT = (WorkItem.State.OPEN, WorkItem.State.HELD)
"""States of items that are still to be done."""
MOVED = "moved"
_ORDER = ("-front", "-gain_fen", "pk")


@dataclass(frozen=True, slots=True)
class Doing:
    """One item: the decision behind it in words, who said to move it and why, a promise."""

    item: WorkItem
    case: Case
    decision: Decision | None
    why: Words | None
    """Why the borrower's plan, by the rule that gave it; None where nothing was decided."""
    hand_over: HandOver | None
    """The move that brought it here, where a person put it here."""
    promise: Promise | None
    put_off_until: datetime | None
    """The moment until which it was put aside at a desk."""
    replies: int
    """What the borrower wrote and nobody has seen to."""


@dataclass(frozen=True, slots=True)
class TodaysWork:
    """A page of items in their order, the counts of the whole day, and how the day was shared."""

    doing: list[Doing]
    next_key: tuple[int, int, int] | None
    states: dict[str, int]
    actions: dict[str, int]
    minutes_left: int
    gain_left_fen: int
    first_left: tuple[int, str] | None
    """The case to go on with, and what is to be done about it."""
    shared: WorkDay | None

    @property
    def total(self) -> int:
        """All items of the day, done and left."""
        return sum(self.states.values())

    @property
    def left(self) -> int:
        """The items still to be done."""
        return sum(self.states.get(state, 0) for state in LEFT)


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """What the list is narrowed to: states (empty: what is left) and actions (empty: all)."""

    states: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()


def work_today(
    *,
    actor: Actor,
    scope: Scope,
    staff: int,
    day: date,
    now: datetime,
    wanted: WorkFilter,
    size: int,
    after: tuple[int, int, int] | None = None,
) -> TodaysWork:
    """The next `size` items of a person's day after the key `after`.

    Whose promise broke and was not asked after comes first (1 in the key), then the greatest gain.

    Refuses NotPermitted: somebody else's list without case.assign.
    """
    whole = _items(actor, scope, staff, day)
    left = whole.filter(state__in=LEFT)
    rows = _ranked(whole.filter(state__in=wanted.states or LEFT), day)
    if wanted.actions:
        rows = rows.filter(action__in=wanted.actions)
    if after is not None:
        front, gain_fen, key = after
        later = Q(gain_fen__lt=gain_fen) | Q(gain_fen=gain_fen, pk__gt=key)
        rows = rows.filter(Q(front__lt=front) | (Q(front=front) & later))
    # The party comes along in the same query: its sealed name is opened by the page.
    found = list(rows.select_related("case__party").order_by(*_ORDER)[: size + 1])
    shown = found[:size]
    sums = left.aggregate(minutes=Sum("minutes"), gain_fen=Sum("gain_fen"))
    first = (
        _ranked(left, day)
        .exclude(Exists(put_aside(case="case", now=now)))
        .order_by(*_ORDER)
        .values_list("case_id", "action")
        .first()
    )
    return TodaysWork(
        doing=_told(shown, now),
        next_key=_key_of(shown[-1]) if len(found) > size else None,
        states=_counts(whole, "state"),
        actions=_counts(whole.filter(state__in=wanted.states or LEFT), "action"),
        minutes_left=sums["minutes"] or 0,
        gain_left_fen=sums["gain_fen"] or 0,
        first_left=first,
        shared=WorkDay.objects.filter(lender=scope.lender, day=day).first(),
    )


def _ranked(rows: QuerySet[WorkItem], day: date) -> QuerySet[WorkItem]:
    """The items with `front`: 1 where a promise broke and nobody has asked after it, else 0."""
    broke = When(broken_unasked(case="case", day=day), then=Value(1))
    return rows.annotate(front=CaseOf(broke, default=Value(0)))


def _key_of(item: Any) -> tuple[int, int, int]:
    return item.front, item.gain_fen, item.pk


def _items(actor: Actor, scope: Scope, staff: int, day: date) -> QuerySet[WorkItem]:
    if staff != actor.staff:
        teams = teams_seen(actor, day, "case.assign", lender=scope.lender)
        if teams is not None and not teams:
            raise NotPermitted(permission="case.assign", lender=scope.lender, team=None)
        scope = Scope(scope.lender, teams)
    rows = WorkItem.objects.filter(staff=staff, day=day, lender=scope.lender)
    if scope.teams is not None:
        rows = rows.filter(case__in=visible_cases(scope))
    return rows.exclude(state=WorkItem.State.RECALLED)


def _counts(rows: QuerySet[WorkItem], name: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(name).annotate(count=Count("pk")))


def _told(items: Sequence[WorkItem], now: datetime) -> list[Doing]:
    cases = [item.case_id for item in items]
    decisions = current_decisions(cases)
    policies: dict[str, Policy] = {}
    for number in {decision.policy for decision in decisions.values()}:
        policies[number], _terms = policy_again(number)
    moved = [item.case_id for item in items if item.why == MOVED]
    movers = {row.case_id: row for row in HandOver.objects.filter(case__in=moved).order_by("pk")}
    promises = Promise.objects.filter(case__in=cases, rescheduled_as=None)
    promised = {row.case_id: row for row in promises.select_related("state").order_by("pk")}
    aside = PutOff.objects.filter(case__in=cases, until_at__gt=now, replaced=None).order_by(
        "until_at"
    )
    replies = waiting_about(cases=cases, now=now)
    until = dict(aside.values_list("case_id", "until_at"))
    return [
        Doing(
            item=item,
            case=item.case,
            decision=decision,
            why=_why(decision, policies) if decision else None,
            hand_over=movers.get(item.case_id),
            promise=promised.get(item.case_id),
            put_off_until=until.get(item.case_id),
            replies=replies.get(item.case_id, 0),
        )
        for item in items
        for decision in (decisions.get(item.case_id),)
    ]


def _why(decision: Decision, policies: dict[str, Policy]) -> Words:
    return plan_why_of(strategy_of(policies[decision.policy], decision), decision)
