"""The supervisor's board of a day: what is at risk, how far contact reaches, who carries what.

Called by the page of assignment. Only what exists is told. Everything is of the cases the
actor gives out work for; people stand in order of name, never of result.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from dunwell.core.permit import BEIJING
from dunwell.flows.prepare.work_people import Working, working_people
from dunwell.store.approvals.models import ApprovalRequest
from dunwell.store.cases.lists import Scope, visible_cases
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision
from dunwell.store.people.models import Lender
from dunwell.store.people.permissions import Actor, NotPermitted, teams_seen
from dunwell.store.permits.models import Permit, Standing
from dunwell.store.policy.published import gate_at, newest_version
from dunwell.store.promises.models import PromiseState
from dunwell.store.work.models import WorkDay, WorkItem
from dunwell.store.work.standing import standing_retentions

COVERAGE_DAYS = 7
"""Contacts of the last days, today included, that coverage and intensity count."""
VOICE = ("call", "ai_voice")
ENDING_DAYS = 3
"""A retention that ends within these days is told."""


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing to look at first: how many, and of how much money where that is known."""

    code: str
    count: int
    sum_fen: int | None = None


@dataclass(slots=True)
class Touched:
    """The open cases of a bucket by how often contact was tried lately."""

    bucket: str
    cases: int
    once: int = 0
    few: int = 0
    """Two or three times."""
    many: int = 0
    attempts: int = 0

    @property
    def touched(self) -> int:
        """Cases that were tried at all."""
        return self.once + self.few + self.many

    @property
    def untouched(self) -> int:
        """Cases that nobody tried."""
        return max(0, self.cases - self.touched)


@dataclass(slots=True)
class Load:
    """What one person has today, of what the day holds."""

    person: Working
    items: int = 0
    done: int = 0
    minutes: int = 0
    gain_fen: int = 0
    holds: int = 0
    """Open cases in their hands."""


@dataclass(frozen=True, slots=True)
class Board:
    """The whole board of a lender's day."""

    risks: list[Risk]
    touched: list[Touched]
    load: list[Load]
    by_system: int
    """Items that the system does by itself."""
    shared: WorkDay | None
    teams: frozenset[int] | None
    whole: bool = field(default=True)
    """The actor gives out the work of the whole lender, not of some teams only."""


def board_scope(*, actor: Actor, lender: int, day: date) -> Scope:
    """The cases the actor gives out work for. Refuses NotPermitted where there are none."""
    teams = teams_seen(actor, day, "case.assign", lender=lender)
    if teams is not None and not teams:
        raise NotPermitted(permission="case.assign", lender=lender, team=None)
    return Scope(lender, teams)


def work_board(*, actor: Actor, lender: Lender, day: date, now: datetime) -> Board:
    """The board of a lender's `day` as it stands at `now`. Refuses NotPermitted."""
    scope = board_scope(actor=actor, lender=lender.pk, day=day)
    open_cases = visible_cases(scope).filter(status=Case.Status.OPEN)
    items = WorkItem.objects.filter(lender=lender, day=day).exclude(state=WorkItem.State.RECALLED)
    if scope.teams is not None:
        items = items.filter(case__in=visible_cases(scope))
    people = working_people(lender=lender, day=day, at=now, teams=scope.teams)
    return Board(
        risks=[risk for risk in _risks(open_cases, day, now) if risk.count],
        touched=_touched(open_cases, now),
        load=_load(people, items, open_cases),
        by_system=items.filter(staff=None).count(),
        shared=WorkDay.objects.filter(lender=lender, day=day).first(),
        teams=scope.teams,
        whole=scope.teams is None,
    )


def _risks(cases: QuerySet[Case], day: date, now: datetime) -> Iterable[Risk]:
    promises = PromiseState.objects.filter(promise__case__in=cases)
    due = promises.filter(state__in=("open", "due"), due_on=day, reminded_on=None)
    broken = promises.filter(
        state="broken", called_on=None, settled_on__gte=day - timedelta(days=1)
    )
    for code, rows in (("promises_due", due), ("promises_broken", broken)):
        told = rows.aggregate(count=Count("pk"), sum_fen=Sum("promise__amount_fen"))
        yield Risk(code, told["count"], told["sum_fen"])
    frozen = Standing.objects.filter(
        Q(until_at=None) | Q(until_at__gt=now), party=OuterRef("party"),
        what=Standing.What.FREEZE, from_at__lte=now, replaced=None,
    )  # fmt: skip
    told = cases.filter(Exists(frozen)).aggregate(count=Count("pk"), sum_fen=Sum("overdue_fen"))
    yield Risk("frozen", told["count"], told["sum_fen"])
    yield Risk("near_cap", _near_cap(cases, day, now))
    waiting = ApprovalRequest.objects.filter(case__in=cases, answer=None)
    yield Risk("approvals", waiting.count())
    undecided = cases.exclude(Exists(Decision.objects.filter(case=OuterRef("pk"), replaced=None)))
    yield Risk("undecided", undecided.count())
    ending = standing_retentions(day=day).filter(
        case__in=cases, until_on__lte=day + timedelta(days=ENDING_DAYS)
    )
    yield Risk("retentions_ending", ending.count())


def near_cap_conversations(day: date) -> int:
    """Conversations of a day after which only one more is allowed."""
    limits = gate_at(version=newest_version()).stack.on(day).limits
    return max(1, limits.contact_conversations_per_debtor_per_day - 1)


def _near_cap(cases: QuerySet[Case], day: date, now: datetime) -> int:
    midnight = now.astimezone(BEIJING).replace(hour=0, minute=0, second=0, microsecond=0)
    spoken = (
        Permit.objects.filter(
            case__in=cases, channel__in=VOICE, step__kind="used", step__at__gte=midnight,
            outcome__conversation=True,
        )
        .order_by()
        .values("party")
        .annotate(times=Count("pk"))
    )  # fmt: skip
    return spoken.filter(times__gte=near_cap_conversations(day)).count()


def _touched(cases: QuerySet[Case], now: datetime) -> list[Touched]:
    counts = cases.order_by().values_list("bucket").annotate(count=Count("pk"))
    found = {bucket: Touched(bucket, count) for bucket, count in counts}
    since = now - timedelta(days=COVERAGE_DAYS)
    tries = (
        Permit.objects.filter(case__in=cases, step__kind="used", step__at__gte=since, unsent=None)
        .order_by()
        .values_list("case", "case__bucket")
        .annotate(times=Count("pk"))
    )
    for _case, bucket, times in tries.iterator(chunk_size=10_000):
        row = found[bucket]
        row.attempts += times
        row.once += times == 1
        row.few += 2 <= times <= 3
        row.many += times > 3
    return sorted(found.values(), key=lambda row: (len(row.bucket), row.bucket))


def _load(
    people: list[Working], items: QuerySet[WorkItem], open_cases: QuerySet[Case]
) -> list[Load]:
    load = {person.staff.pk: Load(person) for person in people}
    sums = (
        items.exclude(staff=None)
        .order_by()
        .values_list("staff")
        .annotate(
            count=Count("pk"),
            done=Count("pk", filter=Q(state=WorkItem.State.DONE)),
            minutes=Sum("minutes"),
            gain_fen=Sum("gain_fen"),
        )
    )
    for staff, count, done, minutes, gain_fen in sums:
        if staff in load:
            row = load[staff]
            row.items, row.done, row.minutes, row.gain_fen = count, done, minutes, gain_fen
    held = open_cases.exclude(holder=None).order_by().values_list("holder")
    for staff, count in held.annotate(count=Count("pk")):
        if staff in load:
            load[staff].holds = count
    return list(load.values())
