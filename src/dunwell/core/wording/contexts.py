"""Words around a hit that turn its meaning: 我们不会起诉, 请勿相信……, 客户称…….

Which words, how far they reach and what ends their reach is data (contexts.yaml);
this file only reads it. Called by checking, only where something was found.
"""

from __future__ import annotations

import re

from dunwell.core.wording.case import Audience
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
        self._contexts = [one for one in lexicon.contexts if audience in one.audiences]
        self._found: dict[Pattern, list[Span]] = {}

    def lifts(self, entry: Entry, match: Match, given: str, span: tuple[int, int]) -> bool:
        """Whether some context turns this match of `entry`, which is `span` of `given`."""
        return any(
            self._turns(context, match, given, span)
            for context in self._contexts
            if context.id not in entry.not_lifted_by
            and (not context.classes or entry.class_.id in context.classes)
            and (not context.entries or entry.id in context.entries)
        )

    def _turns(self, context: Context, match: Match, given: str, span: tuple[int, int]) -> bool:
        if context.reach == "signature":
            found = (one.span() for one in _SIGNATURE.finditer(given))
            return any(first <= span[0] and span[1] <= last for first, last in found)
        return self._turned_before(context, match) or self._turned_after(context, match)

    def _turned_before(self, context: Context, match: Match) -> bool:
        until = match[-1].start
        begins = _begins(self._words.text, until, context.reach)
        return any(
            begins <= turn.start
            and turn.end <= until
            and not any(part.start <= turn.start < part.end for part in match)
            and not self._stopped(context, turn.end, until)
            and not self._undone(context, turn)
            for pattern in context.before
            for turn in self._spans(pattern)
        )

    def _turned_after(self, context: Context, match: Match) -> bool:
        after = match[-1].end
        ends = _ends(self._words.text, after, context.reach)
        return any(
            after <= turn.start < ends
            for pattern in context.after
            for turn in self._spans(pattern)
        )

    def _stopped(self, context: Context, after: int, until: int) -> bool:
        if context.stops is None:
            return False
        return any(
            after <= stop.start and stop.end <= until for stop in self._words.of(context.stops)
        )

    def _undone(self, context: Context, turn: Span) -> bool:
        if context.undone_by is None:
            return False
        return any(
            0 <= turn.start - undone.end <= _UNDONE_WITHIN
            for undone in self._words.of(context.undone_by)
        )

    def _spans(self, pattern: Pattern) -> list[Span]:
        found = self._found.get(pattern)
        if found is None:
            matches = self._words.matches(pattern)
            found = [Span(match[0].start, match[-1].end) for match in matches]
            self._found[pattern] = found
        return found


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
