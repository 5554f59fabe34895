"""Cards for tests: a small one by hand, and any card at all for property tests."""

from __future__ import annotations

from datetime import date
from itertools import accumulate
from typing import Any

from hypothesis import strategies as st

from dunwell.core.risk import Card, Fact, parse_card
from dunwell.core.risk.card import Item

SMALL: dict[str, Any] = {
    "id": "small",
    "title": "小卡",
    "title_en": "Small card",
    "outcome": "仍逾期",
    "outcome_en": "still overdue",
    "from": date(2026, 1, 1),
    "judged": True,
    "base_points": 10,
    "grades": {"A": 40, "B": 30, "C": 20, "D": 15},
    "items": [
        {
            "feature": "late_days",
            "title": "逾期天数",
            "title_en": "Days late",
            "why": "越久越难",
            "why_en": "longer is harder",
            "direction": 1,
            "bands": [
                {"until": 8, "points": 20},
                {"from": 8, "until": 31, "points": 12},
                {"from": 31, "points": 0},
            ],
            "unknown": 5,
        },
        {
            "feature": "answers",
            "title": "接电话",
            "title_en": "Answers",
            "why": "联系得上",
            "why_en": "can be reached",
            "direction": -1,
            "values": {True: 8, False: 0},
            "unknown": 4,
        },
        {
            "feature": "reason",
            "title": "原因",
            "title_en": "Reason",
            "why": "忘记的好办",
            "why_en": "forgetting mends fast",
            "direction": 0,
            "values": {"FTP": 12, "UNEM": 4},
            "unknown": 4,
        },
    ],
    "calibration": [
        {"score": 10, "probability_ppm": 900_000},
        {"score": 30, "probability_ppm": 300_000},
        {"score": 50, "probability_ppm": 50_000},
    ],
}


def small_card() -> Card:
    """The card above, read."""
    return parse_card(SMALL, file="small.yaml")


NUMBERS = st.one_of(
    st.integers(-50, 50),
    st.floats(-50, 50, allow_nan=False).map(lambda one: round(one, 2)),
)


@st.composite
def cards(draw: st.DrawFn, *, most_items: int = 8) -> Card:
    """Any card: numbers with a direction, flags, choices, floats among the cut points."""
    count = draw(st.integers(1, most_items))
    items = tuple(_item(draw, f"f{n}") for n in range(count))
    least = sorted(draw(st.sets(st.integers(-50, 400), min_size=4, max_size=4)), reverse=True)
    knots = sorted(draw(st.sets(st.integers(-100, 600), min_size=1, max_size=6)))
    ppm = sorted(
        draw(st.lists(st.integers(0, 10**6), min_size=len(knots), max_size=len(knots))),
        reverse=True,
    )
    return Card(
        id="any",
        title="任意",
        title_en="any",
        outcome="坏",
        outcome_en="bad",
        from_on=date(2026, 1, 1),
        judged=False,
        base_points=draw(st.integers(-20, 300)),
        items=items,
        least=(least[0], least[1], least[2], least[3]),
        calibration=tuple(zip(knots, ppm, strict=True)),
    )


def facts_for(card: Card) -> st.SearchStrategy[dict[str, Fact]]:
    """Facts of every kind for a card: on the cut points, beside them, and unknown."""
    return st.fixed_dictionaries({item.feature: _fact(item) for item in card.items})


def _item(draw: st.DrawFn, feature: str) -> Item:
    kind = draw(st.sampled_from(["number", "number", "number", "flag", "choice"]))
    cuts: tuple[int | float, ...] = ()
    values: tuple[str | bool, ...] = ()
    if kind == "number":
        cuts = tuple(sorted(draw(st.sets(NUMBERS, max_size=6))))
        bands = len(cuts) + 1
    else:
        values = (False, True) if kind == "flag" else ("a", "b'c", "d")
        bands = len(values)
    steps = draw(st.lists(st.integers(0, 15), min_size=bands, max_size=bands))
    direction = draw(st.sampled_from([0, 1, -1])) if kind != "choice" else 0
    rising = tuple(accumulate(steps))
    points = {0: tuple(steps), -1: rising, 1: tuple(reversed(rising))}[direction]
    return Item(
        feature=feature,
        title="项",
        title_en="item",
        why="因",
        why_en="why",
        direction=direction,  # type: ignore[arg-type]  # one of the three
        points=points,
        unknown=draw(st.integers(0, 20)),
        cuts=cuts,
        values=values,
    )


def _fact(item: Item) -> st.SearchStrategy[Any]:
    if not item.values:
        near = [one + add for one in item.cuts for add in (-1, 0, 1)]
        known = st.one_of(NUMBERS, st.sampled_from(near)) if near else NUMBERS
    elif item.values == (False, True):
        known = st.booleans()
    else:
        known = st.sampled_from(["a", "b'c", "d", "elsewhere"])
    return st.one_of(st.none(), known)
