"""The day run opens, moves and closes cases, writes only what changed, and says why."""

from __future__ import annotations

import pytest

from dunwell.bulk.runners import LoopRunner, PoolRunner
from dunwell.core.refusal import Refusal
from dunwell.flows.prepare.run_day import KnownAtWrites
from dunwell.store.book.models import LoanAge
from dunwell.store.cases.models import Case, CaseEvent, CaseSpell
from dunwell.store.journal.models import Entry, Seal
from dunwell.store.people.models import Role
from dunwell.store.people.permissions import Actor, Held, NotPermitted
from dunwell.store.policy.models import HouseValue
from dunwell.store.runs.models import Run
from tests.flows.day_run.books import Book, ages, cases, day, events, results, shapes


def test_a_run_ages_every_loan_and_opens_one_case_per_overdue_borrower(book: Book) -> None:
    late = book.loan(("01-15", 50_000), ("02-15", 50_000))
    book.loan(("03-15", 50_000))
    outcome = book.run("03-02")
    assert [result.mode for result in outcome.results] == ["write"]
    assert LoanAge.objects.count() == 2
    case = Case.objects.get()
    assert (case.party_id, case.status, case.bucket) == (late.borrower.party_id, "open", "M2")
    assert (case.days_past_due, case.overdue_fen, case.outstanding_fen) == (46, 100_000, 100_000)
    assert (case.opened_on, case.times_opened, case.as_of) == (day("03-02"), 1, day("03-02"))
    event = CaseEvent.objects.get()
    assert (event.kind, event.why, event.to_bucket) == ("opened", "entry_met", "M2")
    assert outcome.results[0].report["cases"]["opened"] == 1


def test_loans_of_one_party_are_one_case_per_lender(book: Book) -> None:
    party = book.party()
    other = book.another_lender("second")
    book.loan(("02-20", 100), party=party)
    book.loan(("01-20", 200), ("03-20", 900), party=party)
    book.loan(("02-25", 400), party=party, lender=other)
    book.run("03-02")
    found = Case.objects.order_by("lender_id")
    assert [(case.overdue_fen, case.days_past_due, case.loans_total) for case in found] == [
        (300, 41, 2),
        (400, 5, 1),
    ]


def test_a_second_run_of_a_day_with_nothing_new_writes_nothing_at_all(book: Book) -> None:
    book.loan(("02-15", 50_000))
    first = book.run("03-02").results[0].run
    before = (results(), Run.objects.count(), Entry.objects.count())
    outcome = book.run("03-02")
    assert (outcome.unchanged_since, outcome.results) == (first, ())
    assert (results(), Run.objects.count(), Entry.objects.count()) == before


def test_a_second_run_of_a_day_takes_in_what_came_since(book: Book) -> None:
    loan = book.loan(("02-15", 50_000))
    book.run("03-02")
    book.pay(loan, "03-02", 50_000)
    report = book.run("03-02").results[0].report
    assert report["cases"]["closed"] == 1
    assert Case.objects.get().status == "closed"


def test_only_rows_that_change_are_written(book: Book) -> None:
    current = book.loan(("06-15", 50_000))
    late = book.loan(("02-15", 50_000))
    book.run("03-02")
    report = book.run("03-03").results[0].report
    assert LoanAge.objects.get(pk=current.pk).as_of == day("03-02")
    assert LoanAge.objects.get(pk=late.pk).as_of == day("03-03")
    assert (report["ages_changed"], report["cases_changed"]) == (1, 1)


def test_a_case_rolls_eases_closes_and_reopens_with_its_history(book: Book) -> None:
    loan = book.loan(("02-01", 1_000), ("03-01", 1_000), ("03-09", 1_000))
    for on in ("03-03", "03-04"):
        book.run(on)
    book.pay(loan, "03-05", 1_000)
    book.run("03-05")
    book.pay(loan, "03-06", 1_000)
    book.run("03-06")
    bounced = book.pay(loan, "03-07", 1_000)
    book.run("03-07")
    book.pay(loan, "03-07", 1_000, reverses=bounced.payment_no)
    book.run("03-10")
    told = [(e["day"], e["kind"], e["why"], e["paid_fen"]) for e in events()]
    assert told == [
        (day("03-03"), "opened", "entry_met", 0),
        (day("03-04"), "rolled", "days_passed", 0),
        (day("03-05"), "eased", "paid", 1_000),
        (day("03-06"), "closed", "paid", 1_000),
        (day("03-10"), "reopened", "entry_met", 0),
    ]
    case = Case.objects.get()
    assert (case.times_opened, case.opened_on, case.closed_on) == (2, day("03-10"), None)
    spells = CaseSpell.objects.order_by("pk").values_list("opened_on", "closed_on", "closed_why")
    assert list(spells) == [
        (day("03-03"), day("03-06"), "paid"),
        (day("03-10"), None, ""),
    ]


