"""Conduct: on which day each installment was (or will be) fully paid, and what came before in part.

One function per kind of payer; the lateness of the forgetful follows the real records of
SuperLender (of loans one day late, 41 % pay within 3 days, 63 % in 7, 81 % in 14, 96 % in 30).
The rest is judged. Whatever a habit says, an older installment is finished before a newer one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from dunwell.world.days import days_of_month, month_numbers, month_starts
from dunwell.world.draws import Draws, Ints
from dunwell.world.lending import Loans
from dunwell.world.payers import Kind, Truth

NEVER = 1 << 20
"""A day number beyond all calendars here: not paid, and no plan to."""

LATENESS_OF_THE_FORGETFUL = ((41, 1, 3), (22, 4, 7), (18, 8, 14), (15, 15, 30), (4, 31, 58))
"""(weight, from, to) in days."""


@dataclass(frozen=True, slots=True)
class Conduct:
    """Days and shares per installment of some loans; shapes are as in Loans.

    `part_percent` of the installment came on `part_on`, before it was finished; 0 = nothing.
    """

    finished_on: Ints
    part_percent: Ints
    part_on: Ints


@dataclass(frozen=True, slots=True)
class _Rows:
    """The loans of one kind: their due days and their borrowers' truth, a row each."""

    due: Ints
    disbursed: Ints
    installments: Ints
    truth: dict[str, Ints]
    draws: Draws

    @property
    def shape(self) -> tuple[int, int]:
        return self.due.shape[0], self.due.shape[1]

    @property
    def nth(self) -> Ints:
        return np.arange(1, self.shape[1] + 1, dtype=np.int64)[None, :]

    def hidden(self, name: str) -> Ints:
        """A number of the borrower, as a column beside the installments."""
        return self.truth[name][:, None]


def play(*, loans: Loans, truth: Truth, draws: Draws) -> Conduct:
    """Let every borrower of a chunk follow their habit."""
    shape = loans.due_on.shape
    all_rows = Conduct(*(np.zeros(shape, dtype=np.int64) for _ in range(3)))
    kind = truth.kind[loans.borrower]
    hidden = {name: getattr(truth, name) for name in Truth.__dataclass_fields__}
    for wanted, habit in _HABITS.items():
        at = np.flatnonzero(kind == wanted)
        owner = loans.borrower[at]
        rows = _Rows(
            due=loans.due_on[at],
            disbursed=loans.disbursed_on[at],
            installments=loans.installments[at],
            truth={name: values[owner] for name, values in hidden.items()},
            draws=draws,
        )
        done = habit(rows)
        all_rows.finished_on[at] = done.finished_on
        all_rows.part_percent[at] = done.part_percent
        all_rows.part_on[at] = done.part_on
    return _in_order(all_rows, loans)


def _in_order(conduct: Conduct, loans: Loans) -> Conduct:
    """Oldest first: nothing is finished, or paid in part, before what fell due earlier."""
    earliest = loans.disbursed_on[:, None] + 1
    finished = np.maximum.accumulate(np.maximum(conduct.finished_on, earliest), axis=1)
    before = np.concatenate([earliest, finished[:, :-1]], axis=1)
    part_on = np.maximum(conduct.part_on, before)
    percent = np.where(part_on < finished, conduct.part_percent, 0)
    return replace(conduct, finished_on=finished, part_percent=percent, part_on=part_on)


def _whole(finished: Ints) -> Conduct:
    nothing = np.zeros_like(finished)
    return Conduct(finished_on=finished, part_percent=nothing, part_on=nothing)


def _punctual(rows: _Rows) -> Conduct:
    return _whole(rows.due - np.maximum(rows.draws.between(-3, 2, rows.shape), 0))


def _early(rows: _Rows) -> Conduct:
    return _whole(rows.due - rows.draws.between(1, 5, rows.shape))


def _payday(rows: _Rows) -> Conduct:
    """Pays when wages come: the next payday if it is near, else the one before."""
    gap = (rows.hidden("payday") - days_of_month(rows.due)) % 30
    shift = np.where(gap <= 12, gap + rows.draws.below(2, rows.shape), gap - 30)
    return _whole(rows.due + shift)


def _forgetful(rows: _Rows) -> Conduct:
    bands = np.array(LATENESS_OF_THE_FORGETFUL, dtype=np.int64)
    band = rows.draws.pick(bands[:, 0], rows.shape)
    late = bands[band, 1] + rows.draws.below(bands[band, 2] - bands[band, 1] + 1, rows.shape)
    missed = rows.draws.chance(rows.hidden("miss_per_mille"), rows.shape)
    return _whole(rows.due + np.where(missed, late, 0))


