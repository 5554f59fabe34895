"""Reading the tables of look-alikes: which characters and sounds count as which.

Called by reading. Sounds are written as private characters, one for each way a
syllable is heard; a careless ear (`heard_as`: zh as z, ing as in) is data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from dunwell.core.wording.folding import APART, HINTS, NOTHING, Fold
from dunwell.core.wording.lexicon import Disguisable, Group, Lookalikes
from dunwell.core.wording.rows import Row, WrongLexicon, mapping, texts

_PRIVATE = 0xE000
"""Where Unicode leaves characters to private use."""


def read_lookalikes(files: Mapping[str, object]) -> Lookalikes:
    """The look-alikes of `lookalikes`, `traditional`, `ordinary` and `sounds`.

    Refuses (WrongLexicon) wrong keys, pairs that are not two characters, and digits
    with a sound that no character has.
    """
    row = Row(
        files["lookalikes"],
        file="lookalikes",
        path="file",
        needed=("pictures", "split", "digits", "heard_as", "light", "short"),
        optional=(),
    )
    same_as = dict(row.mapping("pictures"))
    for line in texts(files["traditional"], file="traditional", path="file"):
        for pair in line.split():
            if len(pair) != 2:
                raise WrongLexicon(
                    file="traditional", path="file", value=pair, allowed="two characters"
                )
            same_as[pair[0]] = pair[1]
    split = row.mapping("split")
    for pieces, whole in split.items():
        if len(pieces) <= len(whole):
            row.refuse("split", whole, "fewer characters than its pieces")
    ordinary = texts(files["ordinary"], file="ordinary", path="file")
    chars = mapping(files["sounds"], file="sounds", path="file")
    heard = {one: _heard(one, row.mapping("heard_as")) for one in chars}
    ways = sorted(set(heard.values()))
    code_of = {one: chr(_PRIVATE + number) for number, one in enumerate(ways)}
    syllable_of = {char: one for one, written in chars.items() for char in str(written)}
    for digit, syllable in row.mapping("digits").items():
        if syllable not in heard:
            row.refuse("digits", syllable, "a syllable of sounds.yaml")
        syllable_of[digit] = syllable
    return Lookalikes(
        fold=Fold(same_as),
        split={pieces: whole.ljust(len(pieces), NOTHING) for pieces, whole in split.items()},
        taken_apart=re.compile("|".join([*map(re.escape, split), *APART])),
        signs_of_that=re.compile(f"[{''.join(sorted({one[0] for one in split}))}]|{HINTS}"),
        sounds=_Sounds({ord(char): code_of[heard[one]] for char, one in syllable_of.items()}),
        spelled={one: code_of[heard[one]] for one in chars},
        syllables=frozenset(chars),
        syllable_of=syllable_of,
        ordinary=frozenset(one for line in ordinary for one in line.split()),
        short=frozenset(one for line in row.texts("short") for one in line.split()),
        light=frozenset(row.text("light")),
    )


class _Sounds(dict[int, str]):
    """A table for str.translate: what has no sound of its own stays as it is."""

    def __missing__(self, code: int) -> str:
        return self.setdefault(code, chr(code))


def disguisable_words(groups: Sequence[Group], lookalikes: Lookalikes) -> Iterator[Disguisable]:
    """The words of disguised groups with their sounds. Refuses characters without a sound."""
    words = {
        word
        for group in groups
        for word in group.words
        if group.disguised and len(word) > 1 and not _has_letters(word)
    }
    for word in sorted(words):
        silent = [char for char in word if char not in lookalikes.syllable_of]
        if silent:
            raise WrongLexicon(file="sounds", path=word, value=silent, allowed="a sound for each")
        sound = "".join(lookalikes.sounds[ord(char)] for char in word)
        by_sound = len(word) > 2 or word in lookalikes.short
        yield Disguisable(word, sound, by_sound)


def words_by_initial(words: Sequence[Disguisable], lookalikes: Lookalikes) -> Mapping[str, str]:
    """Each word with one character as its initial letter → the word."""
    found: dict[str, str] = {}
    for one in words:
        if not one.by_sound:
            continue
        for place, char in enumerate(one.word):
            initial = lookalikes.syllable_of[char][0]
            found.setdefault(one.word[:place] + initial + one.word[place + 1 :], one.word)
    return found


def _heard(syllable: str, heard_as: Mapping[str, str]) -> str:
    """The syllable as a careless ear takes it: `zh-: z` at its start, `-ing: in` at its end."""
    for said, heard in heard_as.items():
        piece = said.strip("-")
        if said.endswith("-") and syllable.startswith(piece):
            syllable = heard + syllable.removeprefix(piece)
        elif said.startswith("-") and syllable.endswith(piece):
            syllable = syllable.removesuffix(piece) + heard
    return syllable


def _has_letters(word: str) -> bool:
    return any(char.isascii() for char in word)
