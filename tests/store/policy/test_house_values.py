"""House parameters: the shipped seeds, and what a lender or the house decided instead."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dunwell.core.ageing import BUCKET_ON, DAY_COUNTS
from dunwell.core.cases import EntryTerms
from dunwell.core.params import KeyTwice, WrongKeys, WrongValue
from dunwell.store.people.models import Lender
from dunwell.store.policy.house import ageing_terms, entry_terms, in_force, newest_value
from dunwell.store.policy.models import HouseValue
from dunwell.store.policy.seeds import NoSuchParameter, read_parameter, seed, seeds

DAY = date(2026, 3, 2)
GRACE = "ageing.grace_days"

TEXT = """
id: X
title: x
unit: days
stricter: none
checked_on: 2026-01-01
recheck_by: 2027-01-01
values:
  2026-01-01: {value: 1, source: s, force: house, read: house}
"""


def decide(value: int, *, lender: Lender | None, from_on: str, set_on: int = 1) -> None:
    HouseValue.objects.create(
        lender=lender,
        parameter=GRACE,
        value=value,
        from_on=date.fromisoformat(from_on),
        set_at=datetime(2026, 1, set_on, tzinfo=UTC),
        why="decided",
    )


def test_every_shipped_parameter_is_read_and_has_a_value_today() -> None:
    assert {"case.entry_least_days", "case.entry_least_overdue_fen", GRACE} <= set(seeds())
    assert all(isinstance(each.value_on(DAY), int) for each in seeds().values())


def test_choices_stand_in_the_order_the_core_numbers_them() -> None:
    assert seed("ageing.day_count").choices == DAY_COUNTS
    assert seed("ageing.bucket_on").choices == BUCKET_ON


def test_a_name_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(NoSuchParameter) as refused:
        seed("ageing.grace")
    assert GRACE in refused.value.figures["allowed"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("title: x", "titel: x", WrongKeys),
        ("unit: days", "unit: weeks", WrongValue),
        ("2026-01-01: {", "2026-02-30: {", WrongValue),
        ("id: X", "id: [", WrongValue),
    ],
)
def test_a_mistake_in_a_file_names_the_file(old: str, new: str, refusal: type[Exception]) -> None:
    read_parameter(TEXT, file="house/x.yaml")
    with pytest.raises(refusal) as refused:
        read_parameter(TEXT.replace(old, new, 1), file="house/x.yaml")
    assert refused.value.figures["file"] == "house/x.yaml"  # type: ignore[attr-defined]


def test_two_values_for_one_day_do_not_hide_each_other() -> None:
    twice = TEXT + "  2026-01-01: {value: 2, source: s, force: house, read: house}\n"
    with pytest.raises(KeyTwice) as refused:
        read_parameter(twice, file="x.yaml")
    assert refused.value.figures["value"] == "2026-01-01"


def test_a_list_as_a_key_is_named_with_its_line() -> None:
    with pytest.raises(WrongValue) as refused:
        read_parameter(TEXT + "? [a, b]\n: 1\n", file="x.yaml")
    assert refused.value.figures["path"] == f"line {TEXT.count(chr(10)) + 1}"


def test_of_another_file_only_its_kind_is_shown() -> None:
    with pytest.raises(WrongValue) as refused:
        read_parameter("borrower_no,name\nB1,张三\n", file="x.yaml")
    assert refused.value.figures["value"] == "str"


@pytest.mark.django_db
def test_the_nearest_decision_that_has_begun_counts() -> None:
    ours, theirs = (Lender.objects.create(code=code, name=code) for code in ("ours", "theirs"))
    decide(3, lender=None, from_on="2026-02-01")
    decide(7, lender=ours, from_on="2026-03-01")
    decide(9, lender=ours, from_on="2026-04-01")

    def counted(lender: Lender | None, on: str) -> tuple[int, str]:
        found = in_force(
            name=GRACE, lender=lender.pk if lender else None, day=date.fromisoformat(on)
        )
        return found.value, found.origin

    assert counted(ours, "2026-01-31") == (0, "seed")
    assert counted(ours, "2026-02-28") == (3, "house")
    assert counted(ours, "2026-03-31") == (7, "lender")
    assert counted(ours, "2026-04-01") == (9, "lender")
    assert counted(theirs, "2026-04-01") == counted(None, "2026-04-01") == (3, "house")


@pytest.mark.django_db
def test_of_two_decisions_for_one_day_the_later_counts_and_the_earlier_was_known_then() -> None:
    decide(3, lender=None, from_on="2026-02-01", set_on=5)
    decide(4, lender=None, from_on="2026-02-01", set_on=9)
    known_at = datetime(2026, 1, 8, tzinfo=UTC)
    assert in_force(name=GRACE, lender=None, day=DAY).value == 4
    assert in_force(name=GRACE, lender=None, day=DAY, known_at=known_at).value == 3
    assert newest_value() > newest_value(known_at=known_at) > 0


@pytest.mark.django_db
def test_terms_come_as_the_core_reads_them() -> None:
    lender = Lender.objects.create(code="ours", name="ours")
    decide(3, lender=lender, from_on="2026-02-01")
    terms = ageing_terms(lender=lender.pk, day=DAY)
    assert (terms.grace_days, terms.day_count, terms.bucket_on) == (
        3,
        "exclusive",
        "delinquent_days",
    )
    assert entry_terms(lender=lender.pk, day=DAY) == EntryTerms(1, 1)
