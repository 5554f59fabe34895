"""The one-loan path and the day run give the same ages, cases, events and decisions."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, time, timedelta
from typing import Any

import hypothesis
import pytest
from django.db import transaction

from dunwell.flows.prepare.redecide import reage_and_redecide
from dunwell.store.book.models import (
    Asset,
    Borrower,
    BorrowerTerms,
    Contact,
    Loan,
    Payment,
    Reason,
    Recording,
)
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Overrule
from dunwell.store.people.models import Party, Staff
from dunwell.store.permits.models import Outcome, Permit, Standing, Step, Withdrawal
from dunwell.store.policy.models import HouseValue
from dunwell.store.promises.models import Promise
from tests.flows.day_run.books import Book, day, results

PROOF = hypothesis.settings.get_current_profile_name() == "proof"
DAYS = ("03-02", "03-03", "03-04")
ORDERS = ("", "principal>interest>penalty>fee>cost", "fee>cost>penalty>interest>principal")


def make_book(book: Book, draw: random.Random) -> None:
    """Forty loans of twenty-five parties with two lenders, some with terms of its own.

    Some borrowers have assets, incomes and reasons, said once or corrected.
    """
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
    for borrower in Borrower.objects.order_by("pk")[:20]:
        with book.recorded(borrower.lender) as entered:
            tell_of(borrower, entered, draw)


def tell_of(borrower: Borrower, entered: Recording, draw: random.Random) -> None:
    """What a lender may know of a borrower beside the loans."""
    about: dict[str, Any] = {"borrower": borrower, "entered": entered}
    if draw.random() < 0.5:
        Reason.objects.create(**about, reason=draw.choice(("UNEM", "FTP", "ODD")),
                              noted_on=day(draw.choice(("02-25", "03-03"))))  # fmt: skip
    if draw.random() < 0.5:
        Asset.objects.create(**about, kind="house", value_fen=draw.choice((None, 90_000_000)),
                             evidenced_on=draw.choice((None, day("02-27"))))  # fmt: skip
    if draw.random() < 0.5:
        BorrowerTerms.objects.create(**about, monthly_income_fen=draw.choice((None, 600_000)))


def say_of(book: Book, draw: random.Random, on: str) -> None:
    """Freezes that begin, end by themselves or are lifted, and what people overrule."""
    for case in draw.sample(list(Case.objects.order_by("pk")), min(4, Case.objects.count())):
        until = draw.choice((None, book.now + timedelta(days=1), book.now - timedelta(hours=1)))
        lifted = None
        if draw.random() < 0.3:
            lifted = Withdrawal.objects.create(at=book.now, by_label="test", why="lifted again")
        Standing.objects.create(
            what="freeze", kind=draw.choice(("complaint", "hardship", "vulnerable")),
            party_id=case.party_id, from_at=book.now - timedelta(hours=2), until_at=until,
            by_label="test", why="said so", replaced=lifted,
        )  # fmt: skip
    staff, _ = Staff.objects.get_or_create(username="boss", display_name="boss")
    for case in draw.sample(list(Case.objects.order_by("pk")), min(3, Case.objects.count())):
        what, value = draw.choice((("grade", "A"), ("grade", "E"), ("plan", "phone_steady")))
        Overrule.objects.create(case=case, what=what, value=value, from_on=day(on),
                                until_on=day("03-09"), at=book.now, by=staff,
                                why="known better")  # fmt: skip

    for case in draw.sample(list(Case.objects.order_by("pk")), min(3, Case.objects.count())):
        Promise.objects.create(
            case=case, amount_fen=draw.choice((200, 1_300)), made_on=day(on), made_at=book.now,
            due_on=day(on) + timedelta(days=draw.choice((0, 1, 5))), kept_share_ppm=1_000_000,
            grace_days=draw.choice((0, 1)), said_by="borrower", by_label="test",
        )  # fmt: skip
    for case in draw.sample(list(Case.objects.order_by("pk")), min(5, Case.objects.count())):
        for _ in range(draw.choice((1, 6))):
            contacted(book, case, draw)


def contacted(book: Book, case: Case, draw: random.Random) -> None:
    """A call that was allowed and made, and how it went."""
    contact = Contact.objects.filter(borrower__party=case.party_id).first()
    if contact is None:
        borrower = Borrower.objects.filter(party=case.party_id, lender=case.lender_id)[0]
        with book.recorded(case.lender) as entered:
            contact = Contact.objects.create(
                borrower=borrower, entered=entered, role="self", source="contract"
            )
    at = book.now - timedelta(hours=draw.choice((1, 9, 20)))
    permit = Permit.objects.create(
        party_id=case.party_id, lender_id=case.lender_id, case=case, contact=contact,
        actor_label="test", actor_kind="staff", role=draw.choice(("borrower", "third_person")),
        channel=draw.choice(("call", "sms")), purpose="collect", direction="outbound",
        asked_at=at, clock_ok=True, verdict="allow", reserved_until=at, codes="",
        reasons_json="[]", lifted_json="[]", inputs_json="{}", packs="house", pack_hash="h",
    )  # fmt: skip
    Step.objects.create(permit=permit, kind="used", at=at, actor_label="test")
    answered = draw.random() < 0.3
    Outcome.objects.create(
        permit=permit, answered=answered, conversation=answered and draw.random() < 0.5,
        at=book.now, actor_label="test",
    )  # fmt: skip


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


@pytest.mark.parametrize("seed", [1, 2, 3] if PROOF else [1])
def test_ageing_one_by_one_gives_what_the_day_run_gives(book: Book, seed: int) -> None:
    draw = random.Random(seed)
    make_book(book, draw)
    bounced = book.loan(("02-20", 1_000))
    kinds: set[tuple[str, str]] = set()
    decided: list[dict[str, Any]] = []
    for on in DAYS:
        act(book, draw, on)
        if on == DAYS[1]:
            paid = book.pay(bounced, on, 1_000)
        elif on == DAYS[2]:
            book.pay(bounced, on, 1_000, reverses=paid.payment_no)
        book.now = max(book.now, datetime.combine(day(on), time(2), UTC))
        say_of(book, draw, on)
        with transaction.atomic():
            loans = list(Loan.objects.values_list("pk", flat=True))
            reage_and_redecide(loans=loans, day=day(on), at=book.clock(), why="test")
            one_by_one = without_shapes()
            transaction.set_rollback(True)
        book.run(on)
        assert without_shapes() == one_by_one
        decided += one_by_one["decisions"]
        kinds |= {(event["kind"], event["why"]) for event in one_by_one["events"]}
    assert {kind for kind, _ in kinds} == {"opened", "reopened", "rolled", "eased", "closed"}
    assert Party.objects.count() == 26
    told = [json.loads(row["inputs_json"]) for row in decided]
    assert len({row["category"] for row in decided}) >= 5
    assert any(row["derived_grade"] != row["grade"] for row in decided)
    assert {facts["promise_state"] for facts in told} > {"none"}
    for name in ("attempts_30d", "monthly_income_fen", "assets", "days_since_reason"):
        assert any(facts[name] for facts in told), name
