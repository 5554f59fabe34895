"""The second reader: asked only where the lexicon is silent, and only learned from development."""

from __future__ import annotations

from dataclasses import replace

from dunwell.core.wording import CaseState, WrongLexicon
from dunwell.core.wording.learned import ENTRY, Learned
from dunwell.core.wording.lexicon import WordClass
from dunwell.core.wording.weights import read_learned
from dunwell.store.policy.lexicon import wording_checker
from tests.core.wording.learned_weights import fingerprint, sentences

CHECKER = wording_checker()
TWO = Learned(
    runs=("坏", "好", "坏话"),
    weights=((300, 10, 90), (-100, -50, -50), (200, 0, 80)),
    groups={2: (-900, -400, -5)},
    bias=-100,
    threshold=50,
    class_threshold=-100,
    doubt=-50,
    class_doubt=-80,
    classes=("threat", "insult"),
    class_bias=(-20, -20),
    trained_on="",
)
BAD = [(3, 1), (5, 0), (6, 2)]


def test_the_weights_come_from_the_sentences_of_development_as_they_are() -> None:
    assert CHECKER.lexicon.learned is not None
    assert CHECKER.lexicon.learned.trained_on == fingerprint(sentences()), (
        "run python -m tests.core.wording.learned_weights"
    )
    assert {one.split for one in sentences()} == {"development"}


def test_what_weighs_enough_is_wrong_in_the_class_and_the_stretch_that_weigh_most() -> None:
    assert TWO.weigh(BAD, ()) > TWO.threshold
    assert TWO.likeliest(BAD, ()) == "insult"
    assert TWO.stretch(BAD) == (5, 7)


def test_a_group_of_the_lexicon_weighs_once_where_it_has_a_word() -> None:
    assert TWO.weigh(BAD, {2}) < TWO.doubt
    assert TWO.doubtful(BAD, {2}) == {"threat"}


def test_what_weighs_neither_much_nor_little_is_left_alone() -> None:
    assert TWO.doubt < TWO.weigh([(0, 0), (1, 1)], ()) <= TWO.threshold


def test_a_class_that_no_feature_speaks_for_is_not_named() -> None:
    assert TWO.likeliest([(0, 1)] * 3, ()) is None


def test_what_sounds_fine_is_doubted_unless_it_hides_or_the_text_is_long() -> None:
    silent = CHECKER._replace(lexicon=replace(CHECKER.lexicon, learned=None))
    doubted = [
        one.text
        for one in sentences()
        if silent(one.text, facts=one.facts, audience=one.audience)
        and not CHECKER(one.text, facts=one.facts, audience=one.audience)
    ]
    assert doubted
    for text in doubted[:9]:
        long = text * (100 // len(text) + 1)
        assert CHECKER(long, facts=CaseState(), audience="borrower")


def test_it_is_asked_only_where_the_lexicon_finds_nothing() -> None:
    for one in sentences():
        findings = CHECKER(one.text, facts=one.facts, audience=one.audience)
        learned = [found for found in findings if found.entry.startswith(f"{ENTRY}.")]
        assert not learned or len(findings) == 1


def test_it_says_nothing_to_contacts_nor_of_classes_that_known_facts_may_make_true() -> None:
    facts = CaseState(legal_state="suit_filed")
    for one in sentences():
        assert not any(
            found.entry.startswith(ENTRY)
            for found in CHECKER(one.text, facts=facts, audience="contact")
        )
        assert not any(
            found.entry.startswith(ENTRY) and found.class_ in CHECKER.lexicon.turned_by_facts
            for found in CHECKER(one.text, facts=facts, audience="borrower")
        )


def test_a_file_of_weights_that_cannot_be_read_is_refused() -> None:
    classes: dict[str, WordClass] = dict(CHECKER.lexicon.classes)
    fine = {
        "trained_on": "0",
        "bias": "0",
        "threshold": "1",
        "class_threshold": "1",
        "doubt": "-1",
        "class_doubt": "-1",
        "classes": ["threat"],
        "class_bias": "0",
        "groups": ["you 3 4"],
        "runs": ["坏 1 2"],
    }
    assert read_learned(fine, classes=classes, groups={"you": 0}).runs == ("坏",)
    wrong: list[dict[str, object]] = [
        {"runs": ["坏 1"]},
        {"runs": ["坏 1 x"]},
        {"classes": ["rudeness"]},
        {"bias": "much"},
        {"groups": ["nobody 3 4"]},
    ]
    for one in wrong:
        try:
            read_learned({**fine, **one}, classes=classes, groups={"you": 0})
        except WrongLexicon as refused:
            assert refused.figures["file"] == "learned"
        else:
            raise AssertionError(one)
