"""Imports that are killed, run at once, or find the book moved under them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from django.db import connection

from dunwell.store.book.facts import facts_of
from dunwell.store.book.models import (
    Batch,
    Borrower,
    Contact,
    Installment,
    Loan,
    Payment,
    Recording,
)
from dunwell.store.book.recording import record
from dunwell.store.journal.models import Entry
from dunwell.store.people.models import Lender, Party
from dunwell.store.runs.models import Run
from tests.flows.prepare.conftest import BORROWERS, INSTALLMENTS, LOANS, OPERATOR, PAYMENTS

ROOT = Path(__file__).parents[3]


STEPS = ["compare 3", "seal 2", "write 1", "write 4", "journal 1"]


def process(desk, files, lender="default"):
    """Imports of `files` in a process that inherits the test's database and home."""
    connection.close()
    return subprocess.Popen(
        [sys.executable, "-m", "tests.flows.prepare.import_in_a_process", files, lender],
        cwd=ROOT,
        env=os.environ | {
            "DUNWELL_HOME": str(desk.folder / "home"),
            "DUNWELL_ENVIRONMENT": "test",
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip


def begin(child, how=""):
    child.stdin.write(f"{how}\n")
    child.stdin.flush()


def ended(child):
    """How an import that was begun ended, and what it said before."""
    words = ""
    while not (line := child.stdout.readline()).startswith("ended "):
        assert line, "the process is gone"
        words += line
    return int(line.removeprefix("ended ")), words


def at_once(children):
    """One import of each, side by side; the recordings."""
    for child in children:
        begin(child)
    told = [ended(child) for child in children]
    for child in children:
        child.communicate()
    assert [code for code, _ in told] == [0] * len(children)
    return {int(words) for _, words in told}


def shape():
    """What the book holds, by count and newest recording."""
    models = (Party, Borrower, Contact, Loan, Installment, Payment, Recording, Entry)
    current = Installment.objects.filter(replaced=None).order_by("pk")
    return [model.objects.count() for model in models], list(current.values_list("pk", flat=True))


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_at_any_step_leaves_the_book_as_it_was_and_runs_again(desk, small_book):
    desk.bring(small_book)
    before = shape()
    later = desk.book(
        "later",
        borrowers=[*BORROWERS, {"borrower_no": "B3", "name": "赵六", "mobile": "13500135000"}],
        loans=[*LOANS, {"loan_no": "L3", "borrower_no": "B3"}],
        installments=[INSTALLMENTS[0] | {"due_date": "2026-01-20"}, *INSTALLMENTS[1:]],
        payments=[*PAYMENTS, PAYMENTS[0] | {"payment_no": "P2"}],
    )
    child = process(desk, later)
    for step in STEPS:
        begin(child, step)
        assert ended(child) == (-signal.SIGKILL, ""), step
        assert shape() == before, step
        assert Run.objects.filter(status=Run.Status.RUNNING).count() == 1
    child.communicate()
    result = desk.bring(later)
    assert result.tables["loans"].new == 1
    assert (result.tables["installments"].changed, result.tables["payments"].new) == (1, 1)
    assert list(Run.objects.order_by("pk").values_list("status", flat=True)) == [
        "done", *["abandoned"] * len(STEPS), "done",
    ]  # fmt: skip
    assert list(Batch.objects.order_by("pk").values_list("status", flat=True)) == [
        "imported", *["abandoned"] * len(STEPS), "imported",
    ]  # fmt: skip
    assert not list((desk.folder / "home" / "imports" / "work").iterdir())


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_come_one_after_the_other(desk, small_book):
    desk.bring(small_book)
    paths = [
        desk.book(f"day{n}", payments=[
            PAYMENTS[0] | {"payment_no": f"P{n}{i}", "amount": "1"} for i in range(50)
        ])
        for n in (1, 2)
    ]  # fmt: skip
    assert len(at_once([process(desk, path) for path in paths])) == 2
    assert Payment.objects.filter(replaced=None).count() == 101
    assert Run.objects.filter(status=Run.Status.DONE).count() == 3
    times = list(Recording.objects.order_by("pk").values_list("recorded_at", flat=True))
    assert times == sorted(times)


@pytest.mark.django_db(transaction=True)
def test_two_lenders_importing_one_person_at_once_make_one_party(desk, small_book):
    at_once([process(desk, small_book, lender) for lender in ("one", "two")])
    assert Lender.objects.count() == 2
    assert (Party.objects.count(), Borrower.objects.count()) == (2, 4)


@pytest.mark.django_db
def test_a_payment_entered_while_files_are_compared_is_not_entered_twice(desk, small_book):
    desk.bring(small_book)
    loan = Loan.objects.get(loan_no="L1")
    entered = []

    def enter(step, done, total):
        if step == "seal" and not entered:
            recording = record(
                lender=loan.lender, kind=Recording.Kind.PAYMENT, at=desk.clock(), actor=OPERATOR
            )
            entered.append(
                Payment.objects.create(
                    loan=loan, payment_no="P2", paid_on=date(2026, 3, 2), amount_fen=100,
                    entered=recording,
                )
            )  # fmt: skip

    daily = [
        PAYMENTS[0] | {"payment_no": "P2", "paid_on": "2026-03-02", "amount": "1.00"},
        PAYMENTS[0] | {"payment_no": "P3", "paid_on": "2026-03-02", "amount": "2.00"},
    ]
    result = desk.bring(desk.book("daily", payments=daily), on_progress=enter)
    assert entered
    assert (result.tables["payments"].new, result.tables["payments"].unchanged) == (1, 1)
    numbers = [payment.payment_no for payment in facts_of([loan.pk])[loan.pk].payments]
    assert sorted(numbers) == ["P1", "P2", "P3"]
