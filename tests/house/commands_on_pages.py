"""Commands that pages and sentences tell people to type: each exists, with the options it names.

Called by test_commands_on_pages.py. Read are the fenced lines and the code spans of the pages
that begin with `dunwell`, and every `dunwell NOUN VERB` inside a sentence of the catalogues.
What a command answers is held by the tests of its room; here nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tests.house.cli_reference import commands
from tests.house.tree import Finding

_SPAN = re.compile(r"`(dunwell\s[^`]+)`")
_SAID = re.compile(r"dunwell ([a-z][a-z-]*(?: [a-z][a-z-]*)*)")
_OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
_VERBS = re.compile(r"(?<= \| )[a-z][a-z-]*(?= |$)")
"""`plan list --case NUMBER | show PLAN` names two verbs of one noun."""


def commands_told(text: str) -> Iterator[tuple[int, str]]:
    """Each command of a page, in one line, with the number of the line it begins on."""
    fenced = False
    told: list[tuple[int, str]] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.startswith("```"):
            fenced = not fenced
        elif fenced and line.startswith("dunwell "):
            told.append((number, line.partition(" #")[0].strip()))
        elif fenced and told and line.startswith("   ") and told[-1][0] == number - 1:
            told[-1] = (number, f"{told[-1][1]} {line.strip()}")
    yield from told
    for found in _SPAN.finditer(text):
        yield text.count("\n", 0, found.start()) + 1, " ".join(found[1].split())


def wrong_commands(path: str, text: str) -> Iterator[Finding]:
    """Commands of a page that do not exist, or have no such option."""
    known = {entry.words: entry.command for entry in commands()}
    for line, told in commands_told(text):
        yield from (Finding(path, line, why) for why in _wrong(told, known))


def wrong_in_sentences(sentences: Mapping[str, str]) -> Iterator[Finding]:
    """Sentences that send people to a command there is not."""
    known = {entry.words: entry.command for entry in commands()}
    for code, sentence in sentences.items():
        for found in _SAID.finditer(sentence):
            if not _named(f"dunwell {found[1]}", known):
                yield Finding("words", 1, f"{code} names `{found[0]}`, which is no command")


def pages(root: Path) -> list[Path]:
    """What people read: the pages at the root and below docs/."""
    return sorted([*root.glob("*.md"), *(root / "docs").rglob("*.md")])


def _wrong(told: str, known: Mapping[str, Any]) -> Iterator[str]:
    bare = re.sub(r"[\[\]()…]", " ", told)
    head, *rest = bare.split()[:4]
    for words in _alternatives([head, *rest]):
        named = _named(words, known)
        if not named:
            # A noun that stands alone names the whole room, as in a heading.
            if not any(name.startswith(f"{words} ") for name in known):
                yield f"`{told}`: there is no `{words}`"
            continue
        noun = named.rpartition(" ")[0]
        several = [named, *(f"{noun} {verb}" for verb in _VERBS.findall(bare))]
        yield from (f"`{told}`: there is no `{each}`" for each in several if each not in known)
        own = {option for each in several if each in known for option in _options(known[each])}
        for option in _OPTION.findall(bare):
            if option not in own:
                yield f"`{told}`: `{named}` has no {option}"


def _alternatives(tokens: list[str]) -> list[str]:
    """The words of a command; `pack list|show` is two."""
    plain = [token for token in tokens if re.fullmatch(r"[a-z-]+(\|[a-z-]+)*", token)]
    plain = [token for token in plain if not token.startswith("-")]
    spread = [""]
    for token in plain:
        spread = [f"{each} {one}".strip() for each in spread for one in token.split("|")]
    return spread


def _named(words: str, known: Mapping[str, Any]) -> str:
    """The longest command that `words` begin with; empty where there is none."""
    tokens = words.split()
    for size in range(len(tokens), 0, -1):
        if (name := " ".join(tokens[:size])) in known:
            return name
    return ""


def _options(command: Any) -> Iterator[str]:
    for parameter in command.params:
        yield from (*parameter.opts, *parameter.secondary_opts)
