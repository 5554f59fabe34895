"""Reading a lexicon: the contents of its files become typed records, or a refusal.

Called by store.policy.lexicon, which reads the files of a pack's wording folder:
classes, groups, contexts, lookalikes, traditional, ordinary, sounds, and any number of files of
entries. A spelling mistake stops the start.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import get_args

from dunwell.core.wording.case import Audience
from dunwell.core.wording.lexicon import (
    Context,
    Disguisable,
    Entry,
    Group,
    Lexicon,
    Reach,
    Severity,
    Tries,
    Truth,
    Try,
    WordClass,
)
from dunwell.core.wording.likeness import disguisable_words, read_lookalikes, words_by_initial
from dunwell.core.wording.patterns import Groups
from dunwell.core.wording.rows import Row, WrongLexicon, mapping
from dunwell.core.wording.weights import read_learned

TABLES = ("classes", "groups", "contexts", "lookalikes", "traditional", "ordinary", "sounds")
"""Files that every lexicon has; all others but LEARNED hold entries."""
LEARNED = "learned"
"""The file of the second reader; a lexicon may be without it."""

_TRUTHS = ("legal_state", "credit_state", "court_measure", "speaker", "designated")


def parse_lexicon(files: Mapping[str, object]) -> Lexicon:
    """Build the lexicon of a pack from the contents of its files, by name without ending.

    Refuses (WrongLexicon) missing files, unknown or missing keys, wrong types, ids that
    stand twice, unknown classes and groups, and patterns that cannot be read.
    """
    for name in TABLES:
        if name not in files:
            raise WrongLexicon(file=name, path="file", value="", allowed=list(TABLES))
    lookalikes = read_lookalikes(files)
    groups = Groups([*_groups(files["groups"])])
    classes = {one.id: one for one in _classes(files["classes"], groups)}
    entries = _all_entries(files, classes, groups)
    contexts = tuple(_contexts(files["contexts"], classes, entries, groups))
    words = sorted({word for one in groups.records for word in one.words})
    number_of = {word: number for number, word in enumerate(words)}
    words_of = tuple(frozenset(number_of[word] for word in one.words) for one in groups.records)
    lettered = frozenset(
        number for number, word in enumerate(words) if word[0].isascii() or word[-1].isascii()
    )
    disguisable = tuple(disguisable_words(groups.records, lookalikes))
    sounding: dict[str, list[Disguisable]] = {}
    for one in disguisable:
        sounding.setdefault(one.sound, []).append(one)
    sounds = sorted(sounding)
    learned = (
        read_learned(
            files[LEARNED],
            classes=classes,
            groups={one.id: number for number, one in enumerate(groups.records)},
        )
        if LEARNED in files
        else None
    )
    return Lexicon(
        classes=classes,
        groups=tuple(groups.records),
        entries=entries,
        contexts={
            audience: tuple(one for one in contexts if audience in one.audiences)
            for audience in get_args(Audience)
        },
        lookalikes=lookalikes,
        words=tuple(words),
        groups_of=_groups_of(words_of, len(words)),
        words_of=words_of,
        sounds=tuple(sounds),
        sounding=tuple(tuple(sounding[sound]) for sound in sounds),
        by_initial=words_by_initial(disguisable, lookalikes),
        lettered=lettered,
        sizes=tuple(map(len, words)),
        doubtful=tuple(
            frozenset(
                number for number in inside if number in lettered or words[number] in one.ordinary
            )
            for one, inside in zip(groups.records, words_of, strict=True)
        ),
        tries=_tries_by_reader(entries, words_of, len(words)),
        learned=learned,
        weighed=_groups_by_word(learned.groups if learned else (), words_of, len(words)),
        turned_by_facts=frozenset(
            entry.class_.id for entry in entries if entry.unless or entry.time_barred_only
        ),
    )


def _all_entries(
    files: Mapping[str, object], classes: Mapping[str, WordClass], groups: Groups
) -> tuple[Entry, ...]:
    """The entries of every file that is no table. Refuses ids that stand twice and overrides of
    entries that are not there."""
    entries = [
        entry
        for name in sorted(files.keys() - {*TABLES, LEARNED})
        for entry in _entries(name, files[name], classes, groups)
    ]
    _refuse_twice([entry.id for entry in entries])
    _refuse_unknown_overrides(entries)
    overridden = {one for entry in entries for one in entry.overrides}
    return tuple(
        replace(entry, stays=not entry.weak and entry.id not in overridden) for entry in entries
    )


def _classes(content: object, groups: Groups) -> Iterator[WordClass]:
    needed = ("title", "title_en", "rule", "severity", "instead")
    for name, fields in mapping(content, file="classes", path="file").items():
        row = Row(fields, file="classes", path=name, needed=needed, optional=("in_notes",))
        yield WordClass(
            id=name,
            title=row.text("title"),
            title_en=row.text("title_en"),
            rule=row.text("rule"),
            severity=row.one_of("severity", get_args(Severity)),
            instead=row.text("instead"),
            in_notes=row.group("in_notes", groups),
        )


def _groups(content: object) -> Iterator[Group]:
    optional = ("disguised", "common", "ordinary", "expression")
    for name, fields in mapping(content, file="groups", path="file").items():
        row = Row(fields, file="groups", path=name, needed=("words",), optional=optional)
        if not row.texts("words"):
            row.refuse("words", "", "at least one word")
        expression = row.text("expression")
        yield Group(
            id=name,
            words=row.texts("words"),
            disguised=row.flag("disguised"),
            common=row.flag("common"),
            ordinary=_ordinary(row),
            expression=re.compile(expression) if expression else None,
        )


def _entries(
    file: str, content: object, classes: Mapping[str, WordClass], groups: Groups
) -> Iterator[Entry]:
    needed = ("id", "class", "patterns", "good", "bad")
    optional = (
        "audiences",
        "unless",
        "time_barred_only",
        "not_lifted_by",
        "weak",
        "overrides",
        "instead",
    )
    if not isinstance(content, list) or not content:
        raise WrongLexicon(file=file, path="file", value=type(content).__name__, allowed="list")
    for place, fields in enumerate(content):
        row = Row(fields, file=file, path=str(place), needed=needed, optional=optional)
        if row.text("class") not in classes:
            row.refuse("class", row.text("class"), sorted(classes))
        class_ = classes[row.text("class")]
        yield Entry(
            id=row.text("id"),
            class_=class_,
            patterns=row.patterns("patterns", groups),
            audiences=row.audiences(),
            unless=_truth(row.row("unless", optional=_TRUTHS)),
            time_barred_only=row.flag("time_barred_only"),
            not_lifted_by=frozenset(row.texts("not_lifted_by")),
            weak=row.flag("weak"),
            overrides=frozenset(row.texts("overrides")),
            stays=True,
            instead=row.text("instead", class_.instead),
            good=row.texts("good"),
            bad=row.texts("bad"),
        )


def _truth(row: Row | None) -> Truth | None:
    if row is None:
        return None
    return Truth(
        legal_states=frozenset(row.texts("legal_state")),
        credit_states=frozenset(row.texts("credit_state")),
        court_measures=frozenset(row.texts("court_measure")),
        speakers=frozenset(row.texts("speaker")),
        designated=row.flag("designated"),
    )


def _contexts(
    content: object,
    classes: Mapping[str, WordClass],
    entries: Sequence[Entry],
    groups: Groups,
) -> Iterator[Context]:
    optional = ("before", "after", "stops", "undone_by", "audiences", "classes", "entries")
    known = {"classes": sorted(classes), "entries": sorted(entry.id for entry in entries)}
    for name, fields in mapping(content, file="contexts", path="file").items():
        row = Row(fields, file="contexts", path=name, needed=("reach",), optional=optional)
        for key, allowed in known.items():
            for one in row.texts(key):
                if one not in allowed:
                    row.refuse(key, one, allowed)
        before, after = row.patterns("before", groups), row.patterns("after", groups)
        anchors = {one.anchor for one in (*before, *after)}
        yield Context(
            id=name,
            before=before,
            after=after,
            reach=row.one_of("reach", get_args(Reach)),
            stops=row.group("stops", groups),
            undone_by=row.group("undone_by", groups),
            audiences=row.audiences(),
            classes=frozenset(row.texts("classes")),
            entries=frozenset(row.texts("entries")),
            anchors=sum(1 << anchor for anchor in anchors),
        )


def _ordinary(row: Row) -> Mapping[str, tuple[str, ...]]:
    """For each word of a group the longer ones that contain it, where there are any."""
    words, longer = row.texts("words"), row.texts("ordinary")
    for one in longer:
        if not any(word in one and word != one for word in words):
            row.refuse("ordinary", one, "a longer word that contains a word of the group")
    found = {word: tuple(one for one in longer if word in one) for word in words}
    return {word: more for word, more in found.items() if more}


def _tries_by_reader(
    entries: Sequence[Entry], words_of: Sequence[frozenset[int]], words: int
) -> Mapping[tuple[Audience, bool], Tries]:
    patterns = [(entry, pattern) for entry in entries for pattern in entry.patterns]
    patterns.sort(key=lambda one: one[1].anchor)
    tries = [Try(entry, pattern, place) for place, (entry, pattern) in enumerate(patterns)]
    found: dict[tuple[Audience, bool], Tries] = {}
    audiences: tuple[Audience, ...] = get_args(Audience)
    for audience in audiences:
        here = [one for one in tries if audience in one.entry.audiences]
        always = [one for one in here if not one.entry.time_barred_only]
        found[audience, True] = _tries(here, words_of, words)
        found[audience, False] = _tries(always, words_of, words)
    return found


def _tries(tries: Sequence[Try], words_of: Sequence[frozenset[int]], words: int) -> Tries:
    found: dict[int, list[tuple[int, Try]]] = {}
    for one in tries:
        found.setdefault(one.pattern.anchor, []).append((one.pattern.needed, one))
    anchors = _groups_by_word(found, words_of, words)
    return Tries(anchors, {anchor: tuple(inside) for anchor, inside in found.items()})


def _groups_by_word(
    groups: Iterable[int], words_of: Sequence[frozenset[int]], words: int
) -> tuple[frozenset[int], ...]:
    """Word → those of `groups` that it stands in."""
    found: list[set[int]] = [set() for _ in range(words)]
    for group in groups:
        for number in words_of[group]:
            found[number].add(group)
    return tuple(map(frozenset, found))


def _groups_of(words_of: Sequence[frozenset[int]], words: int) -> tuple[int, ...]:
    """Word → its groups, as bits."""
    found = [0] * words
    for group, inside in enumerate(words_of):
        for number in inside:
            found[number] |= 1 << group
    return tuple(found)


def _refuse_twice(ids: Sequence[str]) -> None:
    for one in ids:
        if ids.count(one) > 1:
            raise WrongLexicon(file="entries", path="id", value=one, allowed="an id of its own")


def _refuse_unknown_overrides(entries: Sequence[Entry]) -> None:
    known = {entry.id for entry in entries}
    for entry in entries:
        for one in sorted(entry.overrides - known):
            raise WrongLexicon(
                file="entries", path=f"{entry.id}.overrides", value=one, allowed=sorted(known)
            )
