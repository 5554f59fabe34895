"""The one-loan function answers what other systems' tests assert, figure by figure."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import pytest

from dunwell.core.ageing import LoanAge, age_loan
from dunwell.core.money import parse_yuan
from tests.core.peer_cases import FROZEN_WHILE_HELD, PeerCase, expected_bucket, peer_cases

PEER_CASES = peer_cases()


def test_there_are_forty_cases_and_every_figure_they_assert_is_compared() -> None:
    asserted = {name for case in PEER_CASES for name in case.expected}
    assert len(PEER_CASES) == 40
    assert asserted == set(COMPARED)


@pytest.mark.parametrize("case", PEER_CASES, ids=lambda case: case.id)
def test_a_peer_case_is_answered_figure_by_figure(case: PeerCase) -> None:
    age = age_loan(facts=case.facts, as_of=case.as_of, terms=case.terms)
    for name, expected in case.expected.items():
        if (case.id, name) == (FROZEN_WHILE_HELD, "bucket"):
            # 31 delinquent days stand in RANGE_30 by the count; the source still shows the
            # bucket it froze when the pause began.
            assert (age.delinquent_days, age.bucket) == (31, "RANGE_30")
            continue
        answer, wanted = COMPARED[name](age, expected)
        assert answer == wanted, name


def _installment_buckets(age: LoanAge, expected: list[dict[str, str]]) -> tuple[object, object]:
    placed: dict[str, int] = defaultdict(int)
    for due in age.late_dues:
        if due.bucket != "current":
            placed[due.bucket] += due.unpaid_fen
    return dict(placed), {row["bucket"]: parse_yuan(row["amount"]) for row in expected}


def _next_payment_fen(age: LoanAge) -> int:
    return next(due.unpaid_fen for due in age.dues if due.unpaid_fen)


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


COMPARED = {
    "days_past_due": lambda age, days: (age.days_past_due, days),
    "delinquent_days": lambda age, days: (age.delinquent_days, days),
    "delinquent_date": lambda age, day: (age.delinquent_date, _day(day)),
    "delinquent_amount": lambda age, yuan: (age.overdue_fen, parse_yuan(yuan)),
    "bucket": lambda age, name: (age.bucket, expected_bucket(name)),
    "installment_buckets": _installment_buckets,
    "next_payment_due_date": lambda age, day: (age.oldest_unpaid_due_date, _day(day)),
    "next_payment_amount": lambda age, yuan: (_next_payment_fen(age), parse_yuan(yuan)),
}
