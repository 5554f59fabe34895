"""Whose hands a case is in: moved to another, kept with its holder (留案), taken back.

Called by the supervisor's board and `dunwell work move|hold|recall`. Each needs a reason,
is a further hand-over or retention, and is journalled; a move is undone by moving back.
What a person did so stays when the day is shared anew.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from dunwell.core.refusal import Refusal
from dunwell.flows.house.refusals import NoSuchStaff, ReasonMissing
from dunwell.flows.prepare.case_file import NoSuchCase
from dunwell.flows.prepare.work_facts import WORKING
from dunwell.store.book.recording import lock_book
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.models import Appointment, Staff
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.house import parameter
from dunwell.store.work.models import HandOver, Retention, WorkItem
from dunwell.store.work.standing import standing_retentions

LEAST_REASON = 4
MOVED = "moved"
"""Why an item is where it is: a person put it there."""
PPM = 1_000_000


class CaseNotOpen(Refusal):
    """Only an open case is in somebody's hands. Figures: case."""

    code = "WORK-CASE-NOT-OPEN"


class NotAHand(Refusal):
    """Who does not work for the case's lender and team that day. Figures: staff, case, day."""

    code = "WORK-NOT-A-HAND"


class AlreadyThere(Refusal):
    """The case is in these hands already. Figures: staff, case."""

    code = "WORK-ALREADY-THERE"


class NoHolder(Refusal):
    """Nobody holds the case. Figures: case."""

    code = "WORK-NO-HOLDER"


class RetainedTooLong(Refusal):
    """A retention ends after today and within the most days. Figures: case, until_on, latest_on,
    most."""

    code = "WORK-RETAINED-TOO-LONG"


class RetainedTooMany(Refusal):
    """The holder keeps as many cases as allowed. Figures: staff, retained, most, held."""

    code = "WORK-RETAINED-TOO-MANY"


@dataclass(frozen=True, slots=True)
class Moved:
    """A case that changed hands: the hand-over, and today's item that went with it."""

    hand_over: HandOver
    item: WorkItem | None


def move_case(*, actor: Actor, day: date, now: datetime, case: int, staff: int, why: str) -> Moved:
    """Give a case to somebody else, with today's item unless that is done.

    Refuses NotPermitted, NoSuchCase, CaseNotOpen, ReasonMissing, NoSuchStaff, NotAHand for
    who does not work there, and AlreadyThere. A retention of the case ends with it.
    """
    with transaction.atomic():
        found = _case(actor, day, case, why)
        taker = Staff.objects.filter(pk=staff, is_active=True).first()
        if taker is None:
            raise NoSuchStaff(staff=staff)
        if found.holder_id == staff:
            raise AlreadyThere(staff=taker.username, case=case)
        team = _team_of(taker, found, day)
        item = _item(found, day)
        if item is not None:
            item.staff, item.kept, item.why = taker, True, MOVED
            item.state = WorkItem.State.OPEN
            item.save(update_fields=["staff", "kept", "why", "state"])
        made = _hand_over(actor, day, now, found, HandOver.Kind.MOVED, taker, why, team)
    return Moved(made, item)


def recall_case(*, actor: Actor, day: date, now: datetime, case: int, why: str) -> Moved:
    """Take a case back from its holder: nobody holds it, and it gets no work today.

    Refuses NotPermitted, NoSuchCase, CaseNotOpen, ReasonMissing and NoHolder.
    """
    with transaction.atomic():
        found = _case(actor, day, case, why)
        if found.holder_id is None:
            raise NoHolder(case=case)
        item = _item(found, day)
        if item is not None:
            item.state, item.kept = WorkItem.State.RECALLED, True
            item.save(update_fields=["state", "kept"])
        made = _hand_over(actor, day, now, found, HandOver.Kind.RECALLED, None, why, None)
    return Moved(made, item)


