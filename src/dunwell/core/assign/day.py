"""The work of a day: who gets which act, by whose hand, at which prices. Pure.

Called by flows.prepare.assign_work with the cases whose step is due. Composes gain,
limits, pricing and sharing. An act is only ever the step the strategy chose or the
fallback the strategy names for that step; a case that is blocked gets nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dunwell.core.assign.gain import ACTIONS, MESSAGES, SKILLS, GainTable, gains_fen
from dunwell.core.assign.hands import Hand, Quotas, limits_of, quotas_of
from dunwell.core.assign.pricing import price_then_fill
from dunwell.core.assign.problem import Ints, Need
from dunwell.core.assign.sharing import NOBODY, Jobs, Spread, share, spread_of

Flags = NDArray[np.bool_]

WHY_STEP, WHY_FALLBACK, WHY_ASKED = "step", "fallback", "asked"
"""Why this act: it is the step of the plan; or the step's limit was dearer than its gain; or
the borrower asked not to be reached the step's way."""


@dataclass(frozen=True, slots=True)
class DueCases:
    """The cases whose step is due, in order of case. Lists beside arrays give the words.

    `action` and `fallback` (0: none) are places in ACTIONS; `grade` and `reachability` are
    places in the gain table's lists (-1: not known); `holder` and `team` numbers or -1.
    """

    case: Ints
    action: Ints
    fallback: Ints
    overdue_fen: Ints
    delinquent_days: Ints
    grade: Ints
    reachability: Ints
    holder: Ints
    team: Ints
    retained: Flags
    blocked: Flags
    asked: Flags
    """`action` is what is left: the borrower asked not to be reached the way of the step."""
    language: Ints
    languages: tuple[str, ...]
    """`languages[0]` is the usual one, `""`."""
    region: Ints
    regions: tuple[str, ...]
    """`""` is an unknown place."""


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Per due case the act (0: none), staff (-1: none or the system), why, gain and minutes;
    for the day the prices by limit, what was used, value, bound and how even it is."""

    action: Ints
    staff: Ints
    why: tuple[str, ...]
    gain_fen: Ints
    minutes: Ints
    limits: Mapping[str, tuple[int, int, int]]
    """Name of the limit → room, used, price in fen of one more."""
    value_fen: int
    bound_fen: int
    without_hand: int
    """Filled, but the rest of everybody's day was too short for it."""
    before: Mapping[str, Spread]
    after: Mapping[str, Spread]


def plan_day(*, due: DueCases, hands: Sequence[Hand], table: GainTable, sms_most: int) -> DayPlan:
    """The day's acts and hands. No limit is exceeded, no case is in two hands."""
    values = _values(due, hands, table)
    wants_visit = np.flatnonzero(values[:, ACTIONS.index("visit")] > 0)
    where = [due.regions[place] for place in due.region[wants_visit]]
    demand = {region: where.count(region) for region in set(where)}
    wants_legal = int((values[:, ACTIONS.index("legal")] > 0).sum())
    quotas = quotas_of(hands=hands, table=table, visit_demand=demand, legal_demand=wants_legal)
    limits = limits_of(
        quotas=quotas, table=table, sms_most=sms_most,
        languages=due.languages, language=due.language,
        regions=due.regions, region=due.region,
    )  # fmt: skip
    filled = price_then_fill(
        values_fen=values, needs=limits.needs, limits=limits.room, keys=due.case
    )
    choice = filled.choice
    jobs, rows = _jobs(due, table, values, choice)
    hand = share(jobs=jobs, quotas=quotas)
    left = rows[hand == NOBODY]
    choice[left] = 0
    _message_instead(due, values, choice, left, sms_most)
    staff = np.where(np.isin(due.holder, [each.staff for each in hands]), due.holder, NOBODY)
    staff[rows[hand != NOBODY]] = hand[hand != NOBODY]
    staff[choice == 0] = NOBODY
    gain = np.take_along_axis(values, choice[:, None], axis=1)[:, 0]
    minutes = np.array([0, *(table.acts[a].minutes if a in table.acts else 0 for a in ACTIONS[1:])])
    used = _used(limits.needs, choice, len(limits.names))
    return DayPlan(
        action=choice,
        staff=staff,
        why=tuple(
            "" if not act else WHY_FALLBACK if act != step else WHY_ASKED if asked else WHY_STEP
            for act, step, asked in zip(
                choice.tolist(), due.action.tolist(), due.asked.tolist(), strict=True
            )
        ),
        gain_fen=gain,
        minutes=minutes[choice],
        limits={
            name: (int(limits.room[at]), int(used[at]), int(filled.prices_fen[at]))
            for at, name in enumerate(limits.names)
        },
        value_fen=int(gain.sum()),
        bound_fen=filled.bound_fen,
        without_hand=len(left),
        before=_spreads(jobs, jobs.holder, quotas),
        after=_spreads(jobs, hand, quotas),
    )


