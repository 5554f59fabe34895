"""The ten kinds of payer are all there, do what their name says, and make a believable book."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date

from dunwell.core.ageing import (
    DEFAULT_BUCKETS,
    AgeingTerms,
    Hold,
    LoanAge,
    LoanFacts,
    age_loan,
)
from dunwell.core.allocation import Adjustment, Installment, Payment
from dunwell.world import WorldSummary
from dunwell.world.payers import KINDS
from tests.world.books import Book, fen
from tests.world.conftest import AS_OF


def test_every_kind_of_payer_is_present(book: Book) -> None:
    counts = Counter(book.kinds().values())
    assert len(KINDS) == 10
    assert set(counts) == {habit.code for habit in KINDS}
    assert sum(habit.share for habit in KINDS) == 1000


def test_the_core_s_ageing_of_the_rows_finds_what_the_world_did(
    book: Book, summary: WorldSummary
) -> None:
    ages = aged(book)
    buckets = Counter(DEFAULT_BUCKETS.name_of(age.days_past_due) for age in ages.values())
    assert dict(buckets) == {name: n for name, n in summary.buckets.items() if n}
    assert sum(age.overdue_fen for age in ages.values()) == summary.overdue_fen


def test_ten_to_sixteen_in_a_hundred_loans_are_overdue_and_buckets_fall(
    summary: WorldSummary,
) -> None:
    assert 0.10 <= summary.overdue_loans / summary.loans <= 0.16
    buckets = summary.buckets
    assert buckets["M1"] > buckets["M2"] > buckets["M3"] > buckets["M5"] > 0
    assert 0.005 <= buckets["M6+"] / summary.loans <= 0.025
    assert buckets["M1"] > 2 * buckets["M6+"]


def test_punctual_and_early_payers_are_never_overdue(book: Book) -> None:
    kinds, owner = book.kinds(), owners(book)
    late = {kinds[owner[loan]] for loan, age in aged(book).items() if age.days_past_due > 0}
    assert not late & {"punctual", "early"}
    assert late >= {habit.code for habit in KINDS} - {"punctual", "early"}


def test_the_vanished_never_pay_on_their_first_due_day(book: Book) -> None:
    kinds, owner, first_due = book.kinds(), owners(book), {}
    for row in book.rows("installments"):
        first_due.setdefault(row["loan_no"], row["due_date"])
    undone = {row["reverses"] for row in book.rows("payments")}
    for row in book.rows("payments"):
        if kinds[owner[row["loan_no"]]] == "vanished" and not row["reverses"]:
            bounced = row["payment_no"] in undone
            assert bounced or days_between(first_due[row["loan_no"]], row["paid_on"]) > 60


def test_slow_payers_send_parts_and_refusers_never_do(book: Book) -> None:
    kinds, owner = book.kinds(), owners(book)
    parts: Counter[str] = Counter()
    whole = defaultdict(set)
    for row in book.rows("installments"):
        due = sum(fen(row[name]) for name in ("principal", "interest", "fee"))
        whole[row["loan_no"]].add(due)
    for row in book.rows("payments"):
        if fen(row["amount"]) < min(whole[row["loan_no"]]):
            parts[kinds[owner[row["loan_no"]]]] += 1
    assert parts["slow_part"] > 100
    assert parts["refuser"] == 0


def test_reasons_are_told_by_the_late_only(book: Book) -> None:
    kinds = book.kinds()
    told = Counter(kinds[row["borrower_no"]] for row in book.rows("reasons"))
    assert told["punctual"] == told["early"] == 0
    assert told["shock"] > 20


def aged(book: Book) -> dict[str, LoanAge]:
    """Every loan of the book aged by the core's one-loan function."""
    terms = AgeingTerms()
    parts = {
        name: book.by_loan(name) for name in ("installments", "payments", "adjustments", "holds")
    }
    ages = {}
    for loan in parts["installments"]:
        facts = LoanFacts(
            installments=[
                Installment(
                    seq=int(row["seq"]),
                    due_date=date.fromisoformat(row["due_date"]),
                    principal_fen=fen(row["principal"]),
                    interest_fen=fen(row["interest"]),
                    fee_fen=fen(row["fee"]),
                )
                for row in parts["installments"][loan]
            ],
            payments=[
                Payment(
                    payment_no=row["payment_no"],
                    paid_on=date.fromisoformat(row["paid_on"]),
                    amount_fen=fen(row["amount"]),
                    reverses=row["reverses"] or None,
                )
                for row in parts["payments"].get(loan, [])
            ],
            adjustments=[
                Adjustment(
                    kind=row["kind"],  # type: ignore[arg-type]
                    component=row["component"],  # type: ignore[arg-type]
                    amount_fen=fen(row["amount"]),
                    effective_on=date.fromisoformat(row["effective_on"]),
                    seq=int(row["seq"]),
                )
                for row in parts["adjustments"].get(loan, [])
            ],
            holds=[
                Hold(
                    date.fromisoformat(row["start"]),
                    date.fromisoformat(row["end"]) if row["end"] else None,
                )
                for row in parts["holds"].get(loan, [])
            ],
        )
        ages[loan] = age_loan(facts=facts, as_of=AS_OF, terms=terms)
    return ages


def owners(book: Book) -> dict[str, str]:
    return {row["loan_no"]: row["borrower_no"] for row in book.rows("loans")}


def days_between(first: str, second: str) -> int:
    return (date.fromisoformat(second) - date.fromisoformat(first)).days
