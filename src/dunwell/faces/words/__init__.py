"""Sentences by code: the one catalogue of each language, zh-Hans first.

Faces call `say` when they show something; nothing below the faces knows a
sentence. A catalogue is a folder of YAML files, one per room, each a flat map
from code to a sentence with {figures} in braces.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import yaml

from dunwell.core.money import format_yuan

LANGUAGES = ("zh_Hans", "en")
_HERE = Path(__file__).parent
_WORDS: Mapping[str, Callable[[object], str]] = {
    "role": lambda code: f"PEOPLE-ROLE-{code}",
    "channel": lambda code: f"GATE-CHANNEL-{code}",
    "DESK action": lambda code: f"STRATEGY-ACTION-{code}",
    "PERMITS state": lambda code: f"PERMITS-STATE-{code}",
    "EXPERIMENT state": lambda code: f"EXPERIMENT-STATE-{code}",
    "OUTBOX state": lambda code: f"MESSAGE-STATE-{code}",
    "PROMISE state": lambda code: f"PROMISE-STATE-{str(code).upper()}",
    "PROMISE why": lambda code: f"PROMISE-WHY-{code}",
    "PLAN component": lambda code: f"PLAN-COMPONENT-{code}",
    "PLAN shape": lambda code: f"PLAN-SHAPE-{code}",
    "PLAN strain": lambda code: f"PLAN-STRAIN-{code}",
    "POLICY origin": lambda code: f"POLICY-ORIGIN-{code}",
    "PLAN why": lambda code: f"PLAN-WHY-{code}",
    "APPROVAL verdict": lambda code: f"APPROVAL-VERDICT-{code}",
}
"""A figure that holds a code of a closed list → the sentence that says it; a room's name
before it where rooms have lists of their own."""


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Every sentence of `language`, by code. A code that stands in two files is a fault."""
    sentences: dict[str, str] = {}
    for path in sorted((_HERE / language).glob("*.yaml")):
        for code, sentence in (yaml.safe_load(path.read_text("utf-8")) or {}).items():
            if code in sentences:
                raise ValueError(f"{path.name}: {code} stands in two files of {language}")
            sentences[code] = sentence
    return sentences


def say(code: str, figures: Mapping[str, object], *, language: str) -> str:
    """The sentence of `code` with its figures filled in.

    A figure in fen may be said as {..._yuan}, one in parts per million as {..._percent}. A code
    without a sentence answers the code itself with its figures: an operator must never be
    left with nothing.
    """
    sentences = catalogue(_folder(language))
    sentence = sentences.get(code)
    if sentence is None:
        return f"{code} {dict(figures)}"
    comma = ", " if _folder(language) == "en" else "、"
    room = code.partition("-")[0]
    shown: dict[str, object] = {}
    for name, figure in figures.items():
        word = _WORDS.get(f"{room} {name}") or _WORDS.get(name)
        said = sentences.get(word(figure)) if word else None
        shown[name] = _readable(figure, comma) if said is None else said
        shown |= _in_other_units(name, figure)
    return Formatter().vformat(sentence, (), _Shown(shown))


def figures_of(sentence: str) -> frozenset[str]:
    """The names of the figures a sentence uses, in the unit they are given in."""
    names = (name for _, name, _, _ in Formatter().parse(sentence) if name)
    return frozenset(name.replace("_yuan", "_fen").replace("_percent", "_ppm") for name in names)


def _folder(language: str) -> str:
    return "en" if language.lower().startswith("en") else "zh_Hans"


def _readable(figure: object, comma: str) -> object:
    """Several names stand one after the other, and what is not there is a dash."""
    if isinstance(figure, list | tuple | set | frozenset):
        return comma.join(str(each) for each in figure) or "–"
    return "–" if figure is None else figure


def _in_other_units(name: str, figure: object) -> dict[str, str]:
    """Fen as people write yuan, and parts per million as percent, beside the figure itself."""
    if not isinstance(figure, int):
        return {}
    if name.endswith("_fen"):
        return {f"{name.removesuffix('_fen')}_yuan": format_yuan(figure)}
    if name.endswith("_ppm"):
        return {
            f"{name.removesuffix('_ppm')}_percent": f"{figure / 10_000:.2f}".rstrip("0").rstrip(".")
        }
    return {}


class _Shown(dict[str, object]):
    """Figures as people read them: a figure that was not given shows as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"
