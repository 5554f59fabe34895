"""Amounts in capital characters, as bills and agreements write them."""

import pytest

from dunwell.channels.documents.amount_words import amount_words


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1, "壹分"),
        (30, "叁角整"),
        (100, "壹元整"),
        (105, "壹元零伍分"),
        (150, "壹元伍角整"),
        (1_000, "壹拾元整"),
        (10_100, "壹佰零壹元整"),
        (101_000, "壹仟零壹拾元整"),
        (123_456, "壹仟贰佰叁拾肆元伍角陆分"),
        (1_000_000, "壹万元整"),
        (1_000_500, "壹万零伍元整"),
        (10_500_000, "壹拾万伍仟元整"),
        (1_050_000, "壹万零伍佰元整"),
        (1_234_567_800, "壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元整"),
        (10_000_000_000, "壹亿元整"),
        (10_000_000_100, "壹亿零壹元整"),
        (10_010_000_000, "壹亿零壹拾万元整"),
    ],
)
def test_an_amount_has_one_reading(fen: int, words: str) -> None:
    assert amount_words(fen) == words


@pytest.mark.parametrize("fen", [-1, 10**14])
def test_what_has_no_reading_is_refused(fen: int) -> None:
    with pytest.raises(ValueError):
        amount_words(fen)
