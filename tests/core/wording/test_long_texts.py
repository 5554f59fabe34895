"""Long and hostile texts: they are read whole, and nothing in them is lost or invented."""

from __future__ import annotations

import pytest

from dunwell.core.wording import CaseState
from dunwell.core.wording.disguise import read
from dunwell.store.policy.lexicon import wording_checker
from tests.core.wording.checked import classes_in, marked_in


@pytest.mark.parametrize("letters", ["a", "lian", "zh", "q i s u "])
def test_a_long_run_of_letters_is_read(letters: str) -> None:
    checker = wording_checker()
    found = checker(letters * 5000, facts=CaseState(), audience="contact")
    assert {one.entry for one in found} <= {"disclosure.to_contact"}
    assert len(checker(letters * 5000, facts=CaseState(), audience="borrower")) <= 1


def test_letters_are_cut_where_a_longest_first_search_would_cut_them() -> None:
    checker = wording_checker()
    text = "xianqisu"  # xian, not xi an; qi, su
    reading = read(text, lexicon=checker.lexicon, find_sounds=checker.find_sounds)
    assert reading.given_span(0, len(reading.text)) == (0, len(text))
    assert marked_in("我们已经xianqisu你") == ["已经xianqisu"]


def test_every_one_of_many_threats_is_marked() -> None:
    assert marked_in("再躲就弄死你。" * 500) == ["弄死你"] * 500


def test_many_denied_threats_are_no_threat() -> None:
    assert classes_in("我们不会弄死你，也不会起诉你。" * 300) == set()


def test_in_a_long_text_without_a_mark_the_nearest_denial_counts() -> None:
    assert classes_in("我们绝不会弄死你" * 200) == set()
    assert classes_in("我们绝不会弄死你" * 200 + "。再躲就弄死你") == {"threat"}
