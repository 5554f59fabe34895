"""Precision, recall and their intervals."""

from __future__ import annotations

from dunwell.core.wording import Outcome, score_classes
from dunwell.core.wording.scoring import wilson

NONE: frozenset[str] = frozenset()


def _outcome(marked: str, found: str, accepted: str = "") -> Outcome:
    return Outcome(*(frozenset(one.split()) for one in (marked, accepted, found)))


def test_pairs_of_sentence_and_class_are_counted() -> None:
    outcomes = [_outcome("a b", "a"), _outcome("", "b"), _outcome("a", "a b")]
    a, b, pooled, sentences = score_classes(outcomes, classes=["a", "b"])
    assert (a.right, a.wrong, a.missed) == (2, 0, 0)
    assert (b.right, b.wrong, b.missed) == (0, 2, 1)
    assert (pooled.right, pooled.wrong, pooled.missed) == (2, 2, 1)
    assert (sentences.right, sentences.wrong, sentences.missed) == (2, 1, 0)


def test_a_class_that_a_person_would_also_accept_counts_neither_way() -> None:
    b = score_classes([_outcome("a", "a b", accepted="b")], classes=["b"])[0]
    assert (b.right, b.wrong, b.missed) == (0, 0, 0)
    assert (b.precision, b.recall) == (1.0, 1.0)


def test_wilson_intervals_stay_between_nothing_and_all() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(0, 10)[0] == 0.0 and wilson(10, 10)[1] > 0.9999
    low, high = wilson(9, 10)
    assert 0.59 < low < 0.60 and 0.98 < high < 0.99
