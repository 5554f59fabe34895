"""Two lenders, three day runs of all kinds, and people who look at them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine

from dunwell.flows.prepare.day_steps import StepNews
from dunwell.store.people.models import Appointment, Lender, Party, Role, Staff
from dunwell.store.vault import init_keyring
from dunwell.store.vault.sealed import seal
from tests.flows.day_run.books import START, Book, day


@pytest.fixture
def on_the_day() -> Iterator[None]:
    """The clock stands at ten in the morning of 2026-03-03 in Shanghai."""
    with time_machine.travel(datetime(2026, 3, 3, 2, 0, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def book(on_the_day: None, committed_database: object, tmp_path: Path, settings: Any) -> Book:
    """Yesterday opened two cases; today one closed, one rolled; a run failed in between."""
    settings.HOME = tmp_path
    settings.KEYS_FILE = tmp_path / "keys.json"
    init_keyring(now=START)
    book = Book(tmp_path)
    rolling = book.loan(("01-31", 120_000))
    closing = book.loan(("02-15", 50_000))
    book.loan(("02-20", 7_700), lender=book.another_lender("second"))
    assert rolling.pk < closing.pk

    def fail(news: StepNews) -> None:
        if news.part == "cases":
            raise RuntimeError("the cable was pulled")

    book.run("03-01")
    book.pay(closing, "03-02", 50_000)
    with pytest.raises(RuntimeError):
        book.run("03-02", watch=fail)
    book.run("03-02")
    book.run("03-01")
    for party in Party.objects.all():
        party.name_sealed = seal("王小明", table="people_party", column="name_sealed", row=party.pk)
        party.save()
    return book


def staff_of(lender: Lender, role: Role) -> Staff:
    """Somebody with this role over the whole lender."""
    staff = Staff.objects.create_user(role.value, "a-long-pass-word", display_name=role.label)
    Appointment.objects.create(staff=staff, role=role, lender=lender, from_on=day("01-01"))
    return staff