def _slow_part(rows: _Rows) -> Conduct:
    """Something soon, the rest in the weeks after; now and then the whole at once, late."""
    in_parts = rows.draws.chance(700, rows.shape)
    part_on = rows.due + rows.draws.between(0, 10, rows.shape)
    rest = part_on + rows.draws.between(6, 30, rows.shape)
    whole = rows.due + rows.draws.between(1, 18, rows.shape)
    percent = rows.draws.between(30, 80, rows.shape)
    return Conduct(
        finished_on=np.where(in_parts, rest, whole),
        part_percent=np.where(in_parts, percent, 0),
        part_on=part_on,
    )


def _seasonal(rows: _Rows) -> Conduct:
    """No income in the low season: dues of those months are paid when it is over."""
    month = month_numbers(rows.due)
    into_season = (month % 12 + 1 - rows.hidden("season_from")) % 12
    low = into_season < rows.hidden("season_months")
    season_end = month_starts(month + rows.hidden("season_months") - into_season)
    caught_up = season_end + rows.draws.between(0, 14, rows.shape)
    usual = rows.due + np.maximum(rows.draws.between(-4, 2, rows.shape), 0)
    some = low & rows.draws.chance(350, rows.shape)
    return Conduct(
        finished_on=np.where(low, caught_up, usual),
        part_percent=np.where(some, rows.draws.between(10, 40, rows.shape), 0),
        part_on=rows.due + rows.draws.between(0, 12, rows.shape),
    )


def _shock(rows: _Rows) -> Conduct:
    """Job or health lost on a day: nothing for a while, then one missed due after the other."""
    start, length = rows.hidden("shock_on"), rows.hidden("shock_days")
    hit = (rows.due >= start) & (rows.due < start + length)
    order = np.cumsum(hit, axis=1)
    caught_up = start + length + 9 * order + rows.draws.between(0, 6, rows.shape)
    after = np.where(rows.hidden("recovers") > 0, np.maximum(caught_up, rows.due), NEVER)
    first = hit & (order == 1) & rows.draws.chance(600, rows.shape)
    return Conduct(
        finished_on=np.where(hit, after, rows.due),
        part_percent=np.where(first, rows.draws.between(15, 50, rows.shape), 0),
        part_on=rows.due + rows.draws.between(1, 12, rows.shape),
    )


def _spiral(rows: _Rows) -> Conduct:
    """Each due later than the last, some of it in parts, until most can pay nothing more."""
    steps = rows.nth - rows.hidden("stop_after")
    late = np.maximum(steps, 0) * rows.hidden("pace_days") + rows.draws.between(0, 4, rows.shape)
    height = rows.shape[0], 1
    breaks_after = rows.draws.between(2, 7, height)
    broken = (steps > breaks_after) & rows.draws.chance(650, height)
    some = (steps > 1) & rows.draws.chance(400, rows.shape)
    return Conduct(
        finished_on=np.where(broken, NEVER, rows.due + late),
        part_percent=np.where(some, rows.draws.between(20, 70, rows.shape), 0),
        part_on=rows.due + rows.draws.between(2, 20, rows.shape),
    )


def _refuser(rows: _Rows) -> Conduct:
    """Pays on the day, then stops by choice; half settle everything late, when it gets serious."""
    stopped = rows.nth > np.minimum(rows.hidden("stop_after"), rows.installments[:, None] - 1)
    first_due = np.min(np.where(stopped, rows.due, NEVER), axis=1, keepdims=True)
    height = rows.shape[0], 1
    settles = rows.draws.chance(500, height)
    settled_on = np.where(settles, first_due + rows.draws.between(60, 300, height), NEVER)
    return _whole(np.where(stopped, np.maximum(settled_on, rows.due), rows.due))


def _vanished(rows: _Rows) -> Conduct:
    """The first installment already stays unpaid; one in three is found at last and settles."""
    height = rows.shape[0], 1
    found = rows.draws.chance(330, height)
    found_on = np.where(
        found, rows.disbursed[:, None] + rows.draws.between(120, 400, height), NEVER
    )
    return _whole(np.maximum(found_on, rows.due))


_HABITS: dict[Kind, Callable[[_Rows], Conduct]] = {
    Kind.PUNCTUAL: _punctual,
    Kind.EARLY: _early,
    Kind.PAYDAY: _payday,
    Kind.FORGETFUL: _forgetful,
    Kind.SLOW_PART: _slow_part,
    Kind.SEASONAL: _seasonal,
    Kind.SHOCK: _shock,
    Kind.SPIRAL: _spiral,
    Kind.REFUSER: _refuser,
    Kind.VANISHED: _vanished,
}
