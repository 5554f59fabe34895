"""Hands: the people of a day and what each can take on, as limits that actions share.

Called by core.assign.day. A person's minutes go to visits first, then to legal work, what
is left to the telephone: whoever should do several of these has a daily limit on the
former. Someone who covers several regions is split among them by demand, so that what is
filled can always be given to somebody.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from dunwell.core.assign.gain import ACTIONS, MESSAGES, GainTable
from dunwell.core.assign.problem import Ints, Need


@dataclass(frozen=True, slots=True)
class Hand:
    """One member of staff on a day; who is away, suspended or not certified is none.

    `languages` are those spoken beside the usual one; no regions means everywhere, no teams
    the whole lender; `most` is the most acts a day by skill, where there is a limit.
    """

    staff: int
    minutes: int
    skills: frozenset[str]
    languages: frozenset[str] = frozenset()
    regions: tuple[str, ...] = ()
    teams: frozenset[int] = frozenset()
    most: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quotas:
    """What each hand can take, by place in `hands`: minutes and calls, visits by region, legal."""

    hands: tuple[Hand, ...]
    phone_minutes: Ints
    calls: Ints
    legal: Ints
    visits: Mapping[str, Ints]

    def of_skill(self, skill: str) -> Ints:
        """What each hand has of one skill: minutes for the telephone, acts for the others."""
        if skill == "phone":
            return self.phone_minutes
        if skill == "legal":
            return self.legal
        none = np.zeros(len(self.hands), dtype=np.int64)
        return np.asarray(sum(self.visits.values(), start=none))


@dataclass(frozen=True, slots=True)
class Limits:
    """The shared limits in order: names (`sms`, `minutes`, `visits:长沙市` …), room and needs."""

    names: tuple[str, ...]
    room: Ints
    needs: tuple[Need, ...]


def quotas_of(
    *,
    hands: Sequence[Hand],
    table: GainTable,
    visit_demand: Mapping[str, int],
    legal_demand: int,
) -> Quotas:
    """What every hand can take today; demands count the borrowers, for visits by region.

    Nobody keeps time for visits or legal work that nobody is due for.
    """
    ordered = tuple(sorted(hands, key=lambda hand: hand.staff))
    visits = {region: np.zeros(len(ordered), dtype=np.int64) for region in sorted(visit_demand)}
    minutes, calls, legal = (np.zeros(len(ordered), dtype=np.int64) for _ in range(3))
    for place, hand in enumerate(ordered):
        parts = _split(_slots(hand, "visit", hand.minutes, table), hand, visit_demand)
        for region, count in parts.items():
            visits[region][place] = count
        left = hand.minutes - sum(parts.values()) * _minutes(table, "visit")
        legal[place] = min(_slots(hand, "legal", left, table), legal_demand)
        left -= int(legal[place]) * _minutes(table, "legal")
        if "phone" in hand.skills and "phone" in table.acts:
            # Whole calls: a remainder of every day would look like room that nobody has.
            minutes[place] = left - left % max(_minutes(table, "phone"), 1)
            calls[place] = hand.most.get("phone", left)
    return Quotas(ordered, minutes, calls, legal, visits)


def limits_of(
    *,
    quotas: Quotas,
    table: GainTable,
    sms_most: int,
    languages: Sequence[str],
    language: Ints,
    regions: Sequence[str],
    region: Ints,
) -> Limits:
    """The limits that today's acts share. `language` and `region` are places in the lists.

    `languages[0]` is the usual one, which everybody speaks; a region of `""` is not known,
    and only who goes everywhere visits there.
    """
    minutes = {name: act.minutes for name, act in table.acts.items()}
    names, room = ["sms", "minutes", "calls", "legal"], [sms_most]
    room += [int(each.sum()) for each in (quotas.phone_minutes, quotas.calls, quotas.legal)]
    needs = [_need(name, 0, 1) for name in MESSAGES if name in minutes]
    for name in ("phone", "relief"):
        if name in minutes:
            needs += [_need(name, 1, minutes[name]), _need(name, 2, 1)]
    if "legal" in minutes:
        needs.append(_need("legal", 3, 1))
    for place, spoken in enumerate(languages[1:], 1):
        speaks = [spoken in hand.languages for hand in quotas.hands]
        at = np.where(language == place, len(names), -1)
        names.append(f"minutes:{spoken}")
        room.append(int(quotas.phone_minutes[np.array(speaks, dtype=bool)].sum()))
        needs += [_need(name, at, minutes[name]) for name in ("phone", "relief") if name in minutes]
    if "visit" in minutes:
        needs.append(_need("visit", len(names) + region, 1))
        names += [f"visits:{each}" for each in regions]
        room += [int(quotas.visits[each].sum()) if each in quotas.visits else 0 for each in regions]
    return Limits(tuple(names), np.array(room, dtype=np.int64), tuple(needs))


def _need(action: str, limit: int | Ints, amount: int) -> Need:
    return Need(ACTIONS.index(action), limit, amount)


def _minutes(table: GainTable, action: str) -> int:
    act = table.acts.get(action)
    return act.minutes if act else 0


def _slots(hand: Hand, skill: str, minutes: int, table: GainTable) -> int:
    """How many acts of the skill fit."""
    if skill not in table.acts or skill not in hand.skills:
        return 0
    fits = minutes // max(_minutes(table, skill), 1)
    return min(fits, hand.most.get(skill, fits))


def _split(slots: int, hand: Hand, demand: Mapping[str, int]) -> dict[str, int]:
    """The slots of one hand among its regions, by demand; the largest remainders round up."""
    own = [each for each in sorted(demand) if not hand.regions or each in hand.regions]
    total = sum(demand[region] for region in own)
    if not slots or not total:
        return {}
    slots = min(slots, total)
    parts = {region: slots * demand[region] // total for region in own}
    by_remainder = sorted(own, key=lambda region: (-(slots * demand[region] % total), region))
    for region in by_remainder[: slots - sum(parts.values())]:
        parts[region] += 1
    return parts
