"""Result codes: every code of the trade is there, and each says what follows."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
import yaml

from dunwell.core.disposition import (
    Codes,
    NoSuchCode,
    NoteContradicts,
    NoteLacks,
    check_note,
    effects_of,
    parse_codes,
)
from dunwell.core.params import WrongKeys, WrongValue

AT = datetime(2026, 3, 2, 10, tzinfo=UTC)
TEXT = files("dunwell.packs").joinpath("house/dispositions/codes.yaml").read_text("utf-8")
ALL: Codes = parse_codes(yaml.safe_load(TEXT), file="codes.yaml")

TRADE = [
    "NOAS", "BUSY", "OFF", "NCOV", "STOP", "LOOO", "REJ", "CUT", "HUP", "VM", "NSN", "NSA",
    "NOSE", "TPREF", "MESS", "NOTK", "PTP", "PTPP", "PLAN", "ALPA", "PEND", "KNOW", "CBK",
    "INAB", "INSY", "FEE", "EXT", "DISP", "CMPL", "VULN", "REP", "CEASE", "ADDR", "INB",
    "DEAD", "DETN", "SDLV", "SFAIL", "SREAD", "SOPT", "SREP", "VDEB", "VFAM", "VOTH",
    "VNON", "VMOV", "VNAD", "VDEM", "VREF", "VRISK",
]  # fmt: skip


def number(code: str, channel: str = "call"):
    return ALL.find(code, layer="number", channel=channel)


def case(code: str, channel: str = "call"):
    return ALL.find(code, layer="case", channel=channel)


def test_the_codes_of_the_trade_are_all_there() -> None:
    assert set(TRADE) <= set(ALL.codes)


def test_hard_contacts_offer_a_pause_to_whoever_made_them() -> None:
    assert {code.code for code in ALL.codes.values() if code.care} == {"ABUS", "VULN", "VRISK"}


def test_only_a_conversation_with_the_borrower_is_effective() -> None:
    for code in ALL.codes.values():
        if code.effective and code.layer == "number":
            assert code.party == "self", code.code
        if code.party in ("other", "nobody"):
            assert not code.effective, code.code


def test_relatives_never_count_as_the_borrower() -> None:
    for code in ("NSA", "MESS", "NOTK", "VFAM", "VOTH"):
        assert ALL.codes[code].party == "other"


def test_who_asks_to_stop_is_never_tried_again() -> None:
    for code in ("TPREF", "NOTK", "NSN", "NOSE"):
        assert effects_of(number=number(code), case=None, at=AT, inbound=False).refusal


@pytest.mark.parametrize(
    ("code", "freeze"),
    [("DISP", "dispute"), ("CMPL", "complaint"), ("VULN", "vulnerable"), ("REP", "represented"),
     ("DEAD", "deceased")],
)  # fmt: skip
def test_what_stops_collection_stops_it_at_once(code: str, freeze: str) -> None:
    found = effects_of(number=number("SELF"), case=case(code), at=AT, inbound=False)
    assert found.freeze == freeze


def test_the_longer_rest_counts_and_the_case_decides_the_next_step() -> None:
    found = effects_of(number=number("SELF"), case=case("INSY"), at=AT, inbound=False)
    assert found.rest_until == AT + timedelta(days=7)
    assert (found.next_step, found.next_on) == ("review", date(2026, 3, 9))
    missed = effects_of(number=number("NOAS"), case=None, at=AT, inbound=False)
    assert (missed.effective, missed.next_step) == (False, "call")


def test_a_call_the_borrower_made_is_not_counted_against_them() -> None:
    found = effects_of(number=number("SELF"), case=case("PTP"), at=AT, inbound=True)
    assert not found.effective


def passes(number_code: str, case_code: str | None, *said: str, **more: Any) -> None:
    asked = {"channel": "call", "inbound": False, **more}
    check_note(
        number=number(number_code),
        case=case(case_code) if case_code else None,
        said=set(said),
        **asked,
    )


def test_a_note_says_what_its_codes_need() -> None:
    passes("NOAS", None)
    passes("SELF", "PTP", "reason", "promise")
    with pytest.raises(NoteLacks) as caught:
        passes("SELF", "PTP", "reason")
    assert caught.value.figures["missing"] == ["promise"]
    with pytest.raises(NoteLacks) as caught:
        passes("SELF", None)
    assert caught.value.figures["missing"] == ["case_code"]
    passes("HUP", None)


def test_nobody_promises_for_the_borrower() -> None:
    for code in ("NOAS", "NSA", "MESS"):
        with pytest.raises(NoteContradicts):
            passes(code, "PTP", "reason", "promise")
    passes("NSA", "DEAD", "words")


def test_a_code_of_another_layer_or_channel_is_refused_with_those_that_fit() -> None:
    with pytest.raises(NoSuchCode) as caught:
        number("PTP")
    assert "NOAS" in str(caught.value.figures["allowed"])
    with pytest.raises(NoSuchCode):
        number("NOAS", channel="visit")


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"layer": "numbr"}, WrongValue),
        ({"channels": ["fax"]}, WrongValue),
        ({"rest_hours": -1}, WrongValue),
        ({"effective": "yes"}, WrongValue),
        ({"freeze": "anger"}, WrongValue),
        ({"efective": True}, WrongKeys),
    ],
)
def test_a_misspelt_code_stops_the_load(wrong: dict[str, Any], refusal: type[Exception]) -> None:
    good: dict[str, Any] = {"layer": "number", "channels": ["call"], "zh": "占线", "en": "busy"}
    content = {
        "id": "x", "title": "x", "title_en": "x",
        "codes": {"BUSY": {**good, **wrong}}, "reasons": {"FTP": {"zh": "忘记", "en": "forgot"}},
    }  # fmt: skip
    with pytest.raises(refusal):
        parse_codes(content, file="codes.yaml")
