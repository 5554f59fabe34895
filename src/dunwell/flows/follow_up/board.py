"""The follow-up board of a day: promises, plans, holds and retentions that need somebody now.

Called by the board's page and its export. A list holds one row a promise, plan, hold or
retention of the cases the actor may see; how promises and plans stand was computed from the
payments. A retention's limit is a share of what its holder has. Amounts are fen; names stay
sealed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from dunwell.core.permit import BEIJING
from dunwell.core.promise import UNSETTLED
from dunwell.flows.follow_up.promise_figures import PromiseFigures, promise_figures
from dunwell.store.book.models import Hold
from dunwell.store.cases.lists import Scope, visible_cases
from dunwell.store.cases.models import Case
from dunwell.store.outreach.models import Note
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import Actor, NotPermitted, teams_seen
from dunwell.store.permits.models import Standing
from dunwell.store.policy.house import parameter
from dunwell.store.promises.models import PlanState, PromiseState
from dunwell.store.work.models import Retention
from dunwell.store.work.standing import standing_retentions

LISTS = (
    "due_today",
    "due_tomorrow",
    "broken",
    "part_kept",
    "plans",
    "holds",
    "retained",
)
"""In the order in which they are told: what cannot wait first."""
ENDING_DAYS = 7
"""A hold or a retention that ends within these days is told."""
RECENT_DAYS = 30
"""A promise or plan that broke longer ago is no longer a matter of following up."""
LIST_ROWS = 8
"""Rows of each list while all lists are shown."""
WHOLE_ROWS = 500
"""Rows of a list shown alone."""
_PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Line:
    """One row: the case, what stands there, how much, by when, and since when it is late.

    `what` is promise, plan, hold, freeze or retention and `number` its key; `on` is None for a
    hold without an end.
    """

    case: Case
    what: str
    number: int
    state: str
    amount_fen: int
    on: date | None
    paid_fen: int = 0
    reminded_on: date | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One list: its first rows, and the count and sum of the whole of it."""

    code: str
    lines: tuple[Line, ...]
    count: int
    sum_fen: int


@dataclass(frozen=True, slots=True)
class Limit:
    """How many cases a person keeps, of how many at most, and of how many in hand."""

    staff: Staff
    retained: int
    most: int
    held: int


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The whole board of a lender's day."""

    sections: tuple[Section, ...]
    limits: tuple[Limit, ...]
    figures: PromiseFigures


def follow_up_scope(*, actor: Actor, lender: int, day: date) -> Scope:
    """The cases the actor may see. Refuses NotPermitted where there are none."""
    teams = teams_seen(actor, day, "case.see", lender=lender)
    if teams is not None and not teams:
        raise NotPermitted(permission="case.see", lender=lender, team=None)
    return Scope(lender, teams)


def follow_up(
    *,
    actor: Actor,
    lender: int,
    day: date,
    now: datetime,
    mine: bool,
    since_on: date,
    until_on: date,
    only: str = "",
) -> FollowUp:
    """The lists of `day` with their counts and sums, and the figures of [since_on, until_on).

    `mine` narrows the lists to cases in the actor's hands, never the figures; `only` names one
    list to be told at length. Refuses NotPermitted and PeriodBackwards.
    """
    scope = follow_up_scope(actor=actor, lender=lender, day=day)
    seen = visible_cases(scope)
    if mine:
        seen = seen.filter(holder=actor.staff)
    codes = (only,) if only in LISTS else LISTS
    most = WHOLE_ROWS if only in LISTS else LIST_ROWS
    return FollowUp(
        sections=tuple(
            section_of(code, seen, lender=lender, day=day, now=now, most=most) for code in codes
        ),
        limits=tuple(_limits(seen, lender, day)),
        figures=promise_figures(
            actor=actor, day=day, from_on=since_on, until_on=until_on, lender=lender
        ),
    )


def section_of(
    code: str, seen: QuerySet[Case], *, lender: int, day: date, now: datetime, most: int
) -> Section:
    """One list of the cases `seen`, with at most so many rows."""
    open_cases = seen.filter(status=Case.Status.OPEN)
    if code == "plans":
        return _plans(open_cases, day, most)
    if code == "holds":
        return _holds(open_cases, lender, day, now, most)
    if code == "retained":
        return _retained(open_cases, day, most)
    return _promises(code, open_cases, day, most)


def _promises(code: str, cases: QuerySet[Case], day: date, most: int) -> Section:
    rows = PromiseState.objects.filter(promise__case__in=cases)
    if code == "due_today":
        # One that is past its day but within its grace is due still.
        rows = rows.filter(state__in=UNSETTLED, due_on__lte=day, last_on__gte=day)
    elif code == "due_tomorrow":
        rows = rows.filter(state__in=UNSETTLED, due_on=day + timedelta(days=1), reminded_on=None)
    else:
        rows = rows.filter(state=code, settled_on__gt=day - timedelta(days=RECENT_DAYS))
        spoken = Note.objects.filter(
            case=OuterRef("promise__case"), effective=True, at__date__gte=OuterRef("settled_on")
        )
        rows = rows.filter(~Exists(spoken), called_on=None)
    told = rows.aggregate(
        count=Count("pk"), amount=Sum("promise__amount_fen"), paid=Sum("paid_fen")
    )
    found = rows.select_related(
        "promise__case__party", "promise__case__holder", "promise__case__team"
    ).order_by("due_on" if code.startswith("due") else "-settled_on", "pk")[:most]
    lines = tuple(
        Line(
            case=row.promise.case, what="promise", number=row.pk, state=row.state,
            amount_fen=row.promise.amount_fen, on=row.due_on, paid_fen=row.paid_fen,
            reminded_on=row.reminded_on,
        )
        for row in found
    )  # fmt: skip
    return Section(code, lines, told["count"], (told["amount"] or 0) - (told["paid"] or 0))


