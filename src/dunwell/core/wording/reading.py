"""Reading a lexicon: the contents of its files become typed records, or a refusal.

Called by store.policy.lexicon, which reads the files of a pack's wording folder:
classes, groups, contexts, lookalikes, traditional, ordinary, sounds, and any number of files of
entries. A spelling mistake stops the start.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from dunwell.core.wording.lexicon import (
    Context,
    Entry,
    Group,
    Lexicon,
    Pattern,
    Reach,
    Severity,
    Truth,
    WordClass,
)
from dunwell.core.wording.likeness import disguisable_words, read_lookalikes, words_by_initial
from dunwell.core.wording.patterns import Groups
from dunwell.core.wording.rows import Row, WrongLexicon, mapping

TABLES = ("classes", "groups", "contexts", "lookalikes", "traditional", "ordinary", "sounds")
"""Files that every lexicon has; all others hold entries."""

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
    entries = tuple(
        entry
        for name in sorted(files.keys() - set(TABLES))
        for entry in _entries(name, files[name], classes, groups)
    )
    _refuse_twice([entry.id for entry in entries])
    contexts = tuple(_contexts(files["contexts"], classes, entries, groups))
    rare = [(number, one) for number, one in enumerate(groups.records) if not one.common]
    words = sorted({word for _, one in rare for word in one.words})
    disguisable = tuple(disguisable_words(groups.records, lookalikes))
    return Lexicon(
        classes=classes,
        groups=tuple(groups.records),
        entries=entries,
        contexts=contexts,
        lookalikes=lookalikes,
        words=tuple(words),
        groups_of=tuple(
            tuple(number for number, one in rare if word in one.words) for word in words
        ),
        disguisable=disguisable,
        sounds=tuple(one.sound for one in disguisable),
        by_initial=words_by_initial(disguisable, lookalikes),
        by_anchor=_by_anchor(entries),
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
    optional = ("words", "disguised", "common", "ordinary", "expression")
    for name, fields in mapping(content, file="groups", path="file").items():
        row = Row(fields, file="groups", path=name, needed=(), optional=optional)
        expression = row.text("expression")
        if bool(expression) == bool(row.texts("words")):
            row.refuse("words", "", "words, or an expression")
        yield Group(
            id=name,
            words=row.texts("words"),
            disguised=row.flag("disguised"),
            common=row.flag("common") or bool(expression),
            ordinary=row.texts("ordinary"),
            expression=re.compile(expression) if expression else None,
        )


def _entries(
    file: str, content: object, classes: Mapping[str, WordClass], groups: Groups
) -> Iterator[Entry]:
    needed = ("id", "class", "patterns", "good", "bad")
    optional = ("audiences", "unless", "time_barred_only", "not_lifted_by", "instead")
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
            instead=row.text("instead", class_.instead),
            good=row.texts("good"),
            bad=row.texts("bad"),
        )


def _truth(row: Row | None) -> Truth:
    if row is None:
        return Truth()
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
        yield Context(
            id=name,
            before=row.patterns("before", groups),
            after=row.patterns("after", groups),
            reach=row.one_of("reach", get_args(Reach)),
            stops=row.group("stops", groups),
            undone_by=row.group("undone_by", groups),
            audiences=row.audiences(),
            classes=frozenset(row.texts("classes")),
            entries=frozenset(row.texts("entries")),
        )


def _by_anchor(entries: Sequence[Entry]) -> Mapping[int, tuple[tuple[Entry, Pattern], ...]]:
    found: dict[int, list[tuple[Entry, Pattern]]] = {}
    for entry in entries:
        for pattern in entry.patterns:
            found.setdefault(pattern.anchor, []).append((entry, pattern))
    return {anchor: tuple(patterns) for anchor, patterns in found.items()}


def _refuse_twice(ids: Sequence[str]) -> None:
    for one in ids:
        if ids.count(one) > 1:
            raise WrongLexicon(file="entries", path="id", value=one, allowed="an id of its own")
