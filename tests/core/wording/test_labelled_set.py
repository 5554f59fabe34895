"""How much of what people marked is found: the pooled figures, held to their goal.

Held out are the sentences that a fixed hash picks. The same author wrote them and the
lexicon, so their figures flatter; the sentences of `split: fresh` were written when
the lexicon was finished and show what to expect of wording it has never seen.
"""

from __future__ import annotations

import pytest

from dunwell.core.wording import held_out
from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.policy.wording_set import WrongSentence, read_wording_set
from tests.core.wording.checked import SET, scores_of

SENTENCES = read_wording_set(SET)
GOAL = 0.95


def test_the_set_is_large_and_holds_every_class_on_both_sides_of_the_split() -> None:
    bad = [one for one in SENTENCES if one.marked]
    assert len(SENTENCES) >= 640
    assert len(bad) >= 300 and len(SENTENCES) - len(bad) >= 300
    for split in ("development", "held_out"):
        marked = {class_ for one in bad if one.split == split for class_ in one.marked}
        assert marked == set(wording_checker().lexicon.classes)


def test_every_marked_class_is_one_of_the_lexicon() -> None:
    named = {class_ for one in SENTENCES for class_ in one.marked | one.accepted}
    assert named <= set(wording_checker().lexicon.classes)


def test_about_two_in_five_are_held_out_by_a_hash_of_the_sentence() -> None:
    hashed = [one for one in SENTENCES if held_out(one.text)]
    assert 0.35 < len(hashed) / len(SENTENCES) < 0.45


def test_no_held_out_sentence_is_nearly_one_of_development() -> None:
    pairs = {one.text: frozenset(zip(one.text, one.text[1:], strict=False)) for one in SENTENCES}
    kept = [one.text for one in SENTENCES if one.split == "held_out"]
    seen = [one.text for one in SENTENCES if one.split == "development"]
    near = [
        (first, second)
        for first in kept
        for second in seen
        if len(pairs[first] & pairs[second]) > 0.7 * len(pairs[first] | pairs[second])
    ]
    assert near == []


def test_pooled_over_all_classes_the_held_out_part_reaches_its_goal() -> None:
    pooled = scores_of([one for one in SENTENCES if one.split == "held_out"])["pooled"]
    assert pooled.precision >= GOAL
    assert pooled.recall >= GOAL


def test_on_sentences_written_after_the_lexicon_it_does_not_fall_behind_what_was_measured() -> None:
    pooled = scores_of([one for one in SENTENCES if one.split == "fresh"])["pooled"]
    assert pooled.precision >= 0.9
    assert pooled.recall >= 0.9


@pytest.mark.parametrize(
    "text",
    [
        "audience: borrower\nsentences: [{text: 好, colour: red}]\n",
        "audience: judge\nsentences: [好]\n",
        "audience: note\nsentences: [好, 好]\n",
        "colour: red\n",
        "a: [",
        "",
    ],
)
def test_a_labelled_file_that_cannot_be_read_is_refused(text: str, tmp_path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "wrong.yaml").write_text(text, "utf-8")
    with pytest.raises(WrongSentence):
        read_wording_set(tmp_path)
