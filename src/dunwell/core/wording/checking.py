"""May this be said? The question that screens, flows and the command line ask.

A text is read as a person would (disguise), its words are found, patterns of the
lexicon are looked for, and what the facts of the case or the words around make right
is left out. Finders may be given for speed; without them the plain ones are used.
"""

from __future__ import annotations

from collections.abc import Iterator

from dunwell.core.wording.case import Audience, CaseState
from dunwell.core.wording.contexts import Contexts
from dunwell.core.wording.disguise import Reading, read
from dunwell.core.wording.finding_words import Finder, plain_finder
from dunwell.core.wording.lexicon import Entry, Finding, Lexicon, Pattern, Truth
from dunwell.core.wording.matching import Match, Words


def check(
    text: str,
    *,
    facts: CaseState,
    audience: Audience,
    lexicon: Lexicon,
    find_words: Finder | None = None,
    find_sounds: Finder | None = None,
) -> tuple[Finding, ...]:
    """Everything in `text` that may not be said to `audience` about a case of these facts.

    In order of place; spans are of `text` as it was given. Of findings of one class
    that overlap only the first stays. Refuses nothing: a text without words has no
    findings.
    """
    reading = read(
        text, lexicon=lexicon, find_sounds=find_sounds or plain_finder(lexicon.sounds)
    )
    words = Words(
        reading.text, (find_words or plain_finder(lexicon.words))(reading.text), lexicon
    )
    contexts = None
    found: list[Finding] = []
    for entry, pattern in _candidates(words, lexicon, audience, facts):
        for match in words.matches(pattern):
            if contexts is None:
                contexts = Contexts(words, lexicon, audience)
            span = reading.given_span(match[0].start, match[-1].end)
            if (
                _is_true(entry.unless, facts, reading, match)
                or (audience == "note" and not _is_told(entry, words, match))
                or contexts.lifts(entry, match, text, span)
            ):
                continue
            found.append(_finding(entry, reading, match))
    return _distinct(found)


def _candidates(
    words: Words, lexicon: Lexicon, audience: Audience, facts: CaseState
) -> Iterator[tuple[Entry, Pattern]]:
    present = words.present
    for anchor in (-1, *present):
        for entry, pattern in lexicon.by_anchor.get(anchor, ()):
            if (
                pattern.needed <= present
                and audience in entry.audiences
                and (facts.time_barred or not entry.time_barred_only)
            ):
                yield entry, pattern


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
                account in reading.text[match[0].start : match[-1].end]
                for account in facts.designated_accounts
            )
        )
    )


def _is_told(entry: Entry, words: Words, match: Match) -> bool:
    """A note may record what is; it may not record that something untrue was told."""
    told = entry.class_.in_notes
    return told is None or any(span.start < match[-1].start for span in words.of(told))


def _finding(entry: Entry, reading: Reading, match: Match) -> Finding:
    start, end = reading.given_span(match[0].start, match[-1].end)
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


def _distinct(found: list[Finding]) -> tuple[Finding, ...]:
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end, one.class_, one.entry)):
        overlaps = (
            other.class_ == one.class_ and one.start < other.end and other.start < one.end
            for other in kept
        )
        if not any(overlaps):
            kept.append(one)
    return tuple(kept)
