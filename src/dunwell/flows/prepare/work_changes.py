"""What sharing a day anew changes: items that come, change or go, cases that change hands.

Called by assign_work, for its preview and for its write alike, so that what was shown is
what is written. Works on the plan of core.assign.day and the items that stand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dunwell.core.assign.day import DayPlan, DueCases
from dunwell.core.assign.gain import ACTIONS
from dunwell.store.work.due import NOBODY
from dunwell.store.work.standing import OpenItem

Move = tuple[int, int | None, int, str]
"""A case that changes hands: case, from, to, why."""

FROM_POOL, HOLDER_AWAY, HOLDER_FULL = "from_pool", "holder_away", "holder_cannot"
"""Why a case changed hands: it had no holder; the holder is not here; has no room or skill."""


@dataclass(slots=True)
class PersonWork:
    """One person's list: before and after, and the cases that come and go."""

    staff: int
    before: int = 0
    after: int = 0
    minutes: int = 0
    gain_fen: int = 0
    gained: int = 0
    lost: int = 0
    actions: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows of new and changed items, numbers of those that go, and the items as they stood."""

    new: list[tuple[Any, ...]]
    changed: list[tuple[Any, ...]]
    gone: list[int]
    unchanged: int
    before: dict[int, OpenItem]


def changes_of(due: DueCases, plan: DayPlan, before: dict[int, OpenItem]) -> Changes:
    """Which items are new, other than before, or no longer wanted."""
    new, changed, same = [], [], 0
    rows = np.flatnonzero(plan.action).tolist()
    visit = ACTIONS.index("visit")
    for row in rows:
        staff = int(plan.staff[row])
        item = (
            None if staff == NOBODY else staff,
            ACTIONS[plan.action[row]],
            due.regions[due.region[row]] if plan.action[row] == visit else "",
            int(plan.minutes[row]),
            int(plan.gain_fen[row]),
            plan.why[row],
        )
        case = int(due.case[row])
        found = before.get(case)
        if found is None:
            new.append((case, *item))
        elif item != (found.staff, found.action, found.place, found.minutes, found.gain_fen,
                      found.why):  # fmt: skip
            changed.append((case, *item))
        else:
            same += 1
    wanted = set(due.case[rows].tolist())
    gone = sorted(item.number for case, item in before.items() if case not in wanted)
    return Changes(new, changed, gone, same, before)


def moves_of(due: DueCases, plan: DayPlan, here: set[int]) -> list[Move]:
    """Cases whose holder changes: case, from, to, why."""
    moved = []
    for row in np.flatnonzero((plan.staff != NOBODY) & (plan.staff != due.holder)).tolist():
        holder = int(due.holder[row])
        away = HOLDER_FULL if holder in here else HOLDER_AWAY
        why = FROM_POOL if holder == NOBODY else away
        before = None if holder == NOBODY else holder
        moved.append((int(due.case[row]), before, int(plan.staff[row]), why))
    return moved


def by_action(actions: np.ndarray, where: np.ndarray) -> dict[str, int]:
    """How many of the rows there are by action, without those there are none of."""
    found = np.bincount(actions[where], minlength=len(ACTIONS)).tolist()
    return {name: count for name, count in zip(ACTIONS, found, strict=True) if count}


def people_of(
    plan: DayPlan,
    before: dict[int, OpenItem],
    moves: list[Move],
) -> list[PersonWork]:
    """Each person's list before and after, in order of staff."""
    people: dict[int, PersonWork] = {}

    def of(staff: int) -> PersonWork:
        return people.setdefault(staff, PersonWork(staff))

    for item in before.values():
        if item.staff is not None:
            of(item.staff).before += 1
    for row in np.flatnonzero((plan.staff != NOBODY) & (plan.action > 0)).tolist():
        person, action = of(int(plan.staff[row])), ACTIONS[plan.action[row]]
        person.after += 1
        person.minutes += int(plan.minutes[row])
        person.gain_fen += int(plan.gain_fen[row])
        person.actions[action] = person.actions.get(action, 0) + 1
    for _, giver, taker, _why in moves:
        of(taker).gained += 1
        if giver is not None:
            of(giver).lost += 1
    return [people[staff] for staff in sorted(people)]
