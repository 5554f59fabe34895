"""A second reader, learned from labelled sentences: it knows how wrong texts sound, not why.

Called by checking. It adds up weights of short runs of characters and of the groups of the
lexicon that have a word in the text (data of the pack, written by a script, never by hand).
Where the lexicon found nothing and the sum is above a threshold, the likeliest class is said
and the stretch that weighs most is marked; where the lexicon found something and the sum is
far below, that finding is doubted. Weights are hundredths and explain nothing: a reason to
look, not a rule that was broken word by word.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt

from dunwell.core.wording.finding_words import Hit

ENTRY = "learned"
"""What findings of this reader name as their entry, before the class."""

Weight = tuple[int, ...]
"""What one feature weighs: for "something is wrong", then for each class in order."""


@dataclass(frozen=True, slots=True)
class Learned:
    """The weights. Sums are divided by the root of how many features a text has."""

    runs: tuple[str, ...]
    weights: tuple[Weight, ...]
    """Run → what it weighs."""
    groups: Mapping[int, Weight]
    """Group of the lexicon → what it weighs where it has a word."""
    bias: int
    threshold: int
    """A silent lexicon is spoken for only where "something is wrong" weighs more than this …"""
    class_threshold: int
    """… and its likeliest class more than this."""
    doubt: int
    """What the lexicon found is doubted where "something is wrong" weighs less than this."""
    class_doubt: int
    """Of several classes found those are doubted that weigh less than this."""
    classes: tuple[str, ...]
    class_bias: tuple[int, ...]
    trained_on: str
    """SHA-256 of the labelled sentences that the weights come from."""
    _wrong_runs: tuple[int, ...] = field(init=False)
    _wrong_groups: Mapping[int, int] = field(init=False)

    def __post_init__(self) -> None:
        """Keep apart what every text is asked for."""
        put = object.__setattr__
        put(self, "_wrong_runs", tuple(one[0] for one in self.weights))
        put(self, "_wrong_groups", {group: one[0] for group, one in self.groups.items()})

    def weigh(self, hits: Sequence[Hit], groups: Collection[int]) -> float:
        """How much "something is wrong" weighs with these runs and these of its groups."""
        runs = self._wrong_runs
        total = sum([runs[run] for _, run in hits])
        total += sum(map(self._wrong_groups.__getitem__, groups))
        root = sqrt(len(hits) + len(groups))
        return total / root + self.bias if root else float(self.bias)

    def by_class(self, hits: Sequence[Hit], groups: Collection[int]) -> dict[str, float]:
        """How much each class weighs."""
        weights = [self.weights[run] for _, run in hits]
        weights += [self.groups[group] for group in groups]
        root = sqrt(len(weights)) or 1.0
        sums = [sum(column) for column in zip(*weights, strict=True)][1:] or [0] * len(self.classes)
        return {
            name: own / root + bias
            for name, own, bias in zip(self.classes, sums, self.class_bias, strict=True)
        }

    def likeliest(self, hits: Sequence[Hit], groups: Collection[int]) -> str | None:
        """The class that weighs most, if it weighs enough."""
        scores = self.by_class(hits, groups)
        name = max(scores, key=lambda one: scores[one])
        return name if scores[name] > self.class_threshold else None

    def doubtful(self, hits: Sequence[Hit], groups: Collection[int]) -> frozenset[str]:
        """The classes that weigh so little that they are doubted beside another."""
        scores = self.by_class(hits, groups)
        return frozenset(name for name, score in scores.items() if score < self.class_doubt)

    def stretch(self, hits: Sequence[Hit]) -> tuple[int, int]:
        """The characters [start, end) that together weigh most."""
        share: dict[int, float] = {}
        for last, run in hits:
            length = len(self.runs[run])
            for place in range(last + 1 - length, last + 1):
                share[place] = share.get(place, 0.0) + self.weights[run][0] / length
        most, begins, ends = 0.0, min(share), min(share) + 1
        start, total = begins, 0.0
        for place in range(begins, max(share) + 1):
            if total <= 0:
                start, total = place, 0.0
            total += share.get(place, 0.0)
            if total > most:
                most, begins, ends = total, start, place + 1
        return begins, ends
