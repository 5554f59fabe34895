"""How two strategies differ: rules and plans added, removed or changed, and who would move.

Called by `dunwell strategy diff` and by the page where a strategy is proposed. Who moves
is found from the rules alone, exactly, with an example of each move; how many move on
today's book is counted by bulk.compile.comparison.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dunwell.core.borrower_fields import STRATEGY_FIELDS
from dunwell.core.decision_table import All, Value, fields_read, meet, space_of
from dunwell.core.strategy.checks import fields_of, led_to
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
    space = space_of([when for _, when, _ in (*before, *after)], STRATEGY_FIELDS)
    boxes = [(plan, when, space.boxes_of(when)) for _, when, plan in before]
    others = [(plan, when, space.boxes_of(when)) for _, when, plan in after]
    reads = {*fields_of(first), *fields_of(second)}
    moves: dict[tuple[str, str], Move] = {}
    for left, one, ones in boxes:
        for right, other, twos in others:
            if left == right or (left, right) in moves:
                continue
            shared = next((box for a in ones for b in twos if (box := meet(a, b))), None)
            if shared is not None:
                row = space.example(shared)
                shown = {name: value for name, value in row.items() if name in reads}
                moves[left, right] = Move(left, right, shown, _asked(one, other))
    return tuple(moves.values())


def _asked(*conditions: All) -> tuple[str, ...]:
    # The last part of what must hold is that no earlier rule of rest does: see led_to.
    return fields_read(*(part for when in conditions for part in when.parts[:-1]))
