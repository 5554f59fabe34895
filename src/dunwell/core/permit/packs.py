"""Packs: which rules a law or a house switches on, and the dated numbers they read.

A pack is data (dunwell.packs, read by store.policy.packs). Packs stack: every rule
that any of them names is on, and of several numbers for one parameter the strictest
binds. `Stack.on` answers the numbers of one day; what no pack says on that day is
unknown and refuses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import NamedTuple

from dunwell.core.params import DatedValue, Force, NoValueOn, Parameter, Read
from dunwell.core.permit.limits import NUMBERS, Limits
from dunwell.core.refusal import Refusal


class PacksDisagree(Refusal):
    """A parameter two packs give unlike, that neither calls stricter, or in unlike units.

    Figures: parameter, packs, values.
    """

    code = "PACK-DISAGREE"


class SamePackTwice(Refusal):
    """A stack that names one pack more than once, or none at all. Figures: packs."""

    code = "PACK-STACK"


@dataclass(frozen=True, slots=True)
class RuleSource:
    """Where a rule stands written: instrument and clause, its force, how well it was read.

    `source_en` is the same place named in English; empty where nobody wrote it.
    """

    title: str
    title_en: str
    source: str
    force: Force
    read: Read
    source_en: str = ""


@dataclass(frozen=True, slots=True)
class Pack:
    """One pack: its rules by code, its parameters by name (path in the pack, with dots)."""

    id: str
    title: str
    title_en: str
    checked_on: date
    recheck_by: date
    rules: Mapping[str, RuleSource]
    parameters: Mapping[str, Parameter]

    @property
    def hash(self) -> str:
        """SHA-256 of everything the pack says, whatever the order it is written in."""
        return hashlib.sha256(_canonical([self])).hexdigest()

    def overdue_for_check(self, day: date) -> tuple[str, ...]:
        """What nobody compared with its source in time, longest overdue first.

        Parameters by name, the rules' own sources under the pack's id.
        """
        late = [self.id] if day > self.recheck_by else []
        late += [name for name, p in self.parameters.items() if p.overdue_for_check(day)]
        return tuple(sorted(late, key=self.recheck_of))

    def recheck_of(self, name: str) -> date:
        """The day by which a parameter, or under its own id the pack, is compared again."""
        return self.recheck_by if name == self.id else self.parameters[name].recheck_by


class Bound(NamedTuple):
    """The number that binds on a day, the pack that gives it, and the text it comes from."""

    name: str
    pack: str
    parameter: Parameter
    dated: DatedValue


class OnDay(NamedTuple):
    """A stack on one day: the numbers for the rules, and where each of them comes from."""

    limits: Limits
    bounds: Mapping[str, Bound]


UNKNOWN_DAY = OnDay(Limits({}, day_known=False), {})
"""What counts when the moment is unknown: nothing is known, so every number refuses."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Packs laid upon each other; their order does not matter."""

    packs: tuple[Pack, ...]
    hash: str
    rules: Mapping[str, RuleSource]
    _days: dict[date, OnDay] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: date) -> OnDay:
        """The numbers that bind on `day`, found once a day. Refuses what `bind` refuses."""
        found = self._days.get(day)
        if found is None:
            names = sorted(
                {name for pack in self.packs for name in pack.parameters} & NUMBERS.keys()
            )
            bounds = [b for b in (bind(self.packs, name, day) for name in names) if b is not None]
            values = {bound.name: bound.dated.value for bound in bounds}
            found = OnDay(Limits(values), {bound.name: bound for bound in bounds})
            self._days[day] = found
        return found


def stack(packs: Sequence[Pack]) -> Stack:
    """Lay packs upon each other. Refuses (SamePackTwice) none, and one that is named twice."""
    ordered = tuple(sorted(packs, key=lambda pack: pack.id))
    names = [pack.id for pack in ordered]
    if not names or len(set(names)) < len(names):
        raise SamePackTwice(packs=names)
    rules: dict[str, RuleSource] = {}
    for pack in ordered:
        rules.update({code: source for code, source in pack.rules.items() if code not in rules})
    return Stack(ordered, hashlib.sha256(_canonical(ordered)).hexdigest(), rules)


def bind(packs: Sequence[Pack], name: str, day: date) -> Bound | None:
    """The strictest value of `name` on `day`, None where no pack gives one.

    Refuses (PacksDisagree) unlike units or directions, and unlike values where the
    parameter has no stricter side: nobody but a person can choose between those.
    """
    given: list[Bound] = []
    for pack in packs:
        parameter = pack.parameters.get(name)
        if parameter is not None:
            try:
                given.append(Bound(name, pack.id, parameter, parameter.dated_on(day)))
            except NoValueOn:
                continue
    if not given:
        return None
    if len({(bound.parameter.unit, bound.parameter.stricter) for bound in given}) > 1:
        raise _disagree(given)
    stricter = given[0].parameter.stricter
    if stricter == "none" and len({bound.dated.value for bound in given}) > 1:
        raise _disagree(given)
    pick = max if stricter == "higher" else min
    return pick(given, key=lambda bound: bound.dated.value)


def _disagree(given: Sequence[Bound]) -> PacksDisagree:
    return PacksDisagree(
        parameter=given[0].name,
        packs=[bound.pack for bound in given],
        values=[f"{bound.dated.value} {bound.parameter.unit}" for bound in given],
    )


def _canonical(packs: Sequence[Pack]) -> bytes:
    content = [
        {
            **{key: getattr(pack, key) for key in ("id", "title", "title_en")},
            "checked_on": pack.checked_on.isoformat(),
            "recheck_by": pack.recheck_by.isoformat(),
            "rules": {code: asdict(source) for code, source in pack.rules.items()},
            "parameters": {name: asdict(p) for name, p in pack.parameters.items()},
        }
        for pack in packs
    ]
    text = json.dumps(
        content, default=str, ensure_ascii=False, separators=(",", ":"), sort_keys=True
    )
    return text.encode()
