"""May this be said? The question that screens, flows and the command line ask.

A text is read as a person would (disguise), its words are found, patterns of the
lexicon are looked for, and what the facts of the case or the words around make right
is left out. Finders may be given for speed; without them the plain ones are used.
"""

from __future__ import annotations

from operator import attrgetter

from dunwell.core.wording.case import Audience, CaseState
from dunwell.core.wording.contexts import Contexts
from dunwell.core.wording.disguise import Reading, read
from dunwell.core.wording.finding_words import Finder, plain_finder
from dunwell.core.wording.hearing import Found, Heard
from dunwell.core.wording.lexicon import Entry, Finding, Lexicon, Tries, Truth, Try
from dunwell.core.wording.matching import Match, Words

_NONE: frozenset[int] = frozenset()
_turn = attrgetter("place")


def check(
    text: str,
    *,
    facts: CaseState,
    audience: Audience,
    lexicon: Lexicon,
    find_words: Finder | None = None,
    find_sounds: Finder | None = None,
    find_runs: Finder | None = None,
) -> tuple[Finding, ...]:
    """Everything in `text` that may not be said to `audience` about a case of these facts.

    In order of place; spans are of `text` as it was given. Of findings of one class
    that overlap only the first stays. Refuses nothing: a text without words has no
    findings.
    """
    reading = read(text, lexicon=lexicon, find_sounds=find_sounds or plain_finder(lexicon.sounds))
    hits = (find_words or plain_finder(lexicon.words))(reading.text)
    words = Words(reading.text, hits, lexicon)
    contexts = None
    found: list[Found] = []
    covered: dict[str, bytearray] = {}
    for one in _worth_a_try(words, lexicon.tries[audience, facts.time_barred]):
        entry = one.entry
        # Inside what was found of its class it would say nothing new.
        beside = b"" if entry.overrides else covered.get(entry.class_.id, b"")
        for match in words.matches(one.pattern, beside):
            contexts = contexts or Contexts(words, lexicon, audience)
            if not (
                (entry.unless and _is_true(entry.unless, facts, reading, match))
                or (audience == "note" and not _is_told(entry, words, match))
                or contexts.lifts(entry, match, reading)
            ):
                found.append((match[0][0], match[-1][1], entry, match))
                if entry.stays:
                    start, end = match[0][0], match[-1][1]
                    taken = covered.setdefault(entry.class_.id, bytearray(len(reading.text)))
                    taken[start:end] = b"\1" * (end - start)
    heard = Heard(reading, words, lexicon, find_runs) if audience != "contact" else None
    if not found:
        return heard.said(facts, audience) if heard else ()
    if len(found) > 1:
        found = _telling(found)
    if heard and not facts.time_barred:
        found = heard.believed(found)
    return tuple(_finding(entry, reading, match) for entry, match in _distinct(found))


def _worth_a_try(words: Words, patterns: Tries) -> list[Try]:
    """Patterns of which every part has a word in the text, in their turn."""
    missing, of = ~words.present, patterns.of
    called = _NONE.union(*map(patterns.anchors.__getitem__, words.here))
    found = [one for anchor in called for needed, one in of[anchor] if not needed & missing]
    if len(found) > 1:
        found.sort(key=_turn)
    return found


def _is_true(truth: Truth, facts: CaseState, reading: Reading, match: Match) -> bool:
    """Whether the case is really as the words say, so that they may be said."""
    return (
        facts.legal_state in truth.legal_states
        or facts.credit_state in truth.credit_states
        or not facts.court_measures.isdisjoint(truth.court_measures)
        or facts.speaker in truth.speakers
        or (
            truth.designated
            and any(
                account in reading.text[match[0][0] : match[-1][1]]
                for account in facts.designated_accounts
            )
        )
    )


def _is_told(entry: Entry, words: Words, match: Match) -> bool:
    """A note may record what is; it may not record that something untrue was told."""
    told = entry.class_.in_notes
    return told is None or any(start < match[-1][0] for start, _ in words.of(told))


def _finding(entry: Entry, reading: Reading, match: Match) -> Finding:
    start, end = reading.given_span(match[0][0], match[-1][1])
    return Finding(
        class_=entry.class_.id,
        entry=entry.id,
        rule=entry.class_.rule,
        severity=entry.class_.severity,
        start=start,
        end=end,
        instead=entry.instead,
        disguised=any(reading.hides(*part) for part in match),
    )


def _telling(found: list[Found]) -> list[Found]:
    """Without what is vague beside others, and what another entry says more precisely."""
    entries = {one[2] for one in found}
    strong = any(not entry.weak for entry in entries)
    overridden = {one for entry in entries for one in entry.overrides}
    return [one for one in found if not (strong and one[2].weak) and one[2].id not in overridden]


def _distinct(found: list[Found]) -> list[tuple[Entry, Match]]:
    """Of those of one class that overlap the first, of equal ones the longest."""
    kept: list[tuple[Entry, Match]] = []
    ends: dict[str, int] = {}
    for start, end, entry, match in sorted(found, key=_order):
        if start >= ends.get(entry.class_.id, 0):
            ends[entry.class_.id] = end
            kept.append((entry, match))
    return kept


def _order(one: Found) -> tuple[int, int, str, str, Match]:
    start, end, entry, match = one
    return start, -end, entry.class_.id, entry.id, match
