"""A case whose promise broke comes first in a day, until somebody spoke with the borrower."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from dunwell.core.permit import BEIJING
from dunwell.flows.contact.next_case import leave_desk, next_case
from dunwell.flows.follow_up.promise_standing import note_call
from dunwell.flows.follow_up.promises import Wanted, take_promise
from dunwell.flows.prepare.work_today import WorkFilter, work_today
from dunwell.store.cases.lists import Scope
from dunwell.store.cases.models import Case
from dunwell.store.people.models import Party
from dunwell.store.work.models import WorkItem
from tests.flows.contact.people import make_case
from tests.flows.follow_up.debtor import TODAY, Debtor, noon

pytestmark = pytest.mark.django_db
DUE = TODAY + timedelta(days=2)
DAY = DUE + timedelta(days=2)


def order(debtor: Debtor, day: date) -> list[int]:
    """The cases of the collector's day, a page of one at a time."""
    office, seen, after = debtor.office, [], None
    scope = Scope(office.lender.pk, frozenset({office.team.pk}))
    while True:
        page = work_today(
            actor=office.collector, scope=scope, staff=office.collector.staff or 0, day=day,
            now=datetime.combine(day, time(10), BEIJING), wanted=WorkFilter(), size=1, after=after,
        )  # fmt: skip
        seen += [each.case.pk for each in page.doing]
        after = page.next_key
        if after is None:
            return seen


def first_of(debtor: Debtor, day: date) -> int | None:
    office = debtor.office
    scope = Scope(office.lender.pk, frozenset({office.team.pk}))
    now = datetime.combine(day, time(10), BEIJING)
    leave_desk(actor=office.collector, now=now)
    return next_case(actor=office.collector, scope=scope, now=now)


def test_who_broke_a_promise_is_asked_first_and_only_once(debtor: Debtor) -> None:
    office = debtor.office
    better = make_case(Party.objects.create(name_sealed=b"x"), office.lender, office.team)
    for case, gain_fen in ((debtor.case, 1), (better, 9_000)):
        WorkItem.objects.create(
            day=DAY, lender=office.lender, case=case, staff_id=office.collector.staff,
            action="phone", minutes=6, gain_fen=gain_fen, why="step",
        )  # fmt: skip
    assert order(debtor, DAY) == [better.pk, debtor.case.pk]
    take_promise(
        actor=office.collector, now=noon(TODAY), case=debtor.case.pk,
        wanted=Wanted(amount_fen=1_000, due_on=DUE),
    )  # fmt: skip
    debtor.stands_all(DAY)
    assert order(debtor, DAY) == [debtor.case.pk, better.pk]
    assert first_of(debtor, DAY) == debtor.case.pk
    note_call(case=debtor.case.pk, day=DAY)
    assert order(debtor, DAY) == [better.pk, debtor.case.pk]
    assert first_of(debtor, DAY) == better.pk
    assert Case.objects.count() == 2
