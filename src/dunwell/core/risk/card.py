"""The points card: what it is made of. Points are whole numbers, a higher score is safer.

A card is data: dunwell.packs ships a judged one (points chosen by people), `dunwell grade
train` writes learned ones. `reading` makes a Card from the mapping of its file, `scoring`
grades one borrower, dunwell.bulk.compile.card grades a table. Probabilities are in parts
per million (ppm). A direction is +1 when the bad outcome gets likelier as the feature rises.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final, Literal

from dunwell.core.refusal import Refusal

Number = int | float
Fact = Number | str | None
"""What is known of a borrower under one name; a flag is a bool, None is not known."""
Direction = Literal[-1, 0, 1]

GRADES: Final = ("A", "B", "C", "D", "E")
"""From the safest to the riskiest."""

PERSONAL: Final = frozenset(
    {
        *("sex", "gender", "age", "education", "marriage", "marital", "marital_status", "married"),
        *("birth_year", "birth_date", "birthday", "birthdate", "ethnicity", "race", "religion"),
        *("性别", "年龄", "学历", "教育", "教育程度", "婚姻", "婚姻状况", "婚否", "出生年份"),
        *("出生日期", "民族", "宗教", "宗教信仰"),
    }
)
"""Names, in lower case, of what no card may look at: who somebody is, not how they pay."""


class PersonalFeature(Refusal):
    """A card that looks at a personal attribute. Figures: file, path, feature."""

    code = "RISK-PERSONAL"


class NotKnownAtAll(Refusal):
    """Facts that lack a feature of the card; None says "not known". Figures: card, feature."""

    code = "RISK-NO-FACT"


class WrongFact(Refusal):
    """A fact of another kind than the card's item wants. Figures: card, feature, wanted."""

    code = "RISK-WRONG-FACT"


def is_personal(name: str) -> bool:
    """Whether a column or feature of this name is a personal attribute."""
    return name.strip().lower().replace("-", "_").replace(" ", "_") in PERSONAL


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a card: the points of each band of a feature.

    Of numbers, band i is [cuts[i-1], cuts[i]), the first and last without an end. Of choices
    and flags, `values` names one value per band and `cuts` is empty; a value that no band
    names counts as unknown.
    """

    feature: str
    title: str
    title_en: str
    why: str
    why_en: str
    direction: Direction
    points: tuple[int, ...]
    unknown: int
    cuts: tuple[Number, ...] = ()
    values: tuple[str | bool, ...] = ()

    @property
    def best(self) -> int:
        """The most points a borrower can get here."""
        return max(*self.points, self.unknown)

    @property
    def worst(self) -> int:
        """The fewest points a borrower can get here."""
        return min(*self.points, self.unknown)

    def band_of(self, fact: Fact) -> int | None:
        """The number of the band that holds a fact, None where it is unknown.

        Refuses (WrongFact, without the card's name) a text where a number is wanted.
        """
        if fact is None or fact != fact:  # a float that is not a number is not known either
            return None
        if self.values:
            return next(
                (n for n, v in enumerate(self.values) if type(v) is type(fact) and v == fact), None
            )
        if isinstance(fact, str):
            raise WrongFact(card="", feature=self.feature, wanted="number")
        return bisect_right(self.cuts, fact)

    def points_of(self, fact: Fact) -> int:
        """The points of a fact."""
        band = self.band_of(fact)
        return self.unknown if band is None else self.points[band]


@dataclass(frozen=True, slots=True)
class Card:
    """A whole card. `judged`: people chose the points, nothing was learned.

    `least` is the lowest score of grades A to D; what is below is E. `calibration` holds
    (score, ppm) in rising order of score, read as a line from knot to knot.
    """

    id: str
    title: str
    title_en: str
    outcome: str
    outcome_en: str
    from_on: date
    judged: bool
    base_points: int
    items: tuple[Item, ...]
    least: tuple[int, int, int, int]
    calibration: tuple[tuple[int, int], ...]

    @property
    def best_score(self) -> int:
        """The score of a borrower who loses nothing."""
        return self.base_points + sum(item.best for item in self.items)

    @property
    def worst_score(self) -> int:
        """The score of a borrower in the worst band everywhere."""
        return self.base_points + sum(item.worst for item in self.items)

    @property
    def features(self) -> tuple[str, ...]:
        """What the card looks at, in its order."""
        return tuple(item.feature for item in self.items)

    def grade_of(self, score: int) -> str:
        """A to E."""
        return GRADES[sum(score < least for least in self.least)]

    def probability_ppm_of(self, score: int) -> int:
        """How likely the bad outcome is at a score; never more at a higher one."""
        knots = self.calibration
        if score <= knots[0][0]:
            return knots[0][1]
        for (low, riskier), (high, safer) in pairwise(knots):
            if score < high:
                return safer + (riskier - safer) * (high - score) // (high - low)
        return knots[-1][1]


def facts_wanted(card: Card, facts: Mapping[str, Fact]) -> Sequence[str]:
    """The features of the card that `facts` does not even name."""
    return [feature for feature in card.features if feature not in facts]
