"""Promises taken down and moved: an act of a person, from a conversation.

Called by the flow that writes a note, by the desk and the API. What becomes of a promise is
never typed: promise_standing computes it from the payments. Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dunwell.core.promise import PromiseTerms, Settled, check_new, check_reschedule
from dunwell.core.refusal import Refusal
from dunwell.flows.follow_up.promise_standing import (
    came_on,
    day_of,
    settle_promises,
    standing_of,
)
from dunwell.flows.prepare.reage import business_day
from dunwell.flows.prepare.redecide import redecide
from dunwell.store.book.models import Loan
from dunwell.store.book.recording import lock_book
from dunwell.store.cases.models import Case
from dunwell.store.journal.append import append, stream_of
from dunwell.store.outreach.models import Note
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.house import parameter
from dunwell.store.promises.models import Promise

SAID_BY = ("borrower", "guarantor", "spouse_obligor")
MOST_OPEN = 3
"""Open promises of one case: more than that is a plan."""


class CaseClosed(Refusal):
    """Nothing is overdue any more, or the case is not there. Figures: case."""

    code = "PROMISE-CASE-CLOSED"


class TooManyOpen(Refusal):
    """So many promises are open already. Figures: case, open, most."""

    code = "PROMISE-TOO-MANY"


class NotWhoOwes(Refusal):
    """Only who is bound to pay can promise. Figures: said_by, allowed."""

    code = "PROMISE-NOT-WHO-OWES"


class NotTheirLoan(Refusal):
    """A loan that is not of the case's borrower. Figures: loans."""

    code = "PROMISE-NOT-THEIR-LOAN"


class NoSuchPromise(Refusal):
    """No promise of that number. Figures: promise."""

    code = "PROMISE-NO-SUCH"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What was promised: so much, by that day, on those loans (none: on any), by whom."""

    amount_fen: int
    due_on: date
    said_by: str = "borrower"
    loans: Collection[int] = ()


def promise_terms(*, lender: int, day: date) -> PromiseTerms:
    """The house's terms for promises made on `day`."""
    return PromiseTerms(
        kept_share_ppm=parameter("promise.kept_share_ppm", lender=lender, day=day),
        grace_days=parameter("promise.grace_days", lender=lender, day=day),
        most_days_ahead=parameter("promise.most_days_ahead", lender=lender, day=day),
    )


def take_promise(
    *, actor: Actor, now: datetime, case: int, wanted: Wanted, note: Note | None = None
) -> Promise:
    """Take a promise down; from now on the gate rests this borrower but for its reminder.

    Refuses NotPermitted, CaseClosed, TooManyOpen, NotWhoOwes, NotTheirLoan, and what
    core.promise.check_new refuses.
    """
    day = day_of(now)
    with transaction.atomic():
        row = _case(actor, case, day)
        terms = _check(row, wanted, day)
        open_now = [each for each in _standing(row, day, now) if each.state in ("open", "due")]
        if len(open_now) >= MOST_OPEN:
            raise TooManyOpen(case=case, open=len(open_now), most=MOST_OPEN)
        return _write(actor, row, wanted, terms, note=note, moved=None, now=now)


def move_promise(
    *,
    actor: Actor,
    now: datetime,
    promise: int,
    due_on: date,
    note: Note | None = None,
) -> Promise:
    """Move a promise to another day: once, before it is due.

    The old one is neither kept nor broken; what came on it counts on the new one. Refuses
    NoSuchPromise, NotPermitted, CaseClosed, and what core.promise refuses (NotRescheduled,
    DayNotAhead, TooFarAhead).
    """
    day = day_of(now)
    with transaction.atomic():
        old = Promise.objects.filter(pk=promise).prefetch_related("loans").first()
        if old is None:
            require(actor, "promise.take", day=day)
            raise NoSuchPromise(promise=promise)
        row = _case(actor, old.case_id, day)
        settled = next(e for e in _standing(row, day, now) if e.promise.key == promise)
        check_reschedule(settled, day=day)
        wanted = Wanted(
            amount_fen=old.amount_fen - settled.paid_fen,
            due_on=due_on,
            said_by=old.said_by,
            loans=[loan.pk for loan in old.loans.all()],
        )
        terms = _check(row, wanted, day)
        return _write(actor, row, wanted, terms, note=note, moved=old, now=now)


