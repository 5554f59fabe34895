"""Cards as files: from the mapping of a YAML file to a Card, and back.

Called by store.policy (shipped and published cards) and bulk.grading (files and trained
folders). A spelling mistake, a gap between bands, points that go against the stated
direction, or a personal attribute refuse the whole card, with file, path and what is right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import isfinite
from typing import cast

from dunwell.core.params import WrongValue, day_in, keyed, text_in
from dunwell.core.refusal import Refusal
from dunwell.core.risk.card import (
    GRADES,
    Card,
    Direction,
    Item,
    Number,
    PersonalFeature,
    is_personal,
)

_KEYS = ("id", "title", "title_en", "outcome", "outcome_en", "from", "judged", "base_points")
_PARTS = ("grades", "items", "calibration")
_ITEM = ("feature", "title", "title_en", "why", "why_en", "direction", "unknown")
_KNOT = ("score", "probability_ppm")
MOST_PPM = 1_000_000
MOST_ITEMS = 200
MOST_POINTS = 100_000

Known = Mapping[str, Sequence[str | bool] | None]
"""Feature → its values where it is a choice or flag, None where it is a number."""


class NoSuchFeature(Refusal):
    """An item on a feature that does not exist, or twice on one. Figures: file, path, feature,
    allowed."""

    code = "RISK-FEATURE"


class WrongBands(Refusal):
    """Bands that leave a gap, overlap or run backwards. Figures: file, path, value, allowed."""

    code = "RISK-BANDS"


class AgainstDirection(Refusal):
    """Points that go against the item's direction. Figures: file, path, feature, direction,
    before, after."""

    code = "RISK-DIRECTION"


class WrongCalibration(Refusal):
    """Grades or probabilities that do not fall in order. Figures: file, path, value, allowed."""

    code = "RISK-CALIBRATION"


def parse_card(content: object, *, file: str, known: Known | None = None) -> Card:
    """Read a card from the mapping of its file.

    With `known`, items may only name those features, and a choice must give points to each
    of its values. Refuses WrongKeys, WrongValue, NoSuchFeature, PersonalFeature, WrongBands,
    AgainstDirection and WrongCalibration, each with file and path.
    """
    fields = keyed(content, file, "", (*_KEYS, *_PARTS), ())
    rows = fields["items"]
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ITEMS:
        raise WrongValue(file=file, path="items", value=rows, allowed=f"list of 1..{MOST_ITEMS}")
    items = tuple(_item(row, file, f"items[{n}]", known) for n, row in enumerate(rows))
    named = [item.feature for item in items]
    for n, feature in enumerate(named):
        if feature in named[:n]:
            path = f"items[{n}].feature"
            raise NoSuchFeature(file=file, path=path, feature=feature, allowed="once")
    if not isinstance(fields["judged"], bool):
        raise WrongValue(file=file, path="judged", value=fields["judged"], allowed="true | false")
    return Card(
        id=text_in(fields["id"], file, "id"),
        title=text_in(fields["title"], file, "title"),
        title_en=text_in(fields["title_en"], file, "title_en"),
        outcome=text_in(fields["outcome"], file, "outcome"),
        outcome_en=text_in(fields["outcome_en"], file, "outcome_en"),
        from_on=day_in(fields["from"], file, "from"),
        judged=fields["judged"],
        base_points=_points(fields["base_points"], file, "base_points"),
        items=items,
        least=_grades(fields["grades"], file),
        calibration=_calibration(fields["calibration"], file),
    )


def written_card(card: Card) -> dict[str, object]:
    """The mapping that `parse_card` reads the same card from."""
    texts = {key: getattr(card, key) for key in ("id", "title", "title_en")}
    return {
        **texts,
        "outcome": card.outcome,
        "outcome_en": card.outcome_en,
        "from": card.from_on,
        "judged": card.judged,
        "base_points": card.base_points,
        "grades": dict(zip(GRADES, card.least, strict=False)),
        "items": [_written_item(item) for item in card.items],
        "calibration": [{"score": s, "probability_ppm": p} for s, p in card.calibration],
    }


def _written_item(item: Item) -> dict[str, object]:
    fields: dict[str, object] = {key: getattr(item, key) for key in _ITEM[:-1]}
    if item.values:
        fields["values"] = dict(zip(item.values, item.points, strict=True))
    else:
        ends = (None, *item.cuts, None)
        fields["bands"] = [
            {
                **({} if low is None else {"from": low}),
                **({} if high is None else {"until": high}),
                "points": points,
            }
            for (low, high), points in zip(pairwise(ends), item.points, strict=True)
        ]
    return {**fields, "unknown": item.unknown}


def _item(content: object, file: str, path: str, known: Known | None) -> Item:
    fields = keyed(content, file, path, _ITEM, ("bands", "values"))
    feature = text_in(fields["feature"], file, f"{path}.feature")
    if is_personal(feature):
        raise PersonalFeature(file=file, path=f"{path}.feature", feature=feature)
    if known is not None and feature not in known:
        allowed = sorted(known)
        raise NoSuchFeature(file=file, path=f"{path}.feature", feature=feature, allowed=allowed)
    if ("bands" in fields) == ("values" in fields):
        raise WrongValue(file=file, path=path, value=sorted(fields), allowed="bands | values")
    direction = _direction(fields["direction"], file, f"{path}.direction")
    cuts: tuple[Number, ...] = ()
    values: tuple[str | bool, ...] = ()
    if "bands" in fields:
        if known is not None and known[feature] is not None:
            raise WrongValue(file=file, path=path, value="bands", allowed="values")
        cuts, points = _bands(fields["bands"], file, f"{path}.bands")
    else:
        choices = None if known is None else known[feature]
        if known is not None and choices is None:
            raise WrongValue(file=file, path=path, value="values", allowed="bands")
        values, points = _values(fields["values"], choices, file, f"{path}.values")
        if direction and values != (False, True):
            # Only false and true have an order of their own.
            raise WrongValue(file=file, path=f"{path}.direction", value=direction, allowed=0)
    for before, after in pairwise(points):
        if (after - before) * direction > 0:
            raise AgainstDirection(
                file=file,
                path=path,
                feature=feature,
                direction=direction,
                before=before,
                after=after,
            )
    texts = {
        key: text_in(fields[key], file, f"{path}.{key}")
        for key in ("title", "title_en", "why", "why_en")
    }
    return Item(
        feature=feature,
        direction=direction,
        points=points,
        unknown=_points(fields["unknown"], file, f"{path}.unknown"),
        cuts=cuts,
        values=values,
        **texts,
    )


def _bands(content: object, file: str, path: str) -> tuple[tuple[Number, ...], tuple[int, ...]]:
    if not isinstance(content, list) or not content:
        raise WrongValue(file=file, path=path, value=content, allowed="list")
    cuts: list[Number] = []
    points: list[int] = []
    for n, row in enumerate(content):
        where = f"{path}[{n}]"
        fields = keyed(row, file, where, ("points",), ("from", "until"))
        expected = cuts[-1] if cuts else None
        if fields.get("from") != expected:
            allowed = "no from" if expected is None else expected
            raise WrongBands(file=file, path=where, value=fields.get("from"), allowed=allowed)
        points.append(_points(fields["points"], file, f"{where}.points"))
        if n == len(content) - 1:
            if "until" in fields:
                raise WrongBands(
                    file=file, path=where, value=fields["until"], allowed="no until in the last"
                )
            break
        cuts.append(_cut(fields.get("until"), expected, file, where))
    return tuple(cuts), tuple(points)


def _cut(value: object, above: Number | None, file: str, path: str) -> Number:
    # A whole number beyond 2**53 is not the number that a column of DOUBLE compares with.
    whole = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= 2**53
    if not whole and not (isinstance(value, float) and isfinite(value)):
        raise WrongBands(file=file, path=path, value=value, allowed="until: a number")
    number = cast(Number, value)
    if above is not None and number <= above:
        raise WrongBands(file=file, path=path, value=number, allowed=f"until: more than {above}")
    return number


def _values(
    content: object, choices: Sequence[str | bool] | None, file: str, path: str
) -> tuple[tuple[str | bool, ...], tuple[int, ...]]:
    if not isinstance(content, Mapping) or not content:
        raise WrongValue(file=file, path=path, value=content, allowed="mapping")
    given: dict[str | bool, int] = {}
    for key, points in content.items():
        if not isinstance(key, str | bool):
            raise WrongValue(
                file=file, path=path, value=key, allowed='text (in "…") or true, false'
            )
        given[key] = _points(points, file, f"{path}.{key}")
    if choices is not None and set(given) != set(choices):
        odd = sorted(str(one) for one in set(given) ^ set(choices))
        raise WrongValue(file=file, path=path, value=odd, allowed=[str(one) for one in choices])
    if set(given) == {False, True}:
        return (False, True), (given[False], given[True])
    return tuple(given), tuple(given.values())


def _grades(content: object, file: str) -> tuple[int, int, int, int]:
    fields = keyed(content, file, "grades", GRADES[:-1], ())
    least = [_points(fields[grade], file, f"grades.{grade}") for grade in GRADES[:-1]]
    for (grade, low), (_, lower) in pairwise(zip(GRADES, least, strict=False)):
        if lower >= low:
            raise WrongCalibration(
                file=file, path=f"grades.{grade}", value=low, allowed=f"more than {lower}"
            )
    return least[0], least[1], least[2], least[3]


def _calibration(content: object, file: str) -> tuple[tuple[int, int], ...]:
    if not isinstance(content, list) or not content:
        raise WrongValue(file=file, path="calibration", value=content, allowed="list")
    knots: list[tuple[int, int]] = []
    for n, row in enumerate(content):
        path = f"calibration[{n}]"
        fields = keyed(row, file, path, _KNOT, ())
        score, ppm = (_points(fields[key], file, f"{path}.{key}", most=MOST_PPM) for key in _KNOT)
        if ppm < 0:
            raise WrongCalibration(file=file, path=path, value=ppm, allowed=f"0..{MOST_PPM}")
        if knots and (score <= knots[-1][0] or ppm > knots[-1][1]):
            allowed = f"score > {knots[-1][0]}, probability_ppm <= {knots[-1][1]}"
            raise WrongCalibration(file=file, path=path, value=[score, ppm], allowed=allowed)
        knots.append((score, ppm))
    return tuple(knots)


def _direction(value: object, file: str, path: str) -> Direction:
    if isinstance(value, bool) or value not in (-1, 0, 1):
        raise WrongValue(file=file, path=path, value=value, allowed="1 | -1 | 0")
    return value


def _points(value: object, file: str, path: str, *, most: int = MOST_POINTS) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) > most:
        raise WrongValue(file=file, path=path, value=value, allowed=f"integer, {-most}..{most}")
    return value
