"""Scoring one borrower: the points of each line, the grade, and the three reasons.

Called wherever one case is shown or decided; it is the meaning that the bulk form
(dunwell.bulk.compile.card) is proved equal to. A reason is a line on which points were
lost against its best band; the biggest losses come first, equal ones in the card's order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dunwell.core.risk.card import Card, Fact, Item, NotKnownAtAll, WrongFact, facts_wanted

REASONS = 3


@dataclass(frozen=True, slots=True)
class Line:
    """What one item of the card gave: the fact it saw, its points and what was lost."""

    item: Item
    fact: Fact
    points: int
    lost: int


@dataclass(frozen=True, slots=True)
class Scored:
    """A borrower by a card. `lines` is every item in order; `reasons` the biggest losses."""

    score: int
    grade: str
    probability_ppm: int
    lines: tuple[Line, ...]
    reasons: tuple[Line, ...]


def score(card: Card, facts: Mapping[str, Fact]) -> Scored:
    """Grade one borrower. A fact of None counts as unknown and gets the item's own points.

    Refuses facts that do not name a feature of the card (NotKnownAtAll) or give a text
    where the card wants a number (WrongFact).
    """
    missing = facts_wanted(card, facts)
    if missing:
        raise NotKnownAtAll(card=card.id, feature=missing[0])
    lines = tuple(_line(card, item, facts[item.feature]) for item in card.items)
    total = card.base_points + sum(line.points for line in lines)
    # sorted() is stable: equal losses stay in the card's order.
    losses = sorted((line for line in lines if line.lost), key=lambda line: -line.lost)
    return Scored(
        score=total,
        grade=card.grade_of(total),
        probability_ppm=card.probability_ppm_of(total),
        lines=lines,
        reasons=tuple(losses[:REASONS]),
    )


def _line(card: Card, item: Item, fact: Fact) -> Line:
    try:
        points = item.points_of(fact)
    except WrongFact as refused:
        raise WrongFact(**{**refused.figures, "card": card.id}) from None
    return Line(item=item, fact=fact, points=points, lost=item.best - points)
