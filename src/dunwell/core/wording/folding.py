"""Which characters count as which: full width, traditional, symbols, emoji, zero width.

A fold is a table for str.translate: every character becomes exactly one or none, so
that places in the folded text lead back to the text as it was given. Called by
reading (to build the table) and by disguise.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

HARD = "。"
"""Ends a sentence: no pattern crosses it."""
SOFT = "，"
"""Ends a clause: a denial reaches no further. A signature in 【】 is a clause of its own."""
LIST = "、"
"""Stands between items of a list, which share their denial."""

NOTHING = "\u200b"
"""A character that every fold leaves out."""

APART = ("[一-鿿]([,，、:：])[一-鿿](?=\\1)(?:\\1[一-鿿])+", "【[^【】]】")
"""Marks between single characters (呼、死、你), brackets around one (油【漆】)."""

HINTS = "[,，、:：【][^,，、:：【】][,，、:：】]"
"""What every place of APART holds, and few other texts: quick to look for."""

_MARKS = {
    **dict.fromkeys("。！？!?;；\n\r…", HARD),
    **dict.fromkeys("，,：:【】", SOFT),
    **dict.fromkeys("、", LIST),
}


class Fold(dict[int, str | None]):
    """A table for str.translate that works a character out when it first comes up.

    >>> "Ｑ诉 起·訴！".translate(Fold({"訴": "诉"}))
    'q诉起诉。'
    """

    def __init__(self, same_as: Mapping[str, str]) -> None:
        """`same_as` maps characters to the one they stand for (traditional, pictures)."""
        super().__init__()
        self._same_as = dict(same_as)
        self.update({ord(char): mark for char, mark in _MARKS.items()})

    def __missing__(self, code: int) -> str | None:
        self[code] = folded = self._fold(chr(code))
        return folded

    def _fold(self, char: str) -> str | None:
        if char in self._same_as:
            return self._same_as[char]
        plain = unicodedata.normalize("NFKC", char).lower()
        bare = unicodedata.normalize("NFD", plain)
        if bare[:1].isascii() and bare[1:] and all(map(unicodedata.combining, bare[1:])):
            plain = bare[0]  # a tone mark on a letter: hōng
        if len(plain) != 1:
            plain = char.lower() if len(char.lower()) == 1 else char
        if plain != char and ord(plain) in self:
            return self[ord(plain)]
        plain = self._same_as.get(plain, plain)
        return plain if unicodedata.category(plain)[0] in "LN" else None


def places(text: str, fold: Mapping[int, str | None]) -> list[int]:
    """For each character of the folded text, where it stands in `text`."""
    return [place for place, char in enumerate(text) if fold[ord(char)] is not None]