def hold_case(
    *, actor: Actor, day: date, now: datetime, case: int, until_on: date, why: str
) -> Retention:
    """Keep a case with its holder over [day, until_on), whatever sharing would say.

    Said again it is prolonged, but never beyond the most days since it began. Refuses
    NotPermitted, NoSuchCase, CaseNotOpen, ReasonMissing, NoHolder, RetainedTooLong, and
    RetainedTooMany where the holder keeps the largest share of cases already.
    """
    with transaction.atomic():
        found = _case(actor, day, case, why)
        if found.holder is None:
            raise NoHolder(case=case)
        standing = standing_retentions(day=day).filter(case=found).first()
        begun = standing.from_on if standing else day
        most = parameter("work.retain_most_days", lender=found.lender_id, day=day)
        latest_on = begun + timedelta(days=most)
        if not day < until_on <= latest_on:
            raise RetainedTooLong(
                case=case, until_on=until_on.isoformat(), latest_on=latest_on.isoformat(), most=most
            )
        _refuse_too_many(found, day, beside=standing)
        if standing is not None:
            _end(standing, actor, now, why)
        made = Retention.objects.create(
            case=found, staff=found.holder, from_on=begun, until_on=until_on, why=why.strip(),
            at=now, by_id=actor.staff, by_label=actor.label,
        )  # fmt: skip
        _journal(
            actor, day, now, found, "case.retain", why,
            {"staff": found.holder_id, "until_on": until_on.isoformat(), "retention": made.pk},
        )  # fmt: skip
    return made


def _case(actor: Actor, day: date, case: int, why: str) -> Case:
    found = Case.objects.filter(pk=case).select_related("lender").first()
    if found is None:
        raise NoSuchCase(case=case)
    require(actor, "case.assign", day=day, lender=found.lender_id, team=found.team_id)
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
    lock_book(lender=found.lender)
    found = Case.objects.select_related("lender", "holder").get(pk=case)
    if found.status != Case.Status.OPEN:
        raise CaseNotOpen(case=case)
    return found


def _team_of(taker: Staff, case: Case, day: date) -> int | None:
    """The team the case goes to: the taker's only one, None where they work for all."""
    held = Appointment.objects.filter(
        Q(until_on=None) | Q(until_on__gt=day),
        staff=taker, lender=case.lender, role__in=WORKING, from_on__lte=day,
    )  # fmt: skip
    teams = set(held.values_list("team_id", flat=True))
    if not teams:
        raise NotAHand(staff=taker.username, case=case.pk, day=day.isoformat())
    return teams.pop() if len(teams) == 1 else None


def _item(case: Case, day: date) -> WorkItem | None:
    """Today's item, unless it is done."""
    items = WorkItem.objects.filter(case=case, day=day).exclude(state=WorkItem.State.DONE)
    return items.first()


def _hand_over(
    actor: Actor,
    day: date,
    now: datetime,
    case: Case,
    kind: HandOver.Kind,
    taker: Staff | None,
    why: str,
    team: int | None,
) -> HandOver:
    standing = standing_retentions(day=day).filter(case=case).first()
    if standing is not None:
        _end(standing, actor, now, why)
    made = HandOver.objects.create(
        case=case, day=day, kind=kind, from_staff_id=case.holder_id, to_staff=taker,
        why=why.strip(), at=now, by_id=actor.staff, by_label=actor.label,
    )  # fmt: skip
    figures: dict[str, object] = {
        "from": case.holder_id,
        "to": taker.pk if taker else None,
        "hand_over": made.pk,
    }
    case.holder = taker
    if team is not None:
        case.team_id = team
    case.save(update_fields=["holder", "team"])
    verb = "case.move" if kind == HandOver.Kind.MOVED else "case.recall"
    _journal(actor, day, now, case, verb, why, figures)
    return made


def _end(retention: Retention, actor: Actor, now: datetime, why: str) -> None:
    Retention.objects.create(
        case=retention.case, staff=retention.staff, from_on=retention.from_on,
        until_on=retention.until_on, why=why.strip(), at=now, by_id=actor.staff,
        by_label=actor.label, ends=retention,
    )  # fmt: skip


def _refuse_too_many(case: Case, day: date, *, beside: Retention | None) -> None:
    holder = case.holder
    assert holder is not None
    others = standing_retentions(day=day).filter(staff=holder, case__lender=case.lender)
    if beside is not None:
        others = others.exclude(pk=beside.pk)
    held = Case.objects.filter(lender=case.lender, holder=holder, status=Case.Status.OPEN).count()
    share_ppm = parameter("work.retain_most_share_ppm", lender=case.lender_id, day=day)
    most = max(1, held * share_ppm // PPM)
    retained = others.count()
    if retained >= most:
        raise RetainedTooMany(staff=holder.username, retained=retained, most=most, held=held)


def _journal(
    actor: Actor,
    day: date,
    now: datetime,
    case: Case,
    verb: str,
    why: str,
    figures: dict[str, object],
) -> None:
    append(
        stream=stream_of(case.lender_id), verb=verb, subject=f"case:{case.pk}", actor=actor,
        at=now, lender=case.lender_id, day=day, why=why.strip(), figures=figures,
    )  # fmt: skip
