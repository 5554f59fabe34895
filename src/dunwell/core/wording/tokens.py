"""A text with letters in it, in tokens: letters that spell syllables are cut into them.

Called by disguise, only where a text holds letters. Addresses of the web are left as
they are; letters apart (`q i s u`) are read together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dunwell.core.wording.folding import places
from dunwell.core.wording.lexicon import Lookalikes

LETTERS = re.compile("[a-z]+")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)[!-~]+|[\w.-]+\.(?:com|cn|net|org)\b[!-~]*", re.IGNORECASE | re.ASCII
)
_LONGEST_SYLLABLE = 6

GAP = " "
"""The form of the token between two runs of letters that are no syllables; it covers nothing."""


class Token(NamedTuple):
    """One character, or one syllable in letters, in [start, end) of the given text."""

    form: str
    start: int
    end: int

    @property
    def in_letters(self) -> bool:
        """Whether this is a letter or a syllable in letters."""
        return self.form.isascii() and self.form.isalpha()


def plain_tokens(given: str, folded: str, lookalikes: Lookalikes) -> list[Token]:
    """One token per character of the folded text."""
    at = places(given, lookalikes.fold)
    return [Token(char, place, place + 1) for char, place in zip(folded, at, strict=True)]


def spelled_tokens(given: str, folded: str, lookalikes: Lookalikes) -> list[Token]:
    """Tokens of a folded text that holds letters."""
    addresses = [match.span() for match in _ADDRESS.finditer(given)]
    plain = plain_tokens(given, folded, lookalikes)
    tokens: list[Token] = []
    done = 0
    for run in LETTERS.finditer(folded):
        tokens += plain[done : run.start()]
        spelled = True
        for number, stretch in enumerate(_stretches(plain[run.start() : run.end()])):
            addressed = any(first <= stretch[0].start < last for first, last in addresses)
            cut = None if addressed else _in_syllables(stretch, lookalikes.syllables)
            if number and not (spelled and cut):
                tokens.append(Token(GAP, stretch[0].start, stretch[0].start))
            tokens += cut or stretch
            spelled = cut is not None
        done = run.end()
    return tokens + plain[done:]


def _stretches(letters: Sequence[Token]) -> Iterator[list[Token]]:
    """Letters that stand side by side; single letters with gaps between all of them are one."""
    breaks = [
        place for place in range(1, len(letters)) if letters[place - 1].end < letters[place].start
    ]
    if len(breaks) == len(letters) - 1:
        breaks = []
    for start, end in pairwise([0, *breaks, len(letters)]):
        yield list(letters[start:end])


def _in_syllables(stretch: list[Token], syllables: frozenset[str]) -> list[Token] | None:
    text = "".join(token.form for token in stretch)
    cuts = _cut(text, syllables) if len(text) > 1 else None
    if cuts is None:
        return None
    return [
        Token(text[start:end], stretch[start].start, stretch[end - 1].end)
        for start, end in pairwise(cuts)
    ]


def _cut(text: str, syllables: frozenset[str]) -> list[int] | None:
    """Where syllables begin and the end, longest syllables first; None where none fit."""
    if not text:
        return [0]
    for length in range(min(_LONGEST_SYLLABLE, len(text)), 0, -1):
        if text[:length] in syllables:
            rest = _cut(text[length:], syllables)
            if rest is not None:
                return [0, *(length + place for place in rest)]
    return None
