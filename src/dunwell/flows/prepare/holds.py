"""Holds (停催): days of a loan that do not count as delinquent, placed and ended by hand.

Called by the case page and `dunwell case hold`. Ending one enters a new version; the
old one stays known. The loan and its case re-age at once, in the same transaction
under the lock of the lender's book. Periods are half-open: [start_on, end_on).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from dunwell.core.refusal import Refusal
from dunwell.flows.house.refusals import ReasonMissing
from dunwell.flows.prepare.payments import LEAST_REASON, moved, team_of
from dunwell.flows.prepare.reage import Reaged, business_day
from dunwell.flows.prepare.redecide import reage_and_redecide
from dunwell.store.book.models import Hold, Loan, Recording
from dunwell.store.book.recording import lock_book, record
from dunwell.store.journal.append import append, stream_of
from dunwell.store.people.permissions import Actor, require


class HoldPeriod(Refusal):
    """A hold that ends before it starts, or covers no day. Figures: start_on, end_on."""

    code = "HOLDS-PERIOD"


class HoldThere(Refusal):
    """Another hold of the loan starts on that day. Figures: loan_no, start_on, end_on."""

    code = "HOLDS-THERE"


class HoldOver(Refusal):
    """The hold has been changed by somebody meanwhile. Figures: hold."""

    code = "HOLDS-OVER"


class NoHold(Refusal):
    """The loan has no hold that is open. Figures: loan_no."""

    code = "HOLDS-NONE"


@dataclass(frozen=True, slots=True)
class HoldKept:
    """What placing or ending did; `unchanged`: it stood like this already."""

    hold: Hold
    unchanged: bool
    reaged: Reaged | None


def standing_hold(*, loan: Loan) -> Hold:
    """The newest hold of the loan that has no end yet. Refuses NoHold."""
    found = Hold.objects.filter(loan=loan, replaced=None, end_on=None).order_by("-start_on").first()
    if found is None:
        raise NoHold(loan_no=loan.loan_no)
    return found


def place_hold(
    *,
    actor: Actor,
    day: date,
    now: datetime,
    loan: Loan,
    start_on: date,
    end_on: date | None,
    reason: str,
) -> HoldKept:
    """Stop counting the days [start_on, end_on) of a loan; no end means until it is ended.

    Placing the very same hold again changes nothing. Refuses NotPermitted, ReasonMissing,
    HoldPeriod, and HoldThere where another hold starts on that day.
    """
    require(actor, "hold.set", day=day, lender=loan.lender_id, team=team_of(loan))
    if len(reason.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
    if end_on is not None and end_on <= start_on:
        raise HoldPeriod(start_on=start_on.isoformat(), end_on=end_on.isoformat())
    row = Hold(loan=loan, start_on=start_on, end_on=end_on, reason=reason.strip())
    with transaction.atomic():
        lock_book(lender=loan.lender)
        found = Hold.objects.filter(loan=loan, start_on=start_on, replaced=None).first()
        if found is None or found.end_on == found.start_on:  # none, or one wholly undone
            return _enter(actor, now, row, verb="hold.place", why=row.reason, instead_of=found)
        if (found.end_on, found.reason) == (row.end_on, row.reason):
            return HoldKept(found, True, None)
        ends = found.end_on.isoformat() if found.end_on else None
        raise HoldThere(loan_no=loan.loan_no, start_on=start_on.isoformat(), end_on=ends)


def end_hold(
    *, actor: Actor, day: date, now: datetime, hold: Hold, end_on: date, why: str
) -> HoldKept:
    """Let a hold end on `end_on`, the first day that counts again; its start undoes it wholly.

    Refuses NotPermitted, ReasonMissing, HoldPeriod, and HoldOver for a version that no
    longer stands.
    """
    loan = hold.loan
    require(actor, "hold.set", day=day, lender=loan.lender_id, team=team_of(loan))
    if len(why.strip()) < LEAST_REASON:
        raise ReasonMissing(least=LEAST_REASON)
    if end_on < hold.start_on:
        raise HoldPeriod(start_on=hold.start_on.isoformat(), end_on=end_on.isoformat())
    with transaction.atomic():
        lock_book(lender=loan.lender)
        standing = Hold.objects.filter(pk=hold.pk, replaced=None).first()
        if standing is None:
            raise HoldOver(hold=hold.pk)
        if standing.end_on == end_on:
            return HoldKept(standing, True, None)
        row = Hold(loan=loan, start_on=hold.start_on, end_on=end_on, reason=hold.reason)
        return _enter(actor, now, row, verb="hold.end", why=why.strip(), instead_of=standing)


def _enter(
    actor: Actor,
    now: datetime,
    row: Hold,
    *,
    verb: str,
    why: str,
    instead_of: Hold | None = None,
) -> HoldKept:
    loan, lender = row.loan, row.loan.lender
    row.entered = record(lender=lender, kind=Recording.Kind.HOLD, at=now, actor=actor)
    if instead_of is not None:
        Hold.objects.filter(pk=instead_of.pk).update(replaced=row.entered)
    row.save()
    aged_for = business_day()
    reaged = None
    if aged_for is not None:
        reaged, _ = reage_and_redecide(loans=[loan.pk], day=aged_for, at=now, why="hold")
    append(
        stream=stream_of(lender.pk),
        verb=verb,
        subject=f"hold:{row.pk}",
        actor=actor,
        at=now,
        lender=lender.pk,
        day=row.start_on,
        why=why,
        figures={
            "loan": loan.pk,
            "start_on": row.start_on.isoformat(),
            "end_on": row.end_on.isoformat() if row.end_on else None,
            **moved(reaged),
        },
    )
    return HoldKept(row, False, reaged)
