"""Where patterns of the lexicon stand in a text, from the words that were found in it.

Called by checking and contexts. Words of common groups are looked for only when a
pattern asks for them; no pattern crosses the end of a sentence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from dunwell.core.wording.folding import HARD, SOFT
from dunwell.core.wording.lexicon import Group, Lexicon, Part, Pattern


class Span(NamedTuple):
    """Characters [start, end) of the text as it is read."""

    start: int
    end: int


Match = tuple[Span, ...]
"""One span for each part of a pattern, in order."""


class Words:
    """The words of one text, by group."""

    def __init__(self, text: str, hits: Iterable[Sequence[int]], lexicon: Lexicon) -> None:
        """`hits` are (start, end, word) for the words of `lexicon` in `text`."""
        self.text = text
        self._lexicon = lexicon
        self._spans: dict[int, list[Span]] = {}
        groups_of, spans = lexicon.groups_of, self._spans
        for start, end, word in hits:
            for group in groups_of[word]:
                spans.setdefault(group, []).append(Span(start, end))
        for group in spans:
            spans[group] = sorted(self._meant(spans[group], lexicon.groups[group]))
        self.present = frozenset(group for group, found in spans.items() if found)

    def of(self, group: int) -> list[Span]:
        """Where words of the group stand, in order."""
        found = self._spans.get(group)
        if found is None:
            record = self._lexicon.groups[group]
            listed = sorted(self._look_for(record)) if record.common else []
            self._spans[group] = found = list(self._meant(listed, record))
        return found

    def matches(self, pattern: Pattern) -> Iterator[Match]:
        """Every place where the pattern begins, with its nearest end."""
        if not pattern.needed <= self.present:
            return
        first, *rest = pattern.parts
        for span in self.of(first.group):
            further = self._follow(span.end, rest)
            if further is not None:
                yield (span, *further)

    def _follow(self, at: int, parts: Sequence[Part]) -> Match | None:
        if not parts:
            return ()
        part, *rest = parts
        for span in self.of(part.group):
            if span.start > at + part.gap:
                return None
            if span.start < at or not self._may_cross(at, span.start, part.crosses):
                continue
            further = self._follow(span.end, rest)
            if further is not None:
                return (span, *further)
        return None

    def _may_cross(self, start: int, end: int, crosses: bool) -> bool:
        between = self.text[start:end]
        return HARD not in between and (crosses or SOFT not in between)

    def _look_for(self, group: Group) -> Iterator[Span]:
        if group.expression is not None:
            yield from (Span(*match.span()) for match in group.expression.finditer(self.text))
        for word in group.words:
            start = self.text.find(word)
            while start >= 0:
                yield Span(start, start + len(word))
                start = self.text.find(word, start + 1)

    def _meant(self, spans: Iterable[Span], group: Group) -> Iterator[Span]:
        """Those that are no part of an ordinary word, nor of a longer run of letters."""
        for span in spans:
            if not (group.ordinary and self._is_ordinary(span, group)) and self._whole(span):
                yield span

    def _is_ordinary(self, span: Span, group: Group) -> bool:
        for word in group.ordinary:
            start = self.text.find(word, max(0, span.end - len(word)), span.start + len(word))
            if 0 <= start <= span.start:
                return True
        return False

    def _whole(self, span: Span) -> bool:
        return not (
            (_letter(self.text[span.start]) and span.start and _letter(self.text[span.start - 1]))
            or (_letter(self.text[span.end - 1]) and _letter(self.text[span.end : span.end + 1]))
        )


def _letter(char: str) -> bool:
    return "a" <= char <= "z"
