"""How well the checker finds what people marked: precision and recall by class.

Called by `dunwell wording evaluate` and by the test that holds the pooled figures.
Counts are of (sentence, class) pairs; intervals are Wilson's at 95 %.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

POOLED = "pooled"
SENTENCES = "sentences"
"""Rows of the table that are no class: all pairs together, and sentences found or not."""

HELD_OUT_PERCENT = 40
_Z = 1.959964
"""The normal quantile of a two-sided 95 % interval."""


def held_out(sentence: str) -> bool:
    """Whether the sentence is kept out of development, by a hash that never changes.

    >>> held_out("我们不会起诉，您先别担心，咱们商量一个能承受的方案。")
    True
    """
    digest = hashlib.sha256(sentence.encode("utf-8")).digest()
    return int.from_bytes(digest[:8], "big") % 100 < HELD_OUT_PERCENT


@dataclass(frozen=True, slots=True)
class Outcome:
    """One sentence: the classes people marked, those they would also accept, those found."""

    marked: frozenset[str]
    accepted: frozenset[str]
    found: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one class (or of all) and what follows from them."""

    name: str
    right: int
    wrong: int
    missed: int

    @property
    def precision(self) -> float:
        """Of what was found, the share that was marked; 1 where nothing was found."""
        return _share(self.right, self.right + self.wrong)

    @property
    def recall(self) -> float:
        """Of what was marked, the share that was found; 1 where nothing was marked."""
        return _share(self.right, self.right + self.missed)

    @property
    def precision_interval(self) -> tuple[float, float]:
        """Wilson's interval of the precision."""
        return wilson(self.right, self.right + self.wrong)

    @property
    def recall_interval(self) -> tuple[float, float]:
        """Wilson's interval of the recall."""
        return wilson(self.right, self.right + self.missed)


def score_classes(outcomes: Iterable[Outcome], *, classes: Sequence[str]) -> list[Score]:
    """A score for each class, then pooled over all pairs, then for whole sentences.

    A class that a person would also accept counts neither as right nor as wrong. A
    sentence is found if anything in it was found.
    """
    seen = list(outcomes)
    scores = [_score(name, [_of_class(outcome, name) for outcome in seen]) for name in classes]
    pooled = Score(
        POOLED,
        sum(score.right for score in scores),
        sum(score.wrong for score in scores),
        sum(score.missed for score in scores),
    )
    return [*scores, pooled, _score(SENTENCES, [_of_sentence(outcome) for outcome in seen])]


def wilson(hits: int, of: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share; from 0 to 1 where there is nothing to count.

    >>> [round(end, 3) for end in wilson(95, 100)]
    [0.888, 0.978]
    """
    if of == 0:
        return 0.0, 1.0
    share, square = hits / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _Z * sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def _of_class(outcome: Outcome, name: str) -> tuple[bool, bool]:
    """Whether the class was marked and whether it was found, leaving out what is accepted."""
    marked = name in outcome.marked
    return marked, name in outcome.found and (marked or name not in outcome.accepted)


def _of_sentence(outcome: Outcome) -> tuple[bool, bool]:
    return bool(outcome.marked), bool(outcome.found)


def _score(name: str, pairs: Sequence[tuple[bool, bool]]) -> Score:
    return Score(
        name,
        right=sum(marked and found for marked, found in pairs),
        wrong=sum(found and not marked for marked, found in pairs),
        missed=sum(marked and not found for marked, found in pairs),
    )


def _share(part: int, of: int) -> float:
    return part / of if of else 1.0
