"""Replay of 22,766 real one-installment loans: how late each ever was equals its closed form.

Such a loan is late from its due date until it was paid, so on any day the most it was late
in a window follows from three dates. The data lies in ../shared and is read here only.
"""

from __future__ import annotations

from datetime import date, timedelta

import duckdb
import pytest

from dunwell.bulk.kernels.features import past_views
from dunwell.core.ageing import AgeingTerms
from dunwell.core.features import months_back
from dunwell.core.features.past import lateness_of, most_late_days
from tests.bulk.ageing_loans import load_views
from tests.bulk.test_ageing_replay import OneDue, facts_of, real_loans

TERMS = AgeingTerms()
ONE_DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def loans() -> list[OneDue]:
    return list(real_loans())


def most_late(loan: OneDue, day: date, months: int) -> int:
    """The closed form: late days on the last unpaid day, if the window holds it."""
    last_unpaid_on = min(day, loan.paid_on - ONE_DAY)
    if last_unpaid_on <= months_back(day, months).from_on:
        return 0
    return max(0, (last_unpaid_on - loan.due_date).days)


def test_the_kernel_equals_the_closed_form_for_every_loan(loans: list[OneDue]) -> None:
    connection = duckdb.connect()
    load_views(connection, {loan.key: facts_of(loan) for loan in loans})
    last = max(loan.paid_on for loan in loans)
    for day in (last - timedelta(days=300), last - timedelta(days=40), last):
        past_views(connection, as_of=day, terms=TERMS)
        found = connection.execute(
            "SELECT loan_key, max_past_due_days_6m, max_past_due_days_24m, late_times_8d_12m,"
            " last_paid_on FROM loan_past"
        )
        answers = {key: tuple(row) for key, *row in found.fetchall()}
        expected = {
            loan.key: (
                most_late(loan, day, 6),
                most_late(loan, day, 24),
                int(most_late(loan, day, 12) >= 8),
                loan.paid_on if loan.paid_on <= day else None,
            )
            for loan in loans
        }
        assert answers == expected, day
        assert sum(row[0] > 0 for row in expected.values()) > 300


def test_the_one_loan_function_equals_the_closed_form(loans: list[OneDue]) -> None:
    last = max(loan.paid_on for loan in loans)
    for loan in loans[::10]:
        past = lateness_of(facts_of(loan), as_of=last, terms=TERMS)
        assert most_late_days(past, months_back(last, 12)) == most_late(loan, last, 12), loan
