"""Words around a hit that turn its meaning: 我们不会起诉, 请勿相信, 客户称.

Which words, how far they reach and what ends their reach is data (contexts.yaml);
this file only reads it. Called by checking, only where something was found.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from dunwell.core.wording.case import Audience
from dunwell.core.wording.disguise import Reading
from dunwell.core.wording.folding import HARD, SOFT
from dunwell.core.wording.lexicon import Context, Entry, Lexicon, Pattern, Reach
from dunwell.core.wording.matching import Match, Span, Words

_SIGNATURE = re.compile(r"^\s*【[^【】]{2,12}】|【[^【】]{2,12}】\s*$")
_UNDONE_WITHIN = 2
"""Characters between a word that takes a context back and the context."""


class Contexts:
    """The contexts of one text, each looked for at most once."""

    def __init__(self, words: Words, lexicon: Lexicon, audience: Audience) -> None:
        """For a text of `words` that is read by `audience`."""
        self._words = words
        self._found: dict[Pattern, list[Span]] = {}
        self._undoing: dict[int, frozenset[int]] = {}
        self._signatures: list[Span] | None = None
        missing = ~words.present
        self._here = []
        for context in lexicon.contexts[audience]:
            if not context.anchors & words.present and context.reach != "signature":
                continue
            before = [one for one in context.before if not one.needed & missing]
            after = [one for one in context.after if not one.needed & missing]
            if before or after or context.reach == "signature":
                self._here.append((context, before, after))

    def lifts(self, entry: Entry, match: Match, reading: Reading) -> bool:
        """Whether some context turns this match of `entry`."""
        for context, before, after in self._here:
            if (
                context.id in entry.not_lifted_by
                or (context.classes and entry.class_.id not in context.classes)
                or (context.entries and entry.id not in context.entries)
            ):
                continue
            if context.reach == "signature":
                if self._in_signature(reading, match):
                    return True
            elif (before and self._turned_before(context, before, match)) or (
                after and self._turned_after(context, after, match)
            ):
                return True
        return False

    def _turned_before(self, context: Context, patterns: Sequence[Pattern], match: Match) -> bool:
        """Before the last part of the match, or before its first in the clause where it begins."""
        text = self._words.text
        for until in {match[-1][0], match[0][0]}:
            begins = _begins(text, until, context.reach)
            for pattern in patterns:
                spans = self._spans(pattern)
                for place in range(bisect_left(spans, (until,)) - 1, -1, -1):
                    start, end = spans[place]
                    if start < begins:
                        break
                    if end > until:
                        continue
                    if self._stopped(context, end, until):
                        break  # and so are all that stand further away
                    inside = any(first <= start < ends for first, ends in match)
                    if not inside and not self._undone(context, start):
                        return True
        return False

    def _turned_after(self, context: Context, patterns: Sequence[Pattern], match: Match) -> bool:
        after = match[-1][1]
        ends = -1
        for pattern in patterns:
            spans = self._spans(pattern)
            place = bisect_left(spans, (after,))
            if place < len(spans):
                ends = ends if ends >= 0 else _ends(self._words.text, after, context.reach)
                if spans[place][0] < ends:
                    return True
        return False

    def _stopped(self, context: Context, after: int, until: int) -> bool:
        if context.stops is None:
            return False
        stops = self._words.of(context.stops)
        for place in range(bisect_left(stops, (after,)), len(stops)):
            start, end = stops[place]
            if end <= until:
                return True
            if start >= until:
                break
        return False

    def _undone(self, context: Context, start: int) -> bool:
        if context.undone_by is None:
            return False
        group = context.undone_by
        ends = self._undoing.get(group)
        if ends is None:
            self._undoing[group] = ends = frozenset(end for _, end in self._words.of(group))
        return not ends.isdisjoint(range(start - _UNDONE_WITHIN, start + 1))

    def _spans(self, pattern: Pattern) -> list[Span]:
        found = self._found.get(pattern)
        if found is None:
            matches = self._words.matches(pattern)
            found = [(match[0][0], match[-1][1]) for match in matches]
            self._found[pattern] = found
        return found

    def _in_signature(self, reading: Reading, match: Match) -> bool:
        if self._signatures is None:
            self._signatures = [one.span() for one in _SIGNATURE.finditer(reading.given)]
        start, end = reading.given_span(match[0][0], match[-1][1])
        return any(first <= start and end <= last for first, last in self._signatures)


def _begins(text: str, at: int, reach: Reach) -> int:
    if reach == "text":
        return 0
    sentence = text.rfind(HARD, 0, at)
    return (max(sentence, text.rfind(SOFT, 0, at)) if reach == "clause" else sentence) + 1


def _ends(text: str, at: int, reach: Reach) -> int:
    if reach == "text":
        return len(text)
    marks = (HARD, SOFT) if reach == "clause" else (HARD,)
    found = [place for mark in marks if (place := text.find(mark, at)) >= 0]
    return min(found, default=len(text))
