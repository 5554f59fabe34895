"""Scoring by a card: points, grade, reasons, probability, and never against a direction."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dunwell.core.risk import score
from dunwell.core.risk.card import GRADES, NotKnownAtAll, WrongFact
from tests.core.risk.cards import NUMBERS, cards, facts_for, small_card


def test_points_add_up_and_the_biggest_losses_come_first() -> None:
    scored = score(small_card(), {"late_days": 40, "answers": False, "reason": "UNEM"})
    assert (scored.score, scored.grade) == (10 + 0 + 0 + 4, "E")
    assert [(line.item.feature, line.lost) for line in scored.reasons] == [
        ("late_days", 20),
        ("answers", 8),
        ("reason", 8),
    ]


def test_a_line_that_lost_nothing_is_no_reason() -> None:
    scored = score(small_card(), {"late_days": 0, "answers": True, "reason": "UNEM"})
    assert [line.item.feature for line in scored.reasons] == ["reason"]
    assert scored.grade == "A"


def test_a_band_begins_at_its_from_and_ends_before_its_until() -> None:
    card = small_card()
    at = {
        days: score(card, {"late_days": days, "answers": True, "reason": "FTP"}).score
        for days in (7, 8, 30, 31)
    }
    assert at == {7: 50, 8: 42, 30: 42, 31: 30}


@pytest.mark.parametrize("unknown", [None, math.nan])
def test_what_is_not_known_gets_points_of_its_own(unknown: Any) -> None:
    scored = score(small_card(), {"late_days": unknown, "answers": None, "reason": "elsewhere"})
    assert scored.score == 10 + 5 + 4 + 4


def test_the_probability_is_a_line_between_the_knots() -> None:
    card = small_card()
    assert [card.probability_ppm_of(one) for one in (0, 10, 20, 30, 40, 50, 99)] == [
        900_000, 900_000, 600_000, 300_000, 175_000, 50_000, 50_000,
    ]  # fmt: skip


def test_facts_that_do_not_name_a_feature_are_refused() -> None:
    with pytest.raises(NotKnownAtAll) as refused:
        score(small_card(), {"late_days": 3, "answers": True})
    assert refused.value.figures == {"card": "small", "feature": "reason"}


def test_a_text_where_a_number_is_wanted_is_refused() -> None:
    with pytest.raises(WrongFact) as refused:
        score(small_card(), {"late_days": "3", "answers": True, "reason": None})
    assert refused.value.figures["feature"] == "late_days"


@given(st.data())
def test_a_step_against_the_borrower_never_makes_them_safer(data: st.DataObject) -> None:
    card = data.draw(cards())
    facts = data.draw(facts_for(card))
    directed = [item for item in card.items if item.direction and not item.values]
    for item in directed:
        low, high = sorted(data.draw(st.tuples(NUMBERS, NUMBERS)))
        before = score(card, {**facts, item.feature: low})
        after = score(card, {**facts, item.feature: high})
        assert (after.score - before.score) * item.direction <= 0
        assert (after.probability_ppm - before.probability_ppm) * item.direction >= 0
        worse, better = (after, before) if item.direction > 0 else (before, after)
        assert GRADES.index(worse.grade) >= GRADES.index(better.grade)
