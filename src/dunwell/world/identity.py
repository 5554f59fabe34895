"""Identity: ID numbers and telephone numbers that no two people of a world share.

A person's running number is spread over all free places by one multiplication (a permutation),
so nothing has to be remembered to stay unique. ID numbers follow GB 11643: county code,
birth date, sequence (odd for men), check character of ISO 7064 MOD 11-2. They and the phones
are valid in form and invented; some may by chance belong to a living person.
"""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np

from dunwell.world.days import day_number, years
from dunwell.world.draws import Bools, Draws, Ints
from dunwell.world.tables import birthplaces

SPREAD = 2_654_435_761
"""A prime above every modulus' factors here: multiplying by it permutes the places."""

YOUNGEST_YEARS = 21
OLDEST_YEARS = 60
PLACES_PER_DAY = ((30, 960), (45, 990), (99, 720))
"""(up to this age, sequence numbers in use per birth day): the age pyramid of the customers."""

CARRIERS = (
    *range(130, 140),
    *range(150, 154),
    *range(155, 160),
    166,
    176,
    177,
    178,
    *range(180, 190),
    191,
    198,
    199,
)
SUBSCRIBERS = 10**8

_CHECK_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
_CHECK_CHARACTERS = "10X98765432"


def births(*, numbers: Ints, seed: int, as_of: date) -> tuple[Ints, Ints]:
    """Give each person number a birth day and a sequence, both together never twice."""
    oldest, starts = _birth_places(as_of)
    places = int(starts[-1])
    place = (numbers * SPREAD + _offset(seed, places)) % places
    nth_day = np.searchsorted(starts, place, side="right") - 1
    within = place - starts[nth_day]
    return oldest + nth_day, (within * 619 + nth_day * 37) % 999 + 1


def id_numbers(*, birth_days: Ints, sequences: Ints, home: Ints, draws: Draws) -> list[str]:
    """Write ID numbers; the county code was in use in the birth year, mostly of the home province.

    `home` is a position in `birthplace_provinces()`.
    """
    codes = _county_codes(birth_years=years(birth_days), home=home, draws=draws)
    texts = birth_days.astype("M8[D]").astype(str)
    births_8 = np.array([int(text.replace("-", "")) for text in texts.tolist()], dtype=np.int64)
    body = (codes * 10**8 + births_8) * 1000 + sequences
    digits = (body[:, None] // 10 ** np.arange(16, -1, -1, dtype=np.int64)) % 10
    remainders = (digits @ _CHECK_WEIGHTS) % 11
    return [
        f"{number}{_CHECK_CHARACTERS[check]}"
        for number, check in zip(body.tolist(), remainders.tolist(), strict=True)
    ]


def are_women(sequences: Ints) -> Bools:
    """An even sequence is a woman's; it only chooses a fitting invented name."""
    women: Bools = sequences % 2 == 0
    return women


def mobiles(*, numbers: Ints, seed: int) -> list[str]:
    """Give each number of a line its own 11-digit mobile with a carrier's prefix."""
    places = len(CARRIERS) * SUBSCRIBERS
    place = (numbers * SPREAD + _offset(seed, places)) % places
    return [f"{CARRIERS[at // SUBSCRIBERS]}{at % SUBSCRIBERS:08d}" for at in place.tolist()]


@cache
def birthplace_provinces() -> tuple[str, ...]:
    """Name the provinces that have county codes, each once."""
    return tuple(dict.fromkeys(place.province for place in birthplaces()))


def _offset(seed: int, places: int) -> int:
    """Where a seed's first person stands: neighbouring seeds start far from one another."""
    return ((seed + 1) * 0x9E37_79B9_7F4A_7C15 >> 7) % places


@cache
def _birth_places(as_of: date) -> tuple[int, Ints]:
    oldest = day_number(as_of) - OLDEST_YEARS * 365
    youngest = day_number(as_of) - (YOUNGEST_YEARS + 1) * 365
    ages = (day_number(as_of) - np.arange(oldest, youngest)) // 365
    per_day = np.zeros(len(ages), dtype=np.int64)
    for up_to, places in reversed(PLACES_PER_DAY):
        per_day[ages <= up_to] = places
    return oldest, np.concatenate([[0], np.cumsum(per_day)])


def _county_codes(*, birth_years: Ints, home: Ints, draws: Draws) -> Ints:
    """Seven in ten were born in the province they live in, the rest anywhere."""
    count = len(birth_years)
    province = np.where(draws.chance(700, count), home, -1)
    roll = draws.below(1 << 30, count)
    codes = np.zeros(count, dtype=np.int64)
    for year in np.unique(birth_years).tolist():
        for place in np.unique(province[birth_years == year]).tolist():
            rows = np.flatnonzero((birth_years == year) & (province == place))
            usable = _usable_codes(year, place)
            codes[rows] = usable[roll[rows] % len(usable)]
    return codes


@cache
def _usable_codes(year: int, province: int) -> Ints:
    wanted = birthplace_provinces()[province] if province >= 0 else None
    in_use = [p for p in birthplaces() if p.used_from <= year <= p.used_until]
    fitting = [p for p in in_use if p.province == wanted] or in_use
    return np.array([int(p.code) for p in fitting], dtype=np.int64)
