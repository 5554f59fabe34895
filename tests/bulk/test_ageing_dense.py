"""Kernel and one-loan function agree on many thousand dense loans, where edges meet all the time.

Beside the property test, which shrinks what it finds: here days and amounts are
so few that payments end exactly on a due, charges fall on due days, holds touch
and reversals come on the day asked. The numbers follow from a fixed seed.
"""

from __future__ import annotations

import random
from datetime import date, timedelta

import duckdb
import pytest

from dunwell.core.ageing import AgeingTerms, Hold, LoanFacts, age_loan, parse_buckets
from dunwell.core.allocation import (
    ADJUSTMENT_KINDS,
    LEGAL_ORDER,
    Adjustment,
    Installment,
    Payment,
)
from tests.bulk.ageing_loans import core_late_rows, core_row, kernel_answers

LOANS = 3_000
START = date(2024, 2, 20)
TERMS = [
    AgeingTerms(buckets=parse_buckets("1-2,3-5,6+")),
    AgeingTerms("inclusive", 2, parse_buckets("1-2,4-7"), "delinquent_days"),
    AgeingTerms("exclusive", 1, parse_buckets("1-3,4+"), "days_past_due"),
]


def dense_loan(draw: random.Random) -> LoanFacts:
    """A loan whose events lie on twelve days and whose amounts are small and round."""

    def day() -> date:
        return START + timedelta(days=draw.randrange(12))

    def fen() -> int:
        return draw.choice((0, 0, 10, 10, 20, 25))

    payments = [
        Payment(f"P{n}", day(), draw.choice((5, 10, 20, 40))) for n in range(draw.randrange(4))
    ]
    reversals = [
        Payment(f"R{n}", paid.paid_on + timedelta(days=draw.randrange(4)), paid.amount_fen, f"P{n}")
        for n, paid in enumerate(payments)
        if draw.random() < 0.3
    ]
    adjustments = [
        Adjustment(
            draw.choice(sorted(ADJUSTMENT_KINDS)),
            draw.choice(LEGAL_ORDER),
            fen(),
            day(),
            draw.choice((None, 1, 2, 3)),
        )
        for _ in range(draw.choice((0, 0, 1, 3)))
    ]
    holds = [
        Hold(start, draw.choice((None, start + timedelta(days=draw.randrange(-1, 5)))))
        for start in (day() for _ in range(draw.choice((0, 0, 1, 3))))
    ]
    return LoanFacts(
        [Installment(seq, day(), fen(), fen(), fen(), fen()) for seq in range(draw.randrange(5))],
        payments + reversals,
        adjustments,
        holds,
        draw.choice((LEGAL_ORDER, draw.sample(LEGAL_ORDER, 5))),
    )


@pytest.mark.parametrize("terms", TERMS, ids=lambda terms: terms.bucket_on + terms.day_count)
def test_dense_loans_age_alike_by_kernel_and_by_function(terms: AgeingTerms) -> None:
    draw = random.Random(20260302)
    loans = {f"{number:05}": dense_loan(draw) for number in range(LOANS)}
    connection = duckdb.connect()
    for day in (START + timedelta(days=days) for days in (4, 8, 13)):
        rows, late = kernel_answers(loans, as_of=day, terms=terms, connection=connection)
        for key, facts in loans.items():
            age = age_loan(facts=facts, as_of=day, terms=terms)
            assert rows[key] == core_row(age), (day, facts)
            assert late.get(key, []) == core_late_rows(age), (day, facts)
