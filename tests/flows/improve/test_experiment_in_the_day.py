"""The day run draws borrowers into the arms of an approved experiment, until it is stopped."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dunwell.flows.improve.experiments import (
    experiment_named,
    experiment_results,
    stop_experiment,
)
from dunwell.store.decisions.models import Decision
from dunwell.store.people.models import Lender
from tests.flows.contact.people import Office, open_office
from tests.flows.day_run.books import Book, day
from tests.flows.improve.an_experiment import TEXT, TODAY, publish


@pytest.fixture
def office(committed_database: object) -> Office:
    return open_office()


def arms() -> set[tuple[str, int | None]]:
    """Arm and chance of every decision that counts now."""
    rows = Decision.objects.filter(replaced=None, case__status="open")
    return set(rows.values_list("arm", "arm_probability_ppm"))


class Here(Book):
    """A book of the lender that is there already."""

    def __init__(self, home: Path, office: Office) -> None:
        self.office = office
        super().__init__(home, office.now, numbers=iter(range(100, 10_000)))

    def another_lender(self, code: str) -> Lender:
        return self.office.lender


def test_the_day_run_draws_arms_and_a_stop_ends_it(office: Office, tmp_path: Path) -> None:
    office.case.delete()
    publish(office, tmp_path, TEXT.replace("within_days: 14", "within_days: 1"))
    book = Here(tmp_path, office)
    for _ in range(24):
        book.loan(("02-20", 100_000))
    book.run("03-02")
    assert {arm for arm, _chance in arms()} >= {"champion", "early"}
    assert {chance for _arm, chance in arms()} <= {475_000, 50_000}
    book.pay(book.loan(("02-20", 100_000)), "03-03", 100_000)
    book.run("03-03")
    shown = experiment_named(actor=office.supervisor, day=TODAY, name="early-call")
    as_of = TODAY + timedelta(days=1)
    found = experiment_results(actor=office.supervisor, day=as_of, shown=shown, as_of=as_of)
    assert sum(arm.assigned for arm in found.arms) == sum(arm.ripe for arm in found.arms) == 24
    office.later(days=2)
    book.now = max(book.now, office.now)
    book.run("03-04")
    assert arms() != {("", None)}
    stop_experiment(
        actor=office.person("supervisor"), now=office.now, document=shown.row.pk, why="enough"
    )
    book.run("03-04")  # again on the same day: the stop is news enough
    assert arms() == {("", None)}
    assert day("03-04") == office.now.date()
