"""Promises: kept, part kept or broken, as the payments say; never typed by hand.

`settle` answers how every promise of one borrower stands at the end of a day; the day
run and every payment call it. A promise counts the money that came on its loans from the
day it was made to its last day, the due day and `grace_days` more (banks post late: of real
promises 43 % were paid by the day, 66 % a day later). It is kept when `kept_share_ppm` of
it came. Both are dated house settings, and the strict reading stands beside. Amounts are
whole fen, days are dates. What a promise opens and rests: rule CN-T09 of the gate.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from dunwell.core.refusal import Refusal

State = Literal["open", "due", "kept", "part_kept", "broken", "rescheduled"]
STATES: tuple[State, ...] = ("open", "due", "kept", "part_kept", "broken", "rescheduled")
UNSETTLED: frozenset[State] = frozenset({"open", "due"})
WHOLE_PPM = 1_000_000


class DayNotAhead(Refusal):
    """A promise for a day before the one it is made on. Figures: due_on, made_on."""

    code = "PROMISE-DAY-NOT-AHEAD"


class TooFarAhead(Refusal):
    """A promise for a day beyond the horizon of the house. Figures: due_on, last_on, days."""

    code = "PROMISE-TOO-FAR"


class AmountOutOfRange(Refusal):
    """A promise of nothing, or of more than is owed. Figures: amount_fen, most_fen."""

    code = "PROMISE-AMOUNT"


class NotRescheduled(Refusal):
    """A promise that may not move. Figures: why (due, settled, moved_before), due_on."""

    code = "PROMISE-NOT-RESCHEDULED"


@dataclass(frozen=True, slots=True)
class PromiseTerms:
    """The house's settings of a day: the share that keeps it, the posting days, the horizon."""

    kept_share_ppm: int = WHOLE_PPM
    grace_days: int = 1
    most_days_ahead: int = 30


