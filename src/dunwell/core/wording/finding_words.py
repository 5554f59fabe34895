"""Where words stand in a text: the plain meaning, which any faster finder has to equal.

The checker takes a finder as an argument; store.policy.lexicon gives an Aho-Corasick
automaton, and a property test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Hit = tuple[int, int]
"""The place of a word's last character, and the word's number. Bare: there are many."""

Finder = Callable[[str], Sequence[Hit]]
"""All places of all words, overlapping ones too, in any order."""


def plain_finder(words: Sequence[str]) -> Finder:
    """A finder that looks for one word after the other.

    >>> plain_finder(["立案", "案"])("已立案")
    [(2, 0), (2, 1)]
    """

    def find(text: str) -> list[Hit]:
        hits = []
        for number, word in enumerate(words):
            start = text.find(word)
            while start >= 0:
                hits.append((start + len(word) - 1, number))
                start = text.find(word, start + 1)
        return hits

    return find
