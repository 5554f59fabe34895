"""What the second reader makes of one text: it speaks for a silent lexicon, or doubts it.

Called by checking, once for each text that is not for a contact person. It knows neither
the facts of the case nor what a note may hold, and does not speak of these; it does not
doubt words in disguise, nor anything in a long text, where much that is fine would drown
what is not.
"""

from __future__ import annotations

from collections.abc import Sequence

from dunwell.core.wording.case import NO_FACTS, Audience, CaseState
from dunwell.core.wording.disguise import Reading
from dunwell.core.wording.finding_words import Finder, Hit, plain_finder
from dunwell.core.wording.learned import ENTRY
from dunwell.core.wording.lexicon import Entry, Finding, Lexicon
from dunwell.core.wording.matching import Match, Words

Found = tuple[int, int, Entry, Match]
"""A match of an entry in [start, end) of the reading."""

HEARD_FROM = 6
"""Characters of a text it says anything about: a word or two have no sound."""
DOUBTED_UP_TO = 100
"""Characters of a text in which findings are doubted."""


class Heard:
    """One text, as the second reader hears it."""

    def __init__(
        self, reading: Reading, words: Words, lexicon: Lexicon, find: Finder | None
    ) -> None:
        """`words` are those of `lexicon` in `reading`; `find` finds runs, plainly if None."""
        self._reading, self._words, self._lexicon, self._find = reading, words, lexicon, find

    def said(self, facts: CaseState, audience: Audience) -> tuple[Finding, ...]:
        """What it says of a text in which the lexicon found nothing."""
        learned = self._lexicon.learned
        if learned is None or len(self._reading.text) < HEARD_FROM:
            return ()
        hits = self._hits()
        groups = self._groups()
        if not hits or learned.weigh(hits, groups) <= learned.threshold:
            return ()
        name = learned.likeliest(hits, groups)
        if name is None or (name in self._lexicon.turned_by_facts and facts != NO_FACTS):
            return ()
        class_ = self._lexicon.classes[name]
        if audience == "note" and class_.in_notes is not None:
            return ()
        start, end = self._reading.given_span(*learned.stretch(hits))
        return (
            Finding(
                class_=class_.id,
                entry=f"{ENTRY}.{class_.id}",
                rule=class_.rule,
                severity=class_.severity,
                start=start,
                end=end,
                instead=class_.instead,
                disguised=False,
            ),
        )

    def believed(self, found: list[Found]) -> list[Found]:
        """Without what it doubts: all of it, or classes that are unlikely beside others."""
        learned = self._lexicon.learned
        if learned is None or len(self._reading.text) > DOUBTED_UP_TO:
            return found
        hits, groups = self._hits(), self._groups()
        if learned.weigh(hits, groups) < learned.doubt:
            return [one for one in found if self._stays(one)]
        if len({one[2].class_.id for one in found}) < 2:
            return found
        doubtful = learned.doubtful(hits, groups)
        likely = [one for one in found if one[2].class_.id not in doubtful or self._hidden(one)]
        return likely or found

    def _stays(self, one: Found) -> bool:
        """Whether no doubt moves it: grave words, and words in disguise."""
        return one[2].class_.severity == "grave" or self._hidden(one)

    def _hits(self) -> Sequence[Hit]:
        learned = self._lexicon.learned
        runs = learned.runs if learned else ()
        return (self._find or plain_finder(runs))(self._reading.text)

    def _groups(self) -> frozenset[int]:
        """Those it weighs that have a word in the text."""
        weighed = self._lexicon.weighed
        return frozenset().union(*map(weighed.__getitem__, self._words.here))

    def _hidden(self, one: Found) -> bool:
        return any(self._reading.hides(*part) for part in one[3])
