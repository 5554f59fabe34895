"""A text with letters in it, in tokens: letters that spell syllables are cut into them.

Called by disguise. A token is one character, or one syllable in letters. Addresses of
the web are left as they are; letters apart (`q i s u`) are read together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from dunwell.core.wording.folding import places
from dunwell.core.wording.lexicon import Lookalikes

Token = tuple[str, int, int]
"""What stands in [start, end) of the given text. A bare tuple: there are many."""

LETTERS = re.compile("[a-z]+")
GAP = " "
"""What stands between two runs of letters that are no syllables; it covers nothing."""

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[!-~]+|(?<![\w.-])[\w.-]+\.(?:com|cn|net|org)\b[!-~]*",
    re.IGNORECASE | re.ASCII,
)
_LONGEST_SYLLABLE = 6


def plain_tokens(given: str, folded: str, fold: Mapping[int, str | None]) -> list[Token]:
    """One token per character of the folded text."""
    at = range(len(given)) if len(given) == len(folded) else places(given, fold)
    return [(char, place, place + 1) for char, place in zip(folded, at, strict=True)]


def spelled_tokens(given: str, folded: str, lookalikes: Lookalikes) -> list[Token]:
    """Tokens of a folded text that holds letters."""
    addresses = [match.span() for match in _ADDRESS.finditer(given)]
    plain = plain_tokens(given, folded, lookalikes.fold)
    tokens: list[Token] = []
    done = 0
    for run in LETTERS.finditer(folded):
        tokens += plain[done : run.start()]
        spelled = True
        for number, stretch in enumerate(_stretches(plain[run.start() : run.end()])):
            begins = stretch[0][1]
            addressed = any(first <= begins < last for first, last in addresses)
            cut = None if addressed else _in_syllables(stretch, lookalikes.syllables)
            if number and not (spelled and cut):
                tokens.append((GAP, begins, begins))
            tokens += cut or stretch
            spelled = cut is not None
        done = run.end()
    return tokens + plain[done:]


def _stretches(letters: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Letters that stand side by side; single letters with gaps between all of them are one."""
    breaks = [
        place for place in range(1, len(letters)) if letters[place - 1][2] < letters[place][1]
    ]
    if len(breaks) == len(letters) - 1:
        breaks = []
    for start, end in pairwise([0, *breaks, len(letters)]):
        yield letters[start:end]


def _in_syllables(stretch: Sequence[Token], syllables: frozenset[str]) -> list[Token] | None:
    text = "".join(letter for letter, _, _ in stretch)
    cuts = _cut(text, syllables) if len(text) > 1 else None
    if cuts is None:
        return None
    return [
        (text[start:end], stretch[start][1], stretch[end - 1][2]) for start, end in pairwise(cuts)
    ]


@lru_cache(maxsize=1024)
def _cut(text: str, syllables: frozenset[str]) -> tuple[int, ...] | None:
    """Where syllables begin and the end, longest syllables first; None where none fit."""
    size = len(text)
    further: dict[int, int] = {size: size}  # from here the rest can be cut, next there
    for start in range(size - 1, -1, -1):
        for end in range(min(size, start + _LONGEST_SYLLABLE), start, -1):
            if end in further and text[start:end] in syllables:
                further[start] = end
                break
    if 0 not in further:
        return None
    cuts = [0]
    while cuts[-1] < size:
        cuts.append(further[cuts[-1]])
    return tuple(cuts)
