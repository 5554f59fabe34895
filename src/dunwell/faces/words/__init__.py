"""Sentences by code: the one catalogue of each language, zh-Hans first.

Faces call `say` when they show something; nothing below the faces knows a
sentence. A catalogue is a folder of YAML files, one per room, each a flat map
from code to a sentence with {figures} in braces.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import yaml

LANGUAGES = ("zh_Hans", "en")
_HERE = Path(__file__).parent


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

    A code without a sentence answers the code itself with its figures: an
    operator must never be left with nothing.
    """
    sentence = catalogue(_folder(language)).get(code)
    if sentence is None:
        return f"{code} {dict(figures)}"
    comma = ", " if _folder(language) == "en" else "、"
    shown = {name: _readable(figure, comma) for name, figure in figures.items()}
    return Formatter().vformat(sentence, (), _Shown(shown))


def figures_of(sentence: str) -> frozenset[str]:
    """The names of the figures a sentence uses."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name)


def _folder(language: str) -> str:
    return "en" if language.lower().startswith("en") else "zh_Hans"


def _readable(figure: object, comma: str) -> object:
    """Several names stand one after the other, and what is not there is a dash."""
    if isinstance(figure, list | tuple | set | frozenset):
        return comma.join(str(each) for each in figure) or "–"
    return "–" if figure is None else figure


class _Shown(dict[str, object]):
    """Figures as people read them: a figure that was not given shows as an ellipsis."""

    def __missing__(self, key: str) -> str:
        return "…"
