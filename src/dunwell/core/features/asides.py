"""What is known of a borrower beside the loans: promises, contacts, assets, reason, on a day.

Called by `features_of`. Facts dated after the day never count; the outcome of a promise
counts from the day it was settled on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dunwell.core.features.catalogue import (
    ATTEMPT_CHANNELS,
    CONTACT_DAYS,
    HALF_LOST_FAILURES,
    LOST_FAILURES,
    NO_REASON,
    OTHER_REASON,
    PROMISE_STATES,
    REACH_DAYS,
    REASONS,
)
from dunwell.core.features.records import AssetFact, ContactOutcome, PromiseFact, ReasonFact
from dunwell.core.features.windows import Window, days_back

_OUTCOMES = ("kept", "part_kept", "broken")
_WORSE = {state: place for place, state in enumerate((*_OUTCOMES, "open", "due"))}


@dataclass(frozen=True, slots=True)
class PromisesNow:
    """How promises stand: those kept and broken in the window, and the newest one."""

    kept: int
    broken: int
    state: str
    due_in_days: int | None


@dataclass(frozen=True, slots=True)
class ContactsNow:
    """How contacts went, and how the borrower can be reached."""

    attempts: int
    answered: int
    conversations: int
    failed_in_row: int
    days_since_conversation: int | None
    reachability: str


def promises_on(promises: Iterable[PromiseFact], *, as_of: date, window: Window) -> PromisesNow:
    """How the promises made by `as_of` stand on it; the newest one gives state and days to go."""
    known = [(row, _state_on(row, as_of)) for row in promises if row.promised_on <= as_of]
    settled = [state for row, state in known if row.settled_on and window.holds(row.settled_on)]
    newest, state = max(
        ((row, state) for row, state in known if state in PROMISE_STATES),
        key=lambda one: (one[0].promised_on, one[0].due_on, _WORSE[one[1]]),
        default=(None, "none"),
    )
    waits = newest is not None and state in ("open", "due")
    return PromisesNow(
        kept=settled.count("kept"),
        broken=settled.count("broken"),
        state=state,
        due_in_days=(newest.due_on - as_of).days if newest is not None and waits else None,
    )


def contacts_on(contacts: Iterable[ContactOutcome], *, as_of: date) -> ContactsNow:
    """How contacts up to `as_of` went. A message or a letter is no attempt."""
    tried = [row for row in contacts if row.on_day <= as_of and row.channel in ATTEMPT_CHANNELS]
    lately = [row for row in tried if days_back(as_of, CONTACT_DAYS).holds(row.on_day)]
    answered_on = max((row.on_day for row in tried if row.answered), default=None)
    spoke_on = max((row.on_day for row in tried if row.conversation), default=None)
    # The order within one day is not known: attempts of the day of an answer are not held
    # against the borrower.
    failed = sum(answered_on is None or row.on_day > answered_on for row in tried)
    return ContactsNow(
        attempts=len(lately),
        answered=sum(row.answered for row in lately),
        conversations=sum(row.conversation for row in lately),
        failed_in_row=failed,
        days_since_conversation=(as_of - spoke_on).days if spoke_on else None,
        reachability=_reachability(
            tried_on=max((row.on_day for row in tried), default=None),
            spoke_on=spoke_on,
            failed=failed,
            recent=days_back(as_of, REACH_DAYS),
        ),
    )


def assets_on(assets: Iterable[AssetFact], *, as_of: date) -> tuple[int, int | None]:
    """How many assets are evidenced by `as_of`, and their known value together."""
    known = [row for row in assets if row.evidenced_on is None or row.evidenced_on <= as_of]
    values = [row.value_fen for row in known if row.value_fen is not None]
    return len(known), sum(values) if values else None


def reason_on(reasons: Sequence[ReasonFact], *, as_of: date) -> tuple[str, int | None]:
    """The reason noted last by `as_of`, and the days since; of one day's, the first of the list."""
    known = [row for row in reasons if row.noted_on <= as_of]
    if not known:
        return NO_REASON, None
    newest_on = max(row.noted_on for row in known)
    codes = {row.reason for row in known if row.noted_on == newest_on}
    return next((code for code in REASONS if code in codes), OTHER_REASON), (as_of - newest_on).days


def _state_on(promise: PromiseFact, as_of: date) -> str:
    if promise.settled_on is not None and promise.settled_on <= as_of:
        return promise.state if promise.state in _OUTCOMES else "ended"
    return "open" if as_of < promise.due_on else "due"


def _reachability(
    *, tried_on: date | None, spoke_on: date | None, failed: int, recent: Window
) -> str:
    if tried_on is None or not recent.holds(tried_on):
        return "unknown"
    if failed >= LOST_FAILURES:
        return "lost"
    if failed >= HALF_LOST_FAILURES:
        return "half_lost"
    return "reachable" if spoke_on is not None and recent.holds(spoke_on) else "unknown"
