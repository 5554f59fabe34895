"""Sharing: whose worklist each filled act goes to. One case, one hand.

Called by core.assign.day after pricing. In this order: who is retained (留案) stays with
the holder; who has a holder who can and has room stays; the rest go, the largest gain
first, to whoever has the least expected gain so far of what they can take. Same input,
same answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dunwell.core.assign.gain import SKILLS
from dunwell.core.assign.hands import Quotas
from dunwell.core.assign.problem import Ints

NOBODY = -1
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Jobs:
    """Acts that a person does, one per case. `holder` is a staff number, or -1."""

    case: Ints
    skill: Sequence[str]
    minutes: Ints
    language: Sequence[str]
    """`""` is the usual one."""
    region: Sequence[str]
    gain_fen: Ints
    holder: Ints
    team: Ints
    retained: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Spread:
    """How even the hands of one skill are: acts and gain of each, least and most.

    `value_ratio_milli` compares the gain per minute (of visits and legal work: per act) that
    each can take: most over least in thousandths, 0 where the least is nothing.
    """

    hands: int
    least_fen: int
    most_fen: int
    least_count: int
    most_count: int
    value_ratio_milli: int


def share(*, jobs: Jobs, quotas: Quotas) -> Ints:
    """The staff number for each job, NOBODY where no hand has room. No quota is exceeded."""
    places = {hand.staff: place for place, hand in enumerate(quotas.hands)}
    rooms = _Rooms(quotas)
    given = np.full(len(jobs.case), NOBODY, dtype=np.int64)
    scarce = np.array([bool(each) for each in jobs.language], dtype=bool)
    order = np.lexsort((jobs.case, -jobs.gain_fen, ~scarce, ~jobs.retained)).tolist()
    loose = []
    for job in order:
        place = places.get(int(jobs.holder[job]), NOBODY)
        if place != NOBODY and rooms.can(jobs, job)[place]:
            rooms.take(jobs, job, place)
            given[job] = quotas.hands[place].staff
        elif not jobs.retained[job]:
            loose.append(job)
    for job in loose:
        able = rooms.can(jobs, job)
        if able.any():
            place = int(np.argmin(np.where(able, rooms.load[jobs.skill[job]], np.inf)))
            rooms.take(jobs, job, place)
            given[job] = quotas.hands[place].staff
    return given


def spread_of(*, jobs: Jobs, held_by: Ints, quotas: Quotas, skill: str) -> Spread:
    """How even the jobs of one skill lie in these hands (`held_by`: a staff number per job)."""
    of_skill = np.array([each == skill for each in jobs.skill], dtype=bool)
    values, counts, rates = [], [], []
    for hand, quota in zip(quotas.hands, quotas.of_skill(skill).tolist(), strict=True):
        if not quota:
            continue
        own = of_skill & (held_by == hand.staff)
        values.append(int(jobs.gain_fen[own].sum()))
        counts.append(int(own.sum()))
        rates.append(values[-1] * 1_000 // quota)
    if not values:
        return Spread(0, 0, 0, 0, 0, 0)
    ratio = max(rates) * 1_000 // min(rates) if min(rates) > 0 else 0
    return Spread(len(values), min(values), max(values), min(counts), max(counts), ratio)


class _Rooms:
    """What each hand still can take, and by skill the gain it has so far of what it can take."""

    def __init__(self, quotas: Quotas) -> None:
        self.load: dict[str, Floats] = {each: np.zeros(len(quotas.hands)) for each in SKILLS}
        self._whole = {each: np.maximum(quotas.of_skill(each), 1) for each in SKILLS}
        self._minutes = quotas.phone_minutes.copy()
        self._calls = quotas.calls.copy()
        self._legal = quotas.legal.copy()
        self._visits: Mapping[str, Ints] = {r: each.copy() for r, each in quotas.visits.items()}
        self._teams = {
            team: np.array([not h.teams or team in h.teams for h in quotas.hands], dtype=bool)
            for hand in quotas.hands
            for team in hand.teams
        }
        self._lender_wide = np.array([not hand.teams for hand in quotas.hands], dtype=bool)
        self._none = np.zeros(len(quotas.hands), dtype=np.int64)
        spoken = {language for hand in quotas.hands for language in hand.languages}
        self._speaks = {
            each: np.array([each in hand.languages for hand in quotas.hands], dtype=bool)
            for each in spoken
        }

    def can(self, jobs: Jobs, job: int) -> NDArray[np.bool_]:
        """Which hands could take the job now. A team's case stays with who works for the team."""
        skill, language, team = jobs.skill[job], jobs.language[job], int(jobs.team[job])
        if skill == "visit":
            free = self._visits.get(jobs.region[job], self._none) > 0
        elif skill == "legal":
            free = self._legal > 0
        else:
            free = (self._minutes >= jobs.minutes[job]) & (self._calls > 0)
            if language:
                free = free & self._speaks.get(language, self._none > 0)
        if team != NOBODY:
            free = free & self._teams.get(team, self._lender_wide)
        return np.asarray(free)

    def take(self, jobs: Jobs, job: int, place: int) -> None:
        """Put the job into the hand at `place`."""
        skill = jobs.skill[job]
        if skill == "visit":
            self._visits[jobs.region[job]][place] -= 1
        elif skill == "legal":
            self._legal[place] -= 1
        else:
            self._minutes[place] -= jobs.minutes[job]
            self._calls[place] -= 1
        self.load[skill][place] += jobs.gain_fen[job] / self._whole[skill][place]
