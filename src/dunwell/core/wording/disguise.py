"""Reading a text as a person does: every disguised word of the lexicon is put back.

`read` is called by checking. The reading keeps for each of its characters where it came
from, so that findings have their place in the text as it was given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dunwell.core.wording.finding_words import Finder, Hit
from dunwell.core.wording.folding import NOTHING, places
from dunwell.core.wording.hiding import by_initials, hides
from dunwell.core.wording.lexicon import Lexicon, Lookalikes
from dunwell.core.wording.tokens import LETTERS, Token, plain_tokens, spelled_tokens

Found = tuple[int, int, str]
"""A word that hides behind tokens [start, end)."""


class Reading:
    """A text as it is understood. Patterns are looked for in `text`."""

    def __init__(self, given: str, text: str, fold: Mapping[int, str | None]) -> None:
        """A reading without disguise: `text` is `given`, folded."""
        self.given = given
        self.text = text
        self._fold = fold
        self._spans: list[tuple[int, int]] | None = None
        self._put_back: set[int] = set()

    def put_back(self, tokens: Sequence[Token], found: Sequence[Found]) -> Reading:
        """This reading with each found word in place of the tokens it hides behind."""
        forms = [form for form, _, _ in tokens]
        for start, end, word in found:
            forms[start:end] = word  # one character for each token
        hidden = {place for start, end, _ in found for place in range(start, end)}
        spans: list[tuple[int, int]] = []
        for number, (form, (_, start, end)) in enumerate(zip(forms, tokens, strict=True)):
            if number in hidden:
                self._put_back.add(len(spans))
            spans += [(start, end)] * len(form)
        self.text, self._spans = "".join(forms), spans
        return self

    def given_span(self, start: int, end: int) -> tuple[int, int]:
        """[start, end) of this reading, in the text as it was given."""
        if self._spans is None:
            if len(self.text) == len(self.given):
                return start, end
            self._spans = [(place, place + 1) for place in places(self.given, self._fold)]
        return self._spans[start][0], self._spans[end - 1][1]

    def hides(self, start: int, end: int) -> bool:
        """Whether the word in [start, end) was put back, or had characters put into it."""
        begins, ends = self.given_span(start, end)
        return ends - begins != end - start or not self._put_back.isdisjoint(range(start, end))


def read(given: str, *, lexicon: Lexicon, find_sounds: Finder) -> Reading:
    """`given` with every disguised word of the lexicon put back."""
    lookalikes = lexicon.lookalikes
    if lookalikes.signs_of_that.search(given):
        given = _mended(given, lookalikes)
    folded = given.translate(lookalikes.fold)
    reading = Reading(given, folded, lookalikes.fold)
    if LETTERS.search(folded) is None:
        found = _hidden(folded, find_sounds(folded.translate(lookalikes.sounds)), lexicon)
        if not found:
            return reading
        return reading.put_back(plain_tokens(given, folded, lookalikes.fold), found)
    tokens = spelled_tokens(given, folded, lookalikes)
    forms = [form for form, _, _ in tokens]
    sounds = "".join(lookalikes.spelled.get(form) or lookalikes.sounds[ord(form)] for form in forms)
    found = _hidden(forms, find_sounds(sounds), lexicon)
    found += by_initials(forms, lexicon.by_initial)
    return reading.put_back(tokens, _apart(found))


def _mended(text: str, lookalikes: Lookalikes) -> str:
    """`text`, as long as it was, with what is taken apart put together."""
    return lookalikes.taken_apart.sub(lambda found: _whole(found[0], lookalikes.split), text)


def _whole(pieces: str, split: Mapping[str, str]) -> str:
    return split.get(pieces) or "".join(
        char if "一" <= char <= "鿿" else NOTHING for char in pieces
    )


def _hidden(forms: Sequence[str], hits: Sequence[Hit], lexicon: Lexicon) -> list[Found]:
    """The words that hide behind forms, apart from each other and from words that stand open."""
    standing, found = [], []
    plain = isinstance(forms, str)
    for last, number in hits:
        for word in lexicon.sounding[number]:
            start = last + 1 - len(word.word)
            piece = forms[start : last + 1]
            if (piece if isinstance(piece, str) else "".join(piece)) == word.word:
                standing.append((start, last + 1))
            elif (word.by_sound or not plain) and hides(
                word, forms, start, last + 1, lexicon.lookalikes
            ):
                found.append((start, last + 1, word.word))
    if not found:
        return found
    taken = bytearray(len(forms))
    for start, end in standing:
        taken[start:end] = b"\1" * (end - start)
    return _apart([one for one in found if not any(taken[one[0] : one[1]])])


def _apart(found: Sequence[Found]) -> list[Found]:
    """The longest words where some overlap, in order of place."""
    kept: list[Found] = []
    taken = bytearray(max((end for _, end, _ in found), default=0))
    for one in sorted(found, key=lambda one: (one[0] - one[1], one)):
        start, end, _ = one
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            kept.append(one)
    return sorted(kept)
