"""The house's own cards: those that look at the features every borrower has.

`parse_house_card` is how a card that grades the book is read (shipped, or published by
two people); a card for a feature file is read by `parse_card`, whatever its columns.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from dunwell.core.features import FEATURES
from dunwell.core.risk.card import Card
from dunwell.core.risk.reading import parse_card

KNOWN: Final[Mapping[str, Sequence[str | bool] | None]] = {
    feature.name: {"int": None, "flag": (False, True), "choice": feature.choices}[feature.kind]
    for feature in FEATURES
}
"""Every feature of core.features with the values it may take; None: a number."""


def parse_house_card(content: object, *, file: str) -> Card:
    """Read a card over the features of core.features.

    Refuses what `parse_card` refuses: also any other feature, and a choice without points
    for each of its values.
    """
    return parse_card(content, file=file, known=KNOWN)