@dataclass(frozen=True, slots=True)
class Promise:
    """What a borrower said: how much, by when, on which loans. `loans` empty: on any of them.

    `terms` are those it was made under: a later change of the house does not touch it.
    `came_before_fen` is money dated `made_on` that was on the book when the promise was made: it
    was not promised any more. `rescheduled_on` is the day another promise took its place.
    """

    key: int
    made_on: date
    due_on: date
    amount_fen: int
    terms: PromiseTerms = PromiseTerms()
    loans: frozenset[int] = frozenset()
    came_before_fen: int = 0
    rescheduled_on: date | None = None
    reschedules: int | None = None

    def concerns(self, loan: int) -> bool:
        """Whether money on this loan may keep it."""
        return not self.loans or loan in self.loans

    @property
    def last_on(self) -> date:
        """The last day on which money still keeps it."""
        return self.due_on + timedelta(days=self.terms.grace_days)

    @property
    def kept_from_fen(self) -> int:
        """The sum that keeps it, rounded up to whole fen."""
        return -(-self.amount_fen * self.terms.kept_share_ppm // WHOLE_PPM)


@dataclass(frozen=True, slots=True)
class Money:
    """One payment on a loan; `undone` are the reversals that took of it, each on its day."""

    key: str
    loan: int
    paid_on: date
    amount_fen: int
    undone: tuple[tuple[date, int], ...] = ()

    def left_fen(self, day: date) -> int:
        """What has not been taken back by `day`."""
        return max(0, self.amount_fen - sum(fen for on, fen in self.undone if on <= day))


@dataclass(frozen=True, slots=True)
class Settled:
    """How one promise stands at the end of a day.

    `paid_fen` came in time; `settled_on` is the day the answer was known, None while it is not.
    `strict` is the answer without the allowance: every fen, by the promised day.
    """

    promise: Promise
    state: State
    paid_fen: int
    settled_on: date | None
    strict: State
    strict_paid_fen: int


def settle(
    *, promises: Iterable[Promise], money: Iterable[Money], day: date
) -> tuple[Settled, ...]:
    """How each promise of one borrower stands at the end of `day`, in order of due day.

    A fen keeps one promise only: the one due first takes it, what it does not need goes on.
    Money taken back by `day` never came. Nothing after `day` counts. A promise that was
    rescheduled takes no money from its rescheduling on.
    """
    ordered = sorted(promises, key=lambda each: (each.due_on, each.made_on, each.key))
    came = _came(money, day)
    taken: dict[int, list[tuple[date, int]]] = {each.key: [] for each in ordered}
    before = {each.key: each.came_before_fen for each in ordered}
    for each in came:
        left = each.left_fen(day)
        for promise in ordered:
            if not left:
                break
            if not _in_time(promise, each):
                continue
            if each.paid_on == promise.made_on:
                known = min(left, before[promise.key])
                before[promise.key] -= known
                left -= known
            wanted = promise.amount_fen - sum(fen for _, fen in taken[promise.key])
            part = min(left, wanted)
            if part:
                taken[promise.key].append((each.paid_on, part))
                left -= part
    return tuple(_settled(promise, taken[promise.key], day) for promise in ordered)


def open_until(settled: Iterable[Settled]) -> date | None:
    """The last day any promise still rests the borrower (CN-T09); None when all are settled."""
    days = [each.promise.last_on for each in settled if each.state in UNSETTLED]
    return max(days, default=None)


def check_new(
    *, amount_fen: int, due_on: date, made_on: date, owed_fen: int, terms: PromiseTerms
) -> None:
    """Pass a promise that may be taken down. Today is a day that may be promised.

    Refuses AmountOutOfRange (nothing, or more than is owed), DayNotAhead and TooFarAhead.
    """
    if not 0 < amount_fen <= owed_fen:
        raise AmountOutOfRange(amount_fen=amount_fen, most_fen=owed_fen)
    if due_on < made_on:
        raise DayNotAhead(due_on=due_on.isoformat(), made_on=made_on.isoformat())
    last_on = made_on + timedelta(days=terms.most_days_ahead)
    if due_on > last_on:
        raise TooFarAhead(
            due_on=due_on.isoformat(), last_on=last_on.isoformat(), days=terms.most_days_ahead
        )


def check_reschedule(settled: Settled, *, day: date) -> None:
    """Pass a promise that may be moved: once, before its day, while it is open.

    Refuses NotRescheduled.
    """
    promise = settled.promise
    why = None
    if settled.state not in UNSETTLED:
        why = "settled"
    elif promise.reschedules is not None:
        why = "moved_before"
    elif day >= promise.due_on:
        why = "due"
    if why:
        raise NotRescheduled(why=why, due_on=promise.due_on.isoformat())


def reminder_on(promise: Promise) -> date | None:
    """The day before it is due; None for a promise made that day or later."""
    day_before = promise.due_on - timedelta(days=1)
    return day_before if day_before > promise.made_on else None


def _came(money: Iterable[Money], day: date) -> Sequence[Money]:
    """What came by `day`, in order of coming."""
    return sorted(
        (each for each in money if each.paid_on <= day), key=lambda each: (each.paid_on, each.key)
    )


def _in_time(promise: Promise, money: Money) -> bool:
    if promise.rescheduled_on is not None and money.paid_on >= promise.rescheduled_on:
        return False
    in_time = promise.made_on <= money.paid_on <= promise.last_on
    return in_time and promise.concerns(money.loan)


def _settled(promise: Promise, taken: Sequence[tuple[date, int]], day: date) -> Settled:
    paid = sum(fen for _, fen in taken)
    strict_paid = sum(fen for on, fen in taken if on <= promise.due_on)
    state, settled_on = _state(
        promise, taken, needed=promise.kept_from_fen, last_on=promise.last_on, day=day
    )
    by_the_day = [each for each in taken if each[0] <= promise.due_on]
    strict, _ = _state(
        promise, by_the_day, needed=promise.amount_fen, last_on=promise.due_on, day=day
    )
    return Settled(promise, state, paid, settled_on, strict, strict_paid)


def _state(
    promise: Promise,
    taken: Sequence[tuple[date, int]],
    *,
    needed: int,
    last_on: date,
    day: date,
) -> tuple[State, date | None]:
    reached = 0
    for on, fen in taken:
        reached += fen
        if reached >= needed:
            return "kept", on
    if promise.rescheduled_on is not None and promise.rescheduled_on <= day:
        return "rescheduled", promise.rescheduled_on
    if day <= last_on:
        return ("open" if day < promise.due_on else "due"), None
    return ("part_kept" if reached else "broken"), last_on + timedelta(days=1)
