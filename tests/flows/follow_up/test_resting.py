"""An open promise lets the borrower alone, but for its reminder and their own calls (CN-T09)."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dunwell.core.permit import BEIJING
from dunwell.flows.conduct.why_not_now import why_not_now
from dunwell.flows.contact.use_permit import Sending, recheck
from dunwell.flows.follow_up.promises import Wanted, take_promise
from dunwell.store.promises.resting import resting_until
from tests.flows.contact.people import TEXT
from tests.flows.follow_up.debtor import EACH_FEN, TODAY, Debtor, noon

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 4)


def promise_made(debtor: Debtor) -> int:
    wanted = Wanted(amount_fen=EACH_FEN, due_on=DUE)
    return take_promise(
        actor=debtor.office.collector, now=noon(TODAY), case=debtor.case.pk, wanted=wanted
    ).pk


def codes(debtor: Debtor, day: date, **wish: object) -> set[str]:
    debtor.office.now = datetime.combine(day, time(14), BEIJING)
    return set(debtor.office.ask(**wish).decision.codes)


def test_while_a_promise_is_open_nobody_calls_but_who_reminds(debtor: Debtor) -> None:
    assert "CN-T09" not in codes(debtor, TODAY)
    promise_made(debtor)
    assert "CN-T09" in codes(debtor, TODAY)
    assert "CN-T09" in codes(debtor, DUE + timedelta(days=1))
    assert "CN-T09" not in codes(debtor, DUE, purpose="remind")
    assert "CN-T09" not in codes(debtor, DUE, direction="inbound")


def test_the_rest_ends_with_the_last_day_or_with_the_money(debtor: Debtor) -> None:
    promise_made(debtor)
    assert "CN-T09" not in codes(debtor, DUE + timedelta(days=2))
    debtor.pays(EACH_FEN, TODAY + timedelta(days=1))
    debtor.stands_all(TODAY + timedelta(days=1))
    assert "CN-T09" not in codes(debtor, TODAY + timedelta(days=1))


def test_a_permit_that_waits_is_refused_once_a_promise_is_made(debtor: Debtor) -> None:
    debtor.office.now = noon(TODAY)
    asked = debtor.office.ask(channel="sms", text=TEXT)
    assert asked.granted
    promise_made(debtor)
    again = recheck(
        actor=debtor.office.collector, sendings=[Sending(asked.permit, TEXT)], now=noon(TODAY)
    )[0]
    assert again.decision is not None and "CN-T09" in again.decision.codes


def test_the_case_page_says_it_too(debtor: Debtor) -> None:
    promise_made(debtor)
    told = why_not_now(
        actor=debtor.office.collector, now=noon(TODAY), case=debtor.case,
        contacts=[debtor.office.contacts["self"]],
    )  # fmt: skip
    assert {"CN-T09" in each.decision.codes for each in told} == {True}


def test_many_cases_are_asked_about_in_one_statement(debtor: Debtor) -> None:
    promise_made(debtor)
    own = debtor.case.pk
    with CaptureQueriesContext(connection) as captured:
        found = resting_until(cases=[own, *range(10_000, 10_100)], day=TODAY)
    assert len(captured) <= 1  # PostgreSQL's own cursor is not captured
    assert found == {own: DUE + timedelta(days=1)}
