"""Everything that happened about a case, newest first, for the timeline of the desk.

Notes with their text, messages, replies, payments, promises, moves of the case, what stands,
what was put off, where a lost borrower was looked for.
One query each, so many rows of each; nothing here is computed anew. Amounts are fen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.notes import text_of
from dunwell.store.book.facts import known
from dunwell.store.book.models import Payment
from dunwell.store.cases.models import Case, CaseEvent
from dunwell.store.desk.models import LookUp, PutOff
from dunwell.store.outreach.models import Message, Note, Reply
from dunwell.store.permits.models import Outcome, Standing
from dunwell.store.promises.models import Promise

MOST_ROWS = 60
BEST_HOUR_DAYS = 180
BAND_HOURS = 2


@dataclass(frozen=True, slots=True)
class NoteTold:
    """A note and its text, opened."""

    note: Note
    text: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Past:
    """What happened, each kind newest first."""

    notes: Sequence[NoteTold]
    messages: Sequence[Message]
    replies: Sequence[Reply]
    payments: Sequence[Payment]
    promises: Sequence[Promise]
    """With their state; a promise that was moved is followed by the one it became."""
    events: Sequence[CaseEvent]
    stands: Sequence[Standing]
    """About the borrower, withdrawn ones too."""
    put_offs: Sequence[PutOff] = ()
    look_ups: Sequence[LookUp] = ()

    def rests(self, *, now: datetime) -> list[Note]:
        """The notes after which a number or the borrower rests at `now`, newest first."""
        corrected = {told.note.corrects_id for told in self.notes}
        return [
            told.note
            for told in self.notes
            if told.note.rest_until and told.note.rest_until > now and told.note.pk not in corrected
        ]

    def waiting_replies(self, *, now: datetime) -> list[Reply]:
        """The replies nobody has seen to, the oldest first."""
        return [
            row
            for row in reversed(self.replies)
            if row.handled_at is None and (row.waits_until is None or row.waits_until <= now)
        ]

    def rests_until(self, *, now: datetime) -> datetime | None:
        """Until when the borrower is left alone by telephone after what a conversation came to."""
        moments = [
            note.rest_until
            for note in self.rests(now=now)
            if note.rest_until and note.case_code and note.channel == "call"
        ]
        return max(moments, default=None)

    @property
    def open_promise(self) -> Promise | None:
        """The promise due next."""
        waiting = [each for each in self.promises if _state(each) in ("open", "due")]
        return min(waiting, key=lambda each: each.due_on, default=None)

    @property
    def broken_promise(self) -> Promise | None:
        """The newest promise, where it was broken."""
        newest = self.promises[0] if self.promises else None
        return newest if newest is not None and _state(newest) == "broken" else None


def past_of(case: Case) -> Past:
    """What happened about the case."""
    notes = Note.objects.filter(case=case).select_related("text", "by").order_by("-pk")[:MOST_ROWS]
    payments = Payment.objects.filter(
        loan__borrower__party=case.party_id, loan__lender=case.lender_id
    ).select_related("loan")
    return Past(
        notes=[NoteTold(note, text_of(note)) for note in notes],
        messages=list(Message.objects.filter(case=case).order_by("-pk")[:MOST_ROWS]),
        replies=list(Reply.objects.filter(case=case).order_by("-pk")[:MOST_ROWS]),
        payments=list(known(payments, recording=None).order_by("-paid_on", "-pk")[:MOST_ROWS]),
        promises=list(
            Promise.objects.filter(case=case).select_related("state").order_by("-pk")[:MOST_ROWS]
        ),
        events=list(CaseEvent.objects.filter(case=case).order_by("-day", "-pk")[:MOST_ROWS]),
        stands=list(
            Standing.objects.filter(party=case.party_id)
            .select_related("replaced")
            .order_by("-from_at", "-pk")[:MOST_ROWS]
        ),
        put_offs=list(
            PutOff.objects.filter(case=case).select_related("by").order_by("-pk")[:MOST_ROWS]
        ),
        look_ups=list(
            LookUp.objects.filter(case=case)
            .select_related("by", "result")
            .order_by("-pk")[:MOST_ROWS]
        ),
    )


def best_hours(case: Case, *, now: datetime) -> dict[int | None, tuple[int, int]]:
    """By number, the two hours of the day in which it was answered most: [from, until).

    A number that was never answered in BEST_HOUR_DAYS has none.
    """
    rows = Outcome.objects.filter(
        permit__party=case.party_id, permit__channel="call", answered=True,
        permit__asked_at__gt=now - timedelta(days=BEST_HOUR_DAYS),
    ).values_list("permit__reach", "permit__asked_at")  # fmt: skip
    found: dict[int | None, dict[int, int]] = {}
    for reach, at in rows:
        band = at.astimezone(BEIJING).hour // BAND_HOURS * BAND_HOURS
        counts = found.setdefault(reach, {})
        counts[band] = counts.get(band, 0) + 1
    best = {
        reach: max(counts.items(), key=lambda pair: (pair[1], -pair[0]))[0]
        for reach, counts in found.items()
    }
    return {reach: (band, band + BAND_HOURS) for reach, band in best.items()}


def day_of_event(at: datetime | date) -> date:
    """The day something stands under in the timeline."""
    return at.astimezone(BEIJING).date() if isinstance(at, datetime) else at


def _state(promise: Promise) -> str:
    state = getattr(promise, "state", None)
    return state.state if state is not None else "open"
