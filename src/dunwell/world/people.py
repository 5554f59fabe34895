"""People: the invented borrowers of a chunk, and names for those around them.

Called by make, one chunk at a time. Incomes are whole yuan a month; days are whole days since
1970. Nobody here is real, whatever the numbers look like.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np

from dunwell.world.days import years
from dunwell.world.draws import Bools, Draws, Ints
from dunwell.world.identity import (
    are_women,
    birthplace_provinces,
    births,
    id_numbers,
    mobiles,
)
from dunwell.world.tables import District, districts, employers, given_parts, surnames

LINES_PER_PERSON = 6
"""Line 0 is the borrower's own mobile, the rest belong to people around them."""

INCOME_BANDS_YUAN = (
    (18, 3_000, 5_000),
    (37, 5_001, 8_000),
    (28, 8_001, 14_000),
    (13, 14_001, 25_000),
    (4, 25_001, 60_000),
)
"""(weight, from, to): a judged spread of monthly incomes, not a measured one."""


@dataclass(frozen=True, slots=True)
class People:
    """Borrowers of one chunk; every list and array has one place per borrower."""

    first_number: int
    names: list[str]
    id_numbers: list[str]
    mobiles: list[str]
    women: Bools
    birth_years: Ints
    district: Ints
    home_addresses: list[str]
    work_addresses: list[str]
    work_phones: list[str]
    employers: list[str]
    self_employed: Bools
    incomes_yuan: Ints

    @property
    def count(self) -> int:
        """How many borrowers the chunk has."""
        return len(self.names)

    @property
    def numbers(self) -> list[str]:
        """The lender's customer numbers."""
        return [f"B{self.first_number + i:08d}" for i in range(1, self.count + 1)]


def make_people(*, count: int, first_number: int, seed: int, as_of: date, draws: Draws) -> People:
    """Invent `count` borrowers, numbered from `first_number` on, unlike all others of the seed."""
    running = first_number + np.arange(count, dtype=np.int64)
    birth_days, sequences = births(numbers=running, seed=seed, as_of=as_of)
    women, birth_years = are_women(sequences), years(birth_days)
    places = districts()
    district = draws.pick([place.weight for place in places], count)
    provinces = birthplace_provinces()
    home = np.array([provinces.index(place.province) for place in places])[district]
    self_employed = draws.chance(420, count)
    return People(
        first_number=first_number,
        names=person_names(women=women, birth_years=birth_years, draws=draws),
        id_numbers=id_numbers(birth_days=birth_days, sequences=sequences, home=home, draws=draws),
        mobiles=mobiles(numbers=running * LINES_PER_PERSON, seed=seed),
        women=women,
        birth_years=birth_years,
        district=district,
        home_addresses=_homes(district, draws),
        work_addresses=_workplaces(district, draws),
        work_phones=_landlines(district, draws),
        employers=_employers(district, self_employed, draws),
        self_employed=self_employed,
        incomes_yuan=_incomes(count, draws),
    )


def person_names(*, women: Bools, birth_years: Ints, draws: Draws) -> list[str]:
    """Put together names: surnames as common as they are, given names of the time."""
    count = len(women)
    family, weights = surnames()
    picked = draws.pick(weights, count).tolist()
    single = draws.chance(170, count).tolist()
    rolls = draws.below(1 << 20, (count, 2)).tolist()
    names = []
    for at, woman, year, one, (roll_1, roll_2) in zip(
        picked, women.tolist(), birth_years.tolist(), single, rolls, strict=True
    ):
        parts = given_parts(female=woman, born_year=year)
        first = parts[roll_1 % len(parts)]
        names.append(family[at] + first + ("" if one else parts[roll_2 % len(parts)]))
    return names


def _homes(district: Ints, draws: Draws) -> list[str]:
    count = len(district)
    rolls = draws.below(1 << 20, count).tolist()
    doors = draws.between(1, 880, count).tolist()
    blocks = draws.between(1, 28, count).tolist()
    units = draws.between(1, 4, count).tolist()
    rooms = (draws.between(1, 18, count) * 100 + draws.between(1, 4, count)).tolist()
    heads = _address_heads()
    return [
        f"{head}{roads[roll % len(roads)]}{door}号{block}栋{unit}单元{room}室"
        for (head, roads), roll, door, block, unit, room in zip(
            [heads[d] for d in district.tolist()], rolls, doors, blocks, units, rooms, strict=True
        )
    ]


def _workplaces(district: Ints, draws: Draws) -> list[str]:
    count = len(district)
    rolls = draws.below(1 << 20, count).tolist()
    doors = draws.between(1, 660, count).tolist()
    heads = _address_heads()
    return [
        f"{head}{roads[roll % len(roads)]}{door}号"
        for (head, roads), roll, door in zip(
            [heads[d] for d in district.tolist()], rolls, doors, strict=True
        )
    ]


def _landlines(district: Ints, draws: Draws) -> list[str]:
    """Area code and 7 or 8 digits, as the city has them."""
    rolls = draws.below(1_000_000, len(district)).tolist()
    leads = draws.between(2, 8, len(district)).tolist()
    places = districts()
    return [
        f"0{places[d].area_code}-{_local_number(places[d], lead, roll)}"
        for d, lead, roll in zip(district.tolist(), leads, rolls, strict=True)
    ]


def _local_number(place: District, lead: int, roll: int) -> str:
    return f"{lead}{roll:06d}" if place.area_code in {"730", "734"} else f"8{lead}{roll:06d}"


def _employers(district: Ints, self_employed: Bools, draws: Draws) -> list[str]:
    """A company for the employed, a shop for the self-employed; one in twelve names none."""
    count = len(district)
    words, places = employers(), districts()
    marks = draws.below(len(words.marks), count).tolist()
    trades = draws.pick(words.trade_weights, count).tolist()
    shops = draws.pick(words.shop_weights, count).tolist()
    unknown = draws.chance(80, count).tolist()
    names = []
    for i, (d, own) in enumerate(zip(district.tolist(), self_employed.tolist(), strict=True)):
        city, mark = places[d].city.removesuffix("市"), words.marks[marks[i]]
        if unknown[i]:
            names.append("")
        elif own:
            names.append(f"{mark}{words.shops[shops[i]]}")
        else:
            names.append(f"{city}{mark}{words.trades[trades[i]]}有限公司")
    return names


def _incomes(count: int, draws: Draws) -> Ints:
    bands = np.array(INCOME_BANDS_YUAN, dtype=np.int64)
    band = draws.pick(bands[:, 0], count)
    exact = bands[band, 1] + draws.below(bands[band, 2] - bands[band, 1], count)
    rounded: Ints = exact // 100 * 100
    return rounded


@cache
def _address_heads() -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple(
        (
            place.city + place.name
            if place.province == place.city
            else place.province + place.city + place.name,
            place.roads,
        )
        for place in districts()
    )
