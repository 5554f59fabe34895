"""How the tests of wording ask: the shipped checker, and what it found as plain words."""

from __future__ import annotations

from pathlib import Path

from dunwell.core.wording import Audience, CaseState, Outcome, Score, score_classes
from dunwell.store.policy.lexicon import wording_checker
from dunwell.store.policy.wording_set import Labelled

SET = Path(__file__).parents[2] / "wording_set"


def classes_in(
    text: str, *, facts: CaseState | None = None, audience: Audience = "borrower"
) -> set[str]:
    """The classes found in `text`."""
    findings = wording_checker()(text, facts=facts or CaseState(), audience=audience)
    return {one.class_ for one in findings}


def marked_in(
    text: str, *, facts: CaseState | None = None, audience: Audience = "borrower"
) -> list[str]:
    """The pieces of `text` that were marked, as they were given."""
    findings = wording_checker()(text, facts=facts or CaseState(), audience=audience)
    return [text[one.start : one.end] for one in findings]


def scores_of(sentences: list[Labelled]) -> dict[str, Score]:
    """The scores of the shipped checker on these sentences, by class."""
    checker = wording_checker()
    outcomes = [
        Outcome(
            one.marked,
            one.accepted,
            frozenset(
                found.class_ for found in checker(one.text, facts=one.facts, audience=one.audience)
            ),
        )
        for one in sentences
    ]
    classes = list(checker.lexicon.classes)
    return {score.name: score for score in score_classes(outcomes, classes=classes)}
