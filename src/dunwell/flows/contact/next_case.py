"""Which case comes next on a desk: the best one left of today's work that nobody else has open.

Called by the desk before it shows a case. A case on a desk is claimed for CLAIM_MINUTES, so
that it is never shown to two; the claim lapses by itself. Whoever has no work shared out goes
through the cases in their own hand, then through those in nobody's. What was put off is left
out until its moment, and then comes first; a borrower who rests after a call is left out too.
A call without a record comes before everything: nobody leaves it behind. Nor is a case that was
given to somebody left without any record: a reason for not acting now is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.db import transaction
from django.db.models import Case as CaseOf
from django.db.models import Exists, OuterRef, QuerySet, Value, When

from dunwell.core.permit import BEIJING
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.case_file import NoSuchCase
from dunwell.store.cases.lists import Scope, visible_cases
from dunwell.store.cases.models import Case
from dunwell.store.desk import claims
from dunwell.store.desk.aside import came_back, put_aside
from dunwell.store.desk.holding import hold_only
from dunwell.store.desk.leaving import unrecorded
from dunwell.store.desk.models import Claim, LookUp
from dunwell.store.outreach.models import Draft, Note
from dunwell.store.outreach.resting import resting
from dunwell.store.people.permissions import Actor, require
from dunwell.store.permits.models import Permit, Step
from dunwell.store.permits.statements import planned_once
from dunwell.store.promises.broken import broken_unasked
from dunwell.store.work.models import WorkItem

CLAIM_MINUTES = 30
JUST_NOW = timedelta(minutes=1)
"""A case claimed no longer ago is opened without claiming it again."""
LEFT = (WorkItem.State.OPEN, WorkItem.State.HELD)
ELSEWHERE = ("visit", "legal", "none")
"""Acts that are not done at a desk."""
_AT_ONCE = 20
_TRIES = 5
LOOK_BACK = timedelta(days=2)


class CallMade(NamedTuple):
    """A call of the actor's own that has no note yet."""

    permit: int
    case: int
    contact: int
    began_at: datetime
    saved: bool
    """Its record is written, and on its way to a note."""


class Opened(NamedTuple):
    """A case on this desk, and the actor's calls without a note, oldest first."""

    case: Case
    calls: Sequence[CallMade]


class OnAnotherDesk(Refusal):
    """Somebody else has the case open. Figures: case."""

    code = "DESK-ON-ANOTHER"


class NoRecord(Refusal):
    """A call was made and its record is missing: it is written first. Figures: case."""

    code = "DESK-NO-RECORD"


class NothingRecorded(Refusal):
    """A case of today's work would be left without any record. Figures: case."""

    code = "DESK-NOTHING-RECORDED"


def next_case(*, actor: Actor, scope: Scope, now: datetime, after: int | None = None) -> int | None:
    """The next case, claimed for this desk; None where nothing is left today.

    `after` is the case just left: it is not offered again. Refuses NotPermitted, NoRecord
    while a call of the actor lacks its record, and NothingRecorded where `after` was the
    actor's work and nothing says what became of it.
    """
    day = now.astimezone(BEIJING).date()
    require(actor, "note.write", day=day, lender=scope.lender, team=_any_team(scope))
    assert actor.staff is not None  # machines have no desk
    missing = without_record(calls_without_note(actor=actor, now=now))
    missing = missing or look_up_without_result(actor=actor)
    if missing is not None:
        raise NoRecord(case=missing)
    if after is not None and unrecorded(case=after, staff=actor.staff):
        raise NothingRecorded(case=after)
    for _ in range(_TRIES):
        wanted = _candidates(actor.staff, scope, now, day, after)
        if not wanted:
            return None
        for case in wanted:
            if _taken(case, actor.staff, now, day, offered=True):
                return case
    return None


def open_case(*, actor: Actor, scope: Scope, now: datetime, case: int) -> Opened:
    """The case, claimed for this desk and no other.

    Refuses NoSuchCase, NotPermitted, OnAnotherDesk, and NoRecord where another call of the
    actor lacks its record.
    """
    day = now.astimezone(BEIJING).date()
    found = visible_cases(scope).select_related("party", "lender").filter(pk=case).first()
    if found is None:
        raise NoSuchCase(case=case)
    require(
        actor, "note.write", day=day, lender=found.lender_id, team=found.team_id,
        holder=found.holder_id,
    )  # fmt: skip
    calls = calls_without_note(actor=actor, now=now)
    missing = without_record(calls)
    if missing is not None and missing != case:
        raise NoRecord(case=missing)
    assert actor.staff is not None  # machines have no desk
    until = now + timedelta(minutes=CLAIM_MINUTES) - JUST_NOW
    mine = claims.is_only(case=case, staff=actor.staff, until=until)
    if not mine and not _taken(
        case, actor.staff, now, day, offered=_is_work(case, actor.staff, day)
    ):
        raise OnAnotherDesk(case=case)
    return Opened(found, calls)


