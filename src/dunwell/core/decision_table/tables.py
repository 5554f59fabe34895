"""Decision tables: rules in order, and which of them counts for the facts of a day.

`first`: the first rule that holds counts. `only`: exactly one may hold; a table with a
gap or an overlap is refused at load (checking), so the order means nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from dunwell.core.decision_table.conditions import When, fields_read, holds
from dunwell.core.decision_table.fields import Facts, Fields
from dunwell.core.refusal import Refusal

Then_co = TypeVar("Then_co", covariant=True)
Hit = Literal["first", "only"]


class NoRule(Refusal):
    """Facts that no rule of a table covers. Figures: facts (of the fields it reads), rules."""

    code = "TABLE-NO-RULE"


@dataclass(frozen=True, slots=True)
class Rule(Generic[Then_co]):
    """When it holds, `then` is the answer."""

    id: str
    when: When
    then: Then_co


@dataclass(frozen=True, slots=True)
class Table(Generic[Then_co]):
    """Rules over fields. Called with facts through `choose`."""

    fields: Fields
    rules: tuple[Rule[Then_co], ...]
    hit: Hit

    @property
    def reads(self) -> tuple[str, ...]:
        """The fields its rules ask about, in order of first use."""
        return fields_read(*(rule.when for rule in self.rules))


def choose(table: Table[Then_co], facts: Facts) -> Rule[Then_co]:
    """The rule that counts for the facts. Refuses (NoRule) facts that no rule covers.

    A table that passed `check` covers all facts its fields allow, so a refusal says
    that a fact holds a value its field does not have.
    """
    for rule in table.rules:
        if holds(rule.when, facts):
            return rule
    found = {name: facts[name] for name in table.reads}
    raise NoRule(facts=found, rules=len(table.rules))
