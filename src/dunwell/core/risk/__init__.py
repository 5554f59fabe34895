"""Risk: how likely a borrower is to go on not paying, as points, a grade and its reasons.

`score` grades one borrower by a Card; `parse_card` reads cards; `quadrant` says ability
and willingness. Learning a card is dunwell.core.risk.training, which needs numpy and is
therefore imported by name only.
"""

from dunwell.core.risk.card import GRADES, Card, Fact, Item, is_personal
from dunwell.core.risk.house import parse_house_card
from dunwell.core.risk.quadrant import Quadrant, QuadrantTables, parse_quadrant, quadrant
from dunwell.core.risk.reading import parse_card, written_card
from dunwell.core.risk.scoring import Line, Scored, score

__all__ = [
    "GRADES",
    "Card",
    "Fact",
    "Item",
    "Line",
    "Quadrant",
    "QuadrantTables",
    "Scored",
    "is_personal",
    "parse_card",
    "parse_house_card",
    "parse_quadrant",
    "quadrant",
    "score",
    "written_card",
]
