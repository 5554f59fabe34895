"""What a small import brings re-ages its loans at once; the rest waits for the day run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from dunwell.flows.prepare.import_book import import_book
from dunwell.flows.prepare.run_day import run_day
from dunwell.flows.prepare.stage_book import stage_book, work_folder
from dunwell.store.book.models import LoanAge
from dunwell.store.cases.models import Case
from tests.flows.day_run.books import OPERATOR, Book, ages, cases, day, events

INSTALLMENTS = """loan_no,seq,due_date,principal,interest
L1,1,2026-02-15,1000.00,0
L2,1,2026-02-20,500.00,0
"""
LOANS = "loan_no,borrower_no\nL1,B1\nL2,B2\n"
BORROWERS = "borrower_no,name\nB1,王小明\nB2,李丽\n"
PAYMENTS = """payment_no,loan_no,paid_on,amount,reverses
P1,L1,2026-03-01,1000.00,
P2,L2,2026-03-01,100.00,
"""
TAKEN_BACK = """payment_no,loan_no,paid_on,amount,reverses
P1,L1,2026-03-01,1000.00,
P3,L1,2026-03-02,1000.00,P1
"""


@pytest.fixture
def bring(book: Book, tmp_path: Path) -> Iterator[Any]:
    """Imports one native file for the book's lender."""

    def imported(**files: str) -> None:
        folder = tmp_path / f"batch{next(book.numbers)}"
        folder.mkdir()
        for name, text in files.items():
            (folder / f"{name}.csv").write_text(text, "utf-8")
        with work_folder() as workdir:
            staged = stage_book(
                actor=OPERATOR,
                lender_code="default",
                paths=[folder],
                workdir=workdir,
                as_of=day("03-02"),
                now=book.clock(),
            )
            import_book(actor=OPERATOR, staged=staged, dry_run=False, clock=book.clock)

    yield imported


def test_imported_payments_and_reversals_re_age_loan_and_case_at_once(
    book: Book, bring: Any
) -> None:
    bring(borrowers=BORROWERS, loans=LOANS, installments=INSTALLMENTS)
    assert not LoanAge.objects.exists()
    book.run("03-02")
    bring(payments=PAYMENTS)
    assert [case.overdue_fen for case in Case.objects.order_by("pk")] == [0, 40_000]
    assert [(e["kind"], e["why"]) for e in events()] == [
        ("opened", "entry_met"),
        ("closed", "paid"),
        ("opened", "entry_met"),
    ]
    bring(payments=TAKEN_BACK)
    assert [case.status for case in Case.objects.order_by("pk")] == ["open", "open"]
    settled = (ages(), cases())
    book.run("03-02")
    assert (ages(), cases()) == settled


def test_a_large_import_waits_for_the_day_run(
    book: Book, bring: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dunwell.flows.prepare.touched.MOST_LOANS", 1)
    bring(borrowers=BORROWERS, loans=LOANS, installments=INSTALLMENTS)
    book.run("03-02")
    bring(payments=PAYMENTS)
    assert [case.overdue_fen for case in Case.objects.order_by("pk")] == [100_000, 50_000]
    run_day(actor=OPERATOR, day=day("03-02"), clock=timezone.now, home=book.home)
    assert [case.overdue_fen for case in Case.objects.order_by("pk")] == [0, 40_000]
