"""The shipped packs are in order, and every spelling mistake in a pack stops its load.

One mistake a test: each names the file, the path in it and what would be right.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from dunwell.core.params import KeyTwice, WrongDates, WrongKeys, WrongValue, keyed
from dunwell.core.permit import NUMBERS
from dunwell.core.permit.packs import SamePackTwice
from dunwell.core.refusal import Refusal
from dunwell.store.policy.packs import (
    DEFAULT_PACKS,
    NoSuchPack,
    read_pack,
    shipped_gate,
    shipped_pack,
    shipped_packs,
)
from dunwell.store.policy.seeds import seeds

CONVERSATIONS = "contact/conversations_per_debtor_per_day.yaml"
Edit = Callable[[str], str]

HAN = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile("[a-z]{3,}")
"""A word of English; abbreviations such as CFR and codes such as CN-W08 are none."""


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A copy of the China pack that a test may spoil."""
    copy = tmp_path / "cn_small_loan"
    shutil.copytree(str(files("dunwell.packs").joinpath("cn_small_loan")), copy)
    return copy


def _spoil(pack: Path, name: str, old: str, new: str) -> None:
    file = pack / name
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_three_packs_are_shipped_and_two_count_unless_others_are_named() -> None:
    assert shipped_packs() == ("cn_small_loan", "house", "us_reg_f")
    assert DEFAULT_PACKS == ("cn_small_loan", "house")
    assert shipped_gate().stack.hash == shipped_gate(["house", "cn_small_loan"]).stack.hash


def test_a_pack_read_from_a_folder_is_the_shipped_one(pack: Path) -> None:
    assert read_pack(pack).hash == shipped_pack("cn_small_loan").hash


def test_every_number_of_the_gate_has_a_source_and_both_titles() -> None:
    for name in shipped_packs():
        for path, parameter in shipped_pack(name).parameters.items():
            if path not in NUMBERS:
                continue  # of another room
            assert parameter.title_en, path
            assert all(dated.source for dated in parameter.values), path


def test_house_values_say_that_they_are_the_house_s() -> None:
    house = shipped_pack("house")
    for path, parameter in house.parameters.items():
        if path not in NUMBERS:
            continue  # of another room
        assert {dated.force for dated in parameter.values} == {"house"}, path
        assert all("内部规定" in dated.source for dated in parameter.values), path
        assert all("house rule" in dated.source_en for dated in parameter.values), path


def test_every_source_of_the_gate_is_named_in_chinese_and_in_english() -> None:
    for name in shipped_packs():
        pack = shipped_pack(name)
        written = [*pack.rules.values()]
        numbers = [number for path, number in pack.parameters.items() if path in NUMBERS]
        written += [dated for number in numbers for dated in number.values]
        for each in written:
            assert each.source_en, each
            assert not HAN.search(each.source_en), each.source_en
            assert not ENGLISH.search(each.source), each.source


def test_seeds_that_anybody_may_set_hold_no_manifest_and_no_number_of_the_gate() -> None:
    assert "case.entry_least_days" in seeds("house")
    assert "pack" not in seeds("house")
    assert seeds("house").keys().isdisjoint(NUMBERS)
    assert NUMBERS.keys() & shipped_pack("house").parameters.keys()


def test_a_pack_that_is_not_shipped_is_refused() -> None:
    with pytest.raises(NoSuchPack) as refused:
        shipped_pack("cn_big_loan")
    assert "cn_small_loan" in str(refused.value.figures["allowed"])
    with pytest.raises(SamePackTwice):
        shipped_gate(["house", "house"])


MANIFEST = "pack.yaml"
TITLE_EN = "title_en: effective conversations a day per debtor\n"


