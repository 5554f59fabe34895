"""The house's own stops: freezes on a case (HOUSE-F-…) and the state of who acts (HOUSE-A-…).

What each freeze still lets through is a number of the house pack; contact the other
side starts is always served.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, get_args

from dunwell.core.permit.facts import Facts, Freeze
from dunwell.core.permit.findings import Finding
from dunwell.core.permit.limits import LETS_THROUGH, Limits
from dunwell.core.permit.rules.persons import seeks_estate

FREEZES: Final[tuple[Freeze, ...]] = get_args(Freeze)

_NOTHING, _ESTATE, _NOTICES, _SERVICE = range(len(LETS_THROUGH))


def frozen(freeze: Freeze) -> Callable[[Facts, Limits], Finding | None]:
    """The rule of one freeze."""
    code, attribute = f"HOUSE-F-{freeze}", f"freezes_{freeze}"

    def rule(facts: Facts, limits: Limits) -> Finding | None:
        if freeze not in facts.freezes:
            return None
        if facts.direction == "inbound" and facts.purpose == "service":
            return None
        if _let_through(facts, getattr(limits, attribute)):
            return None
        return Finding(code, "refuse", {"purpose": facts.purpose})

    rule.__doc__ = f"{code}: the case is frozen; only what this freeze lets through may happen."
    return rule


def _let_through(facts: Facts, mildness: int) -> bool:
    if mildness == _NOTHING:
        return False
    if mildness == _ESTATE:
        return seeks_estate(facts)
    if facts.purpose == "notify":
        return True
    return mildness >= _SERVICE and facts.purpose == "service"


def certified(facts: Facts, limits: Limits) -> Finding | None:
    """HOUSE-A-certified: who has not passed the test contacts nobody."""
    return None if facts.actor_certified else Finding("HOUSE-A-certified", "refuse")


def suspended(facts: Facts, limits: Limits) -> Finding | None:
    """HOUSE-A-suspended: who is suspended contacts nobody."""
    return Finding("HOUSE-A-suspended", "refuse") if facts.actor_suspended else None


def own_team(facts: Facts, limits: Limits) -> Finding | None:
    """HOUSE-A-team: a case is worked by its own team."""
    return None if facts.actor_in_team else Finding("HOUSE-A-team", "refuse")
