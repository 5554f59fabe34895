"""Covering: which facts do conditions leave out or share? Exact, without trying every row.

Each field falls into the cells its conditions cut it into (for an int, the stretches
between cut points; for a choice, its values; unknown is a cell). A condition is a set
of boxes, one set of cells per field. What boxes leave uncovered is found by splitting a
box only along fields in which a rule cuts it, so the work follows the rules and not the
product of all fields. Beyond SPLITS splits or BOXES boxes of one condition: TooTangled.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from dunwell.core.decision_table.conditions import All, Any, Is, Not, When, atoms_of, fields_read
from dunwell.core.decision_table.fields import UNKNOWN, Field, Fields, Value
from dunwell.core.refusal import Refusal

SPLITS = 200_000
BOXES = 5_000

Box: TypeAlias = tuple[int, ...]
"""Per field of the space a set of cells, as bits."""


class TooTangled(Refusal):
    """Conditions that cannot be compared within the limit. Figures: fields, limit."""

    code = "TABLE-TOO-TANGLED"


@dataclass(frozen=True, slots=True)
class Space:
    """The fields that some conditions read, each cut into cells; a cell shows one value."""

    names: tuple[str, ...]
    cells: tuple[tuple[Value, ...], ...]

    @property
    def whole(self) -> Box:
        """The box of everything."""
        return tuple((1 << len(cells)) - 1 for cells in self.cells)

    def example(self, box: Box) -> dict[str, Value]:
        """A row inside a box: of each field the first cell, known before unknown."""
        return {
            name: cells[(mask & -mask).bit_length() - 1]
            for name, cells, mask in zip(self.names, self.cells, box, strict=True)
        }

    def boxes_of(self, when: When) -> list[Box]:
        """The condition as boxes that together hold exactly what it does; they may overlap.

        Refuses (TooTangled) a condition of more than BOXES boxes.
        """
        return self._boxes(when, wanted=True)

    def _boxes(self, when: When, *, wanted: bool) -> list[Box]:
        match when:
            case Is():
                return self._atom(when, wanted=wanted)
            case Not():
                return self._boxes(when.part, wanted=not wanted)
            case All() | Any():
                parts = [self._boxes(part, wanted=wanted) for part in when.parts]
                if isinstance(when, All) == wanted:
                    return self._product(parts)
                return self._kept({box for part in parts for box in part})

    def _atom(self, atom: Is, *, wanted: bool) -> list[Box]:
        at = self.names.index(atom.field)
        mask = sum(
            1 << n for n, value in enumerate(self.cells[at]) if atom.accepts(value) == wanted
        )
        return [(*self.whole[:at], mask, *self.whole[at + 1 :])] if mask else []

    def _product(self, parts: Sequence[list[Box]]) -> list[Box]:
        found = [self.whole]
        for part in parts:
            met = (meet(one, other) for one in found for other in part)
            found = self._kept({box for box in met if box is not None})
        return found

    def _kept(self, boxes: set[Box]) -> list[Box]:
        if len(boxes) > BOXES:
            raise TooTangled(fields=list(self.names), limit=BOXES)
        return sorted(boxes)


def space_of(conditions: Sequence[When], fields: Fields) -> Space:
    """Cut every field that the conditions read into the cells they distinguish."""
    names = fields_read(*conditions)
    atoms: dict[str, list[Is]] = {name: [] for name in names}
    for when in conditions:
        for atom in atoms_of(when):
            atoms[atom.field].append(atom)
    return Space(names, tuple(_cells(fields[name], atoms[name]) for name in names))


def meet(one: Box, other: Box) -> Box | None:
    """What two boxes share, or None."""
    shared = tuple(a & b for a, b in zip(one, other, strict=True))
    return shared if all(shared) else None


def uncovered(box: Box, covers: Sequence[Box], *, space: Space) -> Iterator[Box]:
    """The parts of `box` that no cover holds, as boxes apart from one another.

    Refuses (TooTangled) after SPLITS splits.
    """
    splits = 0
    waiting = [(box, list(covers))]
    while waiting:
        left, rest = waiting.pop()
        cutting = [(cuts, cover) for cover in rest if (cuts := _cuts(left, cover)) is not None]
        if not cutting:
            yield left
            continue
        at_fewest, cover = min(cutting, key=lambda one: len(one[0]))
        if not at_fewest:
            continue
        splits += 1
        if splits > SPLITS:
            raise TooTangled(fields=list(space.names), limit=SPLITS)
        still = [one for _, one in cutting]
        at = at_fewest[0]
        for mask in (left[at] & ~cover[at], left[at] & cover[at]):
            waiting.append(((*left[:at], mask, *left[at + 1 :]), still))


def _cuts(box: Box, cover: Box) -> list[int] | None:
    """The fields in which `cover` holds only a part of `box`; None where they share nothing."""
    cuts = []
    for at, (mask, accepted) in enumerate(zip(box, cover, strict=True)):
        if not mask & accepted:
            return None
        if mask & ~accepted:
            cuts.append(at)
    return cuts


def _cells(field: Field, atoms: Sequence[Is]) -> tuple[Value, ...]:
    """One value for each cell; values that no question tells apart share one."""
    shown: dict[tuple[bool, ...], Value] = {}
    for value in _candidates(field, atoms):
        shown.setdefault(tuple(atom.accepts(value) for atom in atoms), value)
    return tuple(shown.values())


def _candidates(field: Field, atoms: Sequence[Is]) -> Iterator[Value]:
    if field.kind == "choice":
        # A choice called unknown comes last, so that examples show a known value first.
        yield from sorted(field.choices, key=lambda one: one == UNKNOWN)
    elif field.kind == "flag":
        yield from (False, True)
    else:
        points = {
            0,
            *(end for atom in atoms for one in atom.ranges for end in one if end is not None),
        }
        points |= {point - 1 for point in points}
        least, most = field.least, field.most
        points |= {end for end in (least, most) if end is not None}
        inside = (
            point
            for point in points
            if (least is None or least <= point) and (most is None or point <= most)
        )
        yield from sorted(inside, key=lambda point: (point < 0, abs(point)))
    if field.may_be_none:
        yield None
