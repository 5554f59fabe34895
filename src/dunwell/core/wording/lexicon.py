"""The lexicon as typed records: classes, words, patterns, contexts, look-alikes.

Made by reading.parse_lexicon from a pack's files; read by the checker. Nothing in
here knows a sentence of ours: the gentler wording is data of the pack.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from dunwell.core.wording.case import Audience
from dunwell.core.wording.learned import ENTRY, Learned

Severity = Literal["grave", "serious", "minor"]
Reach = Literal["clause", "sentence", "text", "signature"]


class Finding(NamedTuple):
    """One breach in [start, end) of the text as it was given.

    `disguised` says that the words stood there in other characters. `instead` is a
    gentler wording in the language of the lexicon.
    """

    class_: str
    entry: str
    rule: str
    severity: Severity
    start: int
    end: int
    instead: str
    disguised: bool

    @property
    def guessed(self) -> bool:
        """Whether no entry of the lexicon says it, only the second reader: it may be nothing."""
        return self.entry.startswith(f"{ENTRY}.")


@dataclass(frozen=True, slots=True)
class WordClass:
    """A kind of breach: the rule that answers for it and how grave it is."""

    id: str
    title: str
    title_en: str
    rule: str
    severity: Severity
    instead: str
    in_notes: int | None
    """A group of which a word must come first in a note (told, said …), or None."""


@dataclass(frozen=True, slots=True)
class Group:
    """Words that mean the same for a pattern.

    Words of a `disguised` group are also found in other characters. A `common` group
    stands in too many texts to call for its patterns. `ordinary` has, for some of the
    words, longer ones that contain it and mean something else.
    """

    id: str
    words: tuple[str, ...]
    disguised: bool = False
    common: bool = False
    ordinary: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    expression: re.Pattern[str] | None = None
    """What counts where words cannot be listed (an account); the words only call for it."""


class Part(NamedTuple):
    """One step of a pattern: a word of the group, at most `gap` characters after the last.

    These stay in the clause; with `crosses` 1 they may hold the end of a clause, with 2
    that of a sentence too.
    """

    group: int
    gap: int
    crosses: int


class Pattern(NamedTuple):
    """Parts in order; `anchor` is the group of the rarest."""

    parts: tuple[Part, ...]
    anchor: int
    needed: int
    """Its groups, as bits: without a word of each there is no match."""


@dataclass(frozen=True, slots=True)
class Truth:
    """When a statement is true of a case and so may be made: any of these is enough."""

    legal_states: frozenset[str] = frozenset()
    credit_states: frozenset[str] = frozenset()
    court_measures: frozenset[str] = frozenset()
    speakers: frozenset[str] = frozenset()
    designated: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One thing that may not be said, with examples that the tests run."""

    id: str
    class_: WordClass
    patterns: tuple[Pattern, ...]
    audiences: frozenset[Audience]
    unless: Truth | None
    time_barred_only: bool
    not_lifted_by: frozenset[str]
    weak: bool
    """So vague that it counts only where nothing else was found."""
    overrides: frozenset[str]
    """Entries that say less precisely what this one says: left out where this is found."""
    stays: bool
    """Neither weak nor overridden by any entry: what it finds is told."""
    instead: str
    good: tuple[str, ...]
    bad: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Context:
    """Words around a hit that turn its meaning: denial, warning, reported speech.

    A `stops` word between them and the hit ends their reach; a word of `undone_by`
    right before them takes them back (别以为不会 …).
    """

    id: str
    before: tuple[Pattern, ...]
    after: tuple[Pattern, ...]
    reach: Reach
    stops: int | None
    undone_by: int | None
    audiences: frozenset[Audience]
    classes: frozenset[str]
    entries: frozenset[str]
    anchors: int
    """The anchors of its patterns, as bits: without a word of any it is not there."""


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """How a text is read: which characters count as which, and what sounds like what.

    `fold` is a table for str.translate (None: the character is left out); `sounds`
    maps a character or digit to the sound it has, as one private character; `spelled`
    maps a syllable in letters to the same.
    """

    fold: Mapping[int, str | None]
    split: Mapping[str, str]
    """Pieces of characters (`氵去`) → what they are, filled up to the same length."""
    taken_apart: re.Pattern[str]
    """Where characters or words are taken apart."""
    signs_of_that: re.Pattern[str]
    """What only stands where something may be: few texts hold it, and it is quick to find."""
    sounds: Mapping[int, str]
    spelled: Mapping[str, str]
    syllables: frozenset[str]
    syllable_of: Mapping[str, str]
    """Character or digit → its syllable, before a careless ear takes it for another."""
    ordinary: frozenset[str]
    """Words of ordinary language that sound like some word of the lexicon."""
    short: frozenset[str]
    """The words of two characters that are found in any disguise; others only half in letters."""
    light: frozenset[str]
    """Characters so frequent that standing in a word they are no sign of it."""


@dataclass(frozen=True, slots=True)
class Disguisable:
    """A word that is also found in disguise.

    Without `by_sound` it is too short for that, and only found half in letters.
    """

    word: str
    sound: str
    by_sound: bool


@dataclass(frozen=True, slots=True, eq=False)
class Try:
    """A pattern of an entry; one is like no other, so that they are quick to tell apart."""

    entry: Entry
    pattern: Pattern
    place: int
    """When it has its turn, beside others."""


class Tries(NamedTuple):
    """Patterns by what calls for them."""

    anchors: tuple[frozenset[int], ...]
    """Word → the groups it stands in that patterns are anchored in."""
    of: Mapping[int, tuple[tuple[int, Try], ...]]
    """Anchor → the patterns worth a try in a text that has a word of it, after what they need."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the checker reads. `words` are those the finder looks for, in this order."""

    classes: Mapping[str, WordClass]
    groups: tuple[Group, ...]
    entries: tuple[Entry, ...]
    contexts: Mapping[Audience, tuple[Context, ...]]
    lookalikes: Lookalikes
    words: tuple[str, ...]
    groups_of: tuple[int, ...]
    """Word → its groups, as bits."""
    words_of: tuple[frozenset[int], ...]
    """Group → its words."""
    sounds: tuple[str, ...]
    """What the second finder looks for."""
    sounding: tuple[tuple[Disguisable, ...], ...]
    """Sound → the words that sound so."""
    by_initial: Mapping[str, str]
    """A word with one character as its initial letter (`q诉`) → the word."""
    lettered: frozenset[int]
    """Words that begin or end with a letter: they are no part of a longer run of letters."""
    sizes: tuple[int, ...]
    """Word → how many characters it has."""
    doubtful: tuple[frozenset[int], ...]
    """Group → those of its words that may stand in a longer word and mean nothing there."""
    tries: Mapping[tuple[Audience, bool], Tries]
    """By who reads a text and whether the debt is time-barred."""
    learned: Learned | None
    """The second reader, for texts in which the lexicon finds nothing."""
    weighed: tuple[frozenset[int], ...]
    """Word → those of its groups that the second reader weighs."""
    turned_by_facts: frozenset[str]
    """Classes that the facts of a case can make true: the second reader knows no facts."""
