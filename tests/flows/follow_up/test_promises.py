"""Promises: taken down from a conversation, settled by payments, never typed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from dunwell.core.promise import AmountOutOfRange, DayNotAhead, NotRescheduled, TooFarAhead
from dunwell.flows.follow_up.promise_standing import standing_of
from dunwell.flows.follow_up.promises import (
    CaseClosed,
    NotTheirLoan,
    NotWhoOwes,
    TooManyOpen,
    Wanted,
    move_promise,
    take_promise,
)
from dunwell.store.cases.models import Case
from dunwell.store.journal.models import Entry
from dunwell.store.people.permissions import NotPermitted
from dunwell.store.policy.models import HouseValue
from dunwell.store.promises.models import Promise, PromiseEvent
from tests.flows.contact.people import BEGINNING
from tests.flows.follow_up.debtor import EACH_FEN, TODAY, Debtor, noon

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 10)


def promises(debtor: Debtor, **changes: Any) -> Promise:
    asked: dict[str, Any] = {"amount_fen": EACH_FEN, "due_on": DUE, **changes}
    return take_promise(
        actor=asked.pop("actor", debtor.office.collector),
        now=noon(asked.pop("on", TODAY)),
        case=debtor.case.pk,
        wanted=Wanted(**asked),
    )


def test_a_promise_waits_then_the_payments_settle_it(debtor: Debtor) -> None:
    promise = promises(debtor)
    assert promise.state.state == "open"
    assert debtor.stands(promise, DUE).state == "due"
    debtor.pays(EACH_FEN, DUE)
    kept = debtor.stands(promise, DUE)
    assert (kept.state, kept.strict, kept.paid_fen, kept.settled_on) == (
        "kept",
        "kept",
        EACH_FEN,
        DUE,
    )


def test_a_broken_promise_says_so_the_day_after_its_last_day(debtor: Debtor) -> None:
    promise = promises(debtor)
    assert debtor.stands(promise, DUE + timedelta(days=1)).state == "due"
    broken = debtor.stands(promise, DUE + timedelta(days=2))
    assert (broken.state, broken.settled_on) == ("broken", DUE + timedelta(days=2))


def test_a_part_payment_keeps_it_in_part(debtor: Debtor) -> None:
    promise = promises(debtor)
    debtor.pays(EACH_FEN // 2, DUE)
    assert debtor.stands(promise, DUE + timedelta(days=2)).state == "part_kept"


def test_a_payment_posted_a_day_late_keeps_it_and_the_strict_figure_says_broken(
    debtor: Debtor,
) -> None:
    promise = promises(debtor)
    debtor.pays(EACH_FEN, DUE + timedelta(days=1))
    found = debtor.stands(promise, DUE + timedelta(days=2))
    assert (found.state, found.strict) == ("kept", "broken")


def test_a_reversal_long_after_breaks_what_was_kept(debtor: Debtor) -> None:
    promise = promises(debtor)
    payment = debtor.pays(EACH_FEN, DUE)
    assert debtor.stands(promise, DUE).state == "kept"
    debtor.takes_back(payment, DUE + timedelta(days=20))
    assert debtor.stands(promise, DUE + timedelta(days=20)).state == "broken"
    kinds = PromiseEvent.objects.filter(promise=promise).order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == ["open", "kept", "broken"]


def test_settling_again_writes_nothing(debtor: Debtor) -> None:
    promise = promises(debtor)
    debtor.stands(promise, DUE)
    before = PromiseEvent.objects.count()
    debtor.stands(promise, DUE)
    assert PromiseEvent.objects.count() == before


def test_money_of_the_same_morning_was_not_promised(debtor: Debtor) -> None:
    debtor.pays(30_000, TODAY)
    promise = promises(debtor)
    assert promise.came_before_fen == 30_000
    debtor.pays(EACH_FEN, TODAY, number="P2")
    assert debtor.stands(promise, TODAY).state == "kept"


def test_only_money_on_the_promised_loan_counts(debtor: Debtor) -> None:
    other = debtor.another_loan("L2")
    promise = promises(debtor, loans=[debtor.loan.pk])
    debtor.pays(50_000, DUE, loan=other)
    assert debtor.stands(promise, DUE).paid_fen == 0


def test_a_change_of_the_house_does_not_touch_promises_made_before(debtor: Debtor) -> None:
    promise = promises(debtor)
    HouseValue.objects.create(
        parameter="promise.grace_days", value=0, from_on=TODAY, set_at=BEGINNING, why="严格"
    )
    assert debtor.stands(promise, DUE + timedelta(days=1)).state == "due"
    assert promises(debtor).grace_days == 0


def test_a_promise_moves_once_before_its_day(debtor: Debtor) -> None:
    promise = promises(debtor)
    debtor.pays(40_000, TODAY + timedelta(days=1))
    day = DUE - timedelta(days=1)
    moved = move_promise(
        actor=debtor.office.collector, now=noon(day), promise=promise.pk,
        due_on=DUE + timedelta(days=7),
    )  # fmt: skip
    assert moved.amount_fen == 60_000
    assert debtor.stands(promise, day).state == "rescheduled"
    assert debtor.stands(moved, day).state == "open"
    with pytest.raises(NotRescheduled):
        move_promise(
            actor=debtor.office.collector, now=noon(day), promise=moved.pk,
            due_on=DUE + timedelta(days=9),
        )  # fmt: skip


def test_a_promise_that_is_due_does_not_move(debtor: Debtor) -> None:
    promise = promises(debtor)
    with pytest.raises(NotRescheduled):
        move_promise(
            actor=debtor.office.collector, now=noon(DUE), promise=promise.pk,
            due_on=DUE + timedelta(days=7),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"amount_fen": 0}, AmountOutOfRange),
        ({"amount_fen": 3 * EACH_FEN + 1}, AmountOutOfRange),
        ({"due_on": TODAY - timedelta(days=1)}, DayNotAhead),
        ({"due_on": TODAY + timedelta(days=31)}, TooFarAhead),
        ({"said_by": "contact"}, NotWhoOwes),
        ({"loans": [999_999]}, NotTheirLoan),
    ],
)
def test_what_is_no_promise_is_refused_and_nothing_is_written(
    debtor: Debtor, changes: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        promises(debtor, **changes)
    assert not Promise.objects.exists()


def test_a_closed_case_takes_no_promise(debtor: Debtor) -> None:
    Case.objects.update(status="closed", closed_on=TODAY)
    with pytest.raises(CaseClosed):
        promises(debtor)


def test_more_than_three_open_promises_are_a_plan(debtor: Debtor) -> None:
    for ahead in range(3):
        promises(debtor, amount_fen=1_000, due_on=DUE + timedelta(days=ahead))
    with pytest.raises(TooManyOpen):
        promises(debtor, amount_fen=1_000)


def test_who_may_take_a_promise(debtor: Debtor) -> None:
    office = debtor.office
    for nobody in (office.person("analyst"), office.person("auditor"), office.person("admin")):
        with pytest.raises(NotPermitted):
            promises(debtor, actor=nobody)
    Case.objects.update(holder=office.colleague.staff)
    with pytest.raises(NotPermitted):
        promises(debtor)
    promises(debtor, actor=office.colleague)
    promises(debtor, actor=office.supervisor, amount_fen=1_000)


def test_taking_and_moving_are_journalled_without_anything_personal(debtor: Debtor) -> None:
    promise = promises(debtor)
    entry = Entry.objects.get(verb="promise.take")
    assert entry.subject == f"case:{debtor.case.pk}" and str(promise.pk) in str(entry.figures)


def test_a_promise_as_it_was_known_on_a_past_day(debtor: Debtor) -> None:
    promise = promises(debtor)
    debtor.pays(EACH_FEN, DUE)
    known = {debtor.office.lender.pk: debtor.office.recording.pk}
    asked: dict[str, Any] = {"cases": [debtor.case.pk], "day": DUE, "at": noon(DUE)}
    (then,) = standing_of(**asked, recordings=known)[debtor.case.pk]
    (now,) = standing_of(**asked)[debtor.case.pk]
    assert (then.promise.key, then.state, now.state) == (promise.pk, "due", "kept")
