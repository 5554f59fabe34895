"""How two strategies differ: rules and plans added, removed or changed, and who would move.

Called by `dunwell strategy diff` and by the page where a strategy is proposed. Who moves
is found from the rules alone, exactly, with an example of each move; how many move on
today's book is counted by bulk.compile.comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Literal, NamedTuple

from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.core.decision_table import Value, fields_read, meet, space_of, uncovered
from dunwell.core.strategy.checks import led_to
from dunwell.core.strategy.records import Strategy

Kind = Literal["added", "removed", "changed"]


class Change(NamedTuple):
    """A rule (by its path) or a plan (by its name), and what happened to it."""

    name: str
    kind: Kind


class Move(NamedTuple):
    """Borrowers like `example` go from one plan to another; `asked` are the fields that matter.

    Those are the fields that the two rules and their stages ask about; the others say that
    no rule of rest holds.
    """

    first: str
    second: str
    example: dict[str, Value]
    asked: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Differences:
    """Everything that differs; moves are between plans of other names, one example each."""

    rules: tuple[Change, ...]
    plans: tuple[Change, ...]
    moves: tuple[Move, ...]

    @property
    def none(self) -> bool:
        """The two decide alike and read alike."""
        return not (self.rules or self.plans or self.moves)


def differences(first: Strategy, second: Strategy) -> Differences:
    """Compare two strategies. Refuses (TooTangled) conditions beyond the limits."""
    return Differences(
        rules=_changes(_rules(first), _rules(second)),
        plans=_changes(first.plans, second.plans),
        moves=_moves(first, second),
    )


def _rules(strategy: Strategy) -> dict[str, object]:
    rules: dict[str, object] = {f"rest.{rule.id}": rule for rule in strategy.rest.rules}
    for stage, entered in zip(strategy.stages, strategy.by_stage.rules, strict=True):
        rules[f"stages.{stage.id}"] = (entered.when, stage.title)
        rules |= {f"stages.{stage.id}.rules.{rule.id}": rule for rule in stage.table.rules}
    return rules


def _changes(first: Mapping[str, object], second: Mapping[str, object]) -> tuple[Change, ...]:
    changes = []
    for name in (*first, *(name for name in second if name not in first)):
        if name not in second:
            changes.append(Change(name, "removed"))
        elif name not in first:
            changes.append(Change(name, "added"))
        elif first[name] != second[name]:
            changes.append(Change(name, "changed"))
    return tuple(changes)


def _moves(first: Strategy, second: Strategy) -> tuple[Move, ...]:
    before, after = list(led_to(first)), list(led_to(second))
    asked = [when for led in (*before, *after) for when in (led.when, *led.unless)]
    space = space_of(list(dict.fromkeys(asked)), STRATEGY_FIELDS)
    boxes = {when: space.boxes_of(when) for when in dict.fromkeys(asked)}
    moves: dict[tuple[str, str], Move] = {}
    for left, right in product(before, after):
        pair = (left.plan, right.plan)
        if left.plan == right.plan or pair in moves:
            continue
        outside = [box for when in (*left.unless, *right.unless) for box in boxes[when]]
        met = (meet(one, two) for one in boxes[left.when] for two in boxes[right.when])
        parts = (part for box in met if box for part in uncovered(box, outside, space=space))
        found = next(parts, None)
        if found is not None:
            shown = fields_read(left.when, right.when)
            moves[pair] = Move(*pair, space.example(found), shown)
    return tuple(moves.values())