def _values(due: DueCases, hands: Sequence[Hand], table: GainTable) -> Ints:
    """The gain of every act that is allowed, -1 for what is not; 0 for doing nothing."""
    values = np.full((len(due.case), len(ACTIONS)), -1, dtype=np.int64)
    values[:, 0] = 0
    skills = {hand.staff: hand.skills for hand in hands}
    for act, name in enumerate(ACTIONS):
        if name not in table.acts:
            continue
        rows = np.flatnonzero(((due.action == act) | (due.fallback == act)) & ~due.blocked)
        skill = table.acts[name].skill
        able = [not skill or skill in skills.get(h, ()) for h in due.holder[rows].tolist()]
        of = rows[~due.retained[rows] | np.array(able, dtype=bool)]
        values[of, act] = gains_fen(
            table=table,
            action=name,
            overdue_fen=due.overdue_fen[of],
            delinquent_days=due.delinquent_days[of],
            grade=due.grade[of],
            reachability=due.reachability[of],
        )
    return values


def _jobs(due: DueCases, table: GainTable, values: Ints, choice: Ints) -> tuple[Jobs, Ints]:
    """The filled acts that need a person, and their rows."""
    skill = [table.acts[a].skill if a in table.acts else "" for a in ACTIONS]
    needs_hand = np.array([bool(each) for each in skill], dtype=bool)
    rows = np.flatnonzero(needs_hand[choice])
    acts = choice[rows]
    minutes = np.array([table.acts[ACTIONS[act]].minutes for act in acts], dtype=np.int64)
    jobs = Jobs(
        case=due.case[rows],
        skill=[skill[act] for act in acts],
        minutes=minutes,
        language=[due.languages[each] for each in due.language[rows]],
        region=[due.regions[each] for each in due.region[rows]],
        gain_fen=values[rows, acts],
        holder=due.holder[rows],
        team=due.team[rows],
        retained=due.retained[rows],
    )
    return jobs, rows


def _message_instead(due: DueCases, values: Ints, choice: Ints, left: Ints, sms_most: int) -> None:
    """Whoever fits into nobody's day gets the message the step falls back to, while there is room.

    Only acts of the system: so that the day shared again finds the same room for everybody.
    """
    messages = [ACTIONS.index(name) for name in MESSAGES]
    room = sms_most - int(np.isin(choice, messages).sum())
    able = left[np.isin(due.fallback[left], messages)]
    gain = values[able, due.fallback[able]]
    first = able[np.lexsort((due.case[able], -gain))][: max(room, 0)]
    first = first[values[first, due.fallback[first]] > 0]
    choice[first] = due.fallback[first]


def _used(needs: Sequence[Need], choice: Ints, limits: int) -> Ints:
    used = np.zeros(limits, dtype=np.int64)
    for need in needs:
        takes = choice == need.action
        limit = np.broadcast_to(need.limit, choice.shape)[takes]
        amount = np.broadcast_to(need.amount, choice.shape)[takes]
        np.add.at(used, limit[limit >= 0], amount[limit >= 0])
    return used


def _spreads(jobs: Jobs, held_by: Ints, quotas: Quotas) -> dict[str, Spread]:
    return {
        skill: spread_of(jobs=jobs, held_by=held_by, quotas=quotas, skill=skill)
        for skill in SKILLS
        if quotas.of_skill(skill).any()
    }
