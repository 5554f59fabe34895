"""What a day run counts is told in words, on the terminal as on its page."""

from __future__ import annotations

from dunwell.faces.words.day_labels import count_word


def test_a_count_has_its_word_in_both_languages() -> None:
    assert count_word("installment", language="zh-hans") == "还款计划"
    assert count_word("installment", language="en") == "installments"


def test_a_count_of_another_version_shows_as_it_is() -> None:
    assert count_word("of_old", language="en") == "of_old"
