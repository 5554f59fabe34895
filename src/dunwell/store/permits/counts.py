"""What has been done with a party: the counts the rules ask for, from rows of the gate's log.

Called by flows.contact for asking and for the re-check. A permit that is reserved counts
as if it went the way the rule limits, until it is used, given back or lapsed; a used one
counts so until its outcome says otherwise. Days are days of Beijing; seven days are
today and the six before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from dunwell.core.permit import BEIJING

VOICE = frozenset({"call", "ai_voice"})
WEEK = timedelta(days=7)
BACK = WEEK + timedelta(days=1)
"""How far back rows are read: a permit asked before midnight may be used after it."""

State = Literal["reserved", "used", "released", "expired", "refused"]


class Made(NamedTuple):
    """A permit that was given, and what became of it."""

    permit: int
    party: int
    reach: int | None
    channel: str
    purpose: str
    direction: str
    asked_at: datetime
    reserved_until: datetime
    step: str | None
    step_at: datetime | None
    answered: bool | None
    conversation: bool | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one party, and of one number or address, at one moment."""

    effective_conversations_today: int = 0
    notification_calls_today: int = 0
    unanswered_dials_number_today: int = 0
    sms_today: int = 0
    sms_7d: int = 0
    visits_today_address: int = 0
    visits_7d_address: int = 0
    calls_7d: int = 0
    last_unanswered_dial_at: datetime | None = None
    last_visit_asked_at: datetime | None = None
    """Of this address: what a visit approved for it is spent by."""
    last_visit_of_party_asked_at: datetime | None = None
    """Of any address of the party: what an approval that names no address is spent by."""


def state_of(*, reserved_until: datetime | None, step: str | None, now: datetime) -> State:
    """Where a permit stands at `now`: by itself it lapses when its time is over."""
    if step is not None:
        return "used" if step == "used" else "released" if step == "released" else "refused"
    if reserved_until is None:
        return "refused"
    return "reserved" if now < reserved_until else "expired"


def count(
    rows: Iterable[Made],
    *,
    party: int,
    reach: int | None,
    now: datetime,
    without: Collection[int] = (),
) -> Counts:
    """The counts of `party` and of `reach` at `now`; permits in `without` do not count."""
    today = now.astimezone(BEIJING).date()
    first = today - WEEK + timedelta(days=1)
    happened = [
        (row, day)
        for row in rows
        if row.party == party or (reach is not None and row.reach == reach)
        if row.direction == "outbound" and row.permit not in without
        if (day := _day(row, now)) is not None
    ]
    counted = [(row, day) for row, day in happened if day >= first]
    visited = [row for row, _ in happened if row.channel == "visit"]  # an approval outlives a week
    own = [(row, day) for row, day in counted if row.party == party]
    there = [(row, day) for row, day in counted if reach is not None and row.reach == reach]
    calls = [(row, day) for row, day in own if row.channel in VOICE]
    messages = [day for row, day in own if row.channel == "sms"]
    visits = [(row, day) for row, day in there if row.channel == "visit"]
    return Counts(
        effective_conversations_today=sum(
            day == today and row.conversation is not False for row, day in calls
        ),
        notification_calls_today=sum(
            day == today and row.answered is not False and _only_tells(row) for row, day in calls
        ),
        unanswered_dials_number_today=sum(
            day == today and row.channel in VOICE and row.answered is not True for row, day in there
        ),
        sms_today=messages.count(today),
        sms_7d=len(messages),
        visits_today_address=sum(day == today for _, day in visits),
        visits_7d_address=len(visits),
        calls_7d=len(calls),
        last_unanswered_dial_at=_last_unanswered(calls, now),
        last_visit_asked_at=max(
            (row.asked_at for row in visited if reach is not None and row.reach == reach),
            default=None,
        ),
        last_visit_of_party_asked_at=max(
            (row.asked_at for row in visited if row.party == party), default=None
        ),
    )


def _day(row: Made, now: datetime) -> date | None:
    """The day a permit counts on: that of its use, today while it is reserved, else none."""
    state = state_of(reserved_until=row.reserved_until, step=row.step, now=now)
    if state == "reserved":
        return now.astimezone(BEIJING).date()
    if state == "used" and row.step_at is not None:
        return row.step_at.astimezone(BEIJING).date()
    return None


def _only_tells(row: Made) -> bool:
    return row.channel == "ai_voice" or row.purpose == "notify"


def _last_unanswered(calls: Sequence[tuple[Made, date]], now: datetime) -> datetime | None:
    dialled = [row.step_at for row, _ in calls if row.answered is False and row.step_at]
    return min(max(dialled), now) if dialled else None  # another machine's clock may be ahead
