"""The lexicon of forbidden wording: read from a pack, with automata that find its words fast.

Called by flows, faces and the gate. No Django and no database, so that stateless
commands use it too. The automata find exactly what core's plain finder finds (a
property test holds them equal); core.wording.check is the meaning.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import ahocorasick
import yaml

from dunwell.core.wording import (
    Audience,
    CaseState,
    Finder,
    Finding,
    Hit,
    Lexicon,
    WrongLexicon,
    check,
    parse_lexicon,
)

SMALL_LOAN = "cn_small_loan"

# libyaml reads the tables ten times as fast where it is there.
_SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Checker(NamedTuple):
    """A lexicon with its automata and its hash: call it with a text."""

    lexicon: Lexicon
    hash: str
    """SHA-256 of all its files say, comments and order of keys aside."""
    find_words: Finder
    find_sounds: Finder
    find_runs: Finder | None

    def __call__(self, text: str, *, facts: CaseState, audience: Audience) -> tuple[Finding, ...]:
        """What core.wording.check finds in `text`."""
        return check(
            text,
            facts=facts,
            audience=audience,
            lexicon=self.lexicon,
            find_words=self.find_words,
            find_sounds=self.find_sounds,
            find_runs=self.find_runs,
        )


@cache
def wording_checker(pack: str = SMALL_LOAN) -> Checker:
    """The checker of a shipped pack. Refuses (WrongLexicon) a lexicon that cannot be read."""
    folder = files("dunwell.packs").joinpath(pack, "wording")
    texts = {
        file.name.removesuffix(".yaml"): file.read_text("utf-8")
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
    }
    contents = _contents(texts)
    lexicon = parse_lexicon(contents)
    return Checker(
        lexicon,
        _hash_of(contents),
        automaton_finder(lexicon.words),
        automaton_finder(lexicon.sounds),
        automaton_finder(lexicon.learned.runs) if lexicon.learned else None,
    )


def read_lexicon(texts: dict[str, str]) -> Lexicon:
    """The lexicon of files in YAML. Refuses (WrongLexicon) what is not YAML, keys that stand
    twice, and what `parse_lexicon` refuses."""
    return parse_lexicon(_contents(texts))


def _contents(texts: Mapping[str, str]) -> dict[str, object]:
    return {name: _content(name, text) for name, text in sorted(texts.items())}


def _hash_of(contents: Mapping[str, object]) -> str:
    spelled = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()


def automaton_finder(words: Sequence[str]) -> Finder:
    """A finder of `words`, none of them twice, that reads a text once, whatever their number."""
    common = Counter("".join(words))
    automaton = ahocorasick.Automaton()
    # At each step the automaton tries what may follow in the order in which it came in:
    # with common characters first it finds them in half the time.
    for number, word in sorted(
        enumerate(words), key=lambda one: [-common[char] for char in one[1]]
    ):
        automaton.add_word(word, number)
    automaton.make_automaton()

    def find(text: str) -> list[Hit]:
        return list(automaton.iter(text))

    return find


class _OnceLoader(_SafeLoader):  # type: ignore[misc]  # the base is chosen when this is read
    """YAML that refuses a key standing twice: one entry must not hide another."""


def _mapping_once(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    loader.flatten_mapping(node)
    seen: set[Any] = set()
    for written, _ in node.value:
        key = loader.construct_object(written, deep=True)
        if not isinstance(key, Hashable):
            raise yaml.constructor.ConstructorError(problem_mark=written.start_mark)
        if key in seen:
            line = written.start_mark.line + 1
            raise WrongLexicon(file="", path=f"line {line}", value=str(key), allowed="once")
        seen.add(key)
    return dict(loader.construct_pairs(node, deep=True))


_OnceLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_once)


def _content(name: str, text: str) -> object:
    try:
        return yaml.load(text, Loader=_OnceLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise WrongLexicon(file=name, path=f"line {line}", value="", allowed="YAML") from None
    except WrongLexicon as refused:
        raise WrongLexicon(**{**refused.figures, "file": name}) from None
