"""Promises due tomorrow are reminded once, in the officer's name; who cannot be is told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dunwell.flows.contact.outbox import set_letterhead, text_of_message
from dunwell.flows.follow_up.promises import Wanted, take_promise
from dunwell.flows.follow_up.reminders import Reminded, remind_due
from dunwell.store.book.models import Contact
from dunwell.store.outreach.models import Message
from dunwell.store.people.models import Staff
from dunwell.store.people.permissions import NotPermitted, system_actor
from dunwell.store.promises.models import Promise, PromiseEvent, PromiseState
from tests.flows.follow_up.debtor import EACH_FEN, TODAY, Debtor, noon

pytestmark = pytest.mark.django_db
DUE = date(2026, 3, 5)
EVE = DUE - timedelta(days=1)
WORKER = system_actor("worker")


@pytest.fixture
def promise(debtor: Debtor) -> Promise:
    office = debtor.office
    set_letterhead(
        actor=office.person("compliance"), now=office.now, lender=office.lender,
        signature="善信小贷", call_back="0731-80000000",
    )  # fmt: skip
    return take_promise(
        actor=office.collector, now=noon(TODAY), case=debtor.case.pk,
        wanted=Wanted(amount_fen=EACH_FEN, due_on=DUE),
    )  # fmt: skip


def remind(day: date = EVE) -> Reminded:
    return remind_due(actor=WORKER, now=noon(day), gateway_of=lambda lender: "sandbox")


def test_the_day_before_one_message_goes_out_in_the_officers_name(promise: Promise) -> None:
    done = remind()
    assert (done.due, done.queued, done.left) == (1, (promise.pk,), ())
    message = Message.objects.get()
    assert (message.template, message.key) == ("promise-reminder", f"promise:{promise.pk}:remind")
    text = text_of_message(message)
    name = Staff.objects.get(pk=promise.by_id).display_name
    assert name in text and "3月5日" in text and "1,000.00" in text
    assert PromiseState.objects.get().reminded_on == EVE
    assert PromiseEvent.objects.filter(kind="reminded").count() == 1


def test_reminding_again_sends_nothing_more(promise: Promise) -> None:
    remind()
    assert remind().queued == ()
    assert Message.objects.count() == 1


def test_not_two_days_before_and_not_once_it_is_kept(debtor: Debtor, promise: Promise) -> None:
    assert remind(EVE - timedelta(days=1)).due == 0
    debtor.pays(EACH_FEN, EVE)
    debtor.stands_all(EVE)
    assert remind().due == 0
    assert not Message.objects.exists()


def test_who_has_no_number_of_their_own_is_told(debtor: Debtor, promise: Promise) -> None:
    Contact.objects.update(replaced=debtor.office.recording)
    done = remind()
    assert [(each.promise, each.code) for each in done.left] == [
        (promise.pk, "PROMISE-NO-OWN-NUMBER")
    ]
    assert PromiseState.objects.get().reminded_on is None


def test_a_promise_made_today_for_tomorrow_is_not_reminded(debtor: Debtor) -> None:
    take_promise(
        actor=debtor.office.collector, now=noon(EVE), case=debtor.case.pk,
        wanted=Wanted(amount_fen=EACH_FEN, due_on=DUE),
    )  # fmt: skip
    assert remind() == Reminded(DUE, 1, (), ())


def test_who_may_remind_everybody(debtor: Debtor) -> None:
    office = debtor.office
    for nobody in (office.collector, office.person("analyst")):
        with pytest.raises(NotPermitted):
            remind_due(actor=nobody, now=noon(EVE), gateway_of=lambda lender: "sandbox")
