"""Replay of 22,766 real one-installment loans: on any day the age equals its closed form.

Late days of such a loan are the days since its due date until it was paid, and
nothing before or after. The data lies in ../shared and is read here only.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import duckdb
import pytest

from dunwell.bulk.kernels.ageing import age_views
from dunwell.core.ageing import AgeingTerms, LoanFacts, age_loan
from dunwell.core.allocation import Installment, Payment
from dunwell.core.money import parse_yuan
from tests.bulk.ageing_loans import load_views

LOANS = Path(__file__).parents[2].parent / "shared" / "data" / "superlender_prevloans.csv.gz"
TERMS = AgeingTerms()


class OneDue(NamedTuple):
    """A loan of one installment."""

    key: str
    due_date: date
    paid_on: date
    fen: int


def real_loans() -> Iterator[OneDue]:
    with gzip.open(LOANS, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["termdays"] in ("15", "30"):
                paid_at = row["closeddate"] or row["firstrepaiddate"]
                yield OneDue(
                    row["systemloanid"],
                    date.fromisoformat(row["firstduedate"][:10]),
                    date.fromisoformat(paid_at[:10]),
                    parse_yuan(row["totaldue"]),
                )


@pytest.fixture(scope="module")
def loans() -> list[OneDue]:
    return list(real_loans())


@pytest.fixture(scope="module")
def sixty_days(loans: list[OneDue]) -> list[date]:
    first = min(loan.due_date for loan in loans)
    last = max(loan.paid_on for loan in loans)
    return [first + timedelta(days=(last - first).days * n // 59) for n in range(60)]


def closed_form(loan: OneDue, day: date) -> int:
    return max(0, (day - loan.due_date).days) if day < loan.paid_on else 0


def facts_of(loan: OneDue) -> LoanFacts:
    return LoanFacts(
        installments=[Installment(1, loan.due_date, loan.fen)],
        payments=[Payment("P1", loan.paid_on, loan.fen)],
    )


def test_all_loans_are_there(loans: list[OneDue], sixty_days: list[date]) -> None:
    assert len(loans) == 22_766
    assert len(set(sixty_days)) == 60
    late = sum(closed_form(loan, day) > 0 for loan in loans for day in sixty_days)
    assert late > 1_000, "a replay in which nobody is late proves nothing"


def test_the_kernel_equals_the_closed_form_for_every_loan_on_sixty_days(
    loans: list[OneDue], sixty_days: list[date]
) -> None:
    connection = duckdb.connect()
    load_views(connection, {loan.key: facts_of(loan) for loan in loans})
    for day in sixty_days:
        age_views(connection, as_of=day, terms=TERMS)
        found = connection.execute("SELECT loan_key, days_past_due, overdue_fen FROM loan_age")
        answers = {key: (days, fen) for key, days, fen in found.fetchall()}
        expected = {
            loan.key: (days, loan.fen if days else 0)
            for loan in loans
            for days in [closed_form(loan, day)]
        }
        assert answers == expected, day


def test_the_one_loan_function_equals_the_closed_form_for_every_loan(
    loans: list[OneDue], sixty_days: list[date]
) -> None:
    for place, loan in enumerate(loans):
        facts = facts_of(loan)
        # Three of the sixty days for each loan, so that all loans and all days come.
        for day in sixty_days[place % 20 :: 20]:
            age = age_loan(facts=facts, as_of=day, terms=TERMS)
            assert age.days_past_due == closed_form(loan, day), (loan, day)
