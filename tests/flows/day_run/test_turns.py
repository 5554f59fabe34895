"""Two at once: the second run is refused; what changes while a run computes is not lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing

import pytest
from django.db import connection, connections

from dunwell.flows.prepare.day_steps import StepNews
from dunwell.flows.prepare.payments import enter_payment
from dunwell.flows.prepare.run_day import BookBusy, BookRestless
from dunwell.store.book.models import LoanAge
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Party
from dunwell.store.runs.models import Run
from dunwell.store.runs.turn import RunGoesOn
from tests.flows.day_run.books import OPERATOR, Book, ages, cases, day, events
from tests.flows.day_run.test_killed import ROOT

HOLDER = """
import django; django.setup()
from dunwell.store.runs.models import Run
from dunwell.store.runs.turn import turn
with turn(Run.Kind.DAY):
    print("held", flush=True)
    input()
"""


def test_a_second_run_at_the_same_time_is_refused_by_name(book: Book) -> None:
    book.loan(("02-15", 1_000))
    connections["default"].close()
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        env={**os.environ, "DUNWELL_HOME": str(book.home), "PYTHONPATH": str(ROOT / "src")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert other.stdout is not None and other.stdout.readline().strip() == "held"
        with pytest.raises(RunGoesOn):
            book.run("03-02")
        assert Run.objects.count() == 0
    finally:
        other.communicate("\n", timeout=30)
    assert book.run("03-02").results[0].report["cases"]["opened"] == 1


def test_a_killed_holder_lets_its_turn_go(book: Book) -> None:
    connections["default"].close()
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        env={**os.environ, "DUNWELL_HOME": str(book.home), "PYTHONPATH": str(ROOT / "src")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None and other.stdout.readline().strip() == "held"
    other.kill()
    other.communicate()
    assert book.run("03-02").results[0].mode == "write"


def test_a_run_inside_a_run_is_refused(book: Book) -> None:
    def again(news: StepNews) -> None:
        if (news.step, news.state) == ("snapshot", "begun"):
            with pytest.raises(RunGoesOn):
                book.run("03-02", dry_run=True)

    book.loan(("02-15", 1_000))
    book.run("03-02", watch=again)


def at_decided(act: Callable[[], None]) -> Callable[[StepNews], None]:
    """A watcher that acts once, when everything is computed and nothing written."""
    left = [act]

    def watch(news: StepNews) -> None:
        if (news.step, news.state) == ("decide", "done") and left:
            left.pop()()

    return watch


def test_a_payment_entered_while_the_run_computes_is_not_overwritten(book: Book) -> None:
    paid = book.loan(("02-15", 1_000))
    book.loan(("02-16", 2_000))
    book.run("03-02")

    def pay() -> None:
        enter_payment(
            actor=OPERATOR,
            day=day("03-02"),
            now=book.clock(),
            loan=paid,
            payment_no="meanwhile",
            amount_fen=1_000,
            paid_on=day("03-02"),
        )

    result = book.run("03-03", watch=at_decided(pay)).results[0]
    assert LoanAge.objects.get(pk=paid.pk).overdue_fen == 0
    assert [(e["day"], e["kind"], e["why"]) for e in events()] == [
        (day("03-02"), "opened", "entry_met"),
        (day("03-02"), "closed", "paid"),
        (day("03-02"), "opened", "entry_met"),
    ]
    assert result.report["aged_apart"]["loans"] == 1
    settled = (ages(), cases())
    book.run("03-03")
    assert (ages(), cases()) == settled


def test_a_hold_that_comes_while_the_run_computes_counts(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-02")
    book.run("03-03", watch=at_decided(lambda: book.hold(loan, "03-01") and None))
    age = LoanAge.objects.get()
    assert (age.days_past_due, age.delinquent_days, age.held) == (16, 14, True)


def test_more_than_can_be_aged_one_by_one_makes_the_run_compute_again(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dunwell.flows.prepare.touched.MOST_LOANS", 1)
    loans = [book.loan(("02-15", 1_000), party=book.party()) for _ in range(3)]

    def pay_all() -> None:
        for loan in loans:
            book.pay(loan, "03-01", 1_000)

    assert book.run("03-02", watch=at_decided(pay_all)).results[0].report["moves"] == []
    assert (Party.objects.count(), Case.objects.count()) == (3, 0)


def test_a_book_that_never_rests_is_refused_with_its_day(
    book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dunwell.flows.prepare.touched.MOST_LOANS", 0)
    loan = book.loan(("02-15", 1_000))

    def always(news: StepNews) -> None:
        if (news.step, news.state) == ("decide", "done"):
            book.pay(loan, "03-01", 1)

    with pytest.raises(BookRestless) as refused:
        book.run("03-02", watch=always)
    assert refused.value.figures == {"day": "2026-03-02", "tries": 3}
    assert Run.objects.get().status == "failed"


@pytest.mark.one_database
def test_a_file_that_stays_locked_is_named_as_the_reason(book: Book) -> None:
    book.loan(("02-15", 1_000))
    with closing(sqlite3.connect(connection.settings_dict["NAME"])) as other:
        other.execute("BEGIN IMMEDIATE")
        connection.connection.execute("PRAGMA busy_timeout = 20")
        with pytest.raises(BookBusy):
            book.run("03-02")
        other.rollback()
    assert book.run("03-02").results[0].mode == "write"