def _plans(cases: QuerySet[Case], day: date, most: int) -> Section:
    broken = Q(state="broken", ended_on__gt=day - timedelta(days=RECENT_DAYS))
    rows = PlanState.objects.filter(Q(state="late") | broken, case__in=cases)
    told = rows.aggregate(count=Count("pk"), left=Sum("left_fen"))
    found = rows.select_related("case__party", "case__holder", "case__team").order_by(
        "-state", "next_due_on", "pk"
    )
    lines = tuple(
        Line(
            case=row.case, what="plan", number=row.pk, state=row.state, amount_fen=row.left_fen,
            on=row.next_due_on or row.ended_on, paid_fen=row.paid_fen,
        )
        for row in found[:most]
    )  # fmt: skip
    return Section("plans", lines, told["count"], told["left"] or 0)


def _holds(cases: QuerySet[Case], lender: int, day: date, now: datetime, most: int) -> Section:
    """Cases with a hold that ends soon or has no end, or with a freeze that ends soon."""
    holds = Hold.objects.filter(
        Q(end_on=None) | Q(end_on__gt=day, end_on__lte=day + timedelta(days=ENDING_DAYS)),
        replaced=None, start_on__lte=day, loan__lender=lender,
    )  # fmt: skip
    freezes = Standing.objects.filter(
        what=Standing.What.FREEZE, replaced=None, from_at__lte=now, until_at__gt=now,
        until_at__lte=now + timedelta(days=ENDING_DAYS), party__isnull=False,
    )  # fmt: skip
    rows = cases.filter(
        Q(party__in=holds.values("loan__borrower__party")) | Q(party__in=freezes.values("party"))
    )
    told = rows.aggregate(count=Count("pk"), overdue=Sum("overdue_fen"))
    found = list(
        rows.select_related("party", "holder", "team").order_by("-overdue_fen", "pk")[:most]
    )
    parties = [case.party_id for case in found]
    ends: dict[int, list[Line]] = {}
    by_party = {case.party_id: case for case in found}
    for hold in holds.filter(loan__borrower__party__in=parties).select_related("loan__borrower"):
        case = by_party[hold.loan.borrower.party_id]
        ends.setdefault(case.pk, []).append(_held(case, "hold", hold.pk, hold.end_on))
    for freeze in freezes.filter(party__in=parties):
        assert freeze.party_id is not None and freeze.until_at is not None
        case = by_party[freeze.party_id]
        last_on = freeze.until_at.astimezone(BEIJING).date()
        ends.setdefault(case.pk, []).append(_held(case, "freeze", freeze.pk, last_on))
    lines = [min(each, key=lambda line: line.on or date.max) for each in ends.values()]
    lines.sort(key=lambda line: (line.on or date.max, line.case.pk))
    return Section("holds", tuple(lines), told["count"], told["overdue"] or 0)


def _held(case: Case, what: str, number: int, on: date | None) -> Line:
    state = "ending" if on else "no_end"
    return Line(case, what, number, state, amount_fen=case.overdue_fen, on=on)


def _retained(cases: QuerySet[Case], day: date, most: int) -> Section:
    rows = standing_retentions(day=day).filter(
        case__in=cases, until_on__lte=day + timedelta(days=ENDING_DAYS)
    )
    told = rows.aggregate(count=Count("pk"), overdue=Sum("case__overdue_fen"))
    found: Iterable[Retention] = rows.select_related(
        "case__party", "case__holder", "case__team"
    ).order_by("until_on", "pk")[:most]
    lines = tuple(
        Line(row.case, "retention", row.pk, "ending", row.case.overdue_fen, row.until_on)
        for row in found
    )
    return Section("retained", lines, told["count"], told["overdue"] or 0)


def _limits(seen: QuerySet[Case], lender: int, day: date) -> list[Limit]:
    """Who keeps cases of those seen, and how near to what is allowed; in order of name."""
    counts = dict(
        standing_retentions(day=day)
        .filter(case__in=seen)
        .order_by()
        .values_list("staff")
        .annotate(count=Count("pk"))
    )
    share_ppm = parameter("work.retain_most_share_ppm", lender=lender, day=day)
    held = dict(
        Case.objects.filter(lender=lender, holder__in=list(counts), status=Case.Status.OPEN)
        .order_by()
        .values_list("holder")
        .annotate(count=Count("pk"))
    )
    people = Staff.objects.filter(pk__in=list(counts)).order_by("display_name")
    return [
        Limit(
            staff=each, retained=counts[each.pk], held=held.get(each.pk, 0),
            most=max(1, held.get(each.pk, 0) * share_ppm // _PPM),
        )
        for each in people
    ]  # fmt: skip
