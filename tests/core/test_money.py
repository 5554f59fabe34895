"""Amounts as lenders write them become whole fen, and nothing is guessed."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.money import (
    MAX_FEN,
    UnreadableMoney,
    format_yuan,
    interest_fen,
    parse_yuan,
    plain_yuan,
)


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("1234.5", 123450),
        ("1,234.50", 123450),
        ("1，234.50", 123450),
        ("￥1234.5", 123450),
        ("¥ 1,234.50 元", 123450),
        ("RMB1234.5", 123450),
        ("1.2万", 1_200_000),
        ("1.2 万元", 1_200_000),
        ("0.00000001亿", 100),
        ("１２３．４５", 12345),
        ("-5", -500),
        ("−5", -500),
        ("－￥5", -500),
        ("¥-5", -500),
        ("1234.", 123400),
        ("0.100000", 10),
        ("10000000000000", MAX_FEN),
    ],
)
def test_what_lenders_write_is_read(text: str, fen: int) -> None:
    assert parse_yuan(text) == fen


@pytest.mark.parametrize(
    "text",
    [
        "", "abc", "1.234", "1,23", "1,2345", "1e3", ".5", "--5", "-¥-5", "5-", "100 200",
        "100\n200",
        "5²", "①", "½", "元", "万", "1.2万万", "10000000000000.01", "9" * 5000, "0x10", "٣",
    ],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UnreadableMoney) as refused:
        parse_yuan(text)
    assert refused.value.figures == {"value": text}


def test_a_bare_number_counts_the_unit_of_its_column_and_a_written_unit_wins() -> None:
    assert parse_yuan("1.5", unit_fen=1_000_000) == 1_500_000
    assert parse_yuan("150元", unit_fen=1_000_000) == 15_000
    assert parse_yuan("15", unit_fen=1) == 15
    with pytest.raises(UnreadableMoney):
        parse_yuan("1.5", unit_fen=1)


@given(st.integers(-MAX_FEN, MAX_FEN))
def test_what_is_written_is_read_back(fen: int) -> None:
    assert parse_yuan(format_yuan(fen)) == fen
    assert parse_yuan(plain_yuan(fen)) == fen


@given(
    base_fen=st.integers(0, 10**12),
    rate_ppm=st.integers(0, 2_000_000),
    days=st.integers(0, 40_000),
    basis_days=st.sampled_from([360, 365]),
)
def test_interest_is_exact_and_rounds_half_up(
    base_fen: int, rate_ppm: int, days: int, basis_days: int
) -> None:
    exact = Fraction(base_fen * rate_ppm * days, basis_days * 1_000_000)
    rounded = interest_fen(base_fen=base_fen, rate_ppm=rate_ppm, days=days, basis_days=basis_days)
    assert rounded == (exact + Fraction(1, 2)).__floor__()


@pytest.mark.parametrize(
    "wrong", [{"base_fen": -1}, {"rate_ppm": -1}, {"days": -1}, {"basis_days": 0}]
)
def test_interest_on_nonsense_is_a_fault(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="interest"):
        interest_fen(**({"base_fen": 1, "rate_ppm": 1, "days": 1} | wrong))
