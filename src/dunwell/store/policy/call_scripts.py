"""The prompts of calls as shipped, by situation; no database, so that stateless commands use it.

Prompts for a conversation, not a text to be read out. Placeholders are of FIELDS; a test holds
every line to the wording checker.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dunwell.core.params import WrongValue, keyed, one_of, text_in
from dunwell.store.policy.seeds import HOUSE, read_yaml

FOLDER = "scripts"
SITUATIONS = ("identity", "first", "promise", "broken", "hardship", "anger", "welfare")
"""In the order in which the desk offers them."""
FIELDS = frozenset({"lender", "officer", "addressee", "call_back"})


@dataclass(frozen=True, slots=True)
class Line:
    """One prompt in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Script:
    """The prompts of one situation."""

    id: str
    title: Line
    situation: str
    lines: tuple[Line, ...]


@cache
def call_scripts() -> Mapping[str, Script]:
    """Every script by its situation, in the order of SITUATIONS. Refuses WrongKeys, WrongValue."""
    folder = files("dunwell.packs").joinpath(HOUSE, FOLDER)
    found = [
        _script(read_yaml(file.read_text("utf-8"), file=name), name)
        for file in folder.iterdir()
        if file.name.endswith(".yaml")
        for name in (f"{HOUSE}/{FOLDER}/{file.name}",)
    ]
    by_situation = {script.situation: script for script in found}
    assert len(by_situation) == len(found), "one script a situation"
    return {name: by_situation[name] for name in SITUATIONS if name in by_situation}


def _script(content: object, file: str) -> Script:
    told = keyed(content, file, "", ("id", "title", "title_en", "situation", "lines"), ())
    lines = told["lines"]
    if not isinstance(lines, list) or not lines:
        raise WrongValue(file=file, path="lines", value=lines, allowed="list")
    return Script(
        id=text_in(told["id"], file, "id"),
        title=Line(text_in(told["title"], file, "title"), text_in(told["title_en"], file, "en")),
        situation=one_of(told["situation"], SITUATIONS, file, "situation"),
        lines=tuple(_line(each, file, f"lines.{n}") for n, each in enumerate(lines)),
    )


def _line(entry: object, file: str, path: str) -> Line:
    told = keyed(entry, file, path, ("zh", "en"), ())
    return Line(text_in(told["zh"], file, f"{path}.zh"), text_in(told["en"], file, f"{path}.en"))
