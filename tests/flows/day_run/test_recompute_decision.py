"""A past decision comes out again to the letter, whatever became known later."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time

import hypothesis
import pytest
from django.db import connection, transaction

from dunwell.flows.prepare.recompute_decision import recompute_decision
from dunwell.flows.prepare.redecide import reage_and_redecide
from dunwell.flows.prepare.show_decision import NotDecided, show_decision
from dunwell.store.book.models import Loan
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.decisions.models import Decision
from dunwell.store.people.models import Staff
from dunwell.store.policy.document_kinds import seed_text
from dunwell.store.policy.models import Document, DocumentRuling
from tests.flows.day_run.books import OPERATOR, Book, day
from tests.flows.day_run.test_reage_equals_run import DAYS, act, make_book, say_of

PROOF = hypothesis.settings.get_current_profile_name() == "proof"
LATER = "03-05"


def differences(on: str, **how: object) -> list[tuple[int, tuple[str, ...]]]:
    """Every case whose decision of the day does not come out again, and what differs."""
    found = []
    for case in Case.objects.order_by("pk"):
        if not Decision.objects.filter(case=case, day__lte=day(on)).exists():
            continue
        again = recompute_decision(
            actor=OPERATOR, scope=Scope(case.lender_id), case=case.pk, day=day(on), **how
        )  # type: ignore[arg-type]
        if not again.equal:
            found.append((case.pk, again.different))
    return found


def publish(book: Book, text: str, kind: str = "strategy") -> None:
    """A text that counts from the day it is published."""
    people = [Staff.objects.create(username=f"p{n}{book.now}", display_name="p") for n in (1, 2)]
    row = Document.objects.create(
        kind=kind, name="default", text=text, hash=f"h{book.now}", from_on=day("03-01"),
        proposed_at=book.now, proposed_by=people[0], why="otherwise",
    )  # fmt: skip
    DocumentRuling.objects.create(
        document=row, approved=True, at=book.clock(), by=people[1], why="read"
    )


@pytest.mark.parametrize("seed", [4, 5] if PROOF else [4])
def test_every_decision_comes_out_again_after_later_facts_and_another_policy(
    book: Book, seed: int
) -> None:
    draw = random.Random(seed)
    make_book(book, draw)
    for on in DAYS:
        book.now = max(book.now, datetime.combine(day(on), time(2), UTC))
        act(book, draw, on)
        say_of(book, draw, on)
        book.run(on)
        # During the day: some loans are touched and their cases decided anew.
        with transaction.atomic():
            loans = draw.sample(list(Loan.objects.values_list("pk", flat=True)), 8)
            for loan in Loan.objects.filter(pk__in=loans[:3]):
                book.pay(loan, on, 700)
            reage_and_redecide(loans=loans, day=day(on), at=book.clock(), why="payment")
    known_at = book.now
    told = {on: list(Decision.objects.filter(day=day(on)).values_list("case")) for on in DAYS}
    assert all(told.values())
    book.now = datetime.combine(day(LATER), time(2), UTC)
    act(book, draw, LATER)  # some of it dated back
    say_of(book, draw, LATER)
    text = seed_text("strategy") or ""
    publish(book, text.replace("wait_days: 3", "wait_days: 2"))
    book.run(LATER)
    for on in DAYS:
        assert differences(on) == [], on
        assert differences(on, known_at=known_at) == [], on
    assert differences(LATER) == []
    assert Decision.objects.values("policy").distinct().count() > 2


def test_a_decision_that_was_tampered_with_is_found_out(book: Book) -> None:
    book.loan(("02-15", 50_000))
    book.run("03-02")
    row = Decision.objects.get()
    with connection.cursor() as cursor:
        drop = "DROP TRIGGER keeps_decisions_decision_update"
        postgresql = connection.vendor == "postgresql"
        cursor.execute(f"{drop} ON decisions_decision" if postgresql else drop)
        cursor.execute("UPDATE decisions_decision SET grade = 'A', score = 999")
    again = recompute_decision(
        actor=OPERATOR, scope=Scope(book.lender.pk), case=row.case_id, day=day("03-02")
    )
    assert (again.equal, set(again.different)) == (False, {"grade", "score"})


def test_what_was_decided_is_shown_in_the_words_of_its_policy(book: Book) -> None:
    book.loan(("02-15", 50_000))
    book.run("03-02")
    row = Decision.objects.get()
    scope = Scope(book.lender.pk)
    found = show_decision(actor=OPERATOR, scope=scope, case=row.case_id, day=day("03-09"))
    assert found.row == row
    assert found.facts["days_past_due"] == 15
    assert [each.lost for each in found.reasons] == sorted(
        (each.lost for each in found.reasons), reverse=True
    )
    for words in (found.category, found.category_why, found.plan, found.plan_why, found.ability):
        assert words.zh
        assert words.en
    with pytest.raises(NotDecided):
        show_decision(actor=OPERATOR, scope=scope, case=row.case_id, day=day("03-01"))
