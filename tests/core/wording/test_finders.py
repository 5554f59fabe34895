"""The automaton finds what the plain finder finds, so that speed never changes a meaning."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.wording import CaseState, check, plain_finder
from dunwell.store.policy.lexicon import automaton_finder, wording_checker
from dunwell.store.policy.wording_set import read_wording_set
from tests.core.wording.checked import SET

CHECKER = wording_checker()
WORDS = st.sampled_from(CHECKER.lexicon.words)
PIECES = st.lists(st.one_of(WORDS, st.sampled_from("，。不会您我qs 7·")), max_size=12)


@given(st.sets(st.text("起诉立案q", min_size=1, max_size=3)), st.text("起诉立案q", max_size=12))
def test_an_automaton_finds_every_place_the_plain_finder_finds(words: set[str], text: str) -> None:
    ordered = sorted(words)
    found = automaton_finder(ordered)(text) if ordered else []
    assert sorted(found) == sorted(plain_finder(ordered)(text))


@given(PIECES.map("".join))
def test_both_find_the_same_words_of_the_lexicon(text: str) -> None:
    plain = plain_finder(CHECKER.lexicon.words)
    assert sorted(CHECKER.find_words(text)) == sorted(plain(text))


@given(PIECES.map("".join), st.sampled_from(["borrower", "contact", "note"]))
def test_spans_lie_inside_the_text_in_order_and_apart_within_a_class(
    text: str, audience: str
) -> None:
    findings = CHECKER(text, facts=CaseState(), audience=audience)  # type: ignore[arg-type]
    assert all(0 <= one.start < one.end <= len(text) for one in findings)
    assert [one.start for one in findings] == sorted(one.start for one in findings)
    for class_ in {one.class_ for one in findings}:
        spans = [(one.start, one.end) for one in findings if one.class_ == class_]
        assert all(first[1] <= second[0] for first, second in pairwise(spans))


def test_with_plain_finders_the_labelled_sentences_get_the_same_findings() -> None:
    for one in read_wording_set(SET)[::25]:
        plain = check(one.text, facts=one.facts, audience=one.audience, lexicon=CHECKER.lexicon)
        assert plain == CHECKER(one.text, facts=one.facts, audience=one.audience)
