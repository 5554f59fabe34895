"""Recordings are in order of time; numbers taken beforehand are never given twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from dunwell.store.book.models import Borrower, Recording
from dunwell.store.book.numbering import reserve_numbers
from dunwell.store.book.recording import newest_recording, record
from dunwell.store.people.models import Lender, Party
from dunwell.store.people.permissions import system_actor

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
OPERATOR = system_actor("command-line")


@pytest.fixture
def lender():
    return Lender.objects.create(code="x", name="x")


def test_a_clock_that_goes_back_does_not_take_the_recordings_back(lender):
    for at in (NOON, NOON - timedelta(hours=1), NOON + timedelta(hours=1)):
        record(lender=lender, kind=Recording.Kind.PAYMENT, at=at, actor=OPERATOR)
    times = Recording.objects.order_by("pk").values_list("recorded_at", flat=True)
    assert list(times) == [NOON, NOON, NOON + timedelta(hours=1)]


def test_the_newest_recording_is_of_this_lender_only(lender):
    other = Lender.objects.create(code="y", name="y")
    mine = record(lender=lender, kind=Recording.Kind.IMPORT, at=NOON, actor=OPERATOR)
    record(lender=other, kind=Recording.Kind.IMPORT, at=NOON, actor=OPERATOR)
    assert newest_recording(lender=lender) == mine.pk


def test_a_recording_cannot_be_changed_or_taken_back(lender):
    record(lender=lender, kind=Recording.Kind.IMPORT, at=NOON, actor=OPERATOR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Recording.objects.update(kind=Recording.Kind.HOLD)


def test_numbers_taken_are_not_given_again(lender):
    first = reserve_numbers(Borrower, 100)
    second = reserve_numbers(Borrower, 5)
    assert second >= first + 100
    party = Party.objects.create(name_sealed=b"")
    own = Borrower.objects.create(lender=lender, borrower_no="B1", party=party)
    assert own.pk >= second + 5
    taken = Borrower.objects.create(pk=first, lender=lender, borrower_no="B2", party=party)
    assert taken.pk == first