@pytest.mark.parametrize(
    ("name", "old", "new", "refusal", "path"),
    [
        (CONVERSATIONS, "unit: conv", "units: conv", WrongKeys, "file"),
        (CONVERSATIONS, "unit: conversations/debtor/day", "unit: days", WrongValue, "unit"),
        (CONVERSATIONS, "unit: conversations/debtor/day", "unit: calls", WrongValue, "unit"),
        (CONVERSATIONS, "stricter: lower", "stricter: higher", WrongValue, "stricter"),
        (CONVERSATIONS, "stricter: lower", "stricter: loweer", WrongValue, "stricter"),
        (CONVERSATIONS, "    source: GB", "    sources: GB", WrongKeys, "values.2025-02-28"),
        (CONVERSATIONS, "source: GB/T 45251-2025, 5.3", "source: ''", WrongValue, "source"),
        (CONVERSATIONS, "force: recommended", "force: strong", WrongValue, "force"),
        (CONVERSATIONS, "read: secondary", "read: quickly", WrongValue, "read"),
        (CONVERSATIONS, "2025-02-28:", "2000-01-01:", KeyTwice, "line"),
        (CONVERSATIONS, "2025-02-28:", "2025-02-30:", WrongValue, "file"),
        (CONVERSATIONS, "2025-02-28:", "2025:", WrongValue, "values.2025"),
        (CONVERSATIONS, "read: house", "read: house\n    until: 2025-03-01", WrongDates, "until"),
        (CONVERSATIONS, "value: 3", "value: 3.0", WrongValue, "value"),
        (CONVERSATIONS, "value: 3", "value: 300", WrongValue, "value"),
        (CONVERSATIONS, "value: 3", "value: -1", WrongValue, "value"),
        (CONVERSATIONS, "recheck_by: 2027-05-23", "recheck_by: 2026-11-23", WrongDates, "recheck"),
        (CONVERSATIONS, "id: CN-T02", "id: CN-T03", WrongValue, "id"),
        (
            CONVERSATIONS,
            "title_en: effective conversations a day per debtor\n",
            "",
            WrongValue,
            "title_en",
        ),
        (CONVERSATIONS, "id: CN-T02", "id: [CN-T02", WrongValue, "line"),
        ("contact/recording_required.yaml", '"no", "yes"', '"yes", "no"', WrongValue, "choices"),
        (MANIFEST, "  CN-T02:", "  CN-T99:", WrongValue, "rules"),
        (MANIFEST, "  CN-T01:", "  CN-T02:", KeyTwice, "line"),
        (MANIFEST, "id: cn_small_loan", "id: cn_big_loan", WrongValue, "id"),
        (MANIFEST, "title_en: quiet hours", "titel_en: quiet hours", WrongKeys, "rules.CN-T01"),
        (MANIFEST, "checked_on: 2026-11-23", "checked_on: 2026-11-23\nby: me", WrongKeys, "file"),
        (MANIFEST, "recheck_by: 2027-05-23", "recheck_by: 2026-01-01", WrongDates, "recheck_by"),
    ],
)
def test_a_mistake_in_a_pack_stops_its_load(
    pack: Path, name: str, old: str, new: str, refusal: type[Refusal], path: str
) -> None:
    _spoil(pack, name, old, new)
    with pytest.raises(refusal) as refused:
        read_pack(pack)
    assert str(refused.value.figures["file"]).startswith("cn_small_loan/")
    assert path in str(refused.value.figures["path"])


def test_a_pack_in_another_encoding_is_refused_with_its_file(pack: Path) -> None:
    file = pack / CONVERSATIONS
    file.write_bytes(file.read_text("utf-8").encode("gbk"))
    with pytest.raises(WrongValue) as refused:
        read_pack(pack)
    assert refused.value.figures["file"] == f"cn_small_loan/{CONVERSATIONS}"
    assert refused.value.figures["allowed"] == "UTF-8"


def test_a_file_given_for_another_is_not_said_back_whole() -> None:
    with pytest.raises(WrongValue) as refused:
        keyed("borrower_no,name\n" * 100, "age.csv", "", ("id",), ())
    assert len(str(refused.value.figures["value"])) < 70


def test_a_number_no_rule_reads_is_a_spelling_mistake(pack: Path) -> None:
    (pack / CONVERSATIONS).rename(pack / "contact/conversation_per_day.yaml")
    with pytest.raises(WrongValue) as refused:
        read_pack(pack)
    assert "contact.conversations_per_debtor_per_day" in str(refused.value.figures["allowed"])


def test_a_rule_whose_number_is_missing_stops_the_load(pack: Path) -> None:
    (pack / CONVERSATIONS).unlink()
    with pytest.raises(WrongValue) as refused:
        read_pack(pack)
    assert refused.value.figures["path"] == "rules.CN-T02"
    assert refused.value.figures["allowed"] == CONVERSATIONS


def test_a_folder_without_manifest_is_no_pack(tmp_path: Path) -> None:
    with pytest.raises(WrongValue) as refused:
        read_pack(tmp_path)
    assert refused.value.figures["allowed"] == MANIFEST


def test_folders_of_other_rooms_may_hold_numbers_of_their_own(pack: Path) -> None:
    (pack / "fees").mkdir()
    text = (pack / CONVERSATIONS).read_text("utf-8").replace("id: CN-T02", "id: CN-M99")
    (pack / "fees/most.yaml").write_text(text, "utf-8")
    assert "fees.most" in read_pack(pack).parameters
