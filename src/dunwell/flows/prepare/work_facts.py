"""What the sharing of a day's work knows: due cases with their facts, the hands, the table.

Called by assign_work. Reads state only. Addresses are opened for the city of a visit and
for nothing else; who is frozen gets no work, whatever the decision said, nor who rests all day
after the last contact, and who asked not to be reached the way of their step is reached another
way (CN-C05 would refuse the first).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import cache

import numpy as np
from django.db.models import Q

from dunwell.core.assign.asked import act_left, is_shut
from dunwell.core.assign.day import DueCases
from dunwell.core.assign.gain import ACTIONS, MESSAGES, GainTable
from dunwell.core.assign.hands import Hand
from dunwell.core.assign.place import UNKNOWN, city_of
from dunwell.core.decision import Policy
from dunwell.core.permit import BEIJING
from dunwell.flows.prepare.borrower_facts import freezes_on
from dunwell.flows.prepare.day_policy import policy_again
from dunwell.store.book.models import BorrowerTerms, Contact
from dunwell.store.outreach.resting import resting_ways
from dunwell.store.people.models import Appointment, Role
from dunwell.store.permits.models import Standing
from dunwell.store.vault import open_many
from dunwell.store.work.due import DueRows, due_rows
from dunwell.store.work.standing import (
    capacities_on,
    minutes_on,
    standing_retentions,
    taken_on,
)

WORKING = (Role.COLLECTOR, Role.FIELD, Role.LEGAL, Role.SUPERVISOR)
USUAL_LANGUAGE = frozenset({"", "zh", "zh-hans", "zh-cn", "cmn", "普通话", "汉语", "中文"})
AT_ONCE = 500
DAY_ENDS_AT = time(20)
"""Nobody is called later (CN-T01 of the pack is narrower or the same)."""
RELIEF = "relief"
_HARDSHIP = frozenset({"hardship"})


@dataclass(frozen=True, slots=True)
class DueFacts:
    """The due cases as core.assign.day takes them, and how many are blocked."""

    due: DueCases
    rows: DueRows
    blocked: int


def due_facts(*, lender: int, day: date, at: datetime, table: GainTable) -> DueFacts:
    """The lender's due cases on `day` with place, language and what stands against them."""
    rows = due_rows(lender=lender, day=day)
    parties = rows.party.tolist()
    action, fallback, asked = _as_asked(rows, at)
    retained = dict(standing_retentions(day=day).values_list("case_id", "staff_id"))
    languages, language = _places(_languages(lender), parties, usual="")
    visit = ACTIONS.index("visit")
    visited = [p for p, act, other in zip(parties, action, fallback, strict=True)
               if visit in (act, other)]  # fmt: skip
    regions, region = _places(_cities(lender, visited), parties, usual=UNKNOWN)
    blocked = _blocked(rows, day=day, at=at) | (asked & (action == 0) & (fallback == 0))
    blocked |= _resting(rows, action, day=day)
    held_by = [retained.get(case, -1) for case in rows.case.tolist()]
    due = DueCases(
        case=rows.case,
        action=action,
        fallback=fallback,
        overdue_fen=rows.overdue_fen,
        delinquent_days=rows.delinquent_days,
        grade=_among(table.grades, rows.grade),
        reachability=_among(table.reachability, rows.reachability),
        holder=rows.holder,
        team=rows.team,
        retained=(np.array(held_by, dtype=np.int64) == rows.holder) & (rows.holder >= 0),
        blocked=blocked,
        asked=asked,
        language=language,
        languages=languages,
        region=region,
        regions=regions,
    )
    return DueFacts(due, rows, int(blocked.sum()))


