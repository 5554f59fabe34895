"""The one-loan path and the day run give the same ages, cases, spells and events."""

from __future__ import annotations

import random
from typing import Any

import pytest
from django.db import transaction

from dunwell.flows.prepare.reage import reage_loans
from dunwell.store.book.models import Loan, Payment
from dunwell.store.people.models import Party
from dunwell.store.policy.models import HouseValue
from tests.flows.day_run.books import Book, day, results

DAYS = ("03-02", "03-03", "03-04")
ORDERS = ("", "principal>interest>penalty>fee>cost", "fee>cost>penalty>interest>principal")


def make_book(book: Book, draw: random.Random) -> None:
    """Forty loans of twenty-five parties with two lenders, some with terms of its own."""
    second = book.another_lender("second")
    for name, value in (("ageing.grace_days", 3), ("case.entry_least_overdue_fen", 800)):
        HouseValue.objects.create(
            lender=second,
            parameter=name,
            value=value,
            from_on=day("01-01"),
            set_at=book.now,
            why="another house",
        )
    parties = [book.party() for _ in range(25)]
    for _ in range(40):
        first = draw.choice((1, 1, 2, 2, 10, 20, 28))
        book.loan(
            *((f"{month:02}-{first:02}", draw.choice((300, 1_000))) for month in (1, 2, 3, 4)),
            party=draw.choice(parties),
            lender=draw.choice((book.lender, second)),
            order=draw.choice(ORDERS),
        )


def act(book: Book, draw: random.Random, on: str) -> None:
    """What a day brings: payments now and dated back, reversals, holds, waivers, losses."""
    loans = list(Loan.objects.select_related("lender").order_by("pk"))[:40]
    money = Payment.objects.filter(loan__in=loans).order_by("pk")
    standing = [paid for paid in money if not taken_back(paid)]
    for paid in draw.sample(standing, min(8, len(standing))):
        book.pay(paid.loan, on, paid.amount_fen, reverses=paid.payment_no)
    for _ in range(15):
        fen = draw.choice((200, 1_300, 9_000))
        book.pay(draw.choice(loans), draw.choice((on, "02-20")), fen)
    for loan in draw.sample(loans, 5):
        kind = draw.choice(("waiver", "write_off", "charge", "refund"))
        book.adjust(loan, on, draw.choice((100, 5_000)), kind=kind)
    for loan in draw.sample(loans, 3):
        if not loan.holds.exists():
            book.hold(loan, "02-10", draw.choice((None, "02-25", on)))
    for loan in draw.sample(loans, 2):
        if not loan.tape_lines.exists():
            book.leave_tape(loan, on)


def taken_back(paid: Payment) -> bool:
    """A reversal, or a payment that has one."""
    reversals = Payment.objects.filter(loan=paid.loan, reverses=paid.payment_no)
    return bool(paid.reverses) or reversals.exists()


def without_shapes() -> dict[str, Any]:
    """What both paths write: the shape of a day is the day run's alone."""
    return {name: rows for name, rows in results().items() if name != "shapes"}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_ageing_one_by_one_gives_what_the_day_run_gives(book: Book, seed: int) -> None:
    draw = random.Random(seed)
    make_book(book, draw)
    bounced = book.loan(("02-20", 1_000))
    kinds: set[tuple[str, str]] = set()
    for on in DAYS:
        act(book, draw, on)
        if on == DAYS[1]:
            paid = book.pay(bounced, on, 1_000)
        elif on == DAYS[2]:
            book.pay(bounced, on, 1_000, reverses=paid.payment_no)
        with transaction.atomic():
            loans = list(Loan.objects.values_list("pk", flat=True))
            reage_loans(loans=loans, day=day(on))
            one_by_one = without_shapes()
            transaction.set_rollback(True)
        book.run(on)
        assert without_shapes() == one_by_one
        kinds |= {(event["kind"], event["why"]) for event in one_by_one["events"]}
    assert {kind for kind, _ in kinds} == {"opened", "reopened", "rolled", "eased", "closed"}
    assert Party.objects.count() == 26
