"""Where words stand in a text: the plain meaning, which any faster finder has to equal.

The checker takes a finder as an argument; store.policy.lexicon gives an Aho-Corasick
automaton, and a property test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple


class Hit(NamedTuple):
    """Word number `word` stands in [start, end)."""

    start: int
    end: int
    word: int


Finder = Callable[[str], Sequence[Hit]]
"""All places of all words, overlapping ones too, in any order."""


def plain_finder(words: Sequence[str]) -> Finder:
    """A finder that looks for one word after the other.

    >>> plain_finder(["立案", "案"])("已立案")
    [Hit(start=1, end=3, word=0), Hit(start=2, end=3, word=1)]
    """

    def find(text: str) -> list[Hit]:
        hits = []
        for number, word in enumerate(words):
            start = text.find(word)
            while start >= 0:
                hits.append(Hit(start, start + len(word), number))
                start = text.find(word, start + 1)
        return hits

    return find