def promise_shown(*, actor: Actor, now: datetime, promise: int) -> Promise:
    """One promise with its state. Refuses NoSuchPromise and NotPermitted."""
    day = day_of(now)
    row = Promise.objects.filter(pk=promise).select_related("state", "case").first()
    if row is None:
        require(actor, "case.see", day=day)
        raise NoSuchPromise(promise=promise)
    require(actor, "case.see", day=day, lender=row.case.lender_id, team=row.case.team_id)
    return row


def _case(actor: Actor, case: int, day: date) -> Case:
    row = Case.objects.filter(pk=case).select_related("lender").first()
    if row is None:
        require(actor, "promise.take", day=day)
        raise CaseClosed(case=case)
    require(
        actor, "promise.take", day=day, lender=row.lender_id, team=row.team_id,
        holder=row.holder_id,
    )  # fmt: skip
    lock_book(lender=row.lender)
    row.refresh_from_db()
    if row.status != Case.Status.OPEN:
        raise CaseClosed(case=case)
    return row


def _check(case: Case, wanted: Wanted, day: date) -> PromiseTerms:
    if wanted.said_by not in SAID_BY:
        raise NotWhoOwes(said_by=wanted.said_by, allowed=list(SAID_BY))
    theirs = Loan.objects.filter(
        pk__in=list(wanted.loans), lender=case.lender_id, borrower__party=case.party_id
    )
    if theirs.count() != len(set(wanted.loans)):
        others = Loan.objects.filter(pk__in=wanted.loans).exclude(pk__in=theirs)
        numbers = sorted(others.filter(lender=case.lender_id).values_list("loan_no", flat=True))
        raise NotTheirLoan(loans=numbers or sorted(wanted.loans))
    terms = promise_terms(lender=case.lender_id, day=day)
    check_new(
        amount_fen=wanted.amount_fen,
        due_on=wanted.due_on,
        made_on=day,
        owed_fen=case.outstanding_fen,
        terms=terms,
    )
    return terms


def _standing(case: Case, day: date, now: datetime) -> tuple[Settled, ...]:
    return standing_of(cases=[case.pk], day=day, at=now).get(case.pk, ())


def _write(
    actor: Actor,
    case: Case,
    wanted: Wanted,
    terms: PromiseTerms,
    *,
    note: Note | None,
    moved: Promise | None,
    now: datetime,
) -> Promise:
    day = day_of(now)
    row = Promise.objects.create(
        case=case,
        note=note,
        reschedules=moved,
        amount_fen=wanted.amount_fen,
        due_on=wanted.due_on,
        made_on=day,
        made_at=now,
        came_before_fen=came_on(case=case, loans=wanted.loans, day=day),
        kept_share_ppm=terms.kept_share_ppm,
        grace_days=terms.grace_days,
        said_by=wanted.said_by,
        by_id=actor.staff,
        by_label=actor.label,
    )
    row.loans.set(wanted.loans)
    settle_promises(cases=[case.pk], day=day, at=now)
    append(
        stream=stream_of(case.lender_id),
        verb="promise.move" if moved else "promise.take",
        subject=f"case:{case.pk}",
        actor=actor,
        at=now,
        lender=case.lender_id,
        day=day,
        figures={
            "promise": row.pk,
            "amount_fen": row.amount_fen,
            "days_ahead": (row.due_on - day).days,
            "moved": moved.pk if moved else None,
        },
    )
    decided_for = business_day()
    if decided_for is not None:
        redecide(cases=[case.pk], day=decided_for, at=now, why="promise")
    return row
