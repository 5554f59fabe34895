"""Where patterns of the lexicon stand in a text, from the words that were found in it.

Called by checking and contexts. Most texts hold no pattern whole: that is seen from
which groups have a word at all, before any place is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dunwell.core.wording.finding_words import Hit
from dunwell.core.wording.folding import HARD, SOFT
from dunwell.core.wording.lexicon import Lexicon, Part, Pattern

Span = tuple[int, int]
"""Characters [start, end) of the text as it is read. A bare tuple: there are many."""

Match = tuple[Span, ...]
"""One span for each part of a pattern, in order."""


class Words:
    """The words of one text, by group."""

    def __init__(self, text: str, hits: Iterable[Hit], lexicon: Lexicon) -> None:
        """`hits` are those of the words of `lexicon` in `text`."""
        self.text = text
        self._lexicon = lexicon
        self._spans: dict[int, list[Span]] = {}
        self.here: dict[int, list[int]] = {}
        """Word → the places of its last character."""
        present, groups_of = 0, lexicon.groups_of
        for last, word in hits:
            if word in self.here:
                self.here[word].append(last)
            else:
                self.here[word] = [last]
                present |= groups_of[word]
        self.present = present
        """The groups that have a word here, as bits."""

    def of(self, group: int) -> list[Span]:
        """Where words of the group stand, in order."""
        found = self._spans.get(group)
        if found is None:
            self._spans[group] = found = self._look_for(group)
        return found

    def matches(self, pattern: Pattern) -> Iterator[Match]:
        """Every place where the pattern begins, with its nearest end."""
        if pattern.needed & ~self.present:
            return
        parts = pattern.parts
        if len(parts) == 1:
            yield from ((span,) for span in self.of(parts[0].group))
            return
        for span in self.of(parts[0].group):
            further = self._follow(parts, 1, span[1])
            if further is not None:
                yield (span, *further)

    def _follow(self, parts: Sequence[Part], place: int, at: int) -> Match | None:
        """The parts from number `place` on, the first within its gap of `at`."""
        group, gap, crosses = parts[place]
        for span in self.of(group):
            start, end = span
            if start > at + gap:
                return None
            if start < at or (start > at and not self._may_cross(at, start, crosses)):
                continue
            if place + 1 == len(parts):
                return (span,)
            further = self._follow(parts, place + 1, end)
            if further is not None:
                return (span, *further)
        return None

    def _may_cross(self, start: int, end: int, crosses: bool) -> bool:
        between = self.text[start:end]
        return HARD not in between and (crosses or SOFT not in between)

    def _look_for(self, number: int) -> list[Span]:
        """Those that are no part of an ordinary word, nor of a longer run of letters."""
        lexicon = self._lexicon
        group = lexicon.groups[number]
        if group.expression is not None:
            return [match.span() for match in group.expression.finditer(self.text)]
        spans: list[Span] = []
        for word in lexicon.words_of[number].intersection(self.here):
            form = lexicon.words[word]
            before = len(form) - 1
            found = [(last - before, last + 1) for last in self.here[word]]
            if word in lexicon.lettered:
                found = [span for span in found if self._whole(span)]
            if form in group.ordinary:
                more = group.ordinary[form]
                found = [span for span in found if not any(self._holds(one, span) for one in more)]
            spans += found
        return sorted(spans) if len(spans) > 1 else spans

    def _holds(self, longer: str, span: Span) -> bool:
        """Whether the word in `span` is a part of a longer one that stands there."""
        start, end = span
        place = self.text.find(longer, max(0, end - len(longer)), start + len(longer))
        return 0 <= place <= start

    def _whole(self, span: Span) -> bool:
        text, (start, end) = self.text, span
        return not (
            (start and _letter(text[start]) and _letter(text[start - 1]))
            or (_letter(text[end - 1]) and _letter(text[end : end + 1]))
        )


def _letter(char: str) -> bool:
    return "a" <= char <= "z"