def hands_on(*, lender: int, day: date, at: datetime) -> tuple[list[Hand], dict[str, int]]:
    """Who works for the lender on `day` and with how much left, and how many do not and why."""
    teams: dict[int, set[int | None]] = {}
    held = Appointment.objects.filter(
        Q(until_on=None) | Q(until_on__gt=day),
        lender=lender, role__in=WORKING, from_on__lte=day, staff__is_active=True,
    )  # fmt: skip
    for staff, team in held.order_by("pk").values_list("staff_id", "team_id"):
        known = teams.setdefault(staff, set())
        known.add(team)
    capacities = capacities_on(lender=lender, day=day)
    taken = taken_on(lender=lender, day=day)
    certified, suspended = (_staff_states(kind, at) for kind in ("certified", "suspended"))
    hands, left_out = [], dict.fromkeys(
        ("no_capacity", "away", "not_certified", "suspended"), 0
    )  # fmt: skip
    for staff, of in sorted(teams.items()):
        capacity = capacities.get(staff)
        if capacity is None:
            left_out["no_capacity"] += 1
        elif staff in suspended:
            left_out["suspended"] += 1
        elif staff not in certified:
            left_out["not_certified"] += 1
        elif not minutes_on(capacity, day):
            left_out["away"] += 1
        else:
            hand = Hand(
                staff=staff,
                minutes=minutes_on(capacity, day),
                skills=frozenset(capacity.skills.split()),
                languages=frozenset(capacity.languages.split()),
                regions=tuple(capacity.regions.split()),
                # One appointment to the whole lender is enough to work for all its teams.
                teams=frozenset() if None in of else frozenset(each for each in of if each),
                most=capacity.most,
            )
            hands.append(_less(hand, taken.get(staff, {})))
    return hands, left_out


def messages_taken(*, lender: int, day: date) -> int:
    """Messages that stand on worklists whatever is shared anew."""
    taken = taken_on(lender=lender, day=day)
    return sum(of[action][1] for of in taken.values() for action in MESSAGES if action in of)


def _less(hand: Hand, taken: Mapping[str, list[int]]) -> Hand:
    """The hand without what it has on its list already."""
    skill_of = {"phone": "phone", "relief": "phone", "visit": "visit", "legal": "legal"}
    done: defaultdict[str, int] = defaultdict(int)
    for action, (_, count) in taken.items():
        done[skill_of.get(action, "")] += count
    minutes = hand.minutes - sum(of[0] for of in taken.values())
    most = {skill: max(0, limit - done[skill]) for skill, limit in hand.most.items()}
    return replace(hand, minutes=max(0, minutes), most=most)


def _staff_states(kind: str, at: datetime) -> frozenset[int]:
    rows = Standing.objects.filter(
        Q(until_at=None) | Q(until_at__gt=at),
        what=Standing.What.STAFF, kind=kind, from_at__lte=at, replaced=None,
    )  # fmt: skip
    return frozenset(staff for staff in rows.values_list("staff_id", flat=True) if staff)


def _as_asked(rows: DueRows, at: datetime) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Act, fallback, and whether the act is another than the step's, as the borrowers asked."""
    action, fallback = rows.action.copy(), _fallbacks(rows).copy()
    asked = np.zeros(len(action), dtype=bool)
    closed = _closed_ways(at)
    for place, party in enumerate(rows.party.tolist()):
        ways = closed.get(party)
        if ways is None:
            continue
        if is_shut(ACTIONS[fallback[place]], closed=ways):
            fallback[place] = 0
        if is_shut(ACTIONS[action[place]], closed=ways):
            left = act_left(ACTIONS[action[place]], closed=ways)
            action[place], asked[place] = ACTIONS.index(left), True
    return action, fallback, asked


def _closed_ways(at: datetime) -> dict[int, set[str]]:
    """The channels each party itself asked us not to use; "" is all of them."""
    rows = Standing.objects.filter(
        Q(until_at=None) | Q(until_at__gt=at),
        what=Standing.What.OPT_OUT, party__isnull=False, reach=None, from_at__lte=at,
        replaced=None,
    )  # fmt: skip
    found: dict[int, set[str]] = {}
    for party, channel in rows.values_list("party_id", "channel"):
        if party is not None:
            found.setdefault(party, set()).add(channel)
    return found


