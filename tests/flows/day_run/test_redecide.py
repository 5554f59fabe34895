"""What happens during a day steers the same day: the case is decided anew at once."""

from __future__ import annotations

from django.db import transaction

from dunwell.flows.contact.standings import Said, stand
from dunwell.flows.prepare.holds import place_hold
from dunwell.flows.prepare.payments import enter_payment
from dunwell.flows.prepare.redecide import redecide
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Considered, Deciding, Decision
from tests.flows.day_run.books import OPERATOR, Book, day


def decided(book: Book) -> Decision:
    """The one decision that counts."""
    return Decision.objects.select_related("entered").get(replaced=None)


def decide_all(book: Book, on: str, why: str = "test") -> None:
    with transaction.atomic():
        redecide(cases=list(Case.objects.values_list("pk", flat=True)), day=day(on),
                 at=book.clock(), why=why)  # fmt: skip


def test_a_payment_decides_the_case_anew_the_same_day(book: Book) -> None:
    loan = book.loan(("02-15", 50_000))
    book.run("03-02")
    decide_all(book, "03-02")
    assert decided(book).category != "paid_off"
    enter_payment(actor=OPERATOR, day=day("03-02"), now=book.clock(), loan=loan, payment_no="P1",
                  amount_fen=50_000, paid_on=day("03-02"))  # fmt: skip
    row = decided(book)
    assert (row.category, row.action, row.entered.why, row.day) == (
        "paid_off", "none", "payment", day("03-02"),
    )  # fmt: skip


def test_deciding_again_with_nothing_new_writes_nothing(book: Book) -> None:
    book.loan(("02-15", 50_000))
    book.run("03-02")
    decide_all(book, "03-02")
    before = list(Decision.objects.values_list())
    decide_all(book, "03-02")
    assert list(Decision.objects.values_list()) == before
    assert Considered.objects.count() >= 2


def test_a_hold_changes_what_is_done_the_same_day(book: Book) -> None:
    loan = book.loan(("02-15", 50_000))
    book.run("03-02")
    decide_all(book, "03-02")
    place_hold(actor=OPERATOR, day=day("03-02"), now=book.clock(), loan=loan,
               start_on=day("02-15"), end_on=None, reason="flood in the town")  # fmt: skip
    row = decided(book)
    assert (row.category, row.action, row.entered.why) == ("held", "none", "hold")
    assert Deciding.objects.filter(whole_book=False).count() >= 2


def test_a_new_category_leads_to_another_plan_the_same_day(book: Book) -> None:
    book.loan(("02-15", 50_000))
    book.run("03-02")
    decide_all(book, "03-02")
    before = decided(book)
    assert before.plan != "rest"
    stand(
        actor=OPERATOR, now=book.clock(), case=before.case_id,
        said=Said(what="freeze", kind="dispute", why="借款人提出异议"),
    )  # fmt: skip
    row = decided(book)
    assert (row.category, row.plan, row.action, row.entered.why, row.day) == (
        "disputed", "rest", "none", "freeze", day("03-02"),
    )  # fmt: skip