def test_a_reversed_payment_reopens_the_case_and_is_named_as_the_reason(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-02")
    paid = book.pay(loan, "03-03", 1_000)
    book.run("03-03")
    book.pay(loan, "03-04", 1_000, reverses=paid.payment_no)
    book.run("03-04")
    assert [(e["kind"], e["why"], e["paid_fen"]) for e in events()][1:] == [
        ("closed", "paid", 1_000),
        ("reopened", "money_taken_back", -1_000),
    ]


@pytest.mark.parametrize(
    ("kind", "why"), [("write_off", "written_off"), ("waiver", "waived")], ids=["written", "waived"]
)
def test_what_is_written_off_or_waived_closes_with_that_reason(
    book: Book, kind: str, why: str
) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-02")
    book.adjust(loan, "03-03", 1_000, kind=kind)
    book.run("03-03")
    assert [event["why"] for event in events()] == ["entry_met", why]


def test_a_loan_that_left_the_tape_closes_its_case_and_counts_no_more(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-02")
    book.leave_tape(loan, "03-03")
    book.run("03-03")
    case = Case.objects.get()
    assert (case.status, case.overdue_fen, case.loans_total) == ("closed", 0, 1)
    assert CaseSpell.objects.get().closed_why == "left_tape"


def test_an_open_case_stays_open_until_nothing_is_overdue(book: Book) -> None:
    HouseValue.objects.create(
        parameter="case.entry_least_overdue_fen",
        value=5_000,
        from_on=day("01-01"),
        set_at=book.now,
        why="small debts are left alone",
    )
    small = book.loan(("02-15", 4_999))
    large = book.loan(("02-15", 9_000))
    book.run("03-02")
    assert [case["party_id"] for case in cases()] == [large.borrower.party_id]
    book.pay(large, "03-03", 8_999)
    book.run("03-03")
    assert Case.objects.get().status == "open"
    book.pay(large, "03-04", 1)
    book.run("03-04")
    assert Case.objects.get().status == "closed"
    assert LoanAge.objects.get(pk=small.pk).overdue_fen == 4_999


def test_a_held_case_keeps_its_bucket_computed_and_its_delinquent_days_paused(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-02")
    book.hold(loan, "03-02")
    book.run("03-05")
    case = Case.objects.get()
    assert (case.held, case.days_past_due, case.delinquent_days, case.bucket) == (
        True,
        18,
        15,
        "M1",
    )
    book.hold(loan, "02-15", "03-02")
    book.run("03-06")
    case = Case.objects.get()
    assert (case.status, case.delinquent_days, case.bucket) == ("open", 0, "current")
    assert [(e["kind"], e["why"]) for e in events()][-1] == ("eased", "paused")


def test_missed_days_run_in_order_each_with_its_own_run(book: Book) -> None:
    loan = book.loan(("02-28", 1_000), ("06-01", 1_000))
    book.run("03-01")
    book.pay(loan, "03-03", 1_000)
    outcome = book.run("03-05")
    assert outcome.missed_days == (day("03-02"), day("03-03"), day("03-04"))
    assert [result.day for result in outcome.results] == [*outcome.missed_days, day("03-05")]
    assert list(Run.objects.order_by("pk").values_list("day", flat=True)) == [
        day(each) for each in ("03-01", "03-02", "03-03", "03-04", "03-05")
    ]
    assert [event["day"] for event in events()] == [day("03-01"), day("03-03")]


def test_a_day_before_the_last_completed_one_is_only_recomputed(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-02")
    book.pay(loan, "03-02", 1_000)
    before = results()
    result = book.run("03-01").results[0]
    assert (result.mode, results()) == ("recompute", before)
    run = Run.objects.get(pk=result.run)
    assert (run.recompute_only, run.status) == (True, "done")
    assert result.report["overdue"] == [
        {
            "lender": "default",
            "bucket": "M1",
            "borrowers": 1,
            "entry_met": 1,
            "overdue_fen": 1_000,
        }
    ]
    assert book.run("03-02").results[0].report["cases"]["closed"] == 1


def test_a_past_day_is_recomputed_from_what_was_known_then(book: Book) -> None:
    loan = book.loan(("02-15", 1_000))
    book.run("03-02")
    known_at = book.now
    book.pay(loan, "02-20", 1_000)
    now = book.run("03-02", dry_run=True).results[0]
    then = book.run("03-02", dry_run=True, known_at=known_at).results[0]
    assert (now.report["cases"]["closed"], now.report["overdue"]) == (1, [])
    assert [row["overdue_fen"] for row in then.report["overdue"]] == [1_000]
    assert then.report["known_recording"] < now.report["known_recording"]
    with pytest.raises(KnownAtWrites):
        book.run("03-02", known_at=known_at)


def test_a_dry_run_shows_what_would_change_and_writes_nothing(book: Book) -> None:
    book.loan(("02-15", 1_000))
    dry = book.run("03-02", dry_run=True)
    assert dry.results[0].report["cases"]["opened"] == 1
    assert (Run.objects.count(), Entry.objects.count(), ages(), cases()) == (0, 0, [], [])
    assert not any((book.home / "work").rglob("*.parquet"))
    wet = book.run("03-02")
    assert wet.results[0].report["moves"] == dry.results[0].report["moves"]


def test_lenders_with_other_terms_are_aged_by_their_own(book: Book) -> None:
    other = book.another_lender("gentle")
    HouseValue.objects.create(
        lender=other,
        parameter="ageing.grace_days",
        value=10,
        from_on=day("01-01"),
        set_at=book.now,
        why="ten days of grace",
    )
    book.loan(("02-15", 1_000))
    book.loan(("02-15", 1_000), lender=other)
    book.run("03-02")
    found = LoanAge.objects.order_by("pk")
    assert [(age.days_past_due, age.delinquent_days) for age in found] == [(15, 15), (15, 5)]


def test_the_loop_and_the_pool_write_the_same(book: Book) -> None:
    for number in range(1, 9):
        book.loan((f"02-{number:02}", 1_000), ("06-01", 500))
    pool = book.run("03-02", dry_run=True, runner=PoolRunner(workers=2)).results[0]
    loop = book.run("03-02", dry_run=True, runner=LoopRunner()).results[0]
    assert pool.report == loop.report


def test_the_report_and_the_shape_agree_with_the_cases(book: Book) -> None:
    for number in range(1, 6):
        book.loan((f"02-{number:02}", 1_000 * number))
    book.run("03-03")
    result = book.run("03-04").results[0]
    matrix = result.report["matrix"]
    assert sum(row["cases"] for row in matrix) == 5
    assert sum(row["after_fen"] for row in matrix) == 15_000
    assert {(row["from_bucket"], row["to_bucket"]): row["cases"] for row in matrix} == {
        ("M1", "M1"): 4,
        ("M1", "M2"): 1,
    }
    assert [row for row in shapes() if row[0] == day("03-04")] == [
        (day("03-04"), book.lender.pk, None, "M1", 4, 14_000),
        (day("03-04"), book.lender.pk, None, "M2", 1, 1_000),
    ]


def test_a_run_is_in_the_journal_and_sealed(book: Book) -> None:
    book.loan(("02-15", 1_000))
    run = book.run("03-02").results[0].run
    entry = Entry.objects.get(verb="day.run")
    assert (entry.subject, entry.actor_label, entry.day) == (
        f"run:{run}",
        "system:command-line",
        day("03-02"),
    )
    assert Seal.objects.filter(entry=entry).exists()


def test_an_empty_house_runs_too(book: Book) -> None:
    report = book.run("03-02").results[0].report
    assert (report["loans"], report["moves"]) == (0, [])


@pytest.mark.parametrize("role", [None, Role.COLLECTOR, Role.AUDITOR])
def test_who_may_not_run_the_day_is_refused_and_nothing_is_written(
    book: Book, role: Role | None
) -> None:
    with pytest.raises(NotPermitted):
        book.run("03-02", actor=somebody(book, role))
    assert Run.objects.count() == 0


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN])
def test_a_supervisor_and_an_administrator_may_run_it(book: Book, role: Role) -> None:
    assert book.run("02-01", actor=somebody(book, role)).results[0].mode == "write"


def somebody(book: Book, role: Role | None) -> Actor:
    """A person appointed yesterday, or one without any appointment."""
    since = day("02-28")
    held = [] if role is None else [Held(role, book.lender.pk, None, since, None)]
    return Actor(staff=None, label="somebody", appointments=tuple(held))


def test_a_run_that_fails_says_with_what_and_the_next_one_goes_on(book: Book) -> None:
    book.loan(("02-15", 1_000))
    before = results()

    class Stopped(Refusal):
        code = "TEST-STOPPED"

    def stop(news: object) -> None:
        if getattr(news, "part", "") == "cases":
            raise Stopped

    with pytest.raises(Stopped):
        book.run("03-02", watch=stop)
    failed = Run.objects.get()
    assert (failed.status, failed.report, results()) == (
        "failed",
        {"failed": "TEST-STOPPED"},
        before,
    )
    assert book.run("03-02").results[0].report["cases"]["opened"] == 1
