"""Filling: a choice at given prices made to fit every limit, and what is left over used.

Called by core.assign.pricing. At the right prices nearly every row's own best choice
fits; a few at the edge do not (they are let go, the least loss first), and a little
room stays (the least loss first again, as long as the value rises). Whole numbers only.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dunwell.core.assign.problem import Ints, Problem
from dunwell.core.assign.uses import Uses

ROUNDS = 50
AT_ONCE = 4_096
"""So many moves are tried one after the other before the rest is looked at anew."""


def fill(problem: Problem, uses: Sequence[Uses], reduced: Ints, choice: Ints) -> tuple[Ints, Ints]:
    """The choice made to fit, and how much of each limit it uses."""
    choice = choice.copy()
    used = np.zeros(len(problem.limits), dtype=np.int64)
    for use in uses:
        used[use.limit] = int(_taken(use, choice).sum())
    over = True
    while over:  # every pass lowers the value of somebody's action, so it ends
        over = any(_let_go(problem, use, reduced, choice, used) for use in uses)
    for _ in range(ROUNDS):
        if not _take_room(problem, reduced, choice, used):
            break
    assert (used <= problem.limits).all()
    return choice, used


def _taken(use: Uses, choice: Ints) -> Ints:
    """Units of the limit that each of its rows takes now."""
    chosen = choice[use.rows]
    return np.asarray(
        sum(np.where(chosen == action, units, 0) for action, units in use.units.items())
    )


def _let_go(problem: Problem, use: Uses, reduced: Ints, choice: Ints, used: Ints) -> bool:
    """Give the rows that lose least by it something lesser, until the limit holds.

    What they get instead may be too much for another limit: its own turn comes.
    """
    excess = int(used[use.limit] - problem.limits[use.limit])
    if excess <= 0:
        return False
    taken = _taken(use, choice)
    users = np.flatnonzero(taken)
    rows = np.arange(len(choice))[use.rows][users]
    values, worth = problem.values[:, rows], reduced[:, rows]
    lesser = values < values[choice[rows], np.arange(len(rows))]
    for action, units in use.units.items():
        lesser[action] &= units[users] == 0
    worth = np.where(lesser, worth, np.iinfo(np.int64).min)
    instead = np.argmax(worth, axis=0)
    loss = reduced[choice[rows], rows] - worth[instead, np.arange(len(rows))]
    first = np.argsort(loss / taken[users], kind="stable")
    count = int(np.searchsorted(np.cumsum(taken[users][first]), excess)) + 1
    for place in first[:count].tolist():
        _change(problem, choice, used, int(rows[place]), int(instead[place]))
    return True


def _take_room(problem: Problem, reduced: Ints, choice: Ints, used: Ints) -> bool:
    """Move rows to a worthier action where there is room for it; whether any was moved."""
    now = np.take_along_axis(problem.values, choice[None], axis=0)[0]
    wanted = problem.values > now
    room = problem.limits - used
    for action, limit, amount in problem.needs:
        takes = amount > 0
        # What the row itself gives back may make the room.
        wanted[action] &= ~takes | (amount <= room[limit] + _freed(problem, choice, limit))
    actions, rows = np.nonzero(wanted)
    if not len(rows):
        return False
    better = reduced[actions, rows] - reduced[choice[rows], rows]
    first = np.lexsort((actions, rows, -better))[:AT_ONCE]
    moved = False
    for action, row in zip(actions[first].tolist(), rows[first].tolist(), strict=True):
        moved |= _move(problem, choice, used, row, action)
    return moved


def _freed(problem: Problem, choice: Ints, limit: Ints) -> Ints:
    """What each row would give back of `limit` by leaving its present action."""
    freed = np.zeros(len(choice), dtype=np.int64)
    for action, other, amount in problem.needs:
        freed += np.where((choice == action) & (other == limit), amount, 0)
    return freed


def _move(problem: Problem, choice: Ints, used: Ints, row: int, action: int) -> bool:
    """Give the row the action if it fits and is worth more than what the row has."""
    present = int(choice[row])
    if problem.values[action, row] <= problem.values[present, row]:
        return False
    _change(problem, choice, used, row, action)
    if (used <= problem.limits).all():
        return True
    _change(problem, choice, used, row, present)
    return False


def _change(problem: Problem, choice: Ints, used: Ints, row: int, action: int) -> None:
    """Give the row the action, whatever the limits say."""
    present = int(choice[row])
    for of, limit, amount in problem.needs:
        if of in (present, action) and limit[row] >= 0:
            used[limit[row]] += amount[row] if of == action else -amount[row]
    choice[row] = action
