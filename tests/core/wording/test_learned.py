"""The second reader: asked only where the lexicon is silent, and only learned from development."""

from __future__ import annotations

from dunwell.core.wording import CaseState, WrongLexicon
from dunwell.core.wording.learned import ENTRY, Learned
from dunwell.core.wording.lexicon import WordClass
from dunwell.core.wording.weights import read_learned
from dunwell.store.policy.lexicon import wording_checker
from tests.core.wording.learned_weights import fingerprint, sentences

CHECKER = wording_checker()
TWO = Learned(
    runs=("坏", "好", "坏话"),
    weights=(300, -100, 200),
    bias=-100,
    threshold=50,
    class_threshold=-100,
    classes=("threat", "insult"),
    by_class=((10, 90), (-50, -50), (0, 80)),
    class_bias=(-20, -20),
    trained_on="",
)


def test_the_weights_come_from_the_sentences_of_development_as_they_are() -> None:
    assert CHECKER.lexicon.learned is not None
    assert CHECKER.lexicon.learned.trained_on == fingerprint(sentences()), (
        "run python -m tests.core.wording.learned_weights"
    )
    assert {one.split for one in sentences()} == {"development"}


def test_what_weighs_enough_is_said_with_its_class_and_the_stretch_that_weighs_most() -> None:
    assert TWO.judge([(3, 1), (5, 0), (6, 2)]) == ("insult", 5, 7)


def test_what_weighs_too_little_or_has_no_likely_class_is_left_alone() -> None:
    assert TWO.judge([]) is None
    assert TWO.judge([(0, 0), (1, 1)]) is None


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
        "classes": ["threat"],
        "class_bias": "0",
        "runs": ["坏 1 2"],
    }
    assert read_learned(fine, classes=classes).runs == ("坏",)
    wrong: list[dict[str, object]] = [
        {"runs": ["坏 1"]},
        {"runs": ["坏 1 x"]},
        {"classes": ["rudeness"]},
        {"bias": "much"},
    ]
    for one in wrong:
        try:
            read_learned({**fine, **one}, classes=classes)
        except WrongLexicon as refused:
            assert refused.figures["file"] == "learned"
        else:
            raise AssertionError(one)
