"""Not now, because: a case is put aside until a moment, and the reason is kept.

Called by the desk's card of the next act. A PutOff is a record of its own, append-only, and
shown on the timeline; words go into a note, through the wording checker. It is no way around
the record of a call. What is done with it: counts per step of the strategy (put_off_counts).
Taken back, it stays on record and counts no more.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction

from dunwell.core.permit import BEIJING
from dunwell.core.refusal import Refusal
from dunwell.flows.contact.next_case import NoRecord, leave_desk, open_case, without_record
from dunwell.flows.contact.notes import Said, write_note
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.decisions.keeping import current_decisions
from dunwell.store.desk.models import PutOff, PutOffUndone
from dunwell.store.journal.append import append, stream_of
from dunwell.store.outreach.models import Note
from dunwell.store.people.permissions import Actor, require
from dunwell.store.policy.house import parameter
from dunwell.store.policy.put_off_reasons import PutOffReason, put_off_reasons
from dunwell.store.work.models import WorkItem

OPENS_AT = time(9)
"""When a case comes back that was put aside for days."""
STEP_MINUTES = 5
"""Moments that are proposed are whole so many minutes."""
LEAST_WORDS = 2


class NoSuchPutOff(Refusal):
    """A reason the house does not have. Figures: reason, allowed."""

    code = "DESK-PUT-OFF-REASON"


class PutOffNeedsWords(Refusal):
    """The reason asks for words and has none. Figures: reason, least."""

    code = "DESK-PUT-OFF-WORDS"


class PutOffTooLong(Refusal):
    """A moment that is past, or too far off. Figures: until, most_days."""

    code = "DESK-PUT-OFF-UNTIL"


class NoPutOffToUndo(Refusal):
    """No put-off of one's own that still runs. Figures: put_off."""

    code = "DESK-PUT-OFF-UNDONE"


def proposed_until(
    reason: PutOffReason, *, now: datetime, opens_at: datetime | None = None
) -> datetime:
    """The moment the desk proposes for a reason; `opens_at`, where it is one to wait for that."""
    if reason.only and opens_at is not None:
        return opens_at
    if reason.days:
        day = now.astimezone(BEIJING).date() + timedelta(days=reason.days)
        return datetime.combine(day, OPENS_AT, BEIJING)
    until = (now + timedelta(minutes=reason.minutes)).astimezone(BEIJING)
    over = timedelta(minutes=until.minute % STEP_MINUTES, seconds=until.second,
                     microseconds=until.microsecond)  # fmt: skip
    return until - over + timedelta(minutes=STEP_MINUTES if over else 0)


def put_off(
    *,
    actor: Actor,
    scope: Scope,
    now: datetime,
    case: int,
    reason: str,
    until: datetime,
    words: str = "",
) -> PutOff:
    """Put the case aside until a moment; it leaves this desk. Said twice, it is kept once.

    Refuses what open_case refuses, NoRecord for a call of this very case too, NoSuchPutOff,
    PutOffTooLong, PutOffNeedsWords, and NoteWording for the words.
    """
    with transaction.atomic():
        found, calls = open_case(actor=actor, scope=scope, now=now, case=case)
        if without_record(calls) is not None:
            raise NoRecord(case=case)
        # The row of the case is the lock: of two at once, the second finds the first.
        Case.objects.select_for_update().get(pk=case)
        why = _checked(found, reason, until, words, now)
        row = PutOff.objects.filter(
            case=case, by=actor.staff, reason=why.code, until_at=until, replaced=None
        ).first()  # fmt: skip
        if row is None:
            row = _kept(actor, now, found, why, until, words)
        leave_desk(actor=actor, now=now)
    return row


def undo_put_off(*, actor: Actor, now: datetime, put_off: int) -> PutOff:
    """Take one's own put-off back before its moment. Refuses NoPutOffToUndo."""
    with transaction.atomic():
        mine = PutOff.objects.select_for_update().filter(by=actor.staff, until_at__gt=now)
        row = mine.filter(pk=put_off, replaced=None).first()
        if row is None or actor.staff is None:
            raise NoPutOffToUndo(put_off=put_off)
        case = Case.objects.get(pk=row.case_id)
        day = now.astimezone(BEIJING).date()
        require(
            actor, "note.write", day=day, lender=case.lender_id, team=case.team_id,
            holder=case.holder_id,
        )  # fmt: skip
        row.replaced = PutOffUndone.objects.create(at=now, by_id=actor.staff, by_label=actor.label)
        row.save(update_fields=["replaced"])
        append(
            stream=stream_of(case.lender_id), verb="case.put_off_undone",
            subject=f"case:{case.pk}", actor=actor, at=now, lender=case.lender_id, day=day,
            figures={"put_off": row.pk},
        )  # fmt: skip
    return row


def last_put_off(*, actor: Actor, now: datetime, put_off: int) -> PutOff | None:
    """One's own put-off of that number, while it may still be taken back."""
    mine = PutOff.objects.filter(pk=put_off, by=actor.staff, until_at__gt=now, replaced=None)
    return mine.first()


def _checked(case: Case, reason: str, until: datetime, words: str, now: datetime) -> PutOffReason:
    reasons = put_off_reasons()
    if reason not in reasons:
        raise NoSuchPutOff(reason=reason, allowed=", ".join(reasons))
    day = now.astimezone(BEIJING).date()
    most_days = parameter("desk.put_off_most_days", lender=case.lender_id, day=day)
    if not now < until <= now + timedelta(days=most_days):
        told = until.astimezone(BEIJING)
        raise PutOffTooLong(until=f"{told:%Y-%m-%d %H:%M}", most_days=most_days)
    if reasons[reason].needs_words and len(words.strip()) < LEAST_WORDS:
        raise PutOffNeedsWords(reason=reason, least=LEAST_WORDS)
    return reasons[reason]


def _kept(
    actor: Actor, now: datetime, case: Case, why: PutOffReason, until: datetime, words: str
) -> PutOff:
    day = now.astimezone(BEIJING).date()
    decided = current_decisions([case.pk]).get(case.pk)
    item = WorkItem.objects.filter(case=case, day=day).first()
    note: Note | None = None
    if words.strip():
        said = Said(channel="none", summary=words)
        note = write_note(actor=actor, now=now, case=case.pk, said=said)
    row = PutOff.objects.create(
        case=case,
        decision=decided,
        day=day,
        plan=decided.plan if decided else "",
        step=decided.step if decided else 0,
        action=item.action if item else decided.action if decided else "none",
        reason=why.code,
        note=note,
        at=now,
        until_at=until,
        by_id=actor.staff,
        by_label=actor.label,
    )
    append(
        stream=stream_of(case.lender_id), verb="case.put_off", subject=f"case:{case.pk}",
        actor=actor, at=now, lender=case.lender_id, day=day,
        figures={
            "put_off": row.pk, "reason": row.reason, "until": until.isoformat(),
            "plan": row.plan, "step": row.step, "action": row.action,
        },
    )  # fmt: skip
    return row
