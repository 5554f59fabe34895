"""Where patterns of the lexicon stand in a text, from the words that were found in it.

Called by checking and contexts. Most texts hold no pattern whole: that is seen from
which groups have a word at all, before any place is looked at.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from dunwell.core.wording.finding_words import Hit
from dunwell.core.wording.folding import HARD, SOFT
from dunwell.core.wording.lexicon import Group, Lexicon, Part, Pattern

Span = tuple[int, int]
"""Characters [start, end) of the text as it is read. A bare tuple: there are many."""

Match = tuple[Span, ...]
"""One span for each part of a pattern, in order."""


class Words:
    """The words of one text, by group."""

    def __init__(self, text: str, hits: Sequence[Hit], lexicon: Lexicon) -> None:
        """`hits` are those of the words of `lexicon` in `text`."""
        self.text = text
        self._lexicon = lexicon
        self._spans: dict[int, list[Span]] = {}
        self._hits = hits
        self._all: dict[int, list[int]] | None = None
        self.here = {word: last for last, word in hits}
        """Word → the place of its last character, where it stands last."""
        present, groups_of = 0, lexicon.groups_of
        for word in self.here:
            present |= groups_of[word]
        self.present = present
        """The groups that have a word here, as bits."""

    def of(self, group: int) -> list[Span]:
        """Where words of the group stand, in order."""
        found = self._spans.get(group)
        if found is None:
            self._spans[group] = found = self._look_for(group)
        return found

    def matches(self, pattern: Pattern, beside: Sequence[int] = ()) -> list[Match]:
        """Every place where the pattern begins, with its nearest end, `beside` those that are
        taken: a flag for each character, or none."""
        parts = pattern.parts
        firsts = self.of(parts[0].group)
        if beside and firsts:
            firsts = [one for one in firsts if not beside[one[0]]]
        if len(parts) == 1:
            return [(span,) for span in firsts]
        if not firsts:
            return []
        found: list[Match] = []
        if len(parts) == 2:
            group, gap, crosses = parts[1]
            seconds = self.of(group)
            if not seconds or seconds[-1][0] < firsts[0][1]:
                return found
            many = len(seconds)
            for first in firsts:
                at = first[1]
                for place in range(bisect_left(seconds, (at,)) if many > 1 else 0, many):
                    second = seconds[place]
                    start = second[0]
                    if start > at + gap:
                        break
                    if start == at or (start > at and self._may_cross(at, start, crosses)):
                        found.append((first, second))
                        break
            return found
        for span in firsts:
            further = self._follow(parts, 1, span[1])
            if further is not None:
                found.append((span, *further))
        return found

    def _follow(self, parts: Sequence[Part], place: int, at: int) -> Match | None:
        """The parts from number `place` on, the first within its gap of `at`."""
        group, gap, crosses = parts[place]
        spans = self.of(group)
        for number in range(bisect_left(spans, (at,)), len(spans)):
            span = spans[number]
            start, end = span
            if start > at + gap:
                return None
            if start > at and not self._may_cross(at, start, crosses):
                continue
            if place + 1 == len(parts):
                return (span,)
            further = self._follow(parts, place + 1, end)
            if further is not None:
                return (span, *further)
        return None

    def _may_cross(self, start: int, end: int, crosses: int) -> bool:
        if crosses == 2:
            return True
        between = self.text[start:end]
        return HARD not in between and (crosses == 1 or SOFT not in between)

    def _look_for(self, number: int) -> list[Span]:
        """Those that are no part of an ordinary word, nor of a longer run of letters."""
        lexicon = self._lexicon
        group = lexicon.groups[number]
        if group.expression is not None:
            return [match.span() for match in group.expression.finditer(self.text)]
        spans: list[Span] = []
        inside, here, doubtful = lexicon.words_of[number], self.here, lexicon.doubtful[number]
        sizes, once = lexicon.sizes, len(here) == len(self._hits)
        for word in inside if len(inside) < len(here) else inside.intersection(here):
            if word not in here:
                continue
            size = sizes[word]
            for last in (here[word],) if once else self._places(word):
                span = (last + 1 - size, last + 1)
                if word not in doubtful or self._stands(group, word, span):
                    spans.append(span)
        if len(spans) > 1:
            spans.sort()
        return spans

    def _places(self, word: int) -> Sequence[int]:
        """Where the word stands, by its last character: asked where some word stands twice."""
        if self._all is None:
            self._all = {}
            for last, number in self._hits:
                self._all.setdefault(number, []).append(last)
        return self._all[word]

    def _stands(self, group: Group, word: int, span: Span) -> bool:
        if word in self._lexicon.lettered and not self._whole(span):
            return False
        longer = group.ordinary.get(self._lexicon.words[word], ())
        return not any(self._holds(one, span) for one in longer)

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
