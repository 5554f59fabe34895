"""Standing: how a plan goes, from the payments; what keeping and breaking it brings.

A plan is its own schedule beside the contract's, aged by the same rule. Money paid counts
on both. Kept to the end, the relief is booked and the loan watched for some days; broken,
the plan ends, nothing is let go, and the contract's own age counts again as if the plan had
never been. Called by the day run and the plan flows. Amounts are fen, days dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Literal

from dunwell.core.plan.debt import Relief
from dunwell.core.plan.schedule import Line

State = Literal["going", "late", "watch", "done", "broken"]


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """A plan at the end of a day.

    `past_due_days` are those of its oldest unpaid line; `ended_on` is the day it was paid in
    full or broke.
    """

    state: State
    paid_fen: int
    left_fen: int
    past_due_days: int
    next_due_on: date | None
    ended_on: date | None


def plan_standing(
    *,
    lines: Sequence[Line],
    paid: Sequence[tuple[date, int]],
    breaks_after_days: int,
    watch_days: int,
    day: date,
) -> PlanStanding:
    """How a plan stands at the end of `day`; `paid` is (day, fen), a reversal negative.

    It is late from the day after an unpaid line was due, broken once that line is more than
    `breaks_after_days` late: also if it was so on an earlier day. Paid in full it is watched for
    `watch_days`, then done. Nothing after `day` counts.
    """
    owed = sum(line.amount_fen for line in lines)
    broken_on = _broken_on(lines, paid, breaks_after_days, day)
    until = broken_on if broken_on is not None else day
    came = sum(fen for on, fen in paid if on <= until)
    counted = min(max(0, came), owed)
    oldest = _oldest_unpaid(lines, counted)
    late = max(0, (until - oldest.due_on).days) if oldest else 0
    if broken_on is not None:
        return PlanStanding("broken", counted, owed - counted, late, None, broken_on)
    if oldest is None:
        full_on = _full_on(paid, owed, day)
        over = full_on is None or day < full_on + timedelta(days=watch_days)
        return PlanStanding("watch" if over else "done", counted, 0, 0, None, full_on)
    state: State = "late" if late else "going"
    return PlanStanding(state, counted, owed - counted, late, oldest.due_on, None)


def waived_when_done(relief: Relief, standing: PlanStanding) -> Relief:
    """What is let go: all of the relief once the plan is paid in full, nothing before or broken."""
    return relief if standing.state in ("watch", "done") else Relief()


def _oldest_unpaid(lines: Sequence[Line], counted: int) -> Line | None:
    reached = accumulate(line.amount_fen for line in lines)
    unpaid = (line for line, sum_fen in zip(lines, reached, strict=True) if sum_fen > counted)
    return next(unpaid, None)


def _broken_on(
    lines: Sequence[Line], paid: Sequence[tuple[date, int]], after_days: int, day: date
) -> date | None:
    """The first day by `day` on which a line was more than `after_days` late."""
    # Lateness only changes for the worse with time or with money taken back: look at the last
    # day each line may still be unpaid, and at every day money was taken back.
    looks = {line.due_on + timedelta(days=after_days + 1) for line in lines}
    looks |= {on for on, fen in paid if fen < 0}
    for look in sorted(each for each in looks if each <= day):
        came = max(0, sum(fen for on, fen in paid if on <= look))
        oldest = _oldest_unpaid(lines, came)
        if oldest is not None and (look - oldest.due_on).days > after_days:
            return look
    return None


def _full_on(paid: Sequence[tuple[date, int]], owed: int, day: date) -> date | None:
    """The day from which the plan has been paid in full without a break, by `day`."""
    came, since = 0, None
    for on, fen in sorted(paid):
        if on > day:
            break
        came += fen
        if came < owed:
            since = None
        elif since is None:
            since = on
    return since
