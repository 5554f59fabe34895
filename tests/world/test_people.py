"""People of the world are valid in form: ID numbers, phones, ages, addresses."""

from __future__ import annotations

from datetime import date

import numpy as np
import phonenumbers
from stdnum.cn import ric

from dunwell.world.days import years
from dunwell.world.identity import CARRIERS, births, mobiles
from dunwell.world.tables import birthplaces, branches, districts, surnames
from tests.world.books import Book
from tests.world.conftest import AS_OF


def test_every_id_number_is_valid_with_its_check_digit_and_birthplace(book: Book) -> None:
    numbers = [row["id_no"] for row in book.rows("borrowers")]
    assert [number for number in numbers if not ric.is_valid(number)] == []
    assert len(numbers) == len(set(numbers))
    assert any(number.endswith("X") for number in numbers)


def test_borrowers_are_of_working_age(book: Book) -> None:
    births_on = [ric.get_birth_date(row["id_no"]) for row in book.rows("borrowers")]
    ages = {(AS_OF - born).days // 365 for born in births_on}
    assert min(ages) >= 21
    assert max(ages) <= 60
    assert len(ages) > 35


def test_every_phone_of_the_book_is_a_valid_chinese_number(book: Book) -> None:
    phones = [row["mobile"] for row in book.rows("borrowers")]
    phones += [row["phone"] for row in book.rows("contacts") if row["phone"]]
    assert [p for p in set(phones) if not valid(p)] == []


def test_no_two_people_share_a_mobile(book: Book) -> None:
    own = [row["mobile"] for row in book.rows("borrowers")]
    others = [
        row["phone"]
        for row in book.rows("contacts")
        if row["role"] in ("guarantor", "spouse_obligor", "contact")
    ]
    assert len(own + others) == len(set(own + others))


def test_every_carrier_prefix_is_accepted() -> None:
    assert [prefix for prefix in CARRIERS if not valid(f"{prefix}12345678")] == []


def test_ten_million_loans_still_have_people_of_their_own() -> None:
    numbers = np.arange(0, 10_000_000, 97, dtype=np.int64)
    for seed in (0, 2**63 - 1):
        days, sequences = births(numbers=numbers, seed=seed, as_of=AS_OF)
        assert len(np.unique(days * 1000 + sequences)) == len(numbers)
        assert sequences.min() >= 1 and sequences.max() <= 999
        assert years(days).max() <= AS_OF.year - 21
    assert len(set(mobiles(numbers=numbers[:50_000] * 6, seed=5))) == 50_000


def test_county_codes_were_in_use_in_some_years_of_the_customers_births() -> None:
    places = birthplaces()
    assert len({place.code for place in places}) == len(places)
    for place in places:
        year = max(place.used_from, 1966)
        assert ric.get_birth_place(f"{place.code}{year}01011234")["province"] == place.province


def test_customers_live_in_real_districts_of_the_branches(book: Book) -> None:
    heads = {place.city + place.name for place in districts()}
    own = [row["address"] for row in book.rows("contacts") if row["role"] == "self"]
    assert all(any(head in address for head in heads) for address in own)
    assert {row["branch"] for row in book.rows("loans")} == set(branches())


def test_common_surnames_are_common(book: Book) -> None:
    names = [row["name"] for row in book.rows("borrowers")]
    assert all(2 <= len(name) <= 4 for name in names)
    share = sum(name[0] in "王李张" for name in names) / len(names)
    family, weights = surnames()
    expected = sum(weights[family.index(name)] for name in "王李张") / sum(weights)
    assert abs(share - expected) < 0.04


def test_people_of_other_days_are_born_in_other_years() -> None:
    numbers = np.arange(1000, dtype=np.int64)
    earlier, _ = births(numbers=numbers, seed=1, as_of=date(2015, 1, 1))
    later, _ = births(numbers=numbers, seed=1, as_of=date(2060, 12, 31))
    assert years(earlier).max() < years(later).max()


def valid(phone: str) -> bool:
    return phonenumbers.is_valid_number(phonenumbers.parse(phone, "CN"))
