"""Kept rates by count and by amount, with and without the allowance; open promises in neither."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunwell.flows.follow_up.promise_figures import PeriodBackwards, PromiseFigures, promise_figures
from dunwell.flows.follow_up.promises import Wanted, move_promise, take_promise
from dunwell.store.people.permissions import NotPermitted
from tests.flows.follow_up.debtor import TODAY, Debtor, noon

pytestmark = pytest.mark.django_db
FIRST = date(2026, 3, 4)


def figures(debtor: Debtor, day: date, until: date = date(2026, 4, 1)) -> PromiseFigures:
    debtor.stands_all(day)
    return promise_figures(actor=debtor.office.supervisor, day=day, from_on=TODAY, until_on=until)


def promise(debtor: Debtor, fen: int, due: date) -> int:
    wanted = Wanted(amount_fen=fen, due_on=due)
    return take_promise(
        actor=debtor.office.collector, now=noon(TODAY), case=debtor.case.pk, wanted=wanted
    ).pk


def test_the_allowance_moves_the_figures_and_both_are_shown(debtor: Debtor) -> None:
    promise(debtor, 10_000, FIRST)
    promise(debtor, 30_000, FIRST + timedelta(days=4))
    debtor.pays(10_000, FIRST + timedelta(days=1))
    debtor.pays(15_000, FIRST + timedelta(days=4), number="P2")
    found = figures(debtor, date(2026, 3, 20))
    allowed, strict = found.allowed, found.strict
    assert (allowed.matured, allowed.kept, allowed.part_kept, allowed.broken) == (2, 1, 1, 0)
    assert (allowed.kept_ppm, allowed.paid_ppm) == (500_000, 625_000)
    assert (strict.matured, strict.kept, strict.part_kept, strict.broken) == (2, 0, 1, 1)
    assert (strict.kept_ppm, strict.paid_ppm) == (0, 375_000)


def test_a_promise_whose_last_day_is_not_over_is_in_neither_part(debtor: Debtor) -> None:
    promise(debtor, 10_000, FIRST)
    on_last_day = figures(debtor, FIRST + timedelta(days=1))
    assert (on_last_day.allowed.matured, on_last_day.allowed.kept_ppm) == (0, None)
    assert (on_last_day.strict.matured, on_last_day.open) == (1, 1)
    assert figures(debtor, FIRST + timedelta(days=2)).allowed.broken == 1


def test_a_moved_promise_is_told_apart_and_the_new_one_counts(debtor: Debtor) -> None:
    old = promise(debtor, 10_000, FIRST)
    move_promise(
        actor=debtor.office.collector, now=noon(TODAY), promise=old,
        due_on=FIRST + timedelta(days=2),
    )  # fmt: skip
    found = figures(debtor, date(2026, 3, 20))
    assert (found.rescheduled, found.allowed.matured, found.allowed.broken) == (1, 1, 1)


def test_the_period_is_half_open_and_goes_forward(debtor: Debtor) -> None:
    promise(debtor, 10_000, FIRST)
    last = FIRST + timedelta(days=1)
    day = date(2026, 3, 20)
    assert figures(debtor, day, until=last).allowed.matured == 0
    assert figures(debtor, day, until=last + timedelta(days=1)).allowed.matured == 1
    with pytest.raises(PeriodBackwards):
        figures(debtor, day, until=TODAY)


def test_who_sees_no_case_sees_no_figure(debtor: Debtor) -> None:
    promise(debtor, 10_000, FIRST)
    day = date(2026, 3, 20)
    with pytest.raises(NotPermitted):
        promise_figures(actor=debtor.office.person("admin"), day=day, from_on=TODAY, until_on=day)
    seen = promise_figures(
        actor=debtor.office.person("auditor"), day=day, from_on=TODAY, until_on=day
    )
    assert seen.open == 1