def _fallbacks(rows: DueRows) -> np.ndarray:
    """The fallback that the strategy names for each case's step, as a place in ACTIONS."""
    policy = cache(lambda number: policy_again(number)[0])
    by_step = [_fallback(policy(number), arm, plan, step) for number, arm, plan, step in rows.steps]
    return np.array(by_step or [0], dtype=np.int64)[rows.step]


def _fallback(policy: Policy, arm: str, plan: str, step: int) -> int:
    arms = policy.experiment.arms if policy.experiment and arm else ()
    name = next((each.strategy for each in arms if each.name == arm), None)
    course = policy.strategies[name or "default"].course.get(plan, ())
    named = course[step - 1].fallback if 0 < step <= len(course) else None
    return ACTIONS.index(named.action) if named else 0


def _blocked(rows: DueRows, *, day: date, at: datetime) -> np.ndarray:
    """Held and frozen borrowers; under hardship relief may still be talked over."""
    frozen = freezes_on(_ever_frozen() & set(rows.party.tolist()), day=day, at=at)
    relief = ACTIONS.index(RELIEF)
    against = [
        bool(kinds) and not (kinds == _HARDSHIP and action == relief)
        for kinds, action in (
            (frozen.get(party), action)
            for party, action in zip(rows.party.tolist(), rows.action.tolist(), strict=True)
        )
    ]
    return np.asarray(rows.held | np.array(against, dtype=bool))


def _resting(rows: DueRows, action: np.ndarray, *, day: date) -> np.ndarray:
    """Those whose act goes a way they rest from all day; who rests for a part of it comes later."""
    ways = resting_ways(after=datetime.combine(day, DAY_ENDS_AT, BEIJING))
    return np.array(
        [
            is_shut(ACTIONS[act], closed=ways.get(case, ()))
            for case, act in zip(rows.case.tolist(), action.tolist(), strict=True)
        ],
        dtype=bool,
    )


def _ever_frozen() -> set[int]:
    rows = Standing.objects.filter(what=Standing.What.FREEZE, party__isnull=False)
    return set(rows.values_list("party_id", flat=True))


def _languages(lender: int) -> dict[int, str]:
    """The language of each party that does not speak the usual one."""
    rows = BorrowerTerms.objects.filter(replaced=None, borrower__lender=lender).exclude(language="")
    told = rows.order_by("-pk").values_list("borrower__party_id", "language")
    return {party: name for party, name in told if name.lower() not in USUAL_LANGUAGE}


def _cities(lender: int, parties: Collection[int]) -> dict[int, str]:
    """The city of each party's own address."""
    found: dict[int, str] = {}
    wanted = sorted(set(parties))
    for start in range(0, len(wanted), AT_ONCE):
        rows = list(
            Contact.objects.filter(
                replaced=None, role="self", address_sealed__isnull=False,
                borrower__lender=lender, borrower__party__in=wanted[start : start + AT_ONCE],
            ).order_by("-pk").values_list("pk", "borrower__party_id", "address_sealed")
        )  # fmt: skip
        opened = open_many(
            [sealed for _, _, sealed in rows], table="book_contact", column="address_sealed",
            rows=[pk for pk, _, _ in rows],
        )  # fmt: skip
        found.update(
            (party, city_of(text or "")) for (_, party, _), text in zip(rows, opened, strict=True)
        )
    return found


def _places(
    words: Mapping[int, str], parties: list[int], *, usual: str
) -> tuple[tuple[str, ...], np.ndarray]:
    """The distinct words, the usual one first, and each party's place among them."""
    names = (usual, *sorted(set(words.values()) - {usual}))
    place = {name: at for at, name in enumerate(names)}
    return names, np.array([place[words.get(party, usual)] for party in parties], dtype=np.int64)


def _among(names: tuple[str, ...], found: list[str]) -> np.ndarray:
    place = {name: at for at, name in enumerate(names)}
    return np.array([place.get(name, -1) for name in found], dtype=np.int64)
