"""Amounts, counts, days, moments and spans as screens write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation

from dunwell.faces.web.frame import figures


def drawn(source: str, **values: object) -> str:
    return Template("{% load dunwell %}" + source).render(Context(values))


@pytest.mark.parametrize(
    ("fen", "text"),
    [(0, "¥0.00"), (5, "¥0.05"), (123_450, "¥1,234.50"), (-123_450, "−¥1,234.50"), (None, "—")],
)
def test_an_amount_comes_in_fen_and_is_shown_in_yuan(fen: int | None, text: str) -> None:
    assert drawn("{{ fen|yuan }}", fen=fen) == f'<span class="money">{text}</span>'


def test_a_column_that_names_its_unit_shows_amounts_without_the_mark() -> None:
    assert "1,234.50" in drawn("{{ fen|yuan_bare }}", fen=123_450)
    assert "¥" not in drawn("{{ fen|yuan_bare }}", fen=123_450)


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [
        (99_999_999, "¥100.00万", "¥1,000.00k"),
        (999_999, "¥9,999.99", "¥10.00k"),
        (412_380_400, "¥412.38万", "¥4.12m"),
        (1_234_567_890_000, "¥123.46亿", "¥12.35bn"),
        (-412_380_400, "−¥412.38万", "−¥4.12m"),
        (12_345, "¥123.45", "¥123.45"),
        (None, "—", "—"),
    ],
)
def test_a_headline_amount_is_short_in_each_language(
    fen: int | None, chinese: str, english: str
) -> None:
    with translation.override("zh-hans"):
        assert figures.short_yuan(fen) == chinese
    with translation.override("en"):
        assert figures.short_yuan(fen) == english


def test_a_headline_amount_keeps_the_exact_one_beside_it() -> None:
    assert 'title="¥4,123,804.00"' in drawn("{{ fen|yuan_short }}", fen=412_380_400)


def test_a_day_is_written_the_same_in_both_languages() -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            assert ">2026-03-02<" in drawn("{{ day|day }}", day=date(2026, 3, 2))


def test_a_day_in_words_follows_the_language() -> None:
    with translation.override("zh-hans"):
        assert drawn("{{ day|day_long }}", day=date(2026, 11, 23)) == "2026年11月23日 星期一"
    with translation.override("en"):
        assert drawn("{{ day|day_long }}", day=date(2026, 11, 22)) == "Sunday 22 November 2026"


def test_a_moment_is_shown_in_the_local_time_of_the_house() -> None:
    at = datetime(2026, 3, 2, 16, 5, tzinfo=UTC)
    assert ">2026-03-03 00:05<" in drawn("{{ at|moment }}", at=at)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.82, "0.8 秒"), (42, "42 秒"), (185, "3 分 05 秒"), (3725, "1 小时 02 分")],
)
def test_a_span_is_said_in_the_unit_that_fits(seconds: float, text: str) -> None:
    with translation.override("zh-hans"):
        assert figures.span_words(seconds) == text


@pytest.mark.parametrize("name", ["yuan", "yuan_bare", "count", "day", "moment", "span"])
def test_what_is_absent_is_a_dash_never_a_zero(name: str) -> None:
    assert "—" in drawn("{{ nothing|" + name + " }}", nothing=None)
