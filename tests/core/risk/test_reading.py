"""Reading a card: one spelling mistake, gap or breach of direction refuses it, and says where."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from importlib.resources import files
from typing import Any

import pytest
import yaml
from hypothesis import given

from dunwell.core.params import WrongKeys, WrongValue
from dunwell.core.refusal import Refusal
from dunwell.core.risk import Card, parse_card, written_card
from dunwell.core.risk.card import PersonalFeature
from dunwell.core.risk.house import KNOWN, parse_house_card
from dunwell.core.risk.reading import (
    AgainstDirection,
    NoSuchFeature,
    WrongBands,
    WrongCalibration,
)
from tests.core.risk.cards import SMALL, cards

CARDS = files("dunwell.packs").joinpath("house", "cards")


def shipped() -> Card:
    text = CARDS.joinpath("overdue_borrower.yaml").read_text("utf-8")
    return parse_house_card(yaml.safe_load(text), file="overdue_borrower.yaml")


def test_the_shipped_card_is_judged_and_worth_a_hundred_points() -> None:
    card = shipped()
    assert card.judged
    assert (card.best_score, card.worst_score) == (100, 0)


def test_the_shipped_card_looks_at_history_reason_and_assets() -> None:
    assert {"max_past_due_days_12m", "reason", "assets"} <= set(shipped().features)
    assert set(shipped().features) <= set(KNOWN)


@given(cards())
def test_a_card_written_and_read_again_is_the_same(card: Card) -> None:
    text = yaml.safe_dump(written_card(card), allow_unicode=True, sort_keys=False)
    assert parse_card(yaml.safe_load(text), file="again.yaml") == card


@pytest.mark.parametrize("cut", [1.8631689579336643e17, -1.2e300, 2**53])
def test_a_band_may_end_at_any_number_that_a_column_holds(cut: float) -> None:
    content = deepcopy(SMALL)
    content["items"][0]["bands"] = [{"until": cut, "points": 20}, {"from": cut, "points": 0}]
    assert parse_card(content, file="far.yaml").items[0].cuts == (cut,)


@pytest.mark.parametrize("cut", [float("inf"), float("nan"), 2**53 + 1, True, "8"])
def test_a_band_ends_at_no_other(cut: object) -> None:
    content = deepcopy(SMALL)
    content["items"][0]["bands"] = [{"until": cut, "points": 20}, {"from": cut, "points": 0}]
    with pytest.raises(WrongBands):
        parse_card(content, file="far.yaml")


def _key(content: dict[str, Any]) -> None:
    content["items"][0]["weight"] = 3


def _direction(content: dict[str, Any]) -> None:
    content["items"][0]["bands"][1]["points"] = 21


def _flag_direction(content: dict[str, Any]) -> None:
    content["items"][1]["direction"] = 1


def _gap(content: dict[str, Any]) -> None:
    content["items"][0]["bands"][1]["from"] = 9


def _backwards(content: dict[str, Any]) -> None:
    content["items"][0]["bands"][1]["until"] = 8


def _open_end(content: dict[str, Any]) -> None:
    content["items"][0]["bands"][2]["until"] = 61


def _personal(content: dict[str, Any]) -> None:
    content["items"][0]["feature"] = "Age"


def _twice(content: dict[str, Any]) -> None:
    content["items"][1]["feature"] = "late_days"


def _half_points(content: dict[str, Any]) -> None:
    content["items"][0]["unknown"] = 2.5


def _grades(content: dict[str, Any]) -> None:
    content["grades"]["B"] = 40


def _probability(content: dict[str, Any]) -> None:
    content["calibration"][1]["probability_ppm"] = 950_000


def _ordered_choice(content: dict[str, Any]) -> None:
    content["items"][2]["direction"] = 1


WRONG: list[tuple[Callable[[dict[str, Any]], None], type[Refusal], str]] = [
    (_key, WrongKeys, "items[0]"),
    (_direction, AgainstDirection, "items[0]"),
    (_flag_direction, AgainstDirection, "items[1]"),
    (_gap, WrongBands, "items[0].bands[1]"),
    (_backwards, WrongBands, "items[0].bands[1]"),
    (_open_end, WrongBands, "items[0].bands[2]"),
    (_personal, PersonalFeature, "items[0].feature"),
    (_twice, NoSuchFeature, "items[1].feature"),
    (_half_points, WrongValue, "items[0].unknown"),
    (_grades, WrongCalibration, "grades.A"),
    (_probability, WrongCalibration, "calibration[1]"),
    (_ordered_choice, WrongValue, "items[2].direction"),
]


@pytest.mark.parametrize(("spoil", "kind", "path"), WRONG)
def test_a_mistake_refuses_the_card_and_names_its_place(
    spoil: Callable[[dict[str, Any]], None], kind: type[Refusal], path: str
) -> None:
    content = deepcopy(SMALL)
    spoil(content)
    with pytest.raises(kind) as refused:
        parse_card(content, file="small.yaml")
    assert (refused.value.figures["file"], refused.value.figures["path"]) == ("small.yaml", path)


def test_a_card_of_the_house_names_features_that_exist() -> None:
    with pytest.raises(NoSuchFeature) as refused:
        parse_house_card(SMALL, file="small.yaml")
    assert refused.value.figures["feature"] == "late_days"


def test_a_choice_of_the_house_gets_points_for_each_value() -> None:
    content = written_card(shipped())
    item = next(one for one in content["items"] if one["feature"] == "reachability")  # type: ignore[attr-defined]  # the list of items
    del item["values"]["lost"]
    with pytest.raises(WrongValue) as refused:
        parse_house_card(content, file="card.yaml")
    assert refused.value.figures["value"] == ["lost"]
