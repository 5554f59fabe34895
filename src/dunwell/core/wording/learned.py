"""A second reader, learned from labelled sentences, for texts that the lexicon has no words for.

Called by checking where the lexicon found nothing. It adds up weights of short runs of
characters (data of the pack, written by a script, never by hand); above a threshold the
class with the highest sum is said and the stretch that weighs most is marked. The weights
explain nothing: such a finding is a reason to look, not a rule that was broken word by word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from dunwell.core.wording.finding_words import Hit

ENTRY = "learned"
"""What findings of this reader name as their entry, before the class."""


@dataclass(frozen=True, slots=True)
class Learned:
    """Weights in hundredths. A run of characters weighs for "something is wrong" and by class."""

    runs: tuple[str, ...]
    weights: tuple[int, ...]
    """Run → its weight for "something is wrong"."""
    bias: int
    threshold: int
    """A text is judged only where "something is wrong" weighs more than this …"""
    class_threshold: int
    """… and its likeliest class more than this."""
    classes: tuple[str, ...]
    by_class: tuple[tuple[int, ...], ...]
    """Run → its weights for the classes, in their order."""
    class_bias: tuple[int, ...]
    trained_on: str
    """SHA-256 of the labelled sentences that the weights come from."""

    def judge(self, hits: Sequence[Hit]) -> tuple[str, int, int] | None:
        """The class of a text with these runs and the stretch that says so, or None."""
        if not hits:
            return None
        weights = self.weights
        total = 0
        for _, run in hits:
            total += weights[run]
        least = (self.threshold - self.bias) * sqrt(len(hits))
        if total <= least:
            return None
        class_ = self._class_of(hits)
        return (class_, *self._stretch(hits)) if class_ else None

    def _class_of(self, hits: Sequence[Hit]) -> str | None:
        length = sqrt(len(hits))
        sums = [
            sum(column) for column in zip(*(self.by_class[run] for _, run in hits), strict=True)
        ]
        scores = [own + bias * length for own, bias in zip(sums, self.class_bias, strict=True)]
        most = max(scores)
        return self.classes[scores.index(most)] if most > self.class_threshold * length else None

    def _stretch(self, hits: Sequence[Hit]) -> tuple[int, int]:
        """The characters [start, end) that together weigh most."""
        share: dict[int, float] = {}
        for last, run in hits:
            length = len(self.runs[run])
            for place in range(last + 1 - length, last + 1):
                share[place] = share.get(place, 0.0) + self.weights[run] / length
        most, begins, ends = 0.0, min(share), min(share) + 1
        start, total = begins, 0.0
        for place in range(begins, max(share) + 1):
            if total <= 0:
                start, total = place, 0.0
            total += share.get(place, 0.0)
            if total > most:
                most, begins, ends = total, start, place + 1
        return begins, ends
