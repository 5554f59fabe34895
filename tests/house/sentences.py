"""Codes and sentences are equal: every refusal can be said, in both languages, with its figures.

Read from the source, not from running it: which classes are refusals, which
figures they are raised with, and which codes are written anywhere.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from dunwell.faces.words import figures_of
from tests.house.tree import Finding, Source

_COMPOSED = re.compile(r'f"([A-Z]+-(?:[A-Z]+-)*)\{')
"""The beginning of a code whose end is a value: f"DAY-STEP-{step}"."""


@dataclass
class RefusalClass:
    """A refusal as its source shows it; `figures` are those it was seen raised with."""

    name: str
    code: str
    path: str
    line: int
    figures: list[frozenset[str]] = field(default_factory=list)


def refusal_classes(written: Iterable[Source]) -> list[RefusalClass]:
    """Classes that set `code` and come from Refusal, directly or not."""
    trees = [(source.path, ast.parse(source.text)) for source in written]
    classes = [
        (path, node)
        for path, tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    ]
    family = {"Refusal"}
    while grown := {n.name for _, n in classes if family & _bases(n)} - family:
        family |= grown
    found = [
        RefusalClass(node.name, code, path, node.lineno)
        for path, node in classes
        if node.name in family and (code := _code(node)) is not None
    ]
    for path, tree in trees:
        _note_figures(tree, _known_in(path, tree, found))
    return found


def unsaid_codes(
    refusals: Iterable[RefusalClass], *, zh: Mapping[str, str], en: Mapping[str, str]
) -> Iterator[Finding]:
    """Refusals without a sentence, and sentences with figures that nobody gives."""
    for refusal in refusals:
        for language, sentences in (("zh_Hans", zh), ("en", en)):
            sentence = sentences.get(refusal.code)
            if sentence is None:
                message = f"{refusal.code} has no sentence in {language}"
                yield Finding(refusal.path, refusal.line, message)
                continue
            for given in refusal.figures:
                if missing := figures_of(sentence) - given:
                    message = f"{language} says {sorted(missing)}, raised without: {refusal.code}"
                    yield Finding(refusal.path, refusal.line, message)


def told_without_figures(source: Source, *, zh: Mapping[str, str]) -> Iterator[Finding]:
    """Calls like `tell("CODE", n=3)` whose sentence wants a figure that the call does not give."""
    for call in ast.walk(ast.parse(source.text)):
        if not isinstance(call, ast.Call) or len(call.args) != 1:
            continue
        if ast.unparse(call.func).rpartition(".")[2] not in {"tell", "_tell"}:
            continue
        code = call.args[0].value if isinstance(call.args[0], ast.Constant) else None
        given = {keyword.arg for keyword in call.keywords} - {"language"}
        if not isinstance(code, str) or code not in zh or None in given:
            continue
        if missing := figures_of(zh[code]) - given:
            yield Finding(source.path, call.lineno, f"{code} says {sorted(missing)}: give them")


def unequal_languages(*, zh: Mapping[str, str], en: Mapping[str, str]) -> Iterator[Finding]:
    """Codes that one language lacks, and sentences whose figures differ."""
    for code in sorted(zh.keys() ^ en.keys()):
        yield Finding("words", 1, f"{code} stands in one language only")
    for code in sorted(zh.keys() & en.keys()):
        if figures_of(zh[code]) != figures_of(en[code]):
            yield Finding("words", 1, f"{code} has other figures in Chinese than in English")


def orphans(codes: Iterable[str], written: Iterable[Source]) -> Iterator[Finding]:
    """Sentences whose code is written nowhere outside the catalogues, whole or as f"CODE-{...}"."""
    everything = "\n".join(source.text for source in written)
    beginnings = tuple(set(_COMPOSED.findall(everything)))
    for code in codes:
        if f'"{code}"' in everything or f"id: {code}" in everything:
            continue
        if not (beginnings and code.startswith(beginnings)):
            yield Finding("words", 1, f"nothing answers {code}: delete its sentence")


def _bases(node: ast.ClassDef) -> set[str]:
    return {ast.unparse(base).rpartition(".")[2] for base in node.bases}


def _code(node: ast.ClassDef) -> str | None:
    for statement in node.body:
        if (
            isinstance(statement, ast.Assign)
            and [ast.unparse(target) for target in statement.targets] == ["code"]
            and isinstance(statement.value, ast.Constant)
        ):
            return str(statement.value.value)
    return None


def _known_in(
    path: str, tree: ast.AST, found: Iterable[RefusalClass]
) -> Mapping[str, RefusalClass]:
    """The refusals a file knows by name: its own, those it imports, those no other shares."""
    sharing: dict[str, list[RefusalClass]] = {}
    for refusal in found:
        sharing.setdefault(refusal.name, []).append(refusal)
    known = {name: ones[0] for name, ones in sharing.items() if len(ones) == 1}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            module = f"src/{node.module.replace('.', '/')}.py"
            for alias in node.names:
                for refusal in sharing.get(alias.name, ()):
                    if refusal.path == module:
                        known[alias.asname or alias.name] = refusal
    known.update({refusal.name: refusal for refusal in found if refusal.path == path})
    return known


def _note_figures(tree: ast.AST, known: Mapping[str, RefusalClass]) -> None:
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        refusal = known.get(ast.unparse(call.func).rpartition(".")[2])
        given = [keyword.arg for keyword in call.keywords]
        if refusal is not None and None not in given:
            refusal.figures.append(frozenset(name for name in given if name))
