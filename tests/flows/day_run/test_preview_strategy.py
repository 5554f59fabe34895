"""A proposed strategy is looked at on today's book: who moves where, and nothing is written."""

from __future__ import annotations

import pytest

from dunwell.core.refusal import Refusal
from dunwell.flows.improve.preview_strategy import Previewed, preview_strategy
from dunwell.store.decisions.models import Decision
from dunwell.store.policy.document_kinds import seed_text
from tests.flows.day_run.books import OPERATOR, Book, day, results

SHIPPED = seed_text("strategy") or ""


def preview(book: Book, text: str, **how: object) -> Previewed:
    return preview_strategy(
        actor=OPERATOR, day=day("03-03"), clock=book.clock, home=book.home, text=text, **how
    )  # type: ignore[arg-type]


def test_the_strategy_in_force_moves_nobody(book: Book) -> None:
    book.loan(("02-15", 50_000))
    book.run("03-03")
    found = preview(book, SHIPPED).comparison
    assert (found.borrowers, found.overdue_fen, found.moved) == (1, 50_000, 0)


def test_who_moves_is_told_with_money_and_nothing_is_written(book: Book) -> None:
    for number in range(1, 5):
        book.loan((f"02-{number:02}", 1_000 * number))
    book.run("03-03")
    before = results()
    plan = Decision.objects.values_list("plan", flat=True).distinct()
    assert len(plan) == 1
    rest = "  - {id: all, when: {}, plan: rest, why: 试, why_en: try}\n"
    text = SHIPPED.replace("rest:\n", "rest:\n" + rest, 1)
    with pytest.raises(Refusal):  # every other rule is never reached
        preview(book, text)
    late = "  - {id: all, when: {overdue_fen: {until: 2500}}, plan: rest, why: 试, why_en: try}\n"
    found = preview(book, SHIPPED.replace("rest:\n", "rest:\n" + late, 1))
    told = [
        (m.first_plan, m.second_plan, m.borrowers, m.overdue_fen) for m in found.comparison.moves
    ]
    assert told == [(plan[0], "rest", 2, 3_000)]
    assert results() == before
    assert found.as_json()["moves"][0]["borrowers"] == 2
    assert not any((book.home / "work").rglob("*.parquet"))


def test_a_lender_with_a_strategy_of_its_own_is_not_concerned(book: Book) -> None:
    other = book.another_lender("second")
    book.loan(("02-15", 1_000))
    book.loan(("02-15", 2_000), lender=other)
    book.run("03-03")
    late = "  - {id: all, when: {days_past_due: 16}, plan: rest, why: 试, why_en: try}\n"
    text = SHIPPED.replace("rest:\n", "rest:\n" + late, 1)
    assert preview(book, text, lender=other.pk).comparison.moved_overdue_fen == 2_000
    assert preview(book, text).comparison.moved_overdue_fen == 3_000
