"""Messages: filled from the ledger, signed once, counted as carriers count."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.message import (
    FIELDS,
    MissingField,
    Template,
    TooLong,
    UnknownField,
    WrongSignature,
    parse_template,
    parts_of,
    render,
    signatures_in,
    split,
)
from dunwell.core.params import WrongKeys, WrongValue

WRITTEN: dict[str, Any] = {
    "id": "missed-call",
    "title": "未接来电",
    "title_en": "missed call",
    "kind": "missed_call",
    "purpose": "collect",
    "text": "{addressee}，我是{officer}，刚才没有联系上您。方便时请回电{call_back}。",
}
VALUES = {"addressee": "王先生/女士", "officer": "李敏", "call_back": "0731-80000000"}


def template(**changes: Any) -> Template:
    return parse_template({**WRITTEN, **changes}, file="missed_call.yaml")


def filled(given: Template, **changes: Any) -> str:
    asked: dict[str, Any] = {
        "values": VALUES,
        "signature": "善信小贷",
        "registered": {"善信小贷"},
        "most_parts": 2,
    }
    return render(given, **{**asked, **changes})


def test_a_message_is_signed_in_front_and_filled() -> None:
    text = filled(template())
    assert (
        text == "【善信小贷】王先生/女士，我是李敏，刚才没有联系上您。方便时请回电0731-80000000。"
    )
    assert signatures_in(text) == ("善信小贷",)


@pytest.mark.parametrize(
    ("text", "alphabet", "characters", "parts"),
    [
        ("", "gsm7", 0, 0),
        ("贷" * 70, "ucs2", 70, 1),
        ("贷" * 71, "ucs2", 71, 2),
        ("贷" * 134, "ucs2", 134, 2),
        ("贷" * 135, "ucs2", 135, 3),
        ("a" * 160, "gsm7", 160, 1),
        ("a" * 161, "gsm7", 161, 2),
        ("€" * 80, "gsm7", 160, 1),
        ("🙂" * 35, "ucs2", 70, 1),
        ("🙂" * 36, "ucs2", 72, 2),
        # 33 emoji are 66 units: the 34th does not fit into 67 and is not cut.
        ("🙂" * 67, "ucs2", 134, 3),
    ],
)
def test_parts_are_counted_as_carriers_do(
    text: str, alphabet: str, characters: int, parts: int
) -> None:
    counted = parts_of(text)
    assert (counted.alphabet, counted.characters, counted.parts) == (alphabet, characters, parts)


@given(st.text(alphabet=st.sampled_from("贷款a€🙂^ "), max_size=400))
def test_the_pieces_are_the_text_and_as_many_as_counted(text: str) -> None:
    pieces = split(text)
    assert "".join(pieces) == text
    assert len(pieces) == parts_of(text).parts


def test_a_template_asks_only_for_what_the_ledger_gives() -> None:
    with pytest.raises(UnknownField) as caught:
        template(text=WRITTEN["text"] + "{id_no}")
    assert caught.value.figures["unknown"] == ["id_no"]
    assert caught.value.figures["allowed"] == sorted(FIELDS)


def test_a_message_names_who_writes_and_how_to_call_back() -> None:
    with pytest.raises(MissingField) as caught:
        template(text="{addressee}，请尽快还款。")
    assert caught.value.figures["missing"] == ["officer", "call_back"]


def test_one_registered_signature_and_no_other() -> None:
    with pytest.raises(WrongSignature):
        template(text="【别家】" + WRITTEN["text"])
    with pytest.raises(WrongSignature):
        filled(template(), signature="别家")
    with pytest.raises(WrongValue):
        filled(template(), values={**VALUES, "officer": "【法院】"})


def test_an_empty_value_is_no_value() -> None:
    with pytest.raises(MissingField):
        filled(template(), values={**VALUES, "officer": " "})


def test_a_long_message_is_refused_not_cut() -> None:
    with pytest.raises(TooLong) as caught:
        filled(template(text=WRITTEN["text"] + "好" * 140))
    assert caught.value.figures["most"] == 2


@pytest.mark.parametrize("wrong", [{"kind": "threat"}, {"purpose": ""}, {"text": ""}, {"text": 3}])
def test_a_wrong_template_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(WrongValue):
        template(**wrong)


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(WrongKeys):
        template(texte="…")
