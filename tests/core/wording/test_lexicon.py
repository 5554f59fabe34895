"""The shipped lexicon: its examples hold, and a mistake in its files is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from dunwell.core.wording import CaseState, WrongLexicon, parse_lexicon
from dunwell.core.wording.lexicon import Entry, Tries
from dunwell.store.policy.lexicon import read_lexicon, wording_checker
from tests.core.wording.sound_table import TABLE, written

FOLDER = Path(__file__).parents[3] / "src/dunwell/packs/cn_small_loan/wording"
ENTRIES = wording_checker().lexicon.entries


def _found(entry: Entry, text: str, *, alone: bool = False) -> set[str]:
    """The entries found in `text`; `alone` with no other entry there to find it first."""
    audience = "borrower" if "borrower" in entry.audiences else min(entry.audiences)
    facts = CaseState(time_barred=entry.time_barred_only)
    checker = wording_checker()
    if alone:
        asked = (audience, facts.time_barred)
        tries = checker.lexicon.tries[asked]
        own = {
            anchor: tuple(one for one in inside if one[1].entry is entry)
            for anchor, inside in tries.of.items()
        }
        lexicon = replace(checker.lexicon, tries={asked: Tries(tries.anchors, own)}, learned=None)
        checker = checker._replace(lexicon=lexicon)
    return {one.entry for one in checker(text, facts=facts, audience=audience)}


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.id)
def test_each_entry_finds_its_bad_examples_and_leaves_its_good_ones(entry: Entry) -> None:
    assert entry.good and entry.bad
    assert [text for text in entry.bad if not _found(entry, text, alone=True)] == []
    assert [text for text in entry.good if _found(entry, text)] == []


def test_every_entry_offers_a_gentler_wording_that_is_itself_fine() -> None:
    wrong = {
        entry.id: entry.instead
        for entry in ENTRIES
        if wording_checker()(entry.instead, facts=CaseState(), audience="borrower")
    }
    assert wrong == {}


def test_every_class_has_an_entry_and_a_rule() -> None:
    classes = wording_checker().lexicon.classes
    assert {entry.class_.id for entry in ENTRIES} == set(classes)
    assert all(one.rule.startswith("CN-") for one in classes.values())


def test_the_table_of_sounds_is_what_pypinyin_says() -> None:
    assert TABLE.read_text("utf-8") == written(), "run python -m tests.core.wording.sound_table"


def _files() -> dict[str, Any]:
    return {
        path.stem: yaml.load(path.read_text("utf-8"), Loader=yaml.CSafeLoader)
        for path in FOLDER.glob("*.yaml")
    }


@pytest.mark.parametrize(
    ("file", "place", "value", "path"),
    [
        ("threat", (0, "class"), "rudeness", "0.class"),
        ("threat", (0, "patterns"), ["{nobody}"], "0.patterns"),
        ("threat", (0, "patterns"), ["~4 {violence}"], "0.patterns"),
        ("threat", (0, "patterns"), ["{violence} ~4"], "0.patterns"),
        ("threat", (0, "colour"), "red", "0.colour"),
        ("threat", (0, "audiences"), ["judge"], "0.audiences"),
        ("threat", (0, "id"), "insult.words", "id"),
        ("threat", (0, "unless"), {"weather": ["rain"]}, "0.unless.weather"),
        ("classes", ("threat", "severity"), "deadly", "threat.severity"),
        ("classes", ("threat", "in_notes"), "nobody", "threat.in_notes"),
        ("groups", ("violence", "words"), [], "violence.words"),
        ("groups", ("violence", "words"), ["弄死", "弄死"], "violence.words[1]"),
        ("groups", ("violence", "ordinary"), ["天气"], "violence.ordinary"),
        ("contexts", ("denial", "reach"), "world", "denial.reach"),
        ("contexts", ("denial", "classes"), ["rudeness"], "denial.classes"),
        ("lookalikes", ("digits", "7"), "qqq", "file.digits"),
    ],
)
def test_a_mistake_in_a_file_is_refused_with_its_place(
    file: str, place: tuple[Any, Any], value: object, path: str
) -> None:
    files = _files()
    files[file][place[0]][place[1]] = value
    with pytest.raises(WrongLexicon) as refused:
        parse_lexicon(files)
    assert refused.value.figures["path"] == path
    assert refused.value.figures["allowed"]


def test_a_missing_table_is_refused() -> None:
    files = _files()
    del files["sounds"]
    with pytest.raises(WrongLexicon) as refused:
        parse_lexicon(files)
    assert refused.value.figures["file"] == "sounds"


def test_a_key_that_stands_twice_or_text_that_is_no_yaml_is_refused() -> None:
    texts = {path.stem: path.read_text("utf-8") for path in FOLDER.glob("*.yaml")}
    for broken in (texts["classes"] + "threat: {}\n", "a: [", "no: {}\n"):
        with pytest.raises(WrongLexicon) as refused:
            read_lexicon({**texts, "classes": broken})
        assert refused.value.figures["file"] == "classes"