@planned_once()
def calls_without_note(*, actor: Actor, now: datetime) -> list[CallMade]:
    """The actor's own calls of late that have no note, oldest first.

    A call the switch could not place was no call.
    """
    saved = Draft.objects.filter(staff=actor.staff, permit=OuterRef("pk"), seals_at__isnull=False)
    calls = Permit.objects.filter(
        actor=actor.staff, channel="call", asked_at__gt=now - LOOK_BACK,
        step__kind=Step.Kind.USED, note=None, outcome=None,
    ).annotate(saved=Exists(saved))  # fmt: skip
    told = calls.order_by("pk").values_list("pk", "case", "contact", "step__at", "saved")
    return [CallMade(*each) for each in told]


def look_up_without_result(*, actor: Actor) -> int | None:
    """The case in which the actor looked for a lost borrower and did not say what was found."""
    waiting = LookUp.objects.filter(by=actor.staff, result=None).order_by("pk")
    return waiting.values_list("case", flat=True).first()


def leave_desk(*, actor: Actor, now: datetime) -> None:
    """Give everything on the desk back: for a pause or the end of the day. Refuses nothing."""
    assert actor.staff is not None
    with transaction.atomic():
        claims.let_go(staff=actor.staff)
        hold_only(staff=actor.staff, day=now.astimezone(BEIJING).date(), case=None)


def without_record(calls: Sequence[CallMade]) -> int | None:
    """The case of the first call that has neither a note nor a saved draft; None: all have."""
    return next((call.case for call in calls if not call.saved), None)


def _is_work(case: int, staff: int, day: date) -> bool:
    """Whether the case is on the person's own list of today and still to be done at a desk."""
    mine = WorkItem.objects.filter(case=case, staff=staff, day=day, state__in=LEFT)
    return mine.exclude(action__in=ELSEWHERE).exists()


def _taken(case: int, staff: int, now: datetime, day: date, *, offered: bool) -> bool:
    """Claim one case, and let go of the others."""
    with transaction.atomic():
        until = now + timedelta(minutes=CLAIM_MINUTES)
        if not claims.take(case=case, staff=staff, now=now, until=until, offered=offered):
            return False
        claims.let_go(staff=staff, but=case)
        hold_only(staff=staff, day=day, case=case)
    return True


def _candidates(
    staff: int, scope: Scope, now: datetime, day: date, after: int | None
) -> Sequence[int]:
    mine = WorkItem.objects.filter(staff=staff, day=day, lender=scope.lender)
    if not mine.exclude(state=WorkItem.State.RECALLED).exists():
        return _own_or_nobodys(staff, scope, now, day, after)
    left = mine.filter(state__in=LEFT).exclude(action__in=ELSEWHERE)
    if after is not None:
        left = left.exclude(case=after)
    # A draft that was saved is on its way to a note: its case is done with.
    saved = Draft.objects.filter(staff=staff, case=OuterRef("case"), seals_at__isnull=False)
    free = left.filter(
        ~Exists(saved), ~Exists(_claimed("case", staff, now)),
        ~Exists(put_aside(case="case", now=now)),
        ~Exists(resting(case="case", channel="call", now=now)),
    )  # fmt: skip
    # The moment agreed with somebody is kept; then whose promise broke: what happened is asked
    # before anything else is tried.
    ranked = free.annotate(
        front=CaseOf(
            When(Exists(came_back(case="case", since=_start(day), now=now)), then=Value(2)),
            When(broken_unasked(case="case", day=day), then=Value(1)),
            default=Value(0),
        )
    ).order_by("-front", "-gain_fen", "pk")
    return list(ranked.values_list("case", flat=True)[:_AT_ONCE])


def _own_or_nobodys(
    staff: int, scope: Scope, now: datetime, day: date, after: int | None
) -> Sequence[int]:
    noted = Note.objects.filter(case=OuterRef("pk"), at__gte=_start(day))
    saved = Draft.objects.filter(case=OuterRef("pk"), seals_at__isnull=False)
    given = WorkItem.objects.filter(case=OuterRef("pk"), day=day, staff__isnull=False)
    free = visible_cases(scope).filter(
        ~Exists(noted), ~Exists(saved), ~Exists(_claimed("pk", staff, now)),
        ~Exists(put_aside(case="pk", now=now)),
        ~Exists(resting(case="pk", channel="call", now=now)),
        ~Exists(given.exclude(state=WorkItem.State.RECALLED)),
        status=Case.Status.OPEN, held=False,
    )  # fmt: skip
    if after is not None:
        free = free.exclude(pk=after)
    whose = [free.filter(holder__isnull=True)]
    if Case.objects.filter(holder=staff, status=Case.Status.OPEN).exists():
        whose.insert(0, free.filter(holder=staff))
    for each in whose:
        found = list(each.order_by("-overdue_fen", "pk").values_list("pk", flat=True)[:_AT_ONCE])
        if found:
            return found
    return []


def _start(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), BEIJING)


def _claimed(case: str, staff: int, now: datetime) -> QuerySet[Claim]:
    return Claim.objects.filter(case=OuterRef(case), until_at__gt=now).exclude(staff=staff)


def _any_team(scope: Scope) -> int | None:
    return min(scope.teams) if scope.teams else None
