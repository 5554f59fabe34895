"""Checking a table before it counts: what no rule answers, what two answer, what none reaches.

Called when a strategy, a category list or a quadrant is loaded, and by
`dunwell strategy check`. Every finding carries an example row of the fields the table
reads. Exact (see covering); combinations that cannot occur in life count as well,
unless `given` rules them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice
from typing import NamedTuple

from dunwell.core.decision_table.conditions import ALWAYS, When
from dunwell.core.decision_table.covering import Box, Space, meet, space_of, uncovered
from dunwell.core.decision_table.fields import Facts, Fields, Value
from dunwell.core.decision_table.tables import Table
from dunwell.core.refusal import Refusal

MOST_GAPS = 10
"""So many gaps are listed; closing them shows whether there are more."""


class TableGap(Refusal):
    """Facts that no rule answers. Figures: file, path, example, count."""

    code = "TABLE-GAP"


class TableOverlap(Refusal):
    """Facts that two rules answer. Figures: file, path, first, second, example."""

    code = "TABLE-OVERLAP"


class RuleNeverReached(Refusal):
    """A rule that never counts: earlier rules, or nothing at all, hold first.

    Figures: file, path, rule.
    """

    code = "TABLE-RULE-NEVER-REACHED"


class Overlap(NamedTuple):
    """Two rules that answer the same row."""

    first: str
    second: str
    example: dict[str, Value]


@dataclass(frozen=True, slots=True)
class Findings:
    """All that is wrong with a table; `unreached` rules never count."""

    gaps: tuple[dict[str, Value], ...]
    overlaps: tuple[Overlap, ...]
    unreached: tuple[str, ...]

    @property
    def sound(self) -> bool:
        """Nothing is wrong."""
        return not (self.gaps or self.overlaps or self.unreached)


def check(table: Table[object], *, given: When = ALWAYS, unless: Sequence[When] = ()) -> Findings:
    """Find what is wrong with a table for the facts of which `given` holds and no `unless`.

    With hit `first` two rules may share facts: the earlier counts. Refuses (TooTangled)
    conditions beyond the limits of covering.
    """
    space = space_of([given, *unless, *(rule.when for rule in table.rules)], table.fields)
    domain = space.boxes_of(given)
    outside = [box for when in unless for box in space.boxes_of(when)]
    covers = [_within(space.boxes_of(rule.when), domain) for rule in table.rules]
    names = [rule.id for rule in table.rules]
    everything = [*outside, *(box for boxes in covers for box in boxes)]
    gaps = (left for box in domain for left in uncovered(box, everything, space=space))
    overlaps = []
    if table.hit == "only":
        for (first, ones), (second, others) in combinations(zip(names, covers, strict=True), 2):
            shared = _first_left(_shared(ones, others), outside, space)
            if shared is not None:
                overlaps.append(Overlap(first, second, space.example(shared)))
    unreached = []
    for at, name in enumerate(names):
        earlier = [box for boxes in covers[:at] for box in boxes] if table.hit == "first" else []
        if _first_left(covers[at], [*outside, *earlier], space) is None:
            unreached.append(name)
    return Findings(
        gaps=tuple(space.example(gap) for gap in islice(gaps, MOST_GAPS)),
        overlaps=tuple(overlaps),
        unreached=tuple(unreached),
    )


def faults_of(
    table: Table[object],
    *,
    file: str,
    path: str,
    given: When = ALWAYS,
    unless: Sequence[When] = (),
) -> tuple[Refusal, ...]:
    """All that is wrong with a table, as refusals with an example row where there is one.

    TableOverlap, TableGap and RuleNeverReached; rows show the fields of the table, not
    those of `given` and `unless`. Refuses (TooTangled) conditions beyond the limits.
    """
    found = check(table, given=given, unless=unless)
    reads = table.reads

    def shown(row: Facts) -> str:
        return row_text({name: row[name] for name in reads} or row)

    return (
        *(
            TableOverlap(file=file, path=path, first=first, second=second, example=shown(row))
            for first, second, row in found.overlaps
        ),
        *(
            TableGap(file=file, path=path, example=shown(row), count=len(found.gaps))
            for row in found.gaps
        ),
        *(RuleNeverReached(file=file, path=path, rule=rule) for rule in found.unreached),
    )


def refuse_unsound(table: Table[object], *, file: str, path: str) -> None:
    """Let a table through that answers all facts. Refuses the first of `faults_of`."""
    for fault in faults_of(table, file=file, path=path):
        raise fault


def example_of(
    when: When, fields: Fields, *, unless: Sequence[When] = ()
) -> dict[str, Value] | None:
    """A row for which `when` holds and no `unless`, over the fields they read; None: there is none.

    Refuses (TooTangled) conditions beyond the limits of covering.
    """
    space = space_of([when, *unless], fields)
    outside = [box for one in unless for box in space.boxes_of(one)]
    found = _first_left(space.boxes_of(when), outside, space)
    return None if found is None else space.example(found)


def row_text(row: Facts) -> str:
    """A row as it is written in a strategy: `bucket: M2, held: false, reason: unknown`."""
    return ", ".join(f"{name}: {_written(value)}" for name, value in row.items())


def _written(value: Value) -> str:
    if value is None:
        return "unknown"
    return str(value).lower() if isinstance(value, bool) else str(value)


def _within(boxes: Sequence[Box], domain: Sequence[Box]) -> list[Box]:
    met = (meet(box, part) for box in boxes for part in domain)
    return sorted({box for box in met if box is not None})


def _shared(ones: Sequence[Box], others: Sequence[Box]) -> Iterator[Box]:
    met = (meet(one, other) for one in ones for other in others)
    return (box for box in met if box is not None)


def _first_left(boxes: Iterable[Box], covers: Sequence[Box], space: Space) -> Box | None:
    """Some part of the boxes that no cover holds; None where there is none."""
    left = (part for box in boxes for part in uncovered(box, covers, space=space))
    return next(left, None)
