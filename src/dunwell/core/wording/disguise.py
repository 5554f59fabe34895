"""Words in disguise: the same sound, spelled in letters, an initial, a digit in place.

`read` gives the text as a reader understands it, with every disguised word of the
lexicon put back, and keeps for each character where it came from. At least half of a
word must stand there undisguised, or all the rest of it in letters: chance homophones
of ordinary language stay what they are. Called by checking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import NamedTuple

from dunwell.core.wording.finding_words import Finder
from dunwell.core.wording.folding import places
from dunwell.core.wording.lexicon import Disguisable, Lexicon, Lookalikes
from dunwell.core.wording.tokens import LETTERS, Token, plain_tokens, spelled_tokens

_LONGEST_BY_INITIAL = 4
_ASIDE = 3
"""How many tokens beside a word are looked at for an ordinary word around it."""


class _Found(NamedTuple):
    """A word that hides behind tokens [start, end)."""

    start: int
    end: int
    word: str


class Reading:
    """A text as it is understood. Patterns are looked for in `text`."""

    def __init__(self, given: str, text: str, lookalikes: Lookalikes) -> None:
        """A reading without disguise: `text` is `given`, folded."""
        self.given = given
        self.text = text
        self._lookalikes = lookalikes
        self._put_back: list[tuple[int, int]] = []

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        return [(at, at + 1) for at in places(self.given, self._lookalikes.fold)]

    def put_back(self, tokens: Sequence[Token], found: Iterable[_Found]) -> Reading:
        """This reading with each found word in place of the tokens it hides behind."""
        forms, spans, at = [token.form for token in tokens], [], 0
        for start, end, word in found:
            forms[start:end] = word  # one character for each token
        marks = {place for start, end, _ in found for place in range(start, end)}
        for number, (form, token) in enumerate(zip(forms, tokens, strict=True)):
            if number in marks:
                self._put_back.append((at, at + 1))
            spans += [(token.start, token.end)] * len(form)
            at += len(form)
        self.text = "".join(forms)
        self.__dict__["_places"] = spans
        return self

    def given_span(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of this reading, in the text as it was given."""
        return self._places[start][0], self._places[end - 1][1]

    def hides(self, start: int, end: int) -> bool:
        """Whether the word in [start, end) was put back, or had characters put into it."""
        begins, ends = self.given_span(start, end)
        return ends - begins != end - start or any(
            first < end and start < last for first, last in self._put_back
        )


def read(given: str, *, lexicon: Lexicon, find_sounds: Finder) -> Reading:
    """`given` with every disguised word of the lexicon put back."""
    lookalikes = lexicon.lookalikes
    folded = given.translate(lookalikes.fold)
    reading = Reading(given, folded, lookalikes)
    with_letters = LETTERS.search(folded) is not None
    if with_letters:
        tokens = spelled_tokens(given, folded, lookalikes)
        sounds = "".join(_sound(token.form, lookalikes) for token in tokens)
    else:
        sounds = folded.translate(lookalikes.sounds)
    hits = find_sounds(sounds)
    words = lexicon.disguisable
    if not with_letters:
        if all(folded[start:end] == words[number].word for start, end, number in hits):
            return reading
        tokens = plain_tokens(given, folded, lookalikes)
    open_ = [
        (start, end) for start, end, number in hits if _stands(words[number].word, tokens, start)
    ]
    found = [
        _Found(start, end, words[number].word)
        for start, end, number in hits
        if _hides(words[number], tokens, start, end, lookalikes)
        and not any(first < end and start < last for first, last in open_)
    ]
    if with_letters:
        found += _by_initials(tokens, lexicon)
    return reading.put_back(tokens, _apart(found)) if found or with_letters else reading


def _sound(form: str, lookalikes: Lookalikes) -> str:
    return lookalikes.spelled.get(form) or lookalikes.sounds.get(ord(form[0]), " ")


def _stands(word: str, tokens: Sequence[Token], start: int) -> bool:
    return all(token.form == char for token, char in zip(tokens[start:], word, strict=False))


def _hides(
    word: Disguisable, tokens: Sequence[Token], start: int, end: int, lookalikes: Lookalikes
) -> bool:
    around = "".join(token.form for token in tokens[max(0, start - _ASIDE) : end + _ASIDE])
    if any(ordinary in around for ordinary in word.ordinary):
        return False
    covered = tokens[start:end]
    if "".join(token.form for token in covered) in lookalikes.ordinary:
        return False
    if any(token.form.isdigit() for token in covered) and _has_number(tokens, start, end):
        return False
    pairs = list(zip(covered, word.word, strict=True))
    if len(pairs) == 2 and word.word not in lookalikes.short:
        return sum(token.in_letters for token in covered) == 1 == sum(
            token.form == char for token, char in pairs
        )
    if all(token.form == char or token.in_letters for token, char in pairs):
        return any(token.in_letters for token in covered)
    if len(pairs) == 2 and any(_syllable(token, lookalikes) != lookalikes.syllable_of[char] for token, char in pairs):
        return False  # two characters are too few for a careless ear
    weighty = []
    for token, char in pairs:
        if char not in lookalikes.light:
            weighty.append(token.form == char)
        elif token.form != char and not token.in_letters:
            return False  # nobody hides so frequent a character behind another
    return sum(weighty) * 2 >= len(weighty) > 0


def _syllable(token: Token, lookalikes: Lookalikes) -> str:
    return token.form if token.in_letters else lookalikes.syllable_of.get(token.form, "")


def _has_number(tokens: Sequence[Token], start: int, end: int) -> bool:
    """Whether two digits stand side by side in or at the border of [start, end)."""
    digits = [token.form.isdigit() for token in tokens[max(0, start - 1) : end + 1]]
    return any(first and second for first, second in zip(digits, digits[1:], strict=False))


def _by_initials(tokens: Sequence[Token], lexicon: Lexicon) -> list[_Found]:
    """Words of which one character stands as its initial letter: q诉, s法机关."""
    found = []
    for place, token in enumerate(tokens):
        beside = [*tokens[max(0, place - 1) : place], *tokens[place + 1 : place + 2]]
        if not token.in_letters or len(token.form) > 1 or any(one.in_letters for one in beside):
            continue
        for start in range(max(0, place - _LONGEST_BY_INITIAL + 1), place + 1):
            last = min(len(tokens), start + _LONGEST_BY_INITIAL)
            for end in range(max(place + 1, start + 2), last + 1):
                piece = "".join(covered.form for covered in tokens[start:end])
                word = lexicon.by_initial.get(piece)
                if word is not None and len(word) == end - start:
                    found.append(_Found(start, end, word))
    return found


def _apart(found: list[_Found]) -> list[_Found]:
    """The longest words where some overlap, in order of place."""
    kept: list[_Found] = []
    for one in sorted(found, key=lambda one: (one.start - one.end, one.start)):
        if all(one.end <= other.start or other.end <= one.start for other in kept):
            kept.append(one)
    return sorted(kept)
